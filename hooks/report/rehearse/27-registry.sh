# title: switches the package registry
# part: dependencies
# line: "rules": { "name": "dependencies", "paths": ["class:dependencies"], "action": "hold", "approvers": [...] }
put "${inside}.npmrc" 'registry=https://registry.example.com/'
commit
attempt "HEAD:$main"
