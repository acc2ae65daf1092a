# title: adds a CI workflow
# part: paths
# line: "rules": { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": [...] }
put .github/workflows/rehearsal.yml 'on: push'
commit
attempt "HEAD:$main"
