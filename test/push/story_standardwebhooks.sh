# A receiver that verifies with the library that the specification's authors wrote takes what we sign, whichever way the
# secret is written, and would not take it altered.  Skipped where node, npm or the package cannot be had.
set -eu
library=$BUILD_DIR/npm
place=$(mktemp -d)
receiver=
trap 'kill $receiver 2>/dev/null || :; rm -rf "$place"' EXIT

skip()
{
	echo "skipped: $1"
	exit 77
}
command -v node >/dev/null || skip "no node"
command -v npm >/dev/null || skip "no npm"
[ -d "$library/node_modules/standardwebhooks" ] ||
	timeout 60 npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$library" standardwebhooks@1 >/dev/null 2>&1 ||
	skip "the package cannot be had"

cat >"$place/receiver.js" <<'JS'
// Prints its port, then `good ID` or why not for each request, and `altered` when a changed one was turned down.
const { Webhook } = require(process.argv[2] + "/node_modules/standardwebhooks");
const webhook = new Webhook(process.argv[3]);
function verdict(body, headers) {
  try { webhook.verify(body, headers); return "good"; } catch (e) { return String(e.message); }
}
const server = require("http").createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const body = Buffer.concat(parts).toString("utf8");
    const altered = body.replace("7f3a91c2d4e5f607", "7f3a91c2d4e5f608");
    const id = request.headers["webhook-id"];
    console.log(verdict(body, request.headers), id);
    if (altered !== body && verdict(altered, request.headers) !== "good" &&
        verdict(body, { ...request.headers, "webhook-id": id + "0" }) !== "good")
      console.log("altered", id);
    response.end();
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
JS

# $1 what the library is given, $2 what our file holds
agrees()
{
	git init -q --bare "$place/r.git"
	printf '%s\n' "$2" >"$place/key"
	chmod 600 "$place/key"
	mkfifo "$place/said"
	node "$place/receiver.js" "$library" "$1" >"$place/said" &
	receiver=$!
	exec 3<"$place/said"
	read -r port <&3
	"$BUILD_DIR/test/statetool" "$place/r.git" event 3 \
		"{\"format\":\"json\",\"url\":\"http://127.0.0.1:$port/\",\"secret_file\":\"$place/key\"}"
	"$BUILD_DIR/countersign-deliver" --repo "$place/r.git"
	kill "$receiver"
	wait "$receiver" || :
	cat <&3 >"$place/lines"
	exec 3<&-
	[ "$(grep -c '^good msg_' "$place/lines")" -eq 3 ] || { cat "$place/lines"; exit 1; }
	[ "$(grep -c '^altered msg_' "$place/lines")" -eq 3 ]
	rm -rf "$place/r.git" "$place/said"
}
old=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
new=whsec_$(printf 'a secret that is long enough' | base64)
# While one is exchanged for the other both sign, and a receiver that knows either is content.
agrees "$old" "$new
$old"
agrees "$new" "$new
$old"
agrees whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
agrees "$(printf 'a secret that is long enough' | base64)" 'a secret that is long enough'
