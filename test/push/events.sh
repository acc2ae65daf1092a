# Events: what people are told of a push.
. "${0%/*}/lib.sh"

# receiver [OPTION...]: a receiver of this sentence's own; its lines are in $story/received, its address in $url.
receiver()
{
	receiver_end
	: >"$story/received"
	printf 'a secret of at least twenty-four bytes\n' >"$story/secret"
	chmod 600 "$story/secret"
	rm -f "$story/port"
	mkfifo "$story/ready"
	"$tools/receiver" --secret "$story/secret" --out "$story/received" "$@" >"$story/ready" 2>/dev/null &
	receiver_pid=$!
	read -r port <"$story/ready"
	rm "$story/ready"
	url=http://127.0.0.1:$port/hook
}

receiver_end()
{
	if [ -n "${receiver_pid:-}" ]; then
		kill "$receiver_pid" 2>/dev/null || :
		wait "$receiver_pid" 2>/dev/null || :
		receiver_pid=
	fi
}

governed()
{
	policy <<JSON
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/", "/.github/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" },
             { "name": "watch", "paths": ["/src/watched.c"], "action": "warn" } ],
  "webhooks": [ { "url": "$url", "secret_file": "$story/secret" } ] }
JSON
	agent claude-code
}

# delivered TYPE: such an event has come, with a good signature; the deliverer is asked once more, and waited for.  (With a
# list it does not stay for retries, of which there are some where a machine has no mail.)
delivered()
{
	printf '%s\n' "$server" >"$story/list"
	"$prefix/bin/countersign-deliver" --list "$story/list" >/dev/null 2>&1 || :
	tr -d '\n' <"$story/received" | grep -q "good.*\"type\":\"$1\"" || {
		cp "$story/received" "$out"
		fail "no event '$1' has come"
	}
}

sentence "A held push is told to the webhook, signed, and not told twice"
server
receiver
governed
commit .github/workflows/ci.yml 'on: push'
push main
expect held
delivered held
grep -q "\"hold\":\"$hold\"" "$story/received" || fail "the hold is not named"
push main
expect held
delivered held
same "the number of events" 1 "$(grep -c '"type":"held"' "$story/received")"

sentence "A webhook for HEAD hears of the branch that HEAD names, and of no other"
for refs in '"HEAD"' '"refs/heads/**", "!HEAD"'; do
	server
	receiver
	policy <<JSON
{ "version": 1, "refs": ["refs/heads/**"], "agents": { "*": { "scope": ["/**"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ],
  "webhooks": [ { "url": "$url", "secret_file": "$story/secret", "refs": [$refs] } ] }
JSON
	agent claude-code
	commit .github/workflows/ci.yml "on: $title"
	case $refs in '"HEAD"') heard=main unheard=other ;; *) heard=other unheard=main ;; esac
	push "HEAD:refs/heads/$unheard"
	expect held "refs/heads/$unheard"
	push "HEAD:refs/heads/$heard"
	expect held "refs/heads/$heard"
	delivered held
	same "the number of events" 1 "$(grep -c '"type":"held"' "$story/received")"
	grep '"type":"held"' "$story/received" | grep -q "refs/heads/$heard" || fail 'it tells of the other'
done

sentence "A denied push and a warning are told, too, and an innocent push is not"
server
receiver
governed
commit docs/x.md 'x'
push main
expect denied
delivered denied
in_work reset -q --hard HEAD~1
commit src/watched.c 'x'
push main
expect landed
delivered warned
agent none
person alice
commit docs/x.md 'x'
push main
expect landed
same "the number of events" 2 "$(wc -l <"$story/received" | tr -d ' ')"

sentence "A receiver that is down leaves the push alone, and the event waits"
server
receiver
governed
receiver_end
commit .github/workflows/ci.yml 'on: push'
push main
expect held
receiver_end

# policies: how many rows of the log say that the policy is another one.
policies()
{
	countersign log --json --repo "$server" | grep -c '"kind":"policy"' || :
}

sentence "The first row under another policy follows one that says so, and an innocent push writes none"
server
receiver
governed
before=$(policies)
commit .github/workflows/ci.yml 'on: push'
push main
expect held
push main
same "the rows about the policy" $((before + 1)) "$(policies)"
sed -i 's/"warn"/"hold"/' "$server/countersign/policy.json"
agent none
in_work reset -q --hard HEAD~1
commit docs/x.md 'x'
push main
expect landed
same "the rows about the policy" $((before + 1)) "$(policies)"
agent claude-code
commit src/watched.c 'x'
push main
expect held
same "the rows about the policy" $((before + 2)) "$(policies)"
exits 0 countersign log verify --repo "$server"
exits 0 countersign log verify --json --repo "$server"
said '{"log_is":"whole","rows":'
receiver_end

sentence "What was delivered a week ago or given up a season ago is forgotten, and nothing that is younger or waits"
# A deliverer of the last pushes would find the next server in the place of theirs, and send what it has, too.
for pid in $(pgrep -f -- "countersign-deliver.* $server\$"); do
	kill "$pid" 2>/dev/null || :
	tail -s 0.05 --pid="$pid" -f /dev/null
