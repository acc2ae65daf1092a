# The log's tree: checkpoints that the host signs and witnesses cosign, proofs that nobody needs us for, and what root
# cannot hide any more: rows changed and hashed anew, rows cut off, yesterday's copy.
. "${0%/*}/lib.sh"

command -v python3 >/dev/null || {
	echo "1..0 # SKIP python3 is not here: no second reader of proofs"
	exit 77
}

# A reader of proofs and a witness that are not ours.
second()
{
	python3 "$SOURCE_DIR/test/push/tlog.py" "$@"
}

# A host with a key, and a repository in whose log are so many rows.  The stage's are taken away, and the tree that was
# perhaps made of them.
host()
{
	own_prefix
	rm -f "$prefix/etc/countersign/log.key" "$prefix/etc/countersign/log.policy"
	server
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/"] } }, "rules": [] }
JSON
	log_key=$(countersign key new git.example.com)
	python3 - "$server/countersign/state.db" <<'PY'
import sqlite3, sys, secrets
db = sqlite3.connect(sys.argv[1])
db.executescript("DELETE FROM log; DELETE FROM again; DELETE FROM outcome; UPDATE sqlite_sequence SET seq = 0 WHERE name = 'log';")
db.execute("UPDATE value SET value = ? WHERE name = 'repository-id'", (secrets.token_hex(16),))
db.commit()
PY
	[ "$1" = 0 ] || rows $(($1 - 1)) # the policy is one
}

# Each is a push that is denied.
rows()
{
	agent claude-code
	for row in $(seq "$1"); do
		commit "elsewhere/$row.txt" "$row $(date +%N)"
		push main
		expect refused
	done
}

# edit SQL, and every row hashed anew, as somebody would who can write the file.
forge()
{
	python3 - "$server/countersign/state.db" "$1" <<'PY'
import hashlib, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.executescript(sys.argv[2])
before = "0" * 64
for seq, *texts in db.execute("SELECT seq, time, kind, account, ref, old, new, decision, policy, verdict FROM log ORDER BY seq").fetchall():
    h = hashlib.sha256()
    for text in ["countersign-log-1", before, str(seq), *texts]:
        data = text.encode()
        h.update(len(data).to_bytes(8, "big") + data)
    db.execute("UPDATE log SET previous = ?, hash = ? WHERE seq = ?", (before, h.hexdigest(), seq))
    before = h.hexdigest()
db.commit()
PY
}

row_hash()
{
	countersign log --json --repo "$server" | python3 -c "
import json, sys
print([row['hash'] for row in map(json.loads, sys.stdin) if row['seq'] == $1][0])"
}

# A witness of that name, whose key and address are then $witness_key and $witness_url.
witness()
{
	mkfifo "$story/$1.says"
	python3 "$SOURCE_DIR/test/push/tlog.py" witness "$1" "seed of $1" "$story/$1.seen" "$log_key" \
		>"$story/$1.says" 2>"$story/$1.log" &
	at_end "kill $!"
	{
		read -r witness_key
		read -r witness_url
	} <"$story/$1.says"
}

sentence "Without a key there are no checkpoints, and the log is verified as before"
host 0
rm "$prefix/etc/countersign/log.key"
rows 1
exits 2 countersign log checkpoint --repo "$server"
said 'countersign key new'
exits 0 countersign log verify --repo "$server"

sentence "A host's key is made once, is read by nobody else, and its secret half is never shown"
host 0
exits 2 countersign key new other.example.com
said 'key rotate'
same "mode" 600 "$(stat -c %a "$prefix/etc/countersign/log.key")"
same "shown" "$log_key" "$(countersign key show)"
exits 2 countersign key new 'two words' --file "$story/odd.key"
said 'cannot be called that'

# As somebody who may not read what its mode forbids, which root may.
unprivileged()
{
	[ "$(command id -u)" = 0 ] || {
		"$@"
		return
	}
	setpriv --bounding-set=-dac_override,-dac_read_search "$@"
}

sentence "Who may not read the key verifies by its public half that the host signed; a key that is turned has both there"
host 2
chmod 000 "$prefix/etc/countersign/log.key"
exits 0 unprivileged "$prefix/bin/countersign" key show
same "shown" "$log_key" "$(cat "$out")"
chmod 600 "$prefix/etc/countersign/log.key"
countersign log checkpoint --repo "$server" >/dev/null
chmod 000 "$prefix/etc/countersign/log.key"
exits 0 unprivileged "$prefix/bin/countersign" log verify --repo "$server"
said 'checkpoint: 2 rows, signed by the host'
sed -i "\$ s/ [^ ]*\$/ $(printf 'forged%062d' 0 | base64 -w0)/" "$server/countersign/log.checkpoint"
exits 1 unprivileged "$prefix/bin/countersign" log verify --repo "$server"
chmod 600 "$prefix/etc/countersign/log.key"
same "its mode" 644 "$(stat -c %a "$prefix/etc/countersign/log.key.pub")"
countersign key rotate >"$out"
same "both" "$(cat "$out")" "$(cat "$prefix/etc/countersign/log.key.pub")"
countersign key rotate --done >"$out"
same "one" "$(cat "$out")" "$(cat "$prefix/etc/countersign/log.key.pub")"

