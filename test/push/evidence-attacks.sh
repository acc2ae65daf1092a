# Somebody with root on the server, after the fact, and one honest witness outside: forty ways to change what the log, the
# attestations or a bundle say, and what each of them is found by.
. "${0%/*}/lib.sh"
. "${0%/*}/attest.inc"

python3 -c 'import cryptography' 2>/dev/null || {
	echo "1..0 # SKIP python3-cryptography is not here: nobody to forge"
	exit 77
}

# forged SQL: the log is changed, and each row is hashed anew; with `torn` in front it is not.
forged()
{
	anew=yes
	[ "$1" != torn ] || { anew=no && shift; }
	python3 - "$server/countersign/state.db" "$1" $anew <<'PY'
import hashlib, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.executescript(sys.argv[2])
before = "0" * 64
for seq, *texts in db.execute("SELECT seq, time, kind, account, ref, old, new, decision, policy, verdict FROM log ORDER BY seq").fetchall() if sys.argv[3] == "yes" else []:
    h = hashlib.sha256()
    for text in ["countersign-log-1", before, str(seq), *texts]:
        h.update(len(text.encode()).to_bytes(8, "big") + text.encode())
    db.execute("UPDATE log SET previous = ?, hash = ? WHERE seq = ?", (before, h.hexdigest(), seq))
    before = h.hexdigest()
db.commit()
PY
}

# put_back: the server, the clone's notes and the host's files are as they were.
put_back()
{
	rm -rf "$server" "$prefix/etc/countersign"
	cp -a "$story/whole.git" "$server"
	cp -a "$story/etc" "$prefix/etc/countersign"
	in_work update-ref "$notes" "$(on_server rev-parse "$notes")"
}

# without_trace: what root would take away together with the rows.
without_trace()
{
	rm -f "$server"/countersign/log.tree "$server"/countersign/log.checkpoint "$server"/countersign/log.witnessed "$server"/countersign/log.verified
}

# found STATUS WORDS COMMAND...: an attack is over; the command finds it, and says that.
found()
{
	attacks=$((attacks + 1))
	wanted=$1 words=$2
	shift 2
	exits "$wanted" "$@"
	said "$words"
	put_back
}

# By what each is found: the log itself, the witness at the next checkpoint, the auditor's own list of keys, a clone, a laptop.
by_log() { found 1 "$1" countersign log verify --repo "$server"; }
by_witness() { found 2 "$1" countersign log checkpoint --repo "$server"; }
by_auditor() { found 1 "$1" countersign log verify --repo "$server" --trust "$story/auditor.policy"; }
by_clone() { found 1 "$1" countersign attest verify "main~2..main" --key "$story/pub" --repo "$work" --ref refs/heads/main; }
by_laptop() { found 1 "$1" env -i HOME=/nonexistent PATH=/usr/bin:/bin "$prefix/bin/countersign" evidence verify "$story/bundle" --key "$story/pub"; }

# note PYTHON: the note on the last landing, as a list of lines, after that was done to it.
note()
{
	in_work notes --ref "$notes" show main >"$story/note"
	in_work notes --ref "$notes" show main~1 >"$story/note.before"
	python3 - "$story/note" "$story/note.before" "$prefix/etc/countersign/log.key" "$1" >"$story/note.new" <<'PY'
import base64, json, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
lines, other = open(sys.argv[1]).read().splitlines(), open(sys.argv[2]).read().splitlines()
def change(line, old, new, key=None):
    envelope = json.loads(line)
    body = base64.b64decode(envelope["payload"]).replace(old.encode(), new.encode())
    assert old.encode() in base64.b64decode(envelope["payload"]), old
    envelope["payload"] = base64.b64encode(body).decode()
    if key:
        kind = envelope["payloadType"].encode()
        envelope["signatures"][0]["sig"] = base64.b64encode(key.sign(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body))).decode()
    return json.dumps(envelope, separators=(",", ":"))
host = Ed25519PrivateKey.from_private_bytes(base64.b64decode(open(sys.argv[3]).read().split()[0].split("+", 4)[4])[1:])
stranger = Ed25519PrivateKey.generate()
exec(sys.argv[4])
print("\n".join(lines))
PY
	in_work notes --ref "$notes" add -f -F "$story/note.new" main 2>/dev/null
}

