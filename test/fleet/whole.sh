# A fleet under way, while its engine and services are killed and stopped: verdicts are those of a host alone, and each row
# of each log arrives once.  FLEET_HOSTS and FLEET_ROUNDS make it larger; FLEET_ROWS how many rows the desk has to look at.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/../push/signing.inc"
. "${0%/*}/postgres.inc"
hosts=${FLEET_HOSTS:-2}
rounds=${FLEET_ROUNDS:-4}
rows=${FLEET_ROWS:-20000}
engine

# outcome NAME: what became of the push, in a word, added to what became of the others at that host.
outcome()
{
	if [ "$pushed_status" -eq 0 ]; then
		word=landed
	else
		word=$(sed -n 's/^.*countersign: refs[^ ]* \(is held\|is denied\|could not be judged\).*$/\1/p' "$out" | head -n 1)
	fi
	printf '%s %s\n' "$turn" "${word:-nothing}" >>"$story/$1.outcomes"
}

# pushes NAME: what each round has of pushes, at one host.
pushes()
{
	on "$1"
	as alice
	person alice
	branch "person$turn" start
	commit "src/person$turn.c" "$turn"
	push "person$turn"
	outcome "$1"
	as dev1
	person robot
	agent claude-code
	branch "agent$turn" start
	commit "src/agent$turn.c" "$turn"
	push "agent$turn:refs/heads/release/agent$turn"
	outcome "$1"
	branch "held$turn" start
	commit "infra/held$turn.tf" "$turn"
	push "held$turn:refs/heads/release/held$turn"
	outcome "$1"
	hold=$(sed -n 's/^.* is held: \([0-9a-f]\{16\}\).*$/\1/p' "$out" | head -n 1)
	[ -n "$hold" ] || return 0
	digest=$(digest_of "$hold")
	(
		person bob
		tag_as bob approve "held$turn"
	)
	as bob
	push "+approval:refs/countersign/approvals/$hold/bob"
	outcome "$1"
	as dev1
	push "held$turn:refs/heads/release/held$turn"
	outcome "$1"
	push "held$turn:refs/heads/release/again$turn"
	outcome "$1"
	push "agent$turn:refs/countersign/own$turn"
	outcome "$1"
	agent none
}

# begin NAME: what a host starts from.
begin()
{
	governed
	sed -i 's/"version": 1,/"version": 1, "fleet": { "stale": "1h" },/' "$server/countersign/policy.json"
	person alice
	as alice
	branch start
	commit README begun
	push start:main
	expect landed
}

sentence "Verdicts are those of a host alone while engine and services are killed and stopped"
name_of()
{
	printf 'git%s' "$1"
}
n=0
while [ "$n" -lt "$hosts" ]; do
	n=$((n + 1))
	at=$(name_of "$n")
	host "$at"
	begin
	serve "$at"
done
mkdir "$story/alone" # a host in no fleet
prefix=$story/alone/prefix
copy_prefix
on alone
server
begin
turn=0
killed=0
while [ "$turn" -lt "$rounds" ]; do
	turn=$((turn + 1))
	case $((turn % 4)) in
	1) kill -9 "$serving_git1" && killed=$((killed + 1)) ;;
	2)
		engine_kill
		killed=$((killed + 1))
		;;
	3)
		engine_signal STOP
		kill -STOP "$serving_git2"
		killed=$((killed + 1))
		;;
	esac
	n=0
	while [ "$n" -lt "$hosts" ]; do
		n=$((n + 1))
		pushes "$(name_of "$n")"
	done
	pushes alone
	case $((turn % 4)) in
	1)
		unserve git1
		serve git1
		;;
	2) engine_start 2>/dev/null ;;
	3)
		engine_signal CONT
		kill -CONT "$serving_git2"
		;;
	esac
done
n=0
while [ "$n" -lt "$hosts" ]; do
	n=$((n + 1))
	cmp -s "$story/alone.outcomes" "$story/$(name_of "$n").outcomes" || {
		diff "$story/alone.outcomes" "$story/$(name_of "$n").outcomes" >"$out" || :
		fail "verdicts of $(name_of "$n") are others"
	}
