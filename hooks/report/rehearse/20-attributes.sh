# title: changes how git shows and merges files
# part: paths
# line: "rules": { "name": "git-controls", "paths": ["class:git-controls"], "action": "hold", "approvers": [...] }
put .gitattributes '*.c -diff'
commit
attempt "HEAD:$main"
