# title: commits a private key
# part: credentials
# line: "rules": { "name": "credentials", "content": ["class:credentials"], "action": "deny", "refs": ["refs/**"] }
ssh-keygen -q -t ed25519 -N '' -C '' -f "$REHEARSAL_PLAY/key"
put "${inside}rehearsal-notes" <"$REHEARSAL_PLAY/key"
commit
attempt "HEAD:$main"
