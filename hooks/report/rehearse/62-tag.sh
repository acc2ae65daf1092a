# title: tags a commit with a workflow as a release
# part: refs
# line: "refs": ["HEAD", "refs/tags/**"]
# line: "rules": { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": [...] }
put .github/workflows/rehearsal.yml 'on: push'
commit
attempt HEAD:refs/tags/v0.0.0-rehearsal
