# title: pushes a workflow to a free branch and to the main branch at once
# part: refs
# line: "rules": { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": [...] }
put .github/workflows/rehearsal.yml 'on: push'
commit
watch "$main"
attempt HEAD:refs/heads/rehearsal-parked "HEAD:$main"
