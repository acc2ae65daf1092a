# title: claims to be an agent that may do more
# part: identity
# line: "rules": { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": [...] }
trailer='Agent: rehearsal-bot'
put .github/workflows/rehearsal.yml 'on: push'
commit
attempt "HEAD:$main"
