# Attestations as a library reads them that is not ours: npm's sigstore, in the bundles that it takes.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"
. "${0%/*}/attest.inc"

none()
{
	echo "1..0 # SKIP $1"
	trap - EXIT
	rm -rf "$story"
	exit 77
}

library=$BUILD_DIR/npm
command -v node >/dev/null || none 'node is not here'
command -v npm >/dev/null || none 'npm is not here'
[ -d "$library/node_modules/@sigstore/verify" ] ||
	timeout 60 npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$library" @sigstore/bundle@4 @sigstore/verify@3 >/dev/null 2>&1 ||
	none 'sigstore cannot be had'

# A line for each envelope of standard input: its type and `good`, or why not.
cat >"$story/reads.js" <<'JS'
const [library, keys] = process.argv.slice(2);
const fs = require("fs"), crypto = require("crypto");
const { bundleFromJSON } = require(library + "/node_modules/@sigstore/bundle");
const { Verifier, toSignedEntity } = require(library + "/node_modules/@sigstore/verify");
const known = {};
for (const line of fs.readFileSync(keys, "utf8").trim().split("\n")) {
  const [name, id, ...rest] = line.split("+");
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), Buffer.from(rest.join("+"), "base64").subarray(1)]);
  known[name + "+" + id] = { publicKey: crypto.createPublicKey({ key: der, format: "der", type: "spki" }), validFor: () => true };
}
const trust = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [], publicKey: (hint) => known[hint] };
const verifier = new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, tsaThreshold: 0 });
for (const line of fs.readFileSync(0, "utf8").trim().split("\n")) {
  const envelope = JSON.parse(line);
  const material = { publicKey: { hint: envelope.signatures[0].keyid }, tlogEntries: [] };
  const bundle = { mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json", verificationMaterial: material, dsseEnvelope: envelope };
  let answer = "good";
  try { verifier.verify(toSignedEntity(bundleFromJSON(bundle))); } catch (e) { answer = e.code || "not known"; }
  console.log(JSON.parse(Buffer.from(envelope.payload, "base64")).predicateType, answer);
}
JS
reads()
{
	node "$story/reads.js" "$library" "$1"
}

sentence "npm's sigstore takes both statements of a branch and of a tag, and none that is altered or by another key"
host
landed a.txt
in_work tag -a v1 -m one
push refs/tags/v1
expect landed
attested
in_work notes --ref "$notes" show HEAD >"$story/note"
same 'what it says' "$(printf 'https://%s good\n' github.com/slsa-framework/source-tool/source-provenance/v1 slsa.dev/verification_summary/v1 \
	github.com/slsa-framework/source-tool/tag-provenance/v1 slsa.dev/verification_summary/v1)" "$(reads "$story/pub" <"$story/note")"
python3 - "$story/note" >"$story/altered" <<'PY'
import base64, json, sys
for line in open(sys.argv[1]):
    envelope = json.loads(line)
    statement = json.loads(base64.b64decode(envelope["payload"]))
    statement["subject"][0]["digest"]["gitCommit"] = "0" * 40
    envelope["payload"] = base64.b64encode(json.dumps(statement).encode()).decode()
    print(json.dumps(envelope))
PY
same 'what is altered' 4 "$(reads "$story/pub" <"$story/altered" | grep -c ' SIGNATURE_ERROR$')"
countersign key new git.example.com --file "$story/other.key" >"$story/other"
sed "s/^[^+]*+[^+]*/$(sed 's/^\([^+]*+[^+]*\).*/\1/' "$story/pub")/" "$story/other" >"$story/posing"
same 'by another key' 4 "$(reads "$story/posing" <"$story/note" | grep -c ' SIGNATURE_ERROR$')"
