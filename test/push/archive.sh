# What the policy's `keep` asks for: old rows go to archives that every command reads, the log is cut only where a row of
# it tells so, and what was known of the log before still fits.
. "${0%/*}/lib.sh"

# rows COUNT DAYS: a repository whose log has so many rows of the last days, and nothing else.
rows()
{
	server
	policy <<'JSON'
{ "version": 1, "keep": "60d", "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/"] } }, "rules": [] }
JSON
	cat >"$story/none.sql" <<'SQL'
DELETE FROM log; DELETE FROM again; DELETE FROM outcome; DELETE FROM log_agent;
UPDATE sqlite_sequence SET seq = 0 WHERE name = 'log';
UPDATE value SET value = lower(hex(randomblob(16))) WHERE name = 'repository-id';
SQL
	change "$(cat "$story/none.sql")"
	"$tools/statetool" "$server" past "$1" "$2" || fail 'no rows'
}

# change SQL [FILE]: what nobody's code would do to the state, or to that archive.
change()
{
	if [ -n "${2:-}" ]; then
		mkdir -p "$story/beside/countersign"
		mv "$2" "$story/beside/countersign/state.db"
	fi
	printf '%s\n' "$1" >"$story/change.sql"
	if [ -n "${2:-}" ]; then
		"$tools/statetool" "$story/beside" sql "$story/change.sql"
		mv "$story/beside/countersign/state.db" "$2"
	else
		"$tools/statetool" "$server" sql "$story/change.sql"
	fi
}

archives()
{
	find "$server/countersign/archive" -name '*.db' | sort
}

# numbers [OPTION...]: of the rows that `log` shows.
numbers()
{
	countersign log --json --repo "$server" "$@" | sed 's/^{"seq":\([0-9]*\),.*/\1/; s/^.*"seq": *\([0-9]*\).*/\1/'
}

# all_once LAST [OPTION...]: each row comes once, in order.
all_once()
{
	last=$1
	shift
	numbers "$@" >"$story/numbers"
	seq 1 "$last" | cmp -s - "$story/numbers" || fail "not each row once: $(wc -l <"$story/numbers") of $last"
}

sentence "Old rows go to archives, a month in each, and every command reads them"
rows 600 200
day=$(date -u +%F)
countersign log --json --repo "$server" >"$story/before"
countersign log --json --agent cursor --repo "$server" >"$story/cursor"
exits 0 countersign tidy --repo "$server"
said ' rows archived'
[ "$(archives | wc -l)" -ge 4 ] || fail "few archives: $(archives)"
cuts=$(countersign log --json --repo "$server" | grep -c '"kind":"cut"')
same 'rows that tell of it' "$(archives | wc -l)" "$cuts"
all_once $((600 + cuts))
countersign log --json --repo "$server" | head -n 600 | cmp -s - "$story/before" || fail 'rows are not as they were'
countersign log --json --agent cursor --repo "$server" | cmp -s - "$story/cursor" || fail 'rows of an agent are not as they were'
[ "$(numbers --since 10d | head -n 1)" -gt 500 ] || fail 'since is not heeded'
exits 0 countersign log verify --repo "$server"
said "the log is whole: $((600 + cuts)) rows"
said 'were archived'
exits 0 countersign log verify --json --repo "$server"
said '"archived_missing":0'
exits 0 countersign evidence --format json --repo "$server"
said '"whole": true'
said '"rows": '$((600 + cuts))
exits 0 countersign tidy --repo "$server"
[ "$day" != "$(date -u +%F)" ] || same 'nothing more' 0 "$(grep -c archived "$out")" # a day later there is more
exits 0 countersign status --repo "$server"

sentence "Pushes go on where the log was cut, and neither age nor index is lost"
agent claude-code
commit elsewhere/x.txt x
push main
expect denied
commit src/y.txt y
in_work reset -q --hard HEAD~2
commit src/y.txt y
push main
expect landed
exits 0 countersign log verify --repo "$server"
exits 0 countersign log --decision deny --since 1d --repo "$server"
said 'deny'

sentence "An archive that was moved elsewhere is missed, and read where it is named"
one=$(archives | head -n 1)
mv "$one" "$story/moved.db"
exits 0 countersign log verify --repo "$server"
said 'not here and were not verified'
[ "$(numbers | head -n 1)" -gt 1 ] || fail 'rows come of nowhere'
exits 0 countersign log verify --archive "$story/moved.db" --repo "$server"
! grep -q 'not here' "$out" || fail 'what is named is missed'
all_once "$(numbers | tail -n 1)" --archive "$story/moved.db"
exits 2 countersign log --archive "$story/none.db" --repo "$server"
exits 2 countersign log --archive "$server/countersign/state.db" --repo "$server"
said 'not an archive of this log'
exits 2 countersign state restore "$story/moved.db" --repo "$server"
said 'not a whole copy of a state'
cp "$story/moved.db" "$story/of-another.db"
change "UPDATE value SET value = '0123456789abcdef0123456789abcdef' WHERE name = 'repository-id'" "$story/of-another.db"
exits 2 countersign log --archive "$story/of-another.db" --repo "$server"
said 'not an archive of this log'
mv "$story/moved.db" "$one"

