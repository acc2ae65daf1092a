# Evidence of a range in one file, verified on a laptop: what was altered, taken out or exchanged is found.
. "${0%/*}/lib.sh"
. "${0%/*}/attest.inc"

python3 -c 'import cryptography' 2>/dev/null || {
	echo "1..0 # SKIP python3-cryptography is not here: nobody to forge"
	exit 77
}

# bundle FILE OPTION...
bundle()
{
	to=$1
	shift
	"$prefix/bin/countersign" evidence bundle --repo "$server" "$@" >"$to" 2>"$out" || fail "no bundle"
}

# laptop STATUS FILE OPTION...: somewhere where nothing of the server is.
laptop()
{
	wanted=$1
	shift
	exits "$wanted" env -i HOME=/nonexistent PATH=/usr/bin:/bin "$prefix/bin/countersign" evidence verify "$@"
}

sentence "A range is bundled, the same bytes each time, and verified where nothing of the server is"
host
landed 1.txt
landed 2.txt
approved infra/main.tf
agent none
landed 3.txt
on_server tag v1 main~4
on_server tag v2 main
exits 0 countersign log checkpoint --repo "$server"
bundle "$story/one" --range v1..v2
bundle "$story/two" --range v1..v2
cmp -s "$story/one" "$story/two" || fail "the same state gives other bytes"
laptop 0 "$story/one" --key "$story/pub"
said '4 of 4 landings of v1..v2 verified'
laptop 0 "$story/one"
said 'by the key that the file names'
grep -q '"by":"bob"\|approvals/' "$story/one" || fail "the approval is not in it"
grep -q 'claude-code' "$story/one" || fail "what was found is not in it"

sentence "Ten thousand alterations are found"
exits 0 "$tools/alter" "$story/one" "$story/pub" 10000 7
said '10000 alterations, 0 not found'

sentence "What is no bundle is told to be none, whatever key it names"
: >"$story/none"
laptop 1 "$story/none"
said 'not a bundle'
printf '\377\n{}\n' >"$story/none"
laptop 1 "$story/none"
said 'not a bundle'
printf '{"bundle":1,"keys":["rubbish"]}\n{}\n' >"$story/none"
laptop 1 "$story/none"
said 'names a key that is not a key'
cat "$story/one" "$story/one" >"$story/twice"
laptop 1 "$story/twice" --key "$story/pub"

sentence "A sample is what the seed draws, the same each time, and another seed draws others"
host
for n in 1 2 3 4 5 6 7 8; do
	landed "$n.txt"
done
exits 0 countersign log checkpoint --repo "$server"
bundle "$story/a" --range main~8..main --sample 3 --seed 'auditor 2026'
bundle "$story/b" --range main~8..main --sample 3 --seed 'auditor 2026'
cmp -s "$story/a" "$story/b" || fail "the same seed draws others"
laptop 0 "$story/a" --key "$story/pub"
said '3 of 8 landings'
bundle "$story/c" --range main~8..main --sample 3 --seed 4
! cmp -s "$story/a" "$story/c" || fail "another seed draws the same"
laptop 0 "$story/c" --key "$story/pub"

sentence "Rows that no checkpoint has yet are not bundled, and a host's other key does not vouch"
landed 9.txt
countersign state save "$story/state" --repo "$server" >/dev/null # of a copy: the push has a deliverer that may still write
cp -a "$server" "$story/copy.git"
rm -f "$story/copy.git/countersign/log.checkpoint" "$story/copy.git/countersign/"state.db-*
cp "$story/state" "$story/copy.git/countersign/state.db"
exits 2 countersign evidence bundle --range main~8..main --repo "$story/copy.git"
said 'log checkpoint'
exits 2 countersign evidence bundle --range main --repo "$server"
exits 2 countersign evidence bundle --range main~8..main --sample 3 --repo "$server"
exits 2 countersign evidence verify
countersign key new git.example.com --file "$story/other.key" >"$story/other"
laptop 1 "$story/a" --key "$story/other"
said 'not signed by the host'

sentence "Root seals a bundle anew that tells another story: it is not what the log was signed as"
host
landed 1.txt
landed 2.txt
exits 0 countersign log checkpoint --repo "$server"
bundle "$story/good" --range main~2..main
python3 - "$story/good" "$story/forged" "$prefix/etc/countersign/log.key" <<'PY'
# Root, after the fact: another account in a row, its hash made anew, and the file sealed with the host's own key.
import base64, hashlib, json, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
lines = open(sys.argv[1]).read().splitlines()
change = json.loads(lines[1])
for row in change["rows"]:
    row["account"] = "somebody"
    h = hashlib.sha256()
    for text in ["countersign-log-1", row["previous"], str(row["seq"])] + [row[k] for k in ("time", "kind", "account", "ref", "old", "new", "decision", "policy", "verdict")]:
        h.update(len(text.encode()).to_bytes(8, "big") + text.encode())
    row["hash"] = h.hexdigest()
dump = lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False)
lines[1] = dump(change)
before = "".join(line + "\n" for line in lines[:-1]).encode()
envelope = json.loads(lines[-1])
statement = json.loads(base64.b64decode(envelope["payload"]))
statement["subject"][0]["digest"]["sha256"] = hashlib.sha256(before).hexdigest()
body = dump(statement).encode()
kind = envelope["payloadType"].encode()
key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(open(sys.argv[3]).read().split()[0].split("+", 4)[4])[1:])
envelope["payload"] = base64.b64encode(body).decode()
envelope["signatures"][0]["sig"] = base64.b64encode(key.sign(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body))).decode()
open(sys.argv[2], "wb").write(before + dump(envelope).encode() + b"\n")
PY
laptop 1 "$story/forged" --key "$story/pub"
unsaid 'altered since it was signed'
unsaid 'not signed by the host'
said 'is not in the log that was signed'

sentence "A gap in a range is in its bundle, and verifying says so"
host
landed 1.txt
tree=$(on_server rev-parse 'main^{tree}')
on_server update-ref refs/heads/main "$(on_server -c user.name=x -c user.email=x@x commit-tree "$tree" -p main -m 'by hand')"
in_work pull -q --rebase origin main
landed 2.txt
exits 0 countersign log checkpoint --repo "$server"
bundle "$story/gap" --range main~3..main
laptop 1 "$story/gap" --key "$story/pub"
said 'the host itself says'
said 'without a push that was judged'