done
grep -q 'is held' "$story/alone.outcomes" && grep -q landed "$story/alone.outcomes" || fail 'nothing happened'
printf '# %s hosts, %s rounds, %s pushes each, %s killed or stopped\n' "$hosts" "$rounds" "$(wc -l <"$story/alone.outcomes")" "$killed"

sentence "No row of a log is lost or doubled, and no approval lands twice"
n=0
while [ "$n" -lt "$hosts" ]; do
	n=$((n + 1))
	at=$(name_of "$n")
	on "$at"
	unserve "$at"
	"$prefix/bin/countersign-fleet" serve --once >"$out" 2>&1 || fail "$at cannot tell the rest"
	countersign log --repo "$server" --json | sed -n 's/^.*"hash": *"\([0-9a-f]\{64\}\)".*$/\1/p' >"$story/here"
	echo "SELECT hash FROM countersign.log WHERE host = '$at' ORDER BY seq" | sql owner >"$story/there"
	[ -s "$story/here" ] || fail "the log of $at is empty"
	cmp -s "$story/here" "$story/there" || fail "rows of $at: $(wc -l <"$story/here") here, $(wc -l <"$story/there") there"
	same "landings twice at $at" '' "$(countersign log --repo "$server" --json | grep '"kind": *"landed"' | sed -n 's/^.*"ref": *"\([^"]*\)".*$/\1/p' | sort | uniq -d)"
	exits 0 countersign log verify --repo "$server"
done

sentence "The desk asks for no month that it does not need, and lists many holds of many hosts"
{
	echo "SET session_replication_role = replica; SELECT countersign.months(now() - interval '11 months', now());"
	echo "INSERT INTO countersign.host (name, role) SELECT 'made' || n, 'made' || n FROM generate_series(1, 100) n;"
	echo "INSERT INTO countersign.repository (host, id, name) SELECT 'made' || n, md5(n::text), 'made' FROM generate_series(1, 100) n;"
	echo "INSERT INTO countersign.hold SELECT 'made' || (n % 100 + 1), md5((n % 100 + 1)::text), lpad(to_hex(n), 16, '0'), repeat('0', 64),
		'refs/heads/main', 'dev1', 'claude-code', repeat('0', 40), repeat('1', 40), '2026-01-01T00:00:00.000Z', 'open',
		'{\"findings\":[{\"rule\":\"infra\",\"detail\":\"' || repeat('x', 1500) || '\"}]}' FROM generate_series(1, 10000) n;"
	echo "INSERT INTO countersign.log SELECT 'made' || (n % 100 + 1), md5((n % 100 + 1)::text), n, t, to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.000Z'),
		'decision', 'dev1', 'refs/heads/main', '', '', 'allow', '', '{\"agents\":[]}', '', md5(n::text) || md5(n::text) FROM
		(SELECT n, now() - n * interval '10 months' / $rows AS t FROM generate_series(1, $rows) n) m;"
	echo "ANALYZE countersign.log; ANALYZE countersign.hold;"
} | sql owner >"$out" || fail 'no rows can be made'
echo "EXPLAIN (COSTS OFF) SELECT * FROM countersign.log l WHERE l.\"time\" >= '$(date -u -d '1 day ago' +%Y-%m-%dT%H:%M:%SZ)'::timestamptz ORDER BY l.\"time\" DESC LIMIT 10" |
	sql owner >"$out"
same 'months that are read for a day' yes "$([ "$(grep -o 'log_20[0-9_]*' "$out" | sort -u | grep -vc _idx)" -le 2 ] && echo yes)"
on git1
best=1000000
for try in 1 2 3 4 5; do
	began=$(date +%s%N)
	"$prefix/bin/countersign" holds --fleet >"$story/holds"
	took=$((($(date +%s%N) - began) / 1000000))
	[ "$took" -ge "$best" ] || best=$took
done
[ "$(grep -c made "$story/holds")" -ge 10000 ] || fail 'holds are missing'
began=$(date +%s%N)
"$prefix/bin/countersign" log --fleet --since 1d >"$story/log"
day=$((($(date +%s%N) - began) / 1000000))
printf '# 10,000 holds of 100 hosts in %s ms at best; of %s rows a day in %s ms\n' "$best" "$rows" "$day"
