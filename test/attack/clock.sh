# A server's clock that is set back revives nothing that has been seen to be over.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/../push/signing.inc"
. "${0%/*}/../push/glass.inc"

# seen DAYS: something was logged when the clock was so many days on; then it was set back to now.
seen()
{
	sqlite3 "$server/countersign/state.db" "UPDATE value SET value = CAST(value AS INTEGER) + $1 * 86400 WHERE name = 'time-seen'"
}

# passed DAYS: so many days have passed since, by a clock that is right again.
passed()
{
	sqlite3 "$server/countersign/state.db" "
		WITH w(a, r) AS (SELECT substr(value, 1, instr(value, ' ') - 1), substr(value, instr(value, ' ') + 1) FROM value WHERE name = 'time-seen')
		UPDATE value SET value = (SELECT a || ' ' || (CAST(r AS INTEGER) + $1 * 86400) || ' ' || substr(r, instr(r, ' ') + 1) FROM w) WHERE name = 'time-seen'"
}

time_seen()
{
	sqlite3 "$server/countersign/state.db" "SELECT CAST(value AS INTEGER) FROM value WHERE name = 'time-seen'"
}

command -v sqlite3 >/dev/null || {
	echo '1..0 # SKIP there is no sqlite3'
	exit 77
}

sentence "The time of the latest row is remembered, and never goes back"
server
governed
before=$(date +%s)
hold_change
[ "$(time_seen)" -ge "$before" ] || fail "the time of the row is not remembered"
seen 3
ahead=$(time_seen)
hold_change infra/other.tf
[ "$(time_seen)" -ge "$ahead" ] || fail "it went back"

sentence "An approval that was seen to expire stays so"
server
governed
hold_change
approved alice bob
seen 20
push_again
expect held
seen -20
push_again
expect landed

sentence "An approval that is given after the clock was once far ahead lasts as long as any"
server
governed '{ "expires": "2d" }'
hold_change
approved alice
seen 20
push_again
expect held
said 'the approval of alice does not last any more'
approved bob
push_again
expect landed
said 'approved by bob'
hold_change infra/next.tf
approved bob
passed 3
push_again
expect held
said 'the approval of bob does not last any more'
passed -3
push_again
expect landed

sentence "So does a merge that is signed after it, and none that was signed before"
server
governed '{ "accept": ["tag", "merge"], "expires": "2d" }'
agent_work
merged_by bob
seen 20
as bob
push main
expect held
said 'the approval of bob does not last any more'
in_work reset -q --hard HEAD^
(
	GIT_COMMITTER_DATE="@$(($(date +%s) + 2)) +0000"
	export GIT_COMMITTER_DATE
	merged_by bob
)
as bob
push main
expect landed

sentence "A hold that was made while the clock was far ahead expires as any, and none before its time"
server
governed '{ "expires": "14d" }'
person robot
agent claude-code
branch early origin/main
commit infra/early.tf resource
push early:refs/heads/release/1
expect held
early=$hold
seen 20
hold_change infra/ahead.tf
sqlite3 "$server/countersign/state.db" "UPDATE hold SET since = strftime('%Y-%m-%dT%H:%M:%S.000Z', 'now', '+20 days') WHERE id = '$hold'"
exits 0 countersign tidy --repo "$server"
said ' 0 expired'
passed 13
exits 0 countersign tidy --repo "$server"
said ' 0 expired'
passed 2
exits 0 countersign tidy --repo "$server"
said ' 1 expired'
same 'what is held' "$(refs_of refs/countersign/holds | cut -d ' ' -f 1)" "refs/countersign/holds/$early"
sqlite3 "$server/countersign/state.db" "UPDATE hold SET since = strftime('%Y-%m-%dT%H:%M:%S.000Z', 'now', '-15 days') WHERE id = '$early'"
exits 0 countersign tidy --repo "$server"
said ' 1 expired'

sentence "What broken glass is owed is paid by approvals that last, and by no other"
breakable '{ "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["platform"], "approvals": 2 }'
on_repository_policy '"approval": {}' '"approval": { "expires": "2d" }'
emergency
break_glass alice 'the site is down'
expect landed
owed
hold=$debt digest=$(digest_of "$debt")
approved bob
passed 3
approved dave
exits 0 countersign holds --repo "$server"
said "$debt  owed"
passed -3
(
	GIT_COMMITTER_DATE="@$(($(date +%s) + 2)) +0000"
	export GIT_COMMITTER_DATE
	approved dave
)
exits 0 countersign holds --repo "$server"
unsaid "$debt"

sentence "A budget that was spent while the clock was far ahead is not spent for as long"
server
policy <<'JSON'
{ "version": 1, "people": { "carol": { "emails": ["carol@example.com"] } },
  "agents": { "release-bot": { "owner": "carol", "accounts": ["release-bot"], "budget": { "pushes": "1/h" } } } }
JSON
as release-bot
commit src/a.c 1
push main
expect landed
seen 20
commit src/a.c 2
push main
expect landed
commit src/a.c 3
push main
expect denied
said "there is room at $(date -u +%Y-%m-%d)"
passed 1
push main
expect landed

sentence "What a clock does that was set back is told to who is denied for it and in status, and an admin can take it for right"
server
policy <<JSON
{ "version": 1, "refs": ["HEAD"],
  "agents": { "claude-code": { "expires": "$(date -u -d '+10 days' +%Y-%m-%d)", "scope": ["/src/"] } } }
JSON
agent claude-code
commit src/a.c x
push main
expect landed
exits 0 countersign status --repo "$server"
unsaid 'clock'
seen 20
commit src/a.c y
push main
expect denied
said 'has expired and may push nothing: the server'
exits 1 countersign status --repo "$server"
said 'clock: is at'
said 'countersign state clock --reason TEXT'
exits 2 countersign state clock --repo "$server"
exits 0 countersign state clock --reason 'The clock was wrong for an hour.' --repo "$server"
exits 0 countersign status --repo "$server"
exits 0 countersign log verify --repo "$server"
exits 0 countersign log --json --repo "$server"
said 'The clock was wrong for an hour.'
push main
expect landed

sentence "So does an agent that was seen to expire"
server
policy <<JSON
{ "version": 1, "refs": ["HEAD"], "agents": { "claude-code": { "expires": "$(date -u -d '+10 days' +%Y-%m-%d)" } },
  "rules": [ { "name": "infrastructure", "paths": ["/infra/"], "action": "hold" } ] }
JSON
agent claude-code
commit infra/a.tf x
push main
expect held
in_work reset -q --hard HEAD~1
commit src/a.c x
seen 20
push main
expect denied
said 'has expired'
seen -20
push main
expect landed

sentence "Whatever stands where it is remembered, who approves is heard, and pushes are judged"
for kept in '' x -5 '9223372036854775807' '0 9223372036854775807 9223372036854775807 0' \
	'9223372036854775807 9223372036854775807 1 9223372036854775807' '1 -9223372036854775808 9223372036854775807 -9' \
	'99999999999999999999 1 2 3 4' '1 x 2'; do
	server
	governed
	hold_change
	sqlite3 "$server/countersign/state.db" "UPDATE value SET value = '$kept' WHERE name = 'time-seen'"
	approved bob
	push_again
	expect landed
done
