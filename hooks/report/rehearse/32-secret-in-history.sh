# title: commits a token and removes it in the next commit
# part: credentials
# line: "rules": { "name": "credentials", "content": ["class:credentials"], "action": "deny", "refs": ["refs/**"] }
secret | put "${inside}rehearsal-settings.py"
commit
drop "${inside}rehearsal-settings.py"
commit
attempt "HEAD:$main"
