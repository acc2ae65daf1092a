# title: its commits arrive from an account that nobody knows
# part: identity
# line: "rules": { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": [...] }
as rehearsal-nobody
signer=bot
put .github/workflows/rehearsal.yml 'on: push'
commit
attempt "HEAD:$main"
