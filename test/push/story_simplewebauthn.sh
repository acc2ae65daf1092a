# Passkeys against @simplewebauthn/server: what the hooks take, it takes; what it refuses, they refuse; and where they are
# stricter, that is named here.  Answers are made as they should be, each otherwise in one way, and with bytes altered.
# Skipped where node, npm or the package cannot be had.
set -eu
library=$BUILD_DIR/npm-webauthn
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

skip()
{
	echo "skipped: $1"
	exit 77
}
command -v node >/dev/null || skip "no node"
command -v npm >/dev/null || skip "no npm"
[ -d "$library/node_modules/@simplewebauthn/server" ] ||
	timeout 60 npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$library" @simplewebauthn/server@14 >/dev/null 2>&1 ||
	skip "the package cannot be had"

cat >"$place/agree.js" <<'JS'
const [library, authenticator, place] = process.argv.slice(2);
const webauthn = require(library + "/node_modules/@simplewebauthn/server");
const { spawnSync } = require("child_process");
const fs = require("fs"), crypto = require("crypto");
const statement = "object 0\ntype commit\n\nCountersign-Decision: approve\n";
const challenge = crypto.createHash("sha256").update(statement).digest("base64url");
const origin = "https://review.example.com", rp = "review.example.com", credential = "credential-1";
const stricter = /flags that mean nothing|more than was asked for|inside a frame|not strict JSON/;
let seed = 20270101, compared = 0, good = 0, strict = 0;

function run(...words) {
  const done = spawnSync(authenticator, words, { input: statement });
  if (done.status !== 0) throw new Error(words.join(" ") + ": " + done.stderr);
  return done.stdout.toString();
}
function random(n) { return (seed = (seed * 1103515245 + 12345) % 2147483648) % n; }
function parts(text) {
  return Object.fromEntries(text.split("\n").map((line) => line.split(" ")).filter((w) => w.length === 2 && !w[0].startsWith("-"))
    .map(([name, value]) => [name, Buffer.from(value, "base64")]));
}
function text(p) {
  return "-----BEGIN COUNTERSIGN PASSKEY-----\n" + ["credential", "authenticatorData", "clientDataJSON", "signature"]
    .map((name) => name + " " + p[name].toString("base64") + "\n").join("") + "-----END COUNTERSIGN PASSKEY-----\n";
}
async function theirs(p, publicKey) {
  const id = p.credential.toString("base64url");
  try {
    return (await webauthn.verifyAuthenticationResponse({
      response: { id, rawId: id, type: "public-key", clientExtensionResults: {}, response: {
        authenticatorData: p.authenticatorData.toString("base64url"), clientDataJSON: p.clientDataJSON.toString("base64url"),
        signature: p.signature.toString("base64url") } },
      expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: rp, requireUserVerification: false,
      credential: { id: Buffer.from(credential).toString("base64url"), publicKey, counter: 0 } })).verified;
  } catch (e) { return String(e.message); }
}
async function compare(what, file, p, publicKey) {
  fs.writeFileSync(place + "/answer", text(p));
  const ours = run("judge", file, place + "/answer").trim(), other = await theirs(p, publicKey);
  compared++;
  if (ours === "good") good++;
  if ((ours === "good") === (other === true)) return;
  if (other === true && stricter.test(ours)) { strict++; return; }
  console.log(`${what}: hooks: ${ours}; the library: ${other}`);
  process.exitCode = 1;
}
async function register(file, publicKey, words) {
  const made = JSON.parse(run("create", file, credential, ...words)), data = Buffer.from(made.authenticatorData, "base64");
  const attestation = Buffer.concat([Buffer.from("a363666d74646e6f6e656761747453746d74a06861757468446174615900", "hex"),
    Buffer.from([data.length]), data]);
  const id = Buffer.from(made.credential, "base64").toString("base64url");
  try {
    const done = await webauthn.verifyRegistrationResponse({
      response: { id, rawId: id, type: "public-key", clientExtensionResults: {}, response: {
        attestationObject: attestation.toString("base64url"), clientDataJSON: Buffer.from(made.clientDataJSON, "base64").toString("base64url") } },
      expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: rp, requireUserVerification: false, supportedAlgorithmIDs: [-7, -8] });
    return done.verified && Buffer.from(done.registrationInfo.credential.publicKey).equals(publicKey);
  } catch (e) { return String(e.message); }
}
const client = (more) => `client={"type":"webauthn.get","challenge":"${challenge}","origin":"${origin}"${more}`;
const asked = [[], ["flags=1"], ["flags=4"], ["flags=0"], ["flags=0x1d"], ["flags=0x15"], ["flags=0x25"], ["flags=0x85"], ["flags=0x45"],
  ["counter=1"], ["counter=4294967295"], ["origin=https://evil.example.com"], ["origin=http://review.example.com"], ["origin=" + origin + "/"],
  ["rp=example.com"], ["rp=" + origin], ["type=webauthn.create"], ["type="], ["challenge=AAAA"], ["challenge=" + challenge + "="],
  [client("}")], [client(',"crossOrigin":true}')], [client(',"x":[1,2,{"y":null}]}')], [client("")], [client('}{"a":1}')],
  [client(',"type":"webauthn.get"}')], [client(',"type":"webauthn.create"}')], ["client=[]"], ["client={}"]];

(async () => {
  for (const kind of ["es256", "eddsa"]) {
    const file = `${place}/${kind}`, other = file + "-other";
    run("make", file, kind);
    run("make", other, kind);
    const publicKey = Buffer.from(run("line", file, credential).trim().split(" ")[2], "base64");
    const enrolled = await register(file, publicKey, []);
    if (enrolled !== true) { console.log(`${kind}: enrolment: ${enrolled}`); process.exitCode = 1; }
    for (const words of [["origin=https://evil.example.com"], ["rp=evil.example.com"], ["type=webauthn.get"], ["flags=0"], ["challenge=AAAA"]])
      if ((await register(file, publicKey, words)) === true) { console.log("enrolled with " + words); process.exitCode = 1; }
    for (const words of asked) {
      const made = run("answer", file, credential, ...words);
      if (!parts(made).clientDataJSON) continue;
      await compare(kind + " " + words, file, parts(made), publicKey);
    }
    await compare(kind + " another key", file, parts(run("answer", other, credential)), publicKey);
    for (let i = 0; i < 80; i++) {
      const p = parts(run("answer", file, credential)), name = ["authenticatorData", "clientDataJSON", "signature"][random(3)];
      const at = random(p[name].length);
      if (i % 3 === 0) p[name] = Buffer.concat([p[name].subarray(0, at), p[name].subarray(at + 1)]);
      else if (i % 3 === 1) p[name] = Buffer.concat([p[name].subarray(0, at), Buffer.from([random(256)]), p[name].subarray(at)]);
      else p[name][at] ^= 1 << random(8);
      if (p[name].length) await compare(`${kind} byte ${at} of ${name}`, file, p, publicKey);
    }
  }
  console.log(`${compared} answers, ${good} of them good; ${strict} refused by the hooks alone`);
  if (good < 10 || compared < 200) process.exitCode = 1;
})();
JS
NO_COLOR=1 node "$place/agree.js" "$library" "$BUILD_DIR/test/authenticator" "$place"
