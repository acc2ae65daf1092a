# title: pushes a commit that two programs read differently
# part: refs
put "${inside}rehearsal-note.txt" 'Whose is it?'
commit
in_work cat-file commit HEAD | sed -e 's/^\(author .*\)$/\1\nauthor A Person <person@rehearsal.invalid> 0 +0000/' >"$REHEARSAL_PLAY/commit"
in_work update-ref --no-deref HEAD "$(in_work hash-object -t commit -w --literally "$REHEARSAL_PLAY/commit")"
on_server config receive.fsckObjects false
attempt "HEAD:$main"
