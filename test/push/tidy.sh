# What is over goes, and what it proves stays; what a monitor and Prometheus are told.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

events()
{
	countersign events --json --repo "$server" | grep -c "\"type\":\"$1\"" || :
}

told()
{
	governed '' "$rules"
	sed -i 's|"version": *1,|"version": 1, "webhooks": [ { "url": "http://127.0.0.1:9/none" } ],|' "$server/countersign/policy.json"
}

refs()
{
	git --git-dir="$server" for-each-ref --format='%(refname)' 'refs/countersign/' | wc -l
}

sentence "Refs of a hold that landed go, and its signed approvals are kept whole in the log"
server
told
hold_change
approved bob
tag=$(git --git-dir="$server" rev-parse "refs/countersign/approvals/$hold/bob")
git --git-dir="$server" cat-file tag "$tag" >"$story/tag"
exits 0 countersign tidy --repo "$server"
same 'the refs of a hold that waits' "$(refs)" 2
push_again
expect landed
exits 0 countersign tidy --repo "$server"
said ' 1 cleared, 1 approvals kept'
same 'the refs' "$(refs)" 0
countersign log --json --repo "$server" | grep '"kind":"kept"' >"$story/kept"
same 'the tag' "$("$tools/story-json" verdict.approvals.0.tag <"$story/kept")" "$tag"
"$tools/story-json" verdict.approvals.0.object <"$story/kept" | base64 -d >"$story/again"
cmp "$story/tag" "$story/again" || fail "the signed tag is not kept whole"
exits 0 countersign log verify --repo "$server"
said 'approvals that are kept in it: 1 good, 0 by'
exits 0 countersign tidy --repo "$server"
said ' 0 cleared'

sentence "Kept approvals are verified when the policy knows nobody any more, and a forged one is found"
policy <<'JSON'
{ "version": 1, "refs": ["HEAD"], "rules": [] }
JSON
exits 0 countersign log verify --repo "$server"
said 'approvals that are kept in it: 1 good, 0 by'
exits 0 countersign evidence --format json --repo "$server"
tr -d ' \n' <"$out" >"$story/evidence"
grep -q '"approvals_kept":{"good":1,"unknown":0,"bad":0}' "$story/evidence" || fail 'evidence does not say it'
# forged DECISION: the row again, hashed as it has to be, with a tag whose text was changed under its signature.
forged()
{
	sed "s/^Countersign-Decision: approve/Countersign-Decision: $1/" "$story/tag" | base64 -w 0 >"$story/forged"
	"$tools/story-json" verdict.approvals.0.object <"$story/kept" >"$story/was"
	sed "s|$(cat "$story/was")|$(cat "$story/forged")|" "$story/kept" | sed 's/.*"verdict":\({.*}\),"previous".*/\1/' >"$story/row"
	"$tools/statetool" "$server" row kept "$story/row" || fail 'no row'
}
forged reject
exits 1 countersign log verify --repo "$server"
said 'the log is whole'
said 'is not good, of bob'
exits 0 countersign evidence --format json --repo "$server"
tr -d ' \n' <"$out" >"$story/evidence"
grep -q '"approvals_kept":{"good":1,"unknown":0,"bad":1}' "$story/evidence" || fail 'evidence does not say it'

sentence "Refs of holds that were replaced or dropped go, too, and those that have waited too long"
server
told
hold_change
first=$hold
branch second origin/main
write infra/main.tf 'another version'
record 'another'
push second:main
expect held
second=$hold
same 'the refs' "$(refs)" 2
exits 0 countersign tidy --repo "$server"
same 'the refs' "$(git --git-dir="$server" for-each-ref --format='%(refname)' refs/countersign/)" "refs/countersign/holds/$second"
push work:main
expect held
same 'the first again' "$hold" "$first"
exits 0 countersign holds drop "$first" --repo "$server"
exits 0 countersign tidy --repo "$server"
same 'the refs' "$(refs)" 0
push second:main
expect held
cat >"$story/old.sql" <<'SQL'
UPDATE hold SET since = '2020-01-01T00:00:00.000Z';
SQL
"$tools/statetool" "$server" sql "$story/old.sql"
exits 0 countersign tidy --repo "$server"
said ' 1 expired, 1 cleared'
same 'the refs' "$(refs)" 0
push second:main
expect held

sentence "A hold that no row tells of is said to be there, taken up, and can be dropped"
server
told
hold_change
rm -f "$story/saved"
cat >"$story/lost.sql" <<'SQL'
DELETE FROM hold;
DELETE FROM bound WHERE name = 'hold';
SQL
"$tools/statetool" "$server" sql "$story/lost.sql"
exits 1 countersign status --repo "$server"
said '1 hold that no row of the state tells of'
same 'held' "$(events held)" 1
exits 0 countersign tidy --repo "$server"
said ' 1 found'
same 'held' "$(events held)" 2
exits 0 countersign holds --repo "$server"
said "$hold"
approved bob
push_again
expect landed
exits 0 countersign log verify --repo "$server"