sentence "A checkpoint says how long the log is, and each row can be proved by it to somebody else's reader"
host 5
exits 0 countersign log checkpoint --repo "$server"
same "the log's name" git.example.com "$(sed -n '1s,/[0-9a-f]\{32\}$,,p' "$out")"
same "its rows" 5 "$(sed -n 2p "$out")"
for row in 1 2 3 4 5; do
	countersign log prove "$row" --repo "$server" >"$story/$row.tlog-proof" || fail "no proof of row $row"
	exits 0 second proof "$story/$row.tlog-proof" "$(row_hash "$row")" "$log_key"
done
exits 1 second proof "$story/2.tlog-proof" "$(row_hash 3)" "$log_key"
exits 2 countersign log prove 6 --repo "$server"
said 'no checkpoint has row 6 yet'
exits 2 countersign log prove x --repo "$server"

sentence "The deliverer makes a checkpoint after a push, and the next one goes on from it"
rows 4
"$prefix/bin/countersign-deliver" --repo "$server" 2>"$out" || fail "the deliverer failed"
exits 0 countersign log prove 9 --repo "$server"
exits 0 countersign log verify --repo "$server"
said 'log.checkpoint: 9 rows, signed by the host'

sentence "A row that is changed, and all behind it hashed anew, is found by the checkpoint"
cp "$server/countersign/state.db" "$story/whole.db"
forge "UPDATE log SET account = 'nobody' WHERE seq = 3"
exits 1 countersign log verify --repo "$server"
said 'hashed anew'
exits 2 countersign log checkpoint --repo "$server"
said 'log verify tells more'
rm "$server/countersign/log.tree"
exits 2 countersign log checkpoint --repo "$server"
said 'not those of its last checkpoint'
exits 2 countersign log prove 4 --repo "$server"
said 'not what its checkpoint says'

sentence "Rows that are cut off are found by it"
cp "$story/whole.db" "$server/countersign/state.db"
rm -f "$server/countersign/log.tree"
exits 0 countersign log verify --repo "$server"
forge "DELETE FROM log WHERE seq > 7; UPDATE sqlite_sequence SET seq = 7 WHERE name = 'log'"
exits 1 countersign log verify --repo "$server"
said 'row 8 and what came after it is missing'
exits 2 countersign log checkpoint --repo "$server"
said 'has 7 rows, and had 9'

sentence "A checkpoint that somebody kept finds what the whole folder was put back over"
host 3
countersign log checkpoint --repo "$server" >/dev/null
cp -a "$server/countersign" "$story/yesterday"
rows 3
countersign log checkpoint --repo "$server" >"$story/kept"
rm -rf "$server/countersign"
cp -a "$story/yesterday" "$server/countersign"
exits 0 countersign log verify --repo "$server"
exits 1 countersign log verify --repo "$server" --checkpoint "$story/kept"
said 'row 4 and what came after it is missing'
rm -rf "$story/yesterday"

sentence "Two witnesses that are not ours cosign, the second asked for a proof from what it has seen"
host 2
witness w1.example.org
first_key=$witness_key
first="witness one $witness_key $witness_url"
witness w2.example.org
printf '%s\nwitness two %s %s/\ngroup both all one two\nquorum both\n' "$first" "$witness_key" "$witness_url" \
	>"$prefix/etc/countersign/log.policy"
for more in 1 3 4; do
	exits 0 countersign log checkpoint --repo "$server"
	same "cosignatures" 2 "$(grep -c '^[^ ]* w[12].example.org ' "$out")"
	rows "$more"
done
exits 0 countersign log checkpoint --repo "$server"
countersign log prove 7 --repo "$server" >"$story/7.tlog-proof"
exits 0 second proof "$story/7.tlog-proof" "$(row_hash 7)" "$log_key" "$witness_key" "$first_key"
exits 0 countersign log verify --repo "$server"
said 'log.witnessed: 10 rows, signed by the host, cosigned by one at '
said ', cosigned by two at '

sentence "A database that was put back, its checkpoints with it, is found by a witness"
cp -a "$server/countersign" "$story/yesterday"
rows 2
exits 0 countersign log checkpoint --repo "$server"
rm -rf "$server/countersign"
cp -a "$story/yesterday" "$server/countersign"
exits 2 countersign log checkpoint --repo "$server"
said 'has seen 12 rows of this log, which has 10'
rows 2
exits 2 countersign log checkpoint --repo "$server"
said 'has seen another log of 12 rows'
rm -rf "$story/yesterday"

