# Who is called by a message about a hold, and who is reminded of what waits: people, by what the policy says they are
# called; never anybody whom a pusher names.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

# told [TERMS]: bob and dave can approve; carol answers for the agent; messages go to a chat, and mail to alice.
told()
{
	: >"$story/received"
	rm -f "$story/port" "$story/ready"
	[ -z "${receiver_pid:-}" ] || kill "$receiver_pid" 2>/dev/null || :
	mkfifo "$story/ready"
	"$tools/receiver" --out "$story/received" >"$story/ready" 2>/dev/null &
	receiver_pid=$!
	read -r port <"$story/ready"
	for name in bob carol dave; do
		key "$name"
	done
	policy <<JSON
{ "version": 1, "refs": ["HEAD"],
  "people": {
    "alice": { "emails": ["alice@example.com"], "accounts": ["alice"] },
    "bob":   { "emails": ["bob@example.com"], "accounts": ["bob"], "groups": ["platform"], "keys": ["$(key_of bob)"],
               "mention": { "slack": "U00BOB00", "discord": "803511102246789120", "http://127.0.0.1:$port/other": "U00OTHER" } },
    "dave":  { "emails": ["dave@example.com"], "accounts": ["dave"], "groups": ["platform"], "keys": ["$(key_of dave)"],
               "mention": { "slack": "U00DAVE0" } },
    "carol": { "emails": ["carol@example.com"], "accounts": ["carol"], "groups": ["platform"], "keys": ["$(key_of carol)"],
               "mention": { "slack": "U0CAROL0" } } },
  "agents": { "claude-code": { "owner": "carol" } },
  "rules": [ $rules ], "approval": ${1:-{\}},
  "webhooks": [ { "url": "http://127.0.0.1:$port/hook", "format": "slack", "events": ["held"] },
                { "url": "http://127.0.0.1:$port/other", "format": "slack", "events": ["held"] },
                { "url": "http://127.0.0.1:$port/discord", "format": "discord", "events": ["held"] },
                { "format": "mail", "to": ["alice"], "events": ["reminded"] } ] }
JSON
}

# Sends all that waits.
sends()
{
	printf '%s\n' "$server" >"$story/list"
	countersign events retry --repo "$server" >/dev/null
	"$prefix/bin/countersign-deliver" --list "$story/list" >/dev/null 2>&1 || :
	tr -d '\n' <"$story/received" >"$out"
}

# Where mails are addressed, in the outbox.
mail_goes()
{
	cat "$server"/countersign/state.db* | tr -d '\000' >"$out"
	said "$1"
	unsaid '"to":["alice'
}

# The time that has passed since people were reminded last, and since it is held, is more than long enough.
a_day_later()
{
	cat >"$story/later.sql" <<SQL
UPDATE hold SET since = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-5 days');
UPDATE value SET value = json_replace(value, '\$."$hold".last', 1) WHERE name = 'reminded';
SQL
	"$tools/statetool" "$server" sql "$story/later.sql"
}

tidied()
{
	: >"$story/received"
	exits 0 countersign tidy --repo "$server"
	said " $1 reminded"
	sends
}

holds_one()
{
	agent claude-code
	branch work origin/main
	commit infra/main.tf 'one' "${1:-Change it}"
	push work:main
	expect held
}

sentence "Those who can approve are called where they can be, and nobody whom a pusher names"
server
told
holds_one 'Now <!channel> <@U00EVIL0> @here @bob `<@U00EVIL1>'
sends
said 'Held for review in `server`, `main`: '
said '` <@U00BOB00> <@U00DAVE0>"'
said '` <@U00OTHER> <@U00DAVE0>"'
said ' <@803511102246789120>'
said '"users":["803511102246789120"]'
for name in '<!channel>' '<@U00EVIL0>' '<@U00EVIL1>' '<@U0CAROL0>'; do
	grep -F '"text":"Held' "$story/received" | grep -qF "$name" && fail "$name is called"
done

sentence "Whoever pushed it is not called to approve it"
server
told
account=bob
holds_one
sends
said '` <@U00DAVE0>"'
unsaid 'U00BOB00'

sentence "Nobody is reminded unless the policy says so, nor before it has waited so long"
server
told
holds_one
sends
a_day_later
tidied 0
server
told '{ "remind": "2d" }'
holds_one
sends
tidied 0

sentence "First the owner is reminded, a day later who may approve; never twice a day"
server
told '{ "remind": "2d" }'
holds_one
sends
a_day_later
tidied 1
said 'Still waiting for review in `server`, `main`: `Change it` by `claude-code (trailer)`'
said '` <@U0CAROL0>"'
unsaid 'U00BOB00'
said 'Waiting since: `'
said "git countersign approve $hold"
mail_goes '"to":["carol@example.com"]'
tidied 0
a_day_later
tidied 1
said '` <@U00BOB00> <@U00DAVE0>"'
unsaid 'U0CAROL0'
mail_goes '"to":["bob@example.com","dave@example.com"]'
tidied 0
exits 0 countersign log --repo "$server"
said reminded
exits 0 countersign log verify --repo "$server"

sentence "Two who tidy at once remind once"
server
told '{ "remind": "1h" }'
holds_one
a_day_later
sends
: >"$story/received"
countersign tidy --repo "$server" >"$story/one" 2>&1 &
first=$!
countersign tidy --repo "$server" >"$story/two" 2>&1 || fail "$(cat "$story/two")"
wait "$first" || fail "$(cat "$story/one")"
same 'reminders' "$(cat "$story/one" "$story/two" | grep -c ' 1 reminded')" 1
sends
same 'messages' "$(grep -o '"fallback":"Still waiting' "$story/received" | wc -l)" 2

sentence "Nobody is reminded of what is rejected, approved, landed or cannot be approved"
server
told '{ "remind": "1h" }'
holds_one
sends
a_day_later
digest=$(digest_of "$hold")
approved bob
tidied 0
push_again
expect landed
a_day_later
tidied 0
branch other origin/main
commit infra/main.tf 'two'
push other:main
expect held
a_day_later
digest=$(digest_of "$hold")
decide bob reject
expect landed
tidied 0
exits 0 countersign log verify --repo "$server"
[ -z "${receiver_pid:-}" ] || kill "$receiver_pid" 2>/dev/null || :