# bundled PYTHON: the good bundle, as a list of lines, after that was done to it; `seal()` signs it anew with the host's key.
bundled()
{
	python3 - "$story/good" "$story/bundle" "$prefix/etc/countersign/log.key" "$1" <<'PY'
import base64, hashlib, json, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
lines = open(sys.argv[1]).read().splitlines()
dump = lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False)
key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(open(sys.argv[3]).read().split()[0].split("+", 4)[4])[1:])
def seal():
    before = "".join(line + "\n" for line in lines[:-1]).encode()
    envelope = json.loads(lines[-1])
    statement = json.loads(base64.b64decode(envelope["payload"]))
    statement["subject"][0]["digest"]["sha256"] = hashlib.sha256(before).hexdigest()
    body = dump(statement).encode()
    kind = envelope["payloadType"].encode()
    envelope["payload"] = base64.b64encode(body).decode()
    envelope["signatures"][0]["sig"] = base64.b64encode(key.sign(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body))).decode()
    lines[-1] = dump(envelope)
def rehash(row):
    h = hashlib.sha256()
    for text in ["countersign-log-1", row["previous"], str(row["seq"])] + [row[k] for k in ("time", "kind", "account", "ref", "old", "new", "decision", "policy", "verdict")]:
        h.update(len(text.encode()).to_bytes(8, "big") + text.encode())
    row["hash"] = h.hexdigest()
def edit(n, what):
    change = json.loads(lines[n])
    what(change)
    lines[n] = dump(change)
exec(sys.argv[4])
open(sys.argv[2], "w").write("".join(line + "\n" for line in lines))
PY
}

attacks=0

