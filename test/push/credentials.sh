# Credentials: what an agent must never bring in (threats F).
. "${0%/*}/lib.sh"

# A key made here, so that no scanner finds it in this file.
key()
{
	openssl genpkey -algorithm ed25519 2>/dev/null
}

governed()
{
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD"],
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "groups": ["security"] } },
  "rules": [ { "name": "credentials", "content": ["class:credentials"], "action": "deny", "approvers": ["security"], "refs": ["refs/**"] } ] }
JSON
	agent claude-code
}

nowhere()
{
	secret=$(printf '%s' "$1" | tail -n 2 | head -n 1)
	for object in $(on_server cat-file --batch-all-objects --batch-check='%(objectname)'); do
		! on_server cat-file -p "$object" | grep -a -q -F -e "$secret" || fail "the secret is in $object"
	done
	! grep -a -q -F -e "$secret" "$out" || fail "the secret was told"
	! grep -a -q -F -e "$secret" "$server/countersign/state.db" || fail "the secret is in the state"
}

sentence "A private key is denied, on any branch, and is nowhere in the repository"
server
governed
secret=$(key)
commit src/key.txt "$secret"
push main:refs/heads/free
expect denied
said 'credentials  src/key.txt:1'
nowhere "$secret"
in_work reset -q --hard HEAD~1
commit src/ok.txt 'nothing'
push main
expect landed

sentence "A key that the next commit takes out is found in the first"
server
governed
secret=$(key)
commit src/key.txt "$secret"
in_work rm -q src/key.txt
record 'Never mind'
push main
expect denied
nowhere "$secret"

sentence "A credential in a commit message is found"
server
governed
secret=$(key)
record "Add it

$secret"
push main
expect denied
nowhere "$secret"

sentence "What stood there before is not new, unless its line was touched"
server
governed
agent none
secret=$(key)
commit src/key.txt "$secret"
as alice
push main
expect landed
agent claude-code
commit src/key.txt "$(printf '%s\n# a comment' "$secret")"
push main
expect landed
in_work reset -q --hard HEAD
commit src/copy.txt "$secret"
push main
expect denied

sentence "A comment that says it is allowed allows nothing"
server
governed
commit src/key.txt "$(key | sed '1s/$/ /') # gitleaks:allow"
write .gitleaksignore 'src/key.txt'
record 'Ignore it'
push main
expect denied
