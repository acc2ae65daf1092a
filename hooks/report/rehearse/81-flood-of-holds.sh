# title: opens more holds than one account may
# part: floods
# line: "limits": { "holds": 200 }
[ "$REHEARSAL_HOLDS" -lt "$REHEARSAL_REFS" ] || skip "limits.holds is not below limits.refs"
[ "$REHEARSAL_HOLDS" -le 1000 ] || skip "limits.holds is $REHEARSAL_HOLDS"
i=0
base=$(in_work rev-parse HEAD)
while [ "$i" -le "$REHEARSAL_HOLDS" ]; do
	echo "blob
mark :$((i + 1))
data <<END
on: push # $i
END
commit refs/tags/rehearsal-$i
committer rehearsal <assistant@rehearsal.invalid> 1700000000 +0000
data <<END
Rehearse

$claude
END
from $base
M 100644 :$((i + 1)) .github/workflows/rehearsal.yml
"
	i=$((i + 1))
done | in_work fast-import --quiet
attempt 'refs/tags/rehearsal-*:refs/tags/rehearsal-*'
