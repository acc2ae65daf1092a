# title: rewinds the main branch
# part: refs
# line: "refs": ["HEAD"]
as rehearsal-bot
trailer=
put "${inside}rehearsal-note.txt" 'One.'
commit
push "HEAD:$main" || skip 'its first push is refused already under this policy'
back HEAD^
put "${inside}rehearsal-note.txt" 'Another one.'
commit
attempt "+HEAD:$main"
