# title: slips a token into a merge
# part: credentials
# line: "rules": { "name": "credentials", "content": ["class:credentials"], "action": "deny", "refs": ["refs/**"] }
base=$(in_work rev-parse HEAD)
put "${inside}rehearsal-one.txt" 'One.'
commit
one=$(in_work rev-parse HEAD)
back "$base"
put "${inside}rehearsal-two.txt" 'Two.'
commit
put "${inside}rehearsal-one.txt" 'One.'
secret | put "${inside}rehearsal-two.py"
commit Merge -p "$one"
attempt "HEAD:$main"
