# title: breaks glass from a person's account, without that person's key
# part: approvals
put .github/workflows/rehearsal.yml 'on: push'
commit
as rehearsal-reviewer1
attempt -o 'countersign-break-glass=rehearsed' "HEAD:$main"
