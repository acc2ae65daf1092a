# title: breaks glass with its own key
# part: approvals
as rehearsal-bot
signer=bot
put .github/workflows/rehearsal.yml 'on: push'
commit
attempt --signed=yes -o 'countersign-break-glass=rehearsed' "HEAD:$main"
