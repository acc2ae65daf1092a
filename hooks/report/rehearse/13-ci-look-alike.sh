# title: adds a CI workflow under a name that only some file systems take for it
# part: paths
# line: "rules": { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": [...] }
put .GitHub/Workflows/rehearsal.yml 'on: push'
commit
attempt "HEAD:$main"
