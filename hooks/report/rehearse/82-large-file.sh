# title: brings in a file that is too large to be looked at
# part: floods
# line: "limits": { "blob": "32MiB" }
[ "$REHEARSAL_BLOB" -le 268435456 ] || skip "limits.blob is $REHEARSAL_BLOB bytes"
head -c "$((REHEARSAL_BLOB + 1))" /dev/zero | put "${inside}rehearsal.bin"
commit
attempt "HEAD:$main"
