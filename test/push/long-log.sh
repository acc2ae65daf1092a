# A log of years, with as much remembered as there is room for, costs a push and the daily commands what a short one costs.
# System calls are counted, which are alike on every machine: whoever goes through a table reads all its pages.
. "${0%/*}/lib.sh"

! grep -q -a __asan_init "$BUILD_DIR/countersign" && "$tools/failat" 0 EIO "$story/count" /bin/true || {
	echo "skipped: processes may not be traced here, sanitizers look for leaks, or this machine is of another kind"
	trap - EXIT
	rm -rf "$story"
	exit 77
}

# long COUNT: a server with so many rows of a year, one push in twenty held, and events that were delivered.
long()
{
	server
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/", "/.github/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
	echo "UPDATE log SET time = '2020-01-01T00:00:00.000Z';" >"$story/first.sql" # as the first rows of an old log are
	"$tools/statetool" "$server" sql "$story/first.sql"
	"$tools/statetool" "$server" past "$1" 365
	cat >"$story/more.sql" <<SQL
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1 / 5) INSERT INTO event
 SELECT i, 'msg_' || i, 'held', 1, hex(zeroblob(500)), '{}', 'delivered', 1, 1, strftime('%s', 'now') * 1000, '', 0 FROM n;
SQL
	"$tools/statetool" "$server" sql "$story/more.sql"
}

# remembering COUNT: so many paths that agents changed.
remembering()
{
	cat >"$story/more.sql" <<SQL
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) INSERT INTO made
 SELECT lower(hex(randomblob(16))), 'claude-code', 0, i % 10 = 0, strftime('%s', 'now') * 1000 - i FROM n;
SQL
	"$tools/statetool" "$server" sql "$story/more.sql"
}

# counted NAME COMMAND...: how many system calls it makes, as a line of $story/$size.
counted()
{
	name=$1
	shift
	"$tools/failat" 0 EIO "$story/count" "$prefix/bin/countersign" "$@" --repo "$server" >"$out" 2>&1 || fail "it fails: $*"
	printf '%s %s\n' "$name" "$(cat "$story/count")" >>"$story/$size"
}

# pushes PATH OUTCOME: how many calls each hook makes for an agent's change there.
pushes()
{
	agent claude-code
	branch "$2" origin/main
	commit "$1" "$2"
	push "$2:main"
	expect "$2"
	commit "$1" "$2 again"
	hooks=pre-receive
	[ "$2" = held ] || hooks="$hooks post-receive" # which git runs only for what landed
	for hook in $hooks; do
		echo 0 >"$story/count.$hook"
		cp "$server/hooks/$hook" "$story/$hook.before"
		hook_under "$hook" "'$tools/failat' 0 EIO '$story/count.$hook'"
	done
	push "$2:main"
	expect "$2"
	for hook in $hooks; do
		printf '%s,-%s %s\n' "$hook" "$2" "$(cat "$story/count.$hook")" >>"$story/$size"
		cat "$story/$hook.before" >"$server/hooks/$hook"
	done
	agent none
}

measure()
{
	size=$1
	long "$1"
	counted status status
	remembering $(($1 * 5))
	pushes src/main.c landed
	pushes .github/workflows/ci.yml held
	counted tidy tidy
	counted holds holds
	counted metrics metrics
	counted log log --since 1h
	counted agents log --since 1h --agent cursor
	counted ref log --since 1h --ref topic-3
	counted stops stop --list
}

sentence "With twenty thousand rows nothing that is done daily makes more calls than with two hundred, but for a deeper index"
measure 200
measure 20000
# A tenth more, and a few: an index is a level deeper.
paste -d ' ' "$story/200" "$story/20000" | while read -r name short _ many; do
	printf '# %s: %s, %s\n' "$name" "$short" "$many"
	[ "$short" -gt 0 ] || echo "$name: nothing was counted"
	[ "$many" -le $((short + short / 10 + 40)) ] || echo "$name: $short calls, and $many"
done >"$story/told"
grep '^#' "$story/told"
! grep -v '^#' "$story/told" >"$out" || fail 'they grow with the log'
