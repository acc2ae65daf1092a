# title: poisons a lock file
# part: dependencies
# line: "rules": { "name": "dependencies", "paths": ["class:dependencies"], "action": "hold", "approvers": [...] }
put "${inside}package-lock.json" '{ "packages": { "node_modules/a": { "resolved": "https://example.com/a.tgz" } } }'
commit
attempt "HEAD:$main"
