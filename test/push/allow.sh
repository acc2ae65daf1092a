# countersign allow: a false alarm may stay, by an entry in the policy that is printed and logged.
. "${0%/*}/lib.sh"

sentence "What a fingerprint allows lands, until the day; the change is printed and logged"
server
policy <<'JSON'
{ "version": 1, "rules": [ { "name": "credentials", "content": ["class:credentials"], "action": "deny", "refs": ["refs/**"] } ] }
JSON
agent claude-code
commit src/a.py "password = \"kR7vW2mQx$((1 + 1))9Lp4Zt\""
push main
expect denied
fingerprint=$(sed -n 's/.*fingerprint \([0-9a-f]\{32\}\).*/\1/p' "$out" | head -n 1)
[ -n "$fingerprint" ] || fail "no fingerprint was told"
exits 0 countersign allow "$fingerprint" --until 2037-01-01 --reason "a sample" --repo "$server"
said "+ {\"fingerprint\": \"$fingerprint\", \"reason\": \"a sample\", \"until\": \"2037-01-01\"}"
push main
expect landed
exits 0 countersign log --json --repo "$server"
said '"kind":"allowed"'
said 'a sample'
exits 0 countersign log verify --repo "$server"

sentence "Anew it replaces the entry; what the policy could not take is not written"
exits 0 countersign allow "$fingerprint" --until 2038-01-01 --reason "still a sample" --repo "$server"
said "- {\"fingerprint\": \"$fingerprint\", \"reason\": \"a sample\", \"until\": \"2037-01-01\"}"
before=$(cat "$server/countersign/policy.json")
exits 2 countersign allow "$fingerprint" --until soon --reason x --repo "$server"
for over in 2020-01-01 20200101 2020-01-01T10:00:00Z "$(date -u +%Y-%m-%d)"; do
	exits 2 countersign allow "$fingerprint" --until "$over" --reason x --repo "$server"
	said "$over is over: nothing would be allowed"
done
exits 2 countersign allow abc --until 2037-01-01 --reason x --repo "$server"
exits 2 countersign allow "$fingerprint" --reason x --repo "$server"
[ "$before" = "$(cat "$server/countersign/policy.json")" ] || fail "the policy was changed"
