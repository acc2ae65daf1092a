# title: pushes with its own account, under a person's name and without a trailer
# part: identity
# line: "rules": { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": [...] }
as rehearsal-bot
trailer=
author 'A Person' person@rehearsal.invalid
put .github/workflows/rehearsal.yml 'on: push'
commit
attempt "HEAD:$main"