sentence "What was allowed and nobody has settled is settled by tidying"
server
told
agent claude-code
mv "$server/hooks/post-receive" "$story/post-receive"
branch one origin/main
commit src/one.c 'int x;'
push one:main
expect landed
mv "$story/post-receive" "$server/hooks/post-receive"
countersign log --json --repo "$server" | grep '"kind":"decision"' >"$out"
said '"outcome":"awaited"'
exits 0 countersign tidy --repo "$server"
said ' 1 settled'
countersign log --json --repo "$server" | grep '"kind":"decision"' >"$out"
said '"outcome":"landed"'

sentence "The canary is a kind of its own, and told to nobody"
server
told
exits 0 countersign status --canary --repo "$server"
said 'the canary push was refused'
countersign log --json --repo "$server" | tail -n 1 >"$out"
said '"kind":"canary"'
same 'denied' "$(events denied)" 0

sentence "A monitor is told in a line and an exit status, and nothing that cannot be seen is said to be wrong"
server
told
exits 0 countersign status --format nagios --repo "$server"
said 'COUNTERSIGN OK - '
said ' | holds=0 queued=0 '
same 'lines' "$(wc -l <"$out")" 1
chmod -x "$server/hooks/update"
exits 2 countersign status --format nagios --repo "$server"
said 'COUNTERSIGN CRITICAL - '
chmod +x "$server/hooks/update"
sed -i "s|\"url\":|\"secret_file\": \"$story/nokey\", \"url\":|" "$server/countersign/policy.json"
exits 1 countersign status --format nagios --repo "$server"
said 'COUNTERSIGN WARNING - '
said 'webhook: '
exits 2 countersign status --format icinga --repo "$server"
exits 3 countersign status --format nagios --repo /nonexistent
said 'COUNTERSIGN UNKNOWN'

# as_user NUMBER: status as that user, to a monitor and to people.
as_user()
{
	setpriv --reuid="$1" --regid="$1" --clear-groups env "HOME=$HOME" \
		"$prefix/bin/countersign" status --format nagios --repo "$server" >"$out" 2>&1 && code=0 || code=$?
	setpriv --reuid="$1" --regid="$1" --clear-groups env "HOME=$HOME" \
		"$prefix/bin/countersign" status --repo "$server" >>"$out" 2>&1 && plain=0 || plain=$?
}

sentence "What a stranger may not read is said to be unseen, and what the owner may not read is wrong"
if [ "$(command id -u)" != 0 ]; then
	skip 'needs root, to be somebody else'
elif ! others_enter; then
	skip 'other users cannot enter the folder that this was built in'
else
	for closed in countersign countersign/state.db countersign/policy.json config hooks hooks/pre-receive .; do
		server
		told
		chmod 755 "$story" "$server"
		hold_change
		chown -R nobody "$server"
		as_user 65534
		same "the exit status of the owner, with all open" 0 "$code"
		chmod go= "$server/$closed"
		as_user 65533
		same "the exit statuses, with $closed closed" '3 2' "$code $plain"
		grep -q 'ermission denied\|cannot read' "$out" || fail 'it does not say that it cannot be read'
		unsaid 'every push is refused'
		unsaid 'NOT SAFELY GUARDED'
	done
	for closed in countersign/state.db countersign/policy.json; do
		server
		told
		chmod 755 "$story" "$server"
		hold_change
		chown -R nobody "$server"
		chmod 000 "$server/$closed"
		as_user 65534
		same "the exit statuses of the owner, with $closed closed" '2 1' "$code $plain"
	done
fi

sentence "Figures are printed as Prometheus reads them"
server
told
hold_change
push_again
expect held
exits 0 countersign metrics --repo "$server"
said 'countersign_decisions_total{repository="'
said ',decision="hold"} 2'
said ',rule="infrastructure"} 2'
said 'countersign_holds_open{'
said 'countersign_push_seconds_bucket{'
said ',le="+Inf"} '
command -v python3 >/dev/null || skip "python3 is not here: whether it is the text format"
! command -v python3 >/dev/null || python3 - "$out" <<'END' || fail "it is not the text format"
import re, sys
typed, seen = {}, None
for line in open(sys.argv[1]):
    line = line.rstrip("\n")
    if line.startswith("# TYPE "):
        name, kind = line.split()[2:]
        assert name not in typed, name
        typed[name] = kind
        seen = name
    elif not line.startswith("# HELP "):
        m = re.fullmatch(r'([a-z_]+)(\{([a-z]+="(\\.|[^"\\])*",?)*\})? [-+0-9.e]+', line)
        assert m, line
        base = re.sub(r"_(bucket|sum|count)$", "", m[1]) if typed[seen] == "histogram" else m[1]
        assert base == seen, line
END

sentence "promtool finds no fault with the figures, whatever the repository is called"
if command -v promtool >/dev/null; then
	server
	told
	hold_change
	cp -a "$server" "$story/a \"quoted\" \\ name.git"
	exits 0 countersign metrics --repo "$story/a \"quoted\" \\ name.git"
	said 'name.git",rule="infrastructure"} 1'
	promtool check metrics <"$out" >"$story/promtool" 2>&1 || fail "promtool: $(cat "$story/promtool")"
	sed '/^# TYPE/d; s/_total//' "$out" >"$story/broken"
	! promtool check metrics <"$story/broken" >/dev/null 2>&1 || fail 'promtool finds no fault in anything'
else
	skip "promtool (of Debian's prometheus) is not here"
fi
