# System calls of the hooks and of the deliverer that fail, once or from then on, with an error of each class: nothing lands
# that must not, nothing that landed or was held is missing from the log, and the next push is judged as ever.
#
# A few points of each are tried, spread over all that is done; FAULT_POINTS=N tries N of each, FAULT_POINTS=all every call.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/fault.inc"

needs failat
: "${FAULT_POINTS:=2}"
errors='EIO ENOSPC+ ENOMEM EACCES EINTR EMFILE+ EROFS+'

governed()
{
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/", "/.github/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ],
  "webhooks": [ { "url": "http://127.0.0.1:1/" } ] }
JSON
	agent claude-code
}

has_row()
{
	countersign log --json --repo "$server" | grep -q "$1" || fail "$2 at $at: no row of $1"
}

# judged OUTCOME: the push that met the error landed only if it may, and what was said of it is so.
judged()
{
	new=$(in_work rev-parse HEAD)
	if [ "$(ref_of refs/heads/main)" = "$new" ]; then
		[ "$1" = landed ] || fail "at $at: what is held landed"
		has_row "$new" landed
	else
		[ "$pushed_status" -ne 0 ] || fail "at $at: git says that it landed"
		grep -q 'countersign: \|hook declined' "$out" || fail "at $at: refused without a word"
	fi
	said_held=$(sed -n 's|^.*refs/heads/main is held: \([0-9a-f]\{16\}\) *$|\1|p' "$out" | head -n 1)
	[ -z "$said_held" ] || {
		[ "$(on_server cat-file -t "refs/countersign/holds/$said_held" 2>/dev/null)" = tag ] ||
			fail "at $at: the hold $said_held cannot be fetched"
		has_row "$said_held" held
	}
}

# sweep HOOK OUTCOME PATH
sweep()
{
	sentence "Whatever fails in $1, what must be $2 is $2 or refused, and is $2 when it is pushed again"
	server
	governed
	failing "$1"
	commit "$3" first
	push main
	expect "$2"
	calls=$(calls)
	[ "$calls" -gt 10 ] || fail "few calls are seen: $calls"
	shift_by=0
	for error in $errors; do
		shift_by=$((shift_by + 13))
		for point in $(points "$calls" "$shift_by"); do
			at="$point $error"
			fault "$error" "$point"
			commit "$3" "$at $(date +%N)"
			push main
			met "$point"
			judged "$2"
			no_fault
			if [ "$(ref_of refs/heads/main)" != "$(in_work rev-parse HEAD)" ]; then
				push main
				expect "$2"
			fi
		done
	done
	all_met
	exits 0 countersign log verify --repo "$server"
}

sweep pre-receive held .github/workflows/ci.yml
sweep pre-receive landed src/main.c
sweep update landed src/main.c
sweep post-receive landed src/main.c

sentence "Whatever fails in the deliverer, each event is delivered, or waits to be"
server
: >"$story/received"
mkfifo "$story/ready"
"$tools/receiver" --out "$story/received" >"$story/ready" 2>/dev/null &
at_end "kill $!; wait $! 2>/dev/null || :"
read -r port <"$story/ready"
echo "$server" >"$story/list"
# deliver POINT ERROR: one event more, and a deliverer that fails there.
deliver()
{
	"$tools/statetool" "$server" event 1 "{\"format\":\"json\",\"url\":\"http://127.0.0.1:$port/\"}"
	queued=$((queued + 1))
	fault "$2" "$1"
	under_fault "$prefix/bin/countersign-deliver" --list "$story/list" >/dev/null 2>&1 || :
}
queued=0
deliver 0 EIO
calls=$(calls)
shift_by=0
for error in $errors; do
	shift_by=$((shift_by + 13))
	for point in $(points "$calls" "$shift_by"); do
		deliver "$point" "$error"
		met "$point"
	done
done
all_met
"$prefix/bin/countersign" events retry --repo "$server" >/dev/null 2>&1 || :
"$prefix/bin/countersign-deliver" --list "$story/list" >"$out" 2>&1 || fail 'the deliverer does not go on'
same 'events that came' "$queued" "$(cut -f 1 "$story/received" | sort -u | wc -l | tr -d ' ')"
same 'events that wait' 0 "$(countersign events --repo "$server" | grep -c -v '  delivered  ')"