sentence "Before anything is done, all of it is good"
# The honest witness: ours, on what would be another machine.
ours_key=$(countersign key new w.example.org --witness --file "$story/w.key")
host
cp "$story/pub" "$story/logs"
mkfifo "$story/says"
mkdir "$story/seen"
"$prefix/bin/countersign" witness --key "$story/w.key" --logs "$story/logs" --state "$story/seen" --listen 127.0.0.1:0 >"$story/says" 2>"$story/w.log" &
witness=$!
at_end "kill $witness 2>/dev/null || :"
read -r witness_url <"$story/says"
printf 'witness ours %s %s\nquorum ours\n' "$ours_key" "$witness_url" >"$prefix/etc/countersign/log.policy"
printf 'log %s\nwitness ours %s\nquorum ours\n' "$(cat "$story/pub")" "$ours_key" >"$story/auditor.policy"
landed 1.txt
agent claude-code
commit elsewhere/a.txt 'out of scope'
push main
expect denied
in_work reset -q --hard origin/main
agent none
cp -a "$server" "$story/yesterday.git"
approved infra/main.tf
agent none
landed 2.txt
exits 0 countersign log checkpoint --repo "$server"
exits 0 countersign evidence bundle --repo "$server" --range main~2..main
cp "$out" "$story/good"
cp -a "$server" "$story/whole.git"
cp -a "$prefix/etc/countersign" "$story/etc"
last=$(countersign log --json --repo "$server" | wc -l)
approval=$(countersign log --json --repo "$server" | python3 -c 'import json, sys
print([r["seq"] for r in map(json.loads, sys.stdin) if r["kind"] == "approval"][0])')

put_back
exits 0 countersign log verify --repo "$server" --trust "$story/auditor.policy"
exits 0 countersign attest verify main~2..main --key "$story/pub" --repo "$work" --ref refs/heads/main
bundled ''
exits 0 countersign evidence verify "$story/bundle" --key "$story/pub"
put_back

sentence "Rows that are changed and not hashed anew"
forged torn "UPDATE log SET account = 'nobody' WHERE seq = 3"
by_log 'row 3 is not what was written'
forged torn "DELETE FROM log WHERE seq = 3"
by_log 'row 3 is missing'
forged torn "UPDATE log SET seq = -1 WHERE seq = 3; UPDATE log SET seq = 3 WHERE seq = 4; UPDATE log SET seq = 4 WHERE seq = -1"
by_log 'row 3 is another row: they were put in another order'
forged torn "UPDATE log SET hash = replace(hash, 'a', 'b') WHERE seq = 2"
by_log 'row 2 is not what was written'
forged torn "INSERT INTO log SELECT $last + 5, time, kind, account, ref, old, new, decision, policy, verdict, hash, hash FROM log WHERE seq = $last"
by_log "row $((last + 1)) is missing"

sentence "Rows that are changed, and all behind them hashed anew, with the checkpoint left beside them"
forged "UPDATE log SET account = 'nobody' WHERE seq = 3"
by_log "row $last or one before it is not of its checkpoint: rows were hashed anew"
forged "UPDATE log SET decision = 'allow' WHERE decision = 'deny'"
by_log "row $last or one before it is not of its checkpoint: rows were hashed anew"
forged "UPDATE log SET time = '2020-01-01T00:00:00.000Z' WHERE seq = 2"
by_log "row $last or one before it is not of its checkpoint: rows were hashed anew"
forged "DELETE FROM log WHERE seq > $((last - 2)); UPDATE sqlite_sequence SET seq = $((last - 2)) WHERE name = 'log'"
by_log "row $((last - 1)) and what came after it is missing, or was rewritten"
forged "UPDATE log SET account = 'nobody' WHERE seq = 3"
rm "$server/countersign/log.tree"
found 2 'the log is not what its checkpoint says' countersign log prove 2 --repo "$server"

sentence "The same with all that lies beside them taken away: the witness has seen another log"
for sql in "UPDATE log SET account = 'nobody' WHERE seq = 3" "UPDATE log SET decision = 'allow' WHERE decision = 'deny'" \
	"UPDATE log SET policy = replace(policy, 'a', 'b')" "UPDATE log SET verdict = replace(verdict, 'bob', 'eve') WHERE seq = $approval" \
	"UPDATE log SET kind = 'decision' WHERE seq = $approval" \
	"UPDATE log SET seq = seq + 100 WHERE seq > 3; INSERT INTO log SELECT 4, time, kind, account, ref, old, new, decision, policy, verdict, previous, hash FROM log WHERE seq = 3;
	 UPDATE log SET seq = seq - 99 WHERE seq > 100; UPDATE sqlite_sequence SET seq = $((last + 1)) WHERE name = 'log'"; do
	forged "$sql"
	without_trace
	by_witness 'has seen another log of'
done
forged "DELETE FROM log WHERE seq > $((last - 2)); UPDATE sqlite_sequence SET seq = $((last - 2)) WHERE name = 'log'"
without_trace
by_witness "has seen $last rows of this log, which has $((last - 2))"
rm -rf "$server"
cp -a "$story/yesterday.git" "$server"
by_witness "has seen $last rows of this log"
rm -rf "$server"
cp -a "$story/yesterday.git" "$server"
forged "UPDATE sqlite_sequence SET seq = seq WHERE name = 'log'; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)
	INSERT INTO log SELECT (SELECT max(seq) FROM log) + i, time, kind, account, ref, old, new, decision, policy, verdict, previous, hash FROM n, log WHERE seq = 2;
	UPDATE sqlite_sequence SET seq = (SELECT max(seq) FROM log) WHERE name = 'log'"
without_trace
by_witness 'has seen another log of'

sentence "Another log in its place, another key, no witness, a checkpoint that says something else: the auditor's own list of keys finds it"
countersign key new git.example.com --file "$story/new.key" >/dev/null
cp "$story/new.key" "$prefix/etc/countersign/log.key"
without_trace
rm "$prefix/etc/countersign/log.policy"
countersign log checkpoint --repo "$server" >/dev/null
by_auditor 'NOT signed by the host, by fewer witnesses than asked for'
forged "UPDATE log SET account = 'nobody' WHERE seq = 3"
without_trace
rm "$prefix/etc/countersign/log.policy"
countersign log checkpoint --repo "$server" >/dev/null
by_auditor 'no checkpoint of this log is signed and cosigned as'
# written SED WORDS: both checkpoints that lie there say something else.
written()
{
	for file in log.checkpoint log.witnessed; do
		sed -i "$1" "$server/countersign/$file"
	done
	by_auditor "$2"
}
written "2s/.*/$((last - 1))/" 'with a FALSE signature of the host'
written '3{s/^A/B/;t;s/^./A/}' 'with a FALSE signature of the host'
written '1s/git/gut/' 'NOT signed by the host'
written 's/^\(— git[^ ]* ....\)A/\1B/;t;s/^\(— git[^ ]* ....\)./\1A/' 'NOT signed by the host'
written '/^— w.example.org/d' 'by fewer witnesses than asked for'
written 's/^\(— w.example.org [^ ]*\)....$/\1AAA=/' 'by fewer witnesses than asked for'
without_trace
by_auditor 'no checkpoint of this log is signed and cosigned as'
sqlite3 "$server/countersign/state.db" "UPDATE value SET value = '00000000000000000000000000000000' WHERE name = 'repository-id'"
by_auditor 'of another log'

sentence "Attestations that are taken away, changed, exchanged, or signed by somebody else: a clone finds it"
in_work notes --ref "$notes" remove main 2>/dev/null
by_clone 'no attestation of a landing on refs/heads/main'
# noted PYTHON WORDS
noted()
{
	note "$1"
	by_clone "$2"
}
altered='an attestation was altered: its signature is false'
noted 'lines[1] = change(lines[1], "LEVEL_3", "LEVEL_4")' "$altered"
noted 'lines[0] = change(lines[0], "\"actor\":\"dev1\"", "\"actor\":\"dev2\"")' "$altered"
noted 'lines[0] = change(lines[0], "dev1", "dev2", stranger)' "$altered"
noted 'lines[:] = other' 'an attestation is about another commit'
noted 'lines[0] = other[0]' 'an attestation is about another commit'
noted 'lines[1] = other[1]' 'an attestation is about another commit'
noted 'del lines[1]' 'has no summary'
noted 'del lines[0]' 'a summary without the provenance that it is of'
noted 'lines[:] = ["rubbish"]' 'a line of its note is not an attestation'
noted 'lines[0] = change(lines[0], "dev1", "dev2", host)' 'a summary without the provenance that it is of'

sentence "A ref that root moved by hand has no attestation"
tree=$(in_work rev-parse 'main^{tree}')
by_hand=$(in_work commit-tree "$tree" -p main -m 'by hand')
found 1 'no attestation' countersign attest verify "main..$by_hand" --key "$story/pub" --repo "$work"

sentence "A bundle that is changed, cut, exchanged, or sealed anew by who has the host's key: a laptop finds it"
# sealed PYTHON WORDS
sealed()
{
	bundled "$1"
	by_laptop "$2"
}
sealed 'lines[1] = lines[1].replace("dev1", "dev2")' 'the bundle was altered since it was signed'
sealed 'del lines[1]' 'it has 1 landings, and should have 2'
sealed 'lines[1], lines[2] = lines[2], lines[1]' 'the bundle was altered since it was signed'
sealed 'lines = lines[:-1]' "the bundle is not signed by the host's key"
sealed 'lines.append(lines[-1])' 'it has 3 landings, and should have 2'
sealed 'edit(1, lambda c: [r.update(account="eve") or rehash(r) for r in c["rows"]]); seal()' 'is not in the log that was signed'
sealed 'edit(1, lambda c: c["rows"].pop()); seal()' 'the log does not say that it was attested so'
sealed 'del lines[1]; seal()' 'it has 1 landings, and should have 2'
sealed 'lines[1], lines[2] = lines[2], lines[1]; seal()' 'its attestation is not the one that was listed'
sealed 'edit(1, lambda c: c.pop("attestation", None) or c.pop("envelopes", None)); seal()' 'its attestation is not the one that was listed'

sentence "The auditor's own list of keys counts for a bundle, too"
bundled ''
exits 0 countersign evidence verify "$story/bundle" --trust "$story/auditor.policy"
without_trace
rm "$prefix/etc/countersign/log.policy"
exits 0 countersign log checkpoint --repo "$server"
exits 0 countersign evidence bundle --repo "$server" --range main~2..main
cp "$out" "$story/unwitnessed"
exits 0 countersign evidence verify "$story/unwitnessed" --key "$story/pub"
found 1 'its checkpoint is cosigned by fewer witnesses than asked for' countersign evidence verify "$story/unwitnessed" --trust "$story/auditor.policy"
printf 'log %s\nwitness other %s\nquorum other\n' "$(cat "$story/pub")" "$(countersign key new x.example.org --witness --file "$story/x.key")" >"$story/other.policy"
found 1 'its checkpoint is cosigned by fewer witnesses than asked for' countersign evidence verify "$story/good" --trust "$story/other.policy"
same 'attacks, of which at least forty' yes "$([ "$attacks" -ge 40 ] && echo yes)"
printf '# %s attacks\n' "$attacks"
