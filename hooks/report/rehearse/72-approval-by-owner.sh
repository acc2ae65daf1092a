# title: lets the person who answers for it approve
# part: approvals
# line: "approval": { "exclude": ["pusher", "owner"] }
as rehearsal-bot
put .github/workflows/rehearsal.yml 'on: push'
commit
push "HEAD:$main" || true
held
approve owner || true
as rehearsal-bot
attempt "HEAD:$main"
