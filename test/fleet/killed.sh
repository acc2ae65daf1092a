# Whoever dies, and whenever: no row is lost, and none is there twice.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/postgres.inc"
engine

# Some bytes of chance, as a number below the one given.
chance()
{
	printf '%d\n' $(($(od -An -N 4 -t u4 /dev/urandom) % $1))
}

sentence "The service and the engine are killed at any moment, while rows come"
host git1
"$tools/statetool" "$server" log 3000
for round in 1 2 3 4 5 6 7 8 9 10 11 12; do
	serve git1
	"$tools/statetool" "$server" log 300
	# something of its work is done, and it is at some point of the next
	perl -e 'select undef, undef, undef, $ARGV[0] / 1000' "$(chance 400)"
	if [ $((round % 3)) = 0 ]; then
		engine_kill
		engine_start
		hears git1 connected
	elif [ $((round % 3)) = 1 ]; then
		unserve git1 -KILL
	else
		kill -STOP "$engine_pid"
		unserve git1 -KILL
		kill -CONT "$engine_pid"
	fi
	unserve git1 -KILL
	echo "SELECT seq, (SELECT count(*) FROM countersign.log), (SELECT count(DISTINCT seq) FROM countersign.log),
		(SELECT max(seq) FROM countersign.log) FROM countersign.repository" | sql owner >"$story/counts"
	IFS='|' read -r tip rows numbers last <"$story/counts"
	[ "$tip" = "$rows" ] && [ "$rows" = "$numbers" ] && [ "$last" = "$rows" ] ||
		[ "$tip|$rows" = '0|0' ] || fail "after round $round: $(cat "$story/counts")"
done
"$prefix/bin/countersign-fleet" serve --once >"$out" 2>&1 || fail "it does not take the rest up"
countersign log --json --repo "$server" | sed 's/.*"hash": *"\([0-9a-f]*\)".*/\1/' >"$story/wanted"
echo 'SELECT hash FROM countersign.log ORDER BY seq' | sql owner >"$story/arrived"
[ "$(wc -l <"$story/wanted")" -ge 6600 ] || fail "few rows"
cmp -s "$story/wanted" "$story/arrived" || fail "rows are not those of the log"

sentence "While the engine is away pushes are as fast as ever, and nothing is lost"
policy <<'JSON'
{ "version": 1, "agents": { "*": { "scope": ["/src/"] } } }
JSON
serve git1
engine_kill
agent claude-code
commit billing/a.c 'x'
push main
expect denied
engine_start
hears git1 connected
unserve git1
"$prefix/bin/countersign-fleet" serve --once >"$out" 2>&1 || fail "it does not take the rest up"
same 'rows' "$(countersign log --json --repo "$server" | wc -l)" "$(echo 'SELECT count(*) FROM countersign.log' | sql owner)"
