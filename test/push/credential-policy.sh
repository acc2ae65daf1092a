#!/bin/sh
# What a policy says of credentials: from which confidence on they are refused, and which may stay.
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

sentence "By default what is sure or likely is denied and not stored, and what is unlikely lands"
governed '"action": "deny",'
commit src/a.py "token = '$token'"
push main
expect denied
said 'GitHub token (github-token, certain), fingerprint'
said 'revoke it at https://github.com/settings/tokens'
in_work reset -q --hard HEAD~1
commit src/a.py "password = '$password'"
push main
expect denied
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
expect denied
said '(password, low)'
governed '"action": "deny", "deny_from": "certain", "hold_from": "high",'
commit src/a.py "password = '$password'"
push main
expect landed
commit src/b.py "token = '$token'"
push main
expect denied

sentence "A rule that holds stores nothing either"
governed '"action": "hold",'
commit src/a.py "token = '$token'"
push main
expect denied

sentence "A fingerprint that is allowed may stay; another value, and after the end date, may not"
governed '"action": "deny",'
commit src/a.py "password = '$password'"
push main
expect denied
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
expect denied
allowing "{ \"fingerprint\": \"$known\", \"reason\": \"of a test server\", \"until\": \"2999-01-01\" }"
push main
expect landed
commit src/b.py "password = '${password}9'"
push main
expect denied

sentence "A kind that is allowed below a path may stay there, and nowhere else"
governed '"action": "deny",' '"allow": [ { "kind": "password", "paths": ["/test/keys/"], "reason": "made up" } ],'
commit test/keys/a.yml "password: $password"
push main
expect landed
commit src/a.yml "password: $password"
push main
expect denied
in_work reset -q --hard HEAD~1
commit test/keys/b.yml "token: $token"
push main
expect denied

sentence "The verdict object has kind, confidence, place, fingerprint and remedy, and not the secret"
governed '"action": "deny",'
commit src/a.py "x = 1
  password = '$password'"
push --push-option=countersign=json main
expect denied
verdict findings.0.kind password
verdict findings.0.confidence medium
verdict findings.0.line 2
verdict findings.0.column 15
verdict findings.0.fingerprint "$(fingerprint)"
unsaid "$password"
! grep -r -q -F -e "$password" "$server/countersign" || fail 'the state tells it'

. "${0%/*}/signing.inc"

# refused_digest: of the last push, which was denied: $digest and $hold name what was found.
refused_digest()
{
	digest=$(sed -n 's/^.*countersign-json: //p' "$out" | "$tools/story-json" digest)
	hold=$(printf '%.16s' "$digest")
}

sentence "A likely one is stored nowhere, and lands when a person has approved its digest"
for action in deny hold; do
	server
	key alice
	policy <<JSON
{ "version": 1, "refs": ["HEAD"],
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "groups": ["security"], "keys": ["$(key_of alice)"] } },
  "rules": [ { "name": "credentials", "content": ["class:credentials"], "action": "$action", "approvers": ["security"], "refs": ["refs/**"] } ] }
JSON
	person robot
	agent claude-code
	branch work origin/main
	commit src/a.py "password = '$password'"
	as dev1
	push --push-option=countersign=json work:main
	expect denied
	said "git countersign approve"
	refused_digest
	same 'holds' "$(refs_of refs/countersign/holds | wc -l)" 0
	(
		person alice
		tag_as alice approve origin/main
	)
	as alice
	push "+approval:refs/countersign/approvals/$hold/alice"
	expect landed
	as dev1
	push work:main
	expect landed
	said 'approved by alice'
	agent none
	commit docs/fine.md 'x'
	push work:main
	expect landed
done
