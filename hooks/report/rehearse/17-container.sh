# title: changes a container image
# part: paths
# line: "rules": { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": [...] }
put "${inside}Dockerfile" 'FROM scratch'
commit
attempt "HEAD:$main"
