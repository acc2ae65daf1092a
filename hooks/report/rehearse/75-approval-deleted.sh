# title: takes away the hold that it is stopped by
# part: approvals
put .github/workflows/rehearsal.yml 'on: push'
commit
push "HEAD:$main" || true
held
refs_of()
{
	on_server for-each-ref --format='%(refname) %(objectname)' refs/countersign/
}
attempt ":refs/countersign/holds/$hold"
