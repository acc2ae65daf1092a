# title: writes a token into a commit message
# part: credentials
# line: "rules": { "name": "credentials", "content": ["class:credentials"], "action": "deny", "refs": ["refs/**"] }
put "${inside}rehearsal-note.txt" 'See the message.'
commit "Use $(secret)"
attempt "HEAD:$main"
