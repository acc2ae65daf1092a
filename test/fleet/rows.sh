# What hosts decide arrives in PostgreSQL: in order, none lost and none twice, and nobody can make it say otherwise.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/postgres.inc"
engine

on_git1_hold()
{
	git --git-dir="$story/git1/server.git" for-each-ref --format='%(refname:lstrip=3)' refs/countersign/holds | head -n 1
}

# as many rows as the hosts have, and the same ones
rows_same()
{
	for name in "$@"; do
		"$story/$name/prefix/bin/countersign" log --json --repo "$story/$name/server.git" | sed 's/.*"hash": *"\([0-9a-f]*\)".*/\1/'
	done | sort >"$story/wanted"
	echo 'SELECT hash FROM countersign.log' | sql owner | sort >"$story/arrived"
	same 'rows' "$(cat "$story/wanted")" "$(cat "$story/arrived")"
}

once()
{
	"$story/$1/prefix/bin/countersign-fleet" serve --once >"$out" 2>&1 || fail "$1 does not take its rows up"
}

# decide TEXT: what agents did on that host, which has heard from its fleet just now.
decide()
{
	"$prefix/bin/countersign-fleet" serve --once >/dev/null 2>&1 || :
	policy <<'JSON'
{ "version": 1, "people": { "bob": { "accounts": ["bob"] } }, "agents": { "*": { "scope": ["/src/", "/infra/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["bob"] } ] }
JSON
	agent claude-code
	commit src/a.c "$1"
	push main
	expect landed
	commit infra/main.tf "$1"
	push main
	expect held
	commit billing/x "$1"
	push main
	expect denied
	in_work reset -q --hard origin/main
}

sentence "Rows and holds of several hosts are in PostgreSQL as they are in each log"
host git1
decide one
once git1
host git2
decide two
once git2
rows_same git1 git2
[ "$(wc -l <"$story/wanted")" -ge 6 ] || fail "few rows"
countersign holds --fleet >"$out"
said 'git1  server  '
said 'git2  server  '
said 'claude-code'
same 'holds' 2 "$(wc -l <"$out")"

sed -i 's|"version": 1,|& "review": "https://git1.example.com/review",|' "$story/git1/prefix/etc/countersign/fleet.json"
once git1
exits 0 countersign holds --fleet
said "https://git1.example.com/review/server/holds/$(on_git1_hold)"
exits 0 countersign evidence --fleet --json
for name in git1 git2; do
	on "$name"
	grep "\"host\": *\"$name\"" "$out" >"$story/figures" || fail "no figures of $name"
	same "rows of $name" "$(countersign log --repo "$server" --json | wc -l)" "$("$tools/story-json" rows <"$story/figures")"
	for word in allow hold deny; do
		case $word in
		allow) member=allowed ;;
		hold) member=held ;;
		deny) member=denied ;;
		esac
		same "$member of $name" "$(countersign log --repo "$server" --json | grep '"kind": *"decision"' | grep -c "\"decision\": *\"$word\", *\"policy\"")" \
			"$("$tools/story-json" "$member" <"$story/figures")"
	done
done
exits 0 countersign evidence --fleet --host git2
said 'git2  server  '
said ' denied, '
unsaid git1
exits 0 countersign evidence --fleet --until 2020-01-01
said 'no host has reported anything'

# refused ROLE WORDS STATEMENT: the engine does not let that role.
refused()
{
	printf '%s;\n' "$3" >"$story/statement"
	if sql "$1" <"$story/statement" >"$out"; then
		fail "$1 is let: $3"
	fi
	grep -q -e "$2" "$out" || fail "it does not say: $2"
}

sentence "A host's role adds rows about itself alone, and changes or removes none"
on git1
id1=$(echo "SELECT id FROM countersign.repository WHERE host = 'git1'" | sql owner)
id2=$(echo "SELECT id FROM countersign.repository WHERE host = 'git2'" | sql owner)
before=$(echo "SELECT md5(string_agg(l::text, '|' ORDER BY l::text)) FROM countersign.log l" | sql owner)
for statement in "UPDATE countersign.log SET decision = 'allow'" "DELETE FROM countersign.log" "TRUNCATE countersign.log" \
	"UPDATE countersign.log_other SET decision = 'allow'" "UPDATE countersign.repository SET seq = 0" \
	"UPDATE countersign.host SET role = 'git1'" "DELETE FROM countersign.hold" "DELETE FROM countersign.orders" \
	"UPDATE countersign.orders SET text = ''" "UPDATE countersign.alarm SET what = ''" "DELETE FROM countersign.used" \
	"INSERT INTO countersign.repository VALUES ('git1', repeat('a', 32))" "INSERT INTO countersign.agent VALUES ('x', 'git1', '', now(), now(), 1)" \
	"ALTER TABLE countersign.log DISABLE TRIGGER ALL" "DROP TRIGGER log_check ON countersign.log" "SET session_replication_role = replica"; do
	refused git1 'permission denied\|must be owner' "$statement"
