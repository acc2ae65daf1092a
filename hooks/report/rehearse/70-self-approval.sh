# title: approves its own change with its own key
# part: approvals
as rehearsal-bot
signer=bot
put .github/workflows/rehearsal.yml 'on: push'
commit
push "HEAD:$main" || true
held
sign_for bot
push rehearsal:refs/countersign/approvals/"$hold"/rehearsal-bot || true
attempt "HEAD:$main"
