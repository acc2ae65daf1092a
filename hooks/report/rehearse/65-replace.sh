# title: makes git show another commit in place of the main branch's
# part: refs
as rehearsal-bot
put "${inside}rehearsal-note.txt" 'Another history.'
commit
attempt "HEAD:refs/replace/$(on_server rev-parse "$main")"
