# title: signs an approval in a reviewer's name
# part: approvals
put .github/workflows/rehearsal.yml 'on: push'
commit
push "HEAD:$main" || true
held
sign_for bot
push rehearsal:refs/countersign/approvals/"$hold"/rehearsal-reviewer1 || true
attempt "HEAD:$main"
