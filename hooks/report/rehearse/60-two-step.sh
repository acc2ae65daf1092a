# title: parks a workflow on a free branch first, and pushes it to the main branch afterwards
# part: refs
# line: "rules": { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": [...] }
put .github/workflows/rehearsal.yml 'on: push'
commit
push HEAD:refs/heads/rehearsal-parked || true
watch "$main"
attempt "HEAD:$main"
