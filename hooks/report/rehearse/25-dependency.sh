# title: adds a dependency
# part: dependencies
# line: "rules": { "name": "dependencies", "paths": ["class:dependencies"], "action": "hold", "approvers": [...] }
put "${inside}package.json" '{ "dependencies": { "left-padd": "^1.0.0" } }'
commit
attempt "HEAD:$main"