done
server
receiver
"$tools/statetool" "$server" event 700 "{\"format\":\"json\",\"url\":\"$url\"}"
# old FIRST LAST STATUS DAYS
old()
{
	echo "UPDATE event SET status = '$3', changed = (strftime('%s', 'now') - $4 * 86400) * 1000 WHERE seq BETWEEN $1 AND $2;"
}
{
	old 1 300 delivered 8
	old 301 320 delivered 6
	old 321 620 dead 91
	old 621 640 dead 89
	old 641 660 waiting 400
} >"$story/old.sql"
"$tools/statetool" "$server" sql "$story/old.sql"
echo "$server" >"$story/list"
exits 0 "$prefix/bin/countersign-deliver" --list "$story/list"
countersign events --json --repo "$server" >"$story/events"
same 'given up' 20 "$(grep -c '"status":"dead"' "$story/events")"
same 'waiting' 20 "$(grep -c '"status":"waiting"' "$story/events")"
same 'delivered' 60 "$(grep -c '"status":"delivered"' "$story/events")"
same 'what came' 40 "$(wc -l <"$story/received" | tr -d ' ')"
receiver_end

sentence "Who brought people's commits is remembered, and nothing is logged"
server
policy <<JSON
{ "version": 1, "people": { "bob": { "accounts": ["bob"] } },
  "rules": [ { "name": "payments", "paths": ["/payments/"], "by": "anyone", "action": "hold", "approvers": ["bob"] } ] }
JSON
agent none
countersign log --repo "$server" >"$story/rows"
commit docs/x.md 'x'
push main
expect landed
exits 0 countersign log --repo "$server"
same "the log" "$(cat "$story/rows")" "$(cat "$out")"

sentence "A log that was tampered with is told once, by whoever verifies it first"
server
receiver
governed
commit docs/x.md 'x'
push main
expect denied
delivered denied
LC_ALL=C sed -i 's/claude-code/claude-cade/' "$server"/countersign/state.db*
exits 1 countersign log verify --repo "$server"
said 'is not what was written'
exits 1 countersign log verify --json --repo "$server"
said '{"log_is":"altered","row":'
delivered tampered
grep -q '"log_is":"altered","row":' "$story/received" || fail 'it is not told what is broken'
exits 1 countersign log verify --repo "$server"
delivered tampered
same "the number of events" 1 "$(grep -c '"type":"tampered"' "$story/received")"
receiver_end

# owned: an agent that alice answers for; the receiver hears of it, and mail goes to her.
owned()
{
	policy <<JSON
{ "version": 1, "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"] } },
  "agents": { "*": { "scope": ["/src/"] }, "claude-code": { "owner": "alice" } },
  "webhooks": [ { "url": "$url", "secret_file": "$story/secret" },
                { "format": "mail", "to": ["owner"], "events": ["denied", "stopped"] } ] }
JSON
	agent claude-code
}

# mailed TYPE: to whom that event waits to be mailed.
mailed()
{
	sqlite3 "$server/countersign/state.db" "SELECT webhook FROM event WHERE type = '$1' AND webhook LIKE '%mail%'" 2>/dev/null |
		sed -n 's/.*"to":\[\([^]]*\)\].*/\1/p'
}

sentence "Who answers for an agent is told of it, by mail and in the event, when it is denied and when it is stopped"
server
receiver
owned
commit docs/x.md 'x'
push main
expect denied
delivered denied
grep -q '"owners":\["alice"\]' "$story/received" || fail 'the event does not say who answers for it'
countersign stop claude-code --reason 'leaked' --repo "$server" >"$out"
delivered stopped
same 'events with an owner' 2 "$(grep -c '"owners":\["alice"\]' "$story/received")"
if command -v sqlite3 >/dev/null; then
	same 'the mail about the denial goes' '"alice@example.com"' "$(mailed denied)"
	same 'the mail about the stop goes' '"alice@example.com"' "$(mailed stopped)"
fi
receiver_end

sentence "A sample of each event goes by mail to an address, a person or a group of the policy, once to each"
server
policy <<JSON
{ "version": 1, "people": {
    "alice": { "emails": ["alice@example.com"], "groups": ["security"] },
    "bob": { "emails": ["bob@example.com", "bob@example.org"], "groups": ["security", "platform"] },
    "carol": { "groups": ["nobody"] } },
  "rules": [ { "name": "a", "paths": ["/a/"], "action": "hold", "approvers": ["security", "platform", "nobody"] } ] }
JSON
printf '#!/bin/sh\ncat >>"%s"\nexit "$(cat "%s")"\n' "$story/mails" "$story/exit" >"$story/sendmail"
chmod 755 "$story/sendmail"
echo 0 >"$story/exit"

# mailed_to WHOM ADDRESSES
mailed_to()
{
	: >"$story/mails"
	exits 0 countersign events test "$1" --sendmail "$story/sendmail" --repo "$server"
	said "to $2"
	same "mails to $1" 14 "$(grep -c '^Subject: ' "$story/mails")"
	same "who is written to for $1" "$2" "$(sed -n '/^To: /{:a;N;/\nSubject/!ba;s/\nSubject.*//;s/^To: //;s/\n *//g;p}' "$story/mails" | sort -u)"
}
mailed_to dave@example.com dave@example.com
mailed_to bob bob@example.com
mailed_to security alice@example.com,bob@example.com
mailed_to platform bob@example.com
for nobody in nobody stranger owner; do
	exits 2 countersign events test "$nobody" --sendmail "$story/sendmail" --repo "$server"
	said "$nobody is not an http:// or https:// address, a mail address"
done
echo 75 >"$story/exit"
exits 1 countersign events test security --sendmail "$story/sendmail" --repo "$server"
said 'ended with 75'
exits 1 countersign events test security --sendmail "$story/nowhere" --repo "$server"
said 'cannot be run'
exits 2 countersign events test security --format slack --repo "$server"
exits 2 countersign events test security --secret "$story/exit" --repo "$server"