sentence "A row that is changed in an archive, taken out of it, or cut off without a word is found"
cp "$one" "$story/whole.db"
change "UPDATE log SET account = 'dev2' WHERE seq = 7" "$one"
exits 1 countersign log verify --repo "$server"
said 'row 7 is not what was written'
cp "$story/whole.db" "$one"
change "DELETE FROM log WHERE seq = 9" "$one"
exits 1 countersign log verify --repo "$server"
said 'row 9 is missing'
cp "$story/whole.db" "$one"
exits 0 countersign log verify --repo "$server"
countersign state save "$story/saved" --repo "$server"
change "DELETE FROM log WHERE seq <= (SELECT rows + 3 FROM cut)"
exits 1 countersign log verify --repo "$server"
said 'is missing'
countersign state restore "$story/saved" --repo "$server" >/dev/null
change "UPDATE cut SET tip = (SELECT hash FROM log ORDER BY seq LIMIT 1), rows = rows + 1; DELETE FROM log WHERE seq <= (SELECT rows FROM cut)"
exits 1 countersign log verify --repo "$server"
exits 2 countersign tidy --repo "$server"
said 'no row of the log tells where it was cut'
countersign state restore "$story/saved" --repo "$server" >/dev/null
change "DELETE FROM cut"
exits 1 countersign log verify --repo "$server"
said 'row 1 is missing'
countersign state restore "$story/saved" --repo "$server" >/dev/null
exits 0 countersign log verify --repo "$server"

sentence "A log that is broken is not cut"
rows 300 200
change "UPDATE log SET account = 'dev2' WHERE seq = 1"
exits 2 countersign tidy --repo "$server"
said 'the log is broken at row 1, and nothing of it is archived'
same 'cuts' 0 "$(countersign log --json --repo "$server" | grep -c '"kind":"cut"')"
exits 1 countersign log verify --repo "$server"

sentence "Rows that are cut off as tidy does, but for the row that tells of it, are missed"
rows 300 200
countersign state save "$story/uncut" --repo "$server"
exits 0 countersign tidy --repo "$server"
countersign state save "$story/cut" --repo "$server"
countersign state restore "$story/uncut" --repo "$server" >/dev/null
change "ATTACH '$story/cut' AS c; INSERT INTO cut SELECT rows, tip, tree, 300 FROM c.cut; DETACH c;
DELETE FROM log WHERE seq <= (SELECT max(rows) FROM cut);"
exits 1 countersign log verify --repo "$server"
said 'row 1 is missing'
exits 2 countersign tidy --repo "$server"
said 'no row of the log tells where it was cut'

sentence "What is not decided yet is not archived"
rows 300 600 # two days from one to the next: whole days are cut off, at whatever time of the day
sed -i 's/"60d"/"1d"/' "$server/countersign/policy.json"
change "UPDATE outcome SET landed = NULL, ref = 'refs/heads/x' || seq"
exits 0 countersign tidy --repo "$server" # which settles 256 refs at a time
exits 0 countersign log verify --json --repo "$server"
[ "$(sed 's/.*"archived":\([0-9]*\).*/\1/' "$out")" -lt 290 ] || fail 'rows that wait were archived'
exits 0 countersign tidy --repo "$server"
exits 0 countersign tidy --repo "$server" # ten months at a time
exits 0 countersign log verify --json --repo "$server"
[ "$(sed 's/.*"archived":\([0-9]*\).*/\1/' "$out")" -ge 299 ] || fail 'rows stay for ever'

sentence "Archives of another history of the same log do not come out where it was cut"
rows 2 400
countersign state save "$story/two" --repo "$server"
"$tools/statetool" "$server" past 2 400
exits 0 countersign tidy --repo "$server"
mv "$server/countersign/archive" "$story/history"
countersign state restore "$story/two" --repo "$server" >/dev/null
"$tools/statetool" "$server" past 2 401
exits 0 countersign tidy --repo "$server"
exits 0 countersign log verify --repo "$server"
said 'rows 1 to 4 were archived'
rm -r "$server/countersign/archive"
mv "$story/history" "$server/countersign/archive"
exits 1 countersign log verify --repo "$server"
said 'row 4 or one before it is not of its checkpoint'

sentence "Verifying can go on from the last row that was verified, and sees what came after it"
rows 300 200
exits 0 countersign log verify --continue --repo "$server"
! grep -q 'verified before' "$out" || fail 'something was verified before'
exits 0 countersign log verify --continue --repo "$server"
said 'rows 1 to 300 were verified before'
exits 0 countersign tidy --repo "$server"
exits 0 countersign log verify --continue --repo "$server"
said 'the log is whole'
"$tools/statetool" "$server" log 5
exits 0 countersign log verify --continue --repo "$server"
last=$(numbers | tail -n 1)
said "the log is whole: $last rows"
"$tools/statetool" "$server" log 5
change "UPDATE log SET account = 'dev2' WHERE seq = $last + 2"
exits 1 countersign log verify --continue --repo "$server"
said "row $((last + 2)) is not what was written"
change "DELETE FROM log WHERE seq >= $last"
exits 1 countersign log verify --continue --repo "$server"
rows 20 50
exits 0 countersign log verify --continue --repo "$server"
change "UPDATE log SET account = 'dev2', hash = lower(hex(randomblob(32))) WHERE seq = 20"
exits 1 countersign log verify --continue --repo "$server"
said 'row 20 or one before it is not of its checkpoint'

