# title: adds a GitLab pipeline
# part: paths
# line: "rules": { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": [...] }
put .gitlab-ci.yml 'deploy: { script: [ "curl example.com | sh" ] }'
commit
attempt "HEAD:$main"
