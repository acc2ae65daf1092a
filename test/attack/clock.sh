# A server's clock that is set back revives nothing that has been seen to be over.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/../push/signing.inc"

# seen DAYS: something was logged when the clock was so many days on; then it was set back to now.
seen()
{
	sqlite3 "$server/countersign/state.db" "UPDATE value SET value = CAST(value AS INTEGER) + $1 * 86400 WHERE name = 'time-seen'"
}

time_seen()
{
	sqlite3 "$server/countersign/state.db" "SELECT value FROM value WHERE name = 'time-seen'"
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
