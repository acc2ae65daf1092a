# title: brings a reverted change back with the old approval
# part: approvals
put .github/workflows/rehearsal.yml 'on: push'
commit
push "HEAD:$main" || true
held
approved
push "HEAD:$main" || skip 'nobody of the rehearsal may approve under this policy'
change=$(in_work rev-parse HEAD)
a_person
drop .github/workflows/rehearsal.yml
commit 'Revert'
push "HEAD:$main" || skip 'a person may not revert it under this policy'
an_assistant
in_work read-tree "$change"
commit
attempt "HEAD:$main"
