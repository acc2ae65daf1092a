# A person in front of a browser: from the link in the message to a landed change, with a passkey and no terminal.
. "${0%/*}/lib.sh"
. "${0%/*}/review.inc"
needs_browser
own_prefix

# desk [RULE]: the page at localhost, and people of whom bob is to have a passkey.
desk()
{
	server
	port=$("$tools/port")
	site_policy <<JSON
{ "version": 1, "review": { "url": "http://localhost:$port", "presence": ${1:-false} } }
JSON
	policy <<'JSON'
{
  "version": 1,
  "people": {
    "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "groups": ["platform"] },
    "bob": { "emails": ["bob@example.com"], "accounts": ["bob"], "groups": ["platform"], "passkeys": [] },
    "carol": { "emails": ["carol@example.com"], "accounts": ["carol"], "groups": ["security"] }
  },
  "rules": [
    { "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["platform"] }
  ]
}
JSON
	agent claude-code
	commit infra/main.tf 'resource "a" { size = 2 }' 'Grow a'
	push main
	expect held
}

# enrolled: bob makes a passkey by the link; then what is on standard input.
enrolled()
{
	link=$(countersign reviewer invite bob --repo "$server" | sed -n 1p)
	{
		cat <<STEPS
passkey
open $link
see A passkey for bob
click button
see Its fingerprint is SHA256:
quiet
run '$prefix/bin/countersign' reviewer accept bob --yes --repo '$server'
STEPS
		cat
	} | browse
}

sentence "Three actions from the message to a landed change: open the link, read, touch"
desk
serve bob "$port"
enrolled <<STEPS
open http://localhost:$port/server/holds/$hold
see resource "a" { size = 2 }
click button.yes
see approved
see approved: push again
quiet
STEPS
agent none
push main
expect landed
said 'approved by bob'
