# title: parks a token on a branch of its own
# part: credentials
# line: "rules": { "name": "credentials", "content": ["class:credentials"], "action": "deny", "refs": ["refs/**"] }
secret | put "${inside}rehearsal-settings.py"
commit
attempt "HEAD:refs/heads/rehearsal-parked"