sentence "A witness that is gone is told, and events go on"
host 2
printf 'witness one %s http://127.0.0.1:9\nquorum one\n' "$witness_key" >"$prefix/etc/countersign/log.policy"
exits 0 countersign log checkpoint --repo "$server"
"$prefix/bin/countersign-deliver" --repo "$server" >"$out" 2>&1 || fail "the deliverer failed"
said 'fewer cosignatures than asked for: one: no answer'
exits 0 countersign log verify --repo "$server"
said 'by fewer witnesses than asked for'

sentence "A policy of witnesses with a mistake names the line, and nothing is signed by it"
printf 'witness one %s\nquorum all-of-them\n' "$witness_key" >"$prefix/etc/countersign/log.policy"
rm "$server/countersign/log.checkpoint"
exits 2 countersign log checkpoint --repo "$server"
said 'log.policy:2: that name is not defined above'
[ ! -e "$server/countersign/log.checkpoint" ] || fail "a checkpoint was made"

sentence "While a key is being replaced both sign; the old one alone is not accepted when it is gone"
host 2
exits 0 countersign key rotate
new_key=$(head -n 1 "$out")
exits 0 countersign log checkpoint --repo "$server"
same "signatures" 2 "$(grep -c '^[^ ]* git.example.com/' "$out")"
for key in "$log_key" "$new_key"; do
	countersign log prove 1 --repo "$server" >"$story/1.tlog-proof"
	exits 0 second proof "$story/1.tlog-proof" "$(row_hash 1)" "$key"
done
exits 0 countersign key rotate --done
same "keys" "$new_key" "$(countersign key show)"
rows 1
exits 0 countersign log checkpoint --repo "$server"
printf 'log %s\nquorum none\n' "$log_key" >"$story/old.policy"
exits 1 countersign log verify --repo "$server" --trust "$story/old.policy"
said 'NOT signed by the host'
printf 'log %s\nquorum none\n' "$new_key" >"$story/new.policy"
exits 0 countersign log verify --repo "$server" --trust "$story/new.policy"

sentence "A witness of our own cosigns what goes on, and nothing else, also after it was ended and begun again"
mkdir "$story/seen"
ours_key=$(countersign key new w3.example.org --witness --file "$story/w3.key")
own_witness()
{
	rm -f "$story/says"
	mkfifo "$story/says"
	"$prefix/bin/countersign" witness --key "$story/w3.key" --logs "$story/logs" --state "$story/seen" \
		--listen 127.0.0.1:0 >"$story/says" 2>>"$story/w3.log" &
	ours=$!
	at_end "kill $ours 2>/dev/null || :"
	read -r ours_url <"$story/says"
}
host 3
printf '%s\n' "$log_key" >"$story/logs"
own_witness
printf 'witness ours %s %s\nquorum ours\n' "$ours_key" "$ours_url" >"$prefix/etc/countersign/log.policy"
exits 0 countersign log checkpoint --repo "$server"
same "cosignatures" 1 "$(grep -c '^[^ ]* w3.example.org ' "$out")"
cp "$server/countersign/log.checkpoint" "$story/three"
rows 2
kill "$ours"
wait "$ours" || :
own_witness
printf 'witness ours %s %s\nquorum ours\n' "$ours_key" "$ours_url" >"$prefix/etc/countersign/log.policy"
exits 0 countersign log checkpoint --repo "$server"
countersign log prove 4 --repo "$server" >"$story/4.tlog-proof"
exits 0 second proof "$story/4.tlog-proof" "$(row_hash 4)" "$log_key" "$ours_key"
cp "$server/countersign/log.checkpoint" "$story/five"
second submit "$ours_url" 3 "$story/five" >"$out" 2>&1
said '409 text/x.tlog.size 5'
second submit "$ours_url" 5 "$story/three" >"$out" 2>&1
said '400'
second submit "$ours_url" 5 "$story/five" >"$out" 2>&1
said '200'
sed '3s/^./A/' "$story/five" >"$story/other"
second submit "$ours_url" 5 "$story/other" >"$out" 2>&1
said '403'
sed '1s/git/gut/' "$story/five" >"$story/other"
second submit "$ours_url" 5 "$story/other" >"$out" 2>&1
said '404'
cp -a "$server/countersign" "$story/yesterday"
rows 1
exits 0 countersign log checkpoint --repo "$server"
rm -rf "$server/countersign"
cp -a "$story/yesterday" "$server/countersign"
rows 1
exits 2 countersign log checkpoint --repo "$server"
said 'has seen another log of 6 rows'
rm -rf "$story/yesterday"
kill "$ours"
