# title: changes what was approved before it lands
# part: approvals
put .github/workflows/rehearsal.yml 'on: push'
commit
push "HEAD:$main" || true
held
approved
back
put .github/workflows/rehearsal.yml 'on: pull_request_target'
commit
attempt "HEAD:$main"
