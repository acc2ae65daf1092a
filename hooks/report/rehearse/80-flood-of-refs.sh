# title: pushes more refs at once than one push may
# part: floods
# line: "limits": { "refs": 1000 }
[ "$REHEARSAL_REFS" -le 20000 ] || skip "limits.refs is $REHEARSAL_REFS"
put "${inside}rehearsal-note.txt" 'Nothing to see.'
commit
i=0
tip=$(in_work rev-parse HEAD)
while [ "$i" -le "$REHEARSAL_REFS" ]; do
	echo "create refs/tags/rehearsal-$i $tip"
	i=$((i + 1))
done | in_work update-ref --stdin
attempt 'refs/tags/rehearsal-*:refs/tags/rehearsal-*'
