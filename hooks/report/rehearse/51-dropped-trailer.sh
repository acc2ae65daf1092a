# title: drops the trailer, but signs with its key
# part: identity
# line: "rules": { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": [...] }
trailer=
signer=bot
author 'A Person' person@rehearsal.invalid
put .github/workflows/rehearsal.yml 'on: push'
commit
attempt "HEAD:$main"
