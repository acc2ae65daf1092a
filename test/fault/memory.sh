# Memory that runs out in the hooks, once or from then on: nothing lands that must not, what is refused is refused with a
# word, and the next push is judged as ever.
#
# A few allocations of each hook are tried, spread over all that there are; FAULT_POINTS=N tries N, FAULT_POINTS=all all.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/fault.inc"

: "${FAULT_POINTS:=6}"

[ -e "$tools/failalloc.so" ] || {
	echo "1..0 # SKIP this build has nothing that makes memory run out"
	trap - EXIT
	rm -rf "$story"
	exit 77
}

governed()
{
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/", "/.github/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ],
  "webhooks": [ { "url": "http://127.0.0.1:1/" } ] }
JSON
	agent claude-code
}

# out_of_memory HOOK: from now on what $story/at says happens in it.
out_of_memory()
{
	echo 0 >"$story/at"
	hook_under "$1" "FAILALLOC_AT=\$(cat '$story/at') FAILALLOC_COUNT='$story/count' LD_PRELOAD='$tools/failalloc.so'"
}

# judged OUTCOME: the push whose hook had no memory landed only if it may, and what was said of it is so.
judged()
{
	new=$(in_work rev-parse HEAD)
	if [ "$(ref_of refs/heads/main)" = "$new" ]; then
		[ "$1" = landed ] || fail "at $(cat "$story/at"): what is held landed"
		countersign log --json --repo "$server" | grep -q "$new" || fail "at $(cat "$story/at"): no row of what landed"
	else
		[ "$pushed_status" -ne 0 ] || fail "at $(cat "$story/at"): git says that it landed"
		grep -q 'countersign: ' "$out" || fail "at $(cat "$story/at"): refused without a word"
	fi
	said_held=$(sed -n 's|^.*refs/heads/main is held: \([0-9a-f]\{16\}\) *$|\1|p' "$out" | head -n 1)
	[ -z "$said_held" ] || [ "$(on_server cat-file -t "refs/countersign/holds/$said_held" 2>/dev/null)" = tag ] ||
		fail "at $(cat "$story/at"): the hold $said_held cannot be fetched"
}

# sweep HOOK OUTCOME PATH
sweep()
{
	sentence "When memory runs out in $1, what must be $2 is $2 or refused, and is $2 when it is pushed again"
	server
	governed
	out_of_memory "$1"
	commit "$3" first
	push main
	expect "$2"
	calls=$(cat "$story/count")
	[ "$calls" -gt 10 ] || fail "few allocations are seen: $calls"
	for sticks in '' +; do
		for point in $(points "$calls" 0); do
			echo "$point$sticks" >"$story/at"
			commit "$3" "$point$sticks $(date +%N)"
			echo 0 >"$story/count"
			push main
			met "$point"
			judged "$2"
			echo 0 >"$story/at"
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
