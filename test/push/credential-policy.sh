#!/bin/sh
# What a policy says of credentials: from which confidence on they are held or denied, and which may stay.
. "${0%/*}/lib.sh"

token=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
password=Kx7mP
password=${password}q2Tz9

# governed RULE-KEYS [TOP-KEYS]
governed()
{
	server
	policy <<JSON
{ "version": 1, "refs": ["HEAD"], ${2:-}
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "groups": ["security"] } },
  "rules": [ { "name": "credentials", "content": ["class:credentials"], $1 "approvers": ["security"], "refs": ["refs/**"] } ] }
JSON
	agent claude-code
}

fingerprint()
{
	sed -n 's/^.*, fingerprint \([0-9a-f]\{32\}\) *$/\1/p' "$out" | head -n 1
}

sentence "By default what is sure is denied, what is likely is held, and what is unlikely lands"
governed '"action": "deny",'
commit src/a.py "token = '$token'"
push main
expect denied
said 'GitHub token (github-token, certain), fingerprint'
said 'revoke it: Revoke it at https://github.com/settings/tokens'
in_work reset -q --hard HEAD~1
commit src/a.py "password = '$password'"
push main
expect held
said '(password, medium)'
in_work reset -q --hard HEAD~1
commit src/a.py "password = 'summer'"
push main
expect landed

sentence "deny_from and hold_from move the lines"
governed '"action": "deny", "deny_from": "medium", "hold_from": "low",'
commit src/a.py "password = '$password'"
push main
expect denied
in_work reset -q --hard HEAD~1
commit src/a.py "password = 'summer'"
push main
expect held
said '(password, low)'
governed '"action": "deny", "deny_from": "certain", "hold_from": "high",'
commit src/a.py "password = '$password'"
push main
expect landed
commit src/b.py "token = '$token'"
push main
expect denied

sentence "A rule that holds denies nothing"
governed '"action": "hold",'
commit src/a.py "token = '$token'"
push main
expect held

sentence "A fingerprint that is allowed may stay; another value, and after the end date, may not"
governed '"action": "deny",'
commit src/a.py "password = '$password'"
push main
expect held
known=$(fingerprint)
allowing()
{
	policy <<JSON
{ "version": 1, "refs": ["HEAD"], "allow": [ $1 ],
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "groups": ["security"] } },
  "rules": [ { "name": "credentials", "content": ["class:credentials"], "action": "deny", "approvers": ["security"], "refs": ["refs/**"] } ] }
JSON
}
allowing "{ \"fingerprint\": \"$known\", \"reason\": \"of a test server\", \"until\": \"2001-01-01\" }"
push main
expect held
allowing "{ \"fingerprint\": \"$known\", \"reason\": \"of a test server\", \"until\": \"2999-01-01\" }"
push main
expect landed
commit src/b.py "password = '${password}9'"
push main
expect held

sentence "A kind that is allowed below a path may stay there, and nowhere else"
governed '"action": "deny",' '"allow": [ { "kind": "password", "paths": ["/test/keys/"], "reason": "made up" } ],'
commit test/keys/a.yml "password: $password"
push main
expect landed
commit src/a.yml "password: $password"
push main
expect held
in_work reset -q --hard HEAD~1
commit test/keys/b.yml "token: $token"
push main
expect denied

sentence "The verdict object has kind, confidence, place, fingerprint and remedy, and not the secret"
governed '"action": "deny",'
commit src/a.py "x = 1
  password = '$password'"
push --push-option=countersign=json main
expect held
verdict findings.0.kind password
verdict findings.0.confidence medium
verdict findings.0.line 2
verdict findings.0.column 15
verdict findings.0.fingerprint "$(fingerprint)"
unsaid "$password"
! on_server cat-file -p "refs/countersign/holds/$hold" | grep -q -F -e "$password" || fail 'the hold tells it'
