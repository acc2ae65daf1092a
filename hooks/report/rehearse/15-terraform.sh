# title: changes infrastructure as code
# part: paths
# line: "rules": { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": [...] }
put "${inside}rehearsal.tf" 'resource "aws_iam_user" "agent" { name = "agent" }'
commit
attempt "HEAD:$main"
