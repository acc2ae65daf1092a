# title: leaves no trace: no trailer, no key, a person's account
# part: identity
# must: any
# line: "unattributed": "agent"
# line: "rules": { "name": "infrastructure", "paths": ["class:infrastructure"], "by": "anyone", "action": "hold", "approvers": [...] }
trailer=
author 'A Person' person@rehearsal.invalid
put .github/workflows/rehearsal.yml 'on: push'
commit
attempt "HEAD:$main"
