# A person in front of a browser: from the link in the message to a landed change, with a passkey and no terminal.
. "${0%/*}/lib.sh"
. "${0%/*}/review.inc"
needs_browser
own_prefix

# desk [WEBHOOK]: the page at localhost, and people of whom bob is to have a passkey.
desk()
{
	server
	port=$("$tools/port")
	site_policy <<JSON
{ "version": 1, "review": { "url": "http://localhost:$port" }, "webhooks": [${1:-}] }
JSON
	policy <<'JSON'
{
  "version": 1,
  "people": {
    "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "groups": ["platform"] },
    "bob": { "emails": ["bob@example.com"], "accounts": ["bob"], "groups": ["platform"], "passkeys": [] },
    "carol": { "emails": ["carol@example.com"], "accounts": ["carol"], "groups": ["security"] }
  },
  "rules": [
    { "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["platform"] }
  ]
}
JSON
	agent claude-code
	commit infra/main.tf 'resource "a" { size = 2 }' 'Grow a'
	push main
	expect held
}

# enrolled: bob makes a passkey by the link; then what is on standard input.
enrolled()
{
	link=$(countersign reviewer invite bob --repo "$server" | sed -n 1p)
	{
		cat <<STEPS
passkey
open $link
see A passkey for bob
click button
see Its fingerprint is SHA256:
quiet
run '$prefix/bin/countersign' reviewer accept bob --yes --repo '$server'
STEPS
		cat
	} | browse
}

# chat: a room that messages come to, of which each is a line of $story/room; and its webhook.
receiver=
at_end leave_chat
leave_chat()
{
	[ -z "$receiver" ] || kill "$receiver" 2>/dev/null || :
}

chat()
{
	mkfifo "$story/room.port"
	"$tools/receiver" --mode ok --out "$story/room" >"$story/room.port" &
	receiver=$!
	read -r room <"$story/room.port"
}

# message: the link of the only message that is in the room, to what waits.
message()
{
	"$prefix/bin/countersign-deliver" --repo "$server"
	[ "$(wc -l <"$story/room")" -eq 1 ] || fail "messages in the room: $(cat "$story/room")"
	grep -o "http://localhost:$port/[^|>\" ]*" "$story/room" | sort -u
}

sentence "Three actions from the message to a landed change: open its link, read, touch"
chat
desk "{ \"url\": \"http://127.0.0.1:$room/\", \"format\": \"slack\", \"events\": [\"held\"] }"
serve bob "$port"
enrolled <<STEPS
open $(message)
see resource "a" { size = 2 }
click button.yes
see approved
see approved: push again
quiet
STEPS
agent none
push main
expect landed
said 'approved by bob'

sentence "By keyboard alone a hold is found and rejected, and the reason reaches the pusher; then it is taken back"
desk
serve bob "$port"
enrolled <<STEPS
open http://localhost:$port/
see Grow a
press Tab
focused .skip
press Tab Tab Tab Tab Tab Tab Tab
focused a.subject
press Enter
see resource "a" { size = 2 }
value for (let i = 0; i < 200 && document.activeElement.id !== 'reason'; i++) { const all = [...document.querySelectorAll('a[href], summary, section[tabindex], textarea, button')]; all[all.indexOf(document.activeElement) + 1].focus(); } return document.activeElement.id
press N o t
press Tab Tab Enter
see rejected by bob
see Not
unseen push again
run cd '$work' && ! git push origin main 2>$story/pushed; grep -q -F 'Not' $story/pushed
click button[value=withdraw]
see 0 of 1, needs platform
quiet
STEPS
push main
expect held

sentence "At another address no passkey is asked for, and whoever is not asked has no button"
desk
serve bob "$port"
enrolled <<STEPS
open http://127.0.0.1:$port/server/holds/$hold
see Grow a
click button.yes
see open this page at http://localhost:$port
STEPS
serve carol "$port"
browse <<STEPS
open http://localhost:$port/server/holds/$hold
see You are not among those who may decide this
STEPS
serve '' "$port"
browse <<STEPS
open http://localhost:$port/server/holds/$hold
see You are
value return 'for ' + [...document.querySelectorAll('select[name=person] option')].map((one) => one.textContent).join(' ')
STEPS
said 'for bob'
push main
expect held

# What nothing of the machine's has: two tools of the npm registry, kept for the next time.
npm_tools()
{
	[ -d "$BUILD_DIR/review-npm/node_modules/axe-core" ] && [ -d "$BUILD_DIR/review-npm/node_modules/html-validate" ] ||
		{ command -v npm >/dev/null 2>&1 && npm install --no-audit --no-fund --silent --prefix "$BUILD_DIR/review-npm" axe-core html-validate >"$out" 2>&1; }
}

# looked_at PAGE...: each by axe-core in both schemes and at two widths, and by html-validate.
looked_at()
{
	axe=$BUILD_DIR/review-npm/node_modules/axe-core/axe.min.js
	for looked in "$@"; do
		printf 'open http://localhost:%s/%s\n' "$port" "$looked"
		for scheme in light dark; do
			printf 'scheme %s\nsize 1280 900\naxe %s\nsize 390 844\naxe %s\n' "$scheme" "$axe" "$axe"
			printf 'value return document.documentElement.scrollWidth <= 390 ? "" : "WIDE " + document.documentElement.scrollWidth\n'
		done
	done | browse
	unsaid WIDE
	for looked in "$@"; do
		get "$looked"
		cp "$out" "$story/page.html"
		(cd "$BUILD_DIR/review-npm" && npx --no-install html-validate "$story/page.html") >"$story/said" 2>&1 || {
			cp "$story/said" "$out"
			fail "/$looked is not valid"
		}
	done
}

sentence "No page has a fault that axe-core or html-validate finds, light or dark, wide or narrow"
if npm_tools; then
	desk
	mkdir -p "$work/infra"
	printf '\211PNG\r\n\032\n\000\000\000\015rest' >"$work/infra/logo.png"
	printf 'a\342\200\256b\n<script>alert(1)</script>\n' >"$work/infra/odd.tf"
	ln -s ../x "$work/infra/link"
	seq -f 'line number %.0f of many, which goes on and on for a while' 1 40 >"$work/infra/long.tf"
	in_work add -A
	record 'More, and <b>odder</b>'
	push main
	expect held
	serve bob "$port"
	first=$hold
	sed -i 's/"version": 1,/"version": 1, "delegates": ["platform"],/' "$server/countersign/policy.json"
	agent none
	branch people origin/main
	seq 1 200 >"$work/infra.txt"
	mkdir -p "$work/infra"
	cp "$work/infra.txt" "$work/infra/folds.tf"
	in_work add infra
	record 'Lines'
	push people:main
	expect landed
	agent claude-code
	branch next origin/main
	sed -i 's/^100$/hundred/' "$work/infra/folds.tf"
	echo 'resource "a" { size = 3 }' >"$work/infra/main.tf" # so that it is another version of the first
	printf '{ "version": 1, "rules": [{ "name": "docs", "paths": ["/docs/<b>/"], "action": "deny" }] }' >"$work/.countersign.json"
	in_work add infra .countersign.json
	record 'Folds, and a policy'
	push next:main
	expect held
	get "server/holds/$hold?open=1-1"
	said 'What it changes in the policy'
	said 'show them'
	said "$first"
	looked_at '' command "server/holds/$first" "server/holds/$hold" "server/holds/$hold?open=1-1" "server/holds/$hold?view=split&lines=all" \
		"server/holds/$first?view=split&lines=all" server/log server/agents nothing \
		'?repository=none' "server/invitation/bob/$(countersign reviewer invite bob --repo "$server" | sed -n '1s|.*/||p')"
else
	skip "axe-core and html-validate cannot be had from npm here"
fi