done
refused git1 'belongs to another role' "SELECT countersign.join_fleet('git2', '')"
refused git1 'row-level security' "INSERT INTO countersign.alarm (host, repository, what) VALUES ('git2', '$id2', 'x')"
refused git1 'row-level security' "INSERT INTO countersign.orders (host, text, signature) VALUES ('git2', '{}', '')"
echo "WITH u AS (UPDATE countersign.hold SET status = 'landed' WHERE host = 'git2' RETURNING 1) SELECT count(*) FROM u" >"$story/ask"
same 'holds of git2 that git1 changes' 0 "$(sql git1 <"$story/ask")"
# copy HOST REPOSITORY CHANGE: the newest row of git1's, once more, with what is changed
copy()
{
	printf "INSERT INTO countersign.log SELECT (jsonb_populate_record(l, jsonb_build_object('host', '%s', 'repository', '%s') || '%s')).* FROM countersign.log l WHERE host = 'git1' ORDER BY seq DESC LIMIT 1" "$1" "$2" "$3"
}
last=$(echo "SELECT seq FROM countersign.repository WHERE host = 'git1'" | sql owner)
tip=$(echo "SELECT hash FROM countersign.repository WHERE host = 'git1'" | sql owner)
refused git1 'are not for git1' "$(copy git2 "$id2" '{}')"
refused git1 "do not go on from row $last" "$(copy git1 "$id1" '{}')"
refused git1 "do not go on from row $last" "$(copy git1 "$id1" "{\"seq\": $((last + 2))}")"
refused git1 "broken at row $((last + 1))" "$(copy git1 "$id1" "{\"seq\": $((last + 1))}")"
refused git1 "broken at row $((last + 1))" "$(copy git1 "$id1" "{\"seq\": $((last + 1)), \"previous\": \"$tip\"}")"
refused git1 "broken at row $((last + 1))" "$(copy git1 "$id1" "{\"seq\": $((last + 1)), \"previous\": \"$tip\", \"raw\": \"\\\\x00\"}")"
refused git1 'do not go on' "$(copy git1 00000000000000000000000000000000 '{"seq": 1}')"
same 'the log' "$before" "$(echo "SELECT md5(string_agg(l::text, '|' ORDER BY l::text)) FROM countersign.log l" | sql owner)"
decide three
once git1
rows_same git1 git2

sentence "A log that is altered, cut off or restored is told, and taken again when it is whole"
cp "$server/countersign/state.db" "$story/whole.db"
decide four
cp "$server/countersign/state.db" "$story/longer.db"
LC_ALL=C sed -i 's/"path":"billing\/x"/"path":"billing\/y"/g' "$server/countersign/state.db"
exits 1 countersign log verify --repo "$server"
"$prefix/bin/countersign-fleet" serve --once >"$out" 2>&1
said 'the chain of the log is broken at row'
exits 1 countersign status --fleet --json
said 'is broken at row'
exits 1 countersign evidence --fleet --host git1
said 'log broken'
cp "$story/longer.db" "$server/countersign/state.db"
once git1
rows_same git1 git2
exits_with=0
countersign status --fleet >"$out" || exits_with=$?
unsaid broken
cp "$story/whole.db" "$server/countersign/state.db"
"$prefix/bin/countersign-fleet" serve --once >"$out" 2>&1
said 'the log is shorter than it was'
decide five
cp "$server/countersign/state.db" "$story/other.db"
"$prefix/bin/countersign-fleet" serve --once >"$out" 2>&1
said 'the log is not what was told before'
cp "$story/longer.db" "$server/countersign/state.db"
once git1
rows_same git1 git2

sentence "A name that is not UTF-8 arrives, and its row is what was hashed"
as "$(printf 'd\351v')"
agent claude-code
commit src/odd.c 'x'
push main
expect landed
once git1
rows_same git1 git2
same 'rows with bytes of their own' t "$(echo 'SELECT count(*) > 0 FROM countersign.log WHERE raw IS NOT NULL' | sql owner)"

sentence "Twenty thousand rows are taken up, at more than two thousand a second"
as dev1
"$tools/statetool" "$server" log 20000
began=$(date +%s%N)
once git1
took=$((($(date +%s%N) - began) / 1000000))
printf '# 20000 rows in %d ms\n' "$took"
[ "$took" -lt 10000 ] || fail "it took $took ms"
rows_same git1 git2
same 'months' 1 "$(echo "SELECT count(*) FROM pg_class WHERE relname = 'log_$(date -u +%Y_%m)'" | sql owner)"