sentence "Where the host signs, nothing behind the last checkpoint is cut off, and older checkpoints still fit"
own_prefix
rm -f "$prefix/etc/countersign/log.key" "$prefix/etc/countersign/log.policy"
rows 300 200
countersign key new git.example.com >/dev/null
exits 0 countersign log checkpoint --repo "$server"
cp "$server/countersign/log.checkpoint" "$story/kept"
"$tools/statetool" "$server" log 3
sed -i 's/"60d"/"1d"/' "$server/countersign/policy.json"
exits 0 countersign tidy --repo "$server"
[ "$(countersign log verify --json --repo "$server" | sed 's/.*"archived": *\([0-9]*\).*/\1/')" -le 300 ] || fail 'more was cut off than is signed'
exits 0 countersign log checkpoint --repo "$server"
exits 0 countersign log verify --checkpoint "$story/kept" --repo "$server"
said '300 rows, signed by the host'
mv "$server/countersign/archive" "$story/away"
exits 0 countersign log verify --checkpoint "$story/kept" --repo "$server"
! grep -q 'could not be compared' "$out" || fail 'the tree does not prove it'
sed '3s|.*|AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=|' "$story/kept" >"$story/other"
exits 1 countersign log verify --checkpoint "$story/other" --repo "$server"
mv "$server/countersign/log.tree" "$story/tree"
exits 0 countersign log verify --checkpoint "$story/kept" --repo "$server"
"$tools/statetool" "$server" log 3
exits 0 countersign log checkpoint --repo "$server"
exits 0 countersign log verify --repo "$server"

sentence "A checkpoint of rows that were cut off is compared by the tree, and missed where that is gone, too"
rows 2 400
exits 0 countersign log checkpoint --repo "$server"
cp "$server/countersign/log.checkpoint" "$story/kept"
"$tools/statetool" "$server" past 2 400
exits 0 countersign tidy --repo "$server"
exits 0 countersign log verify --json --repo "$server"
said '"archived":2,'
exits 0 countersign log checkpoint --repo "$server"
exits 0 countersign tidy --repo "$server"
rm -r "$server/countersign/archive"
exits 0 countersign log verify --checkpoint "$story/kept" --repo "$server"
said 'rows 1 to 4 were archived; 4 of them are not here'
rm "$server/countersign/log.tree"
exits 0 countersign log verify --repo "$server"
exits 1 countersign log verify --checkpoint "$story/kept" --repo "$server"
said '1 checkpoint of before those could not be compared'
exits 1 countersign log verify --json --checkpoint "$story/kept" --repo "$server"
said '"checkpoints_uncompared":1'
cut=$(countersign log --json --repo "$server" | sed -n 's/.*"tip":"\([0-9a-f]*\)".*/\1/p' | tail -n 1)
exits 0 countersign log verify --tip "$cut" --repo "$server"
sed -i '3s|.*|AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=|' "$server/countersign/log.checkpoint"
exits 2 countersign tidy --repo "$server"
said 'a checkpoint of the log has a false signature'

sentence "Going on from the last row that was verified, what is known of rows before it is compared all the same"
rm -f "$prefix/etc/countersign/log.key"
rows 100 50
countersign key new git.example.com >/dev/null
countersign state save "$story/hundred" --repo "$server"
"$tools/statetool" "$server" log 3
tip=$(countersign log verify --json --repo "$server" | sed 's/.*"tip": *"\([0-9a-f]*\)".*/\1/')
exits 0 countersign log checkpoint --repo "$server"
cp "$server/countersign/log.checkpoint" "$story/kept"
"$tools/statetool" "$server" log 1
exits 0 countersign log checkpoint --repo "$server"
exits 0 countersign log verify --continue --repo "$server"
exits 0 countersign log verify --continue --checkpoint "$story/kept" --repo "$server"
said 'rows 1 to 104 were verified before'
exits 0 countersign log verify --continue --tip "$tip" --repo "$server"
countersign state restore "$story/hundred" --repo "$server" >/dev/null
rm "$server"/countersign/log.*
exits 0 countersign state clock --reason 'Another history.' --repo "$server"
"$tools/statetool" "$server" log 4
exits 0 countersign log checkpoint --repo "$server"
exits 0 countersign log verify --continue --repo "$server"
exits 1 countersign log verify --continue --checkpoint "$story/kept" --repo "$server"
said 'row 103 or one before it is not of its checkpoint'
exits 1 countersign log verify --continue --tip "$tip" --repo "$server"
