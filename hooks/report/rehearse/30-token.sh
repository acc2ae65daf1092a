# title: commits a token
# part: credentials
# line: "rules": { "name": "credentials", "content": ["class:credentials"], "action": "deny", "refs": ["refs/**"] }
secret | put "${inside}rehearsal-settings.py"
commit
attempt "HEAD:$main"
