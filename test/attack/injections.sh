# Texts that would be more than text where somebody reads of a hold: on the page, in chats, in mail, in a terminal.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/../push/signing.inc"
. "${0%/*}/../push/review.inc"
texts="$SOURCE_DIR/test/attack/injections.py"

# inert KIND FILE: nothing of it is more than text.
inert()
{
	python3 "$texts" "$1" "$2" >"$story/verdict" 2>&1 || fail "$1: $(cat "$story/verdict")"
}

at_end stop_receiver
stop_receiver()
{
	[ -z "${receiver_pid:-}" ] || kill "$receiver_pid" 2>/dev/null || :
	receiver_pid=
}

sentence "Whatever a pusher writes into names, paths, subjects, contents, refs and reasons is text wherever it is read"
command -v python3 >/dev/null || fail 'there is no python3'
own_prefix
# By hand alone: one that a hook started would stay for retries, and keep the mail from this story's sendmail.
deliver=$prefix/bin/deliver-by-hand
mv "$prefix/bin/countersign-deliver" "$deliver"
server
mkfifo "$story/ready"
"$tools/receiver" --out "$story/received" >"$story/ready" 2>/dev/null &
receiver_pid=$!
read -r port <"$story/ready"
site_policy <<'JSON'
{ "version": 1, "review": { "url": "https://review.example.com/desk" } }
JSON
policy <<JSON
{ "version": 1,
  "people": {
    "bob":   { "emails": ["bob@example.com"], "accounts": ["bob"], "groups": ["platform"], "keys": ["$(key_of bob)"] },
    "carol": { "emails": ["carol@example.com"], "accounts": ["carol"] } },
  "agents": { "claude-code": { "owner": "carol" } },
  "rules": [ { "name": "infrastructure", "description": "<script>alert(1)</script> <!channel>", "paths": ["/infra/"], "action": "hold",
               "approvers": ["platform"] } ],
  "webhooks": [ { "url": "http://127.0.0.1:$port/a", "format": "slack" }, { "url": "http://127.0.0.1:$port/b", "format": "teams" },
                { "url": "http://127.0.0.1:$port/c", "format": "discord" }, { "format": "mail", "to": ["bob"], "events": ["held"] } ] }
JSON
evil='"><script>alert(1)</script>&@everyone`<!channel>'
branch work origin/main
python3 "$texts" commit "$work" infra || fail 'the texts are not committed'
as "mal\"><img/src=x>$(printf '\033[31m')@everyone"
push "work:refs/heads/$evil"
expect held
said "and "
inert terminal "$out"
push work:main
expect held
inert terminal "$out"

printf '%s\n' "$server" >"$story/list"
cat >"$story/sendmail" <<SH
#!/bin/sh
cat >"$story/mail"
SH
chmod 755 "$story/sendmail"
tries=0
until [ -s "$story/mail" ] || [ $tries -eq 50 ]; do
	countersign events retry --repo "$server" >/dev/null 2>&1 || :
	"$deliver" --list "$story/list" --sendmail "$story/sendmail" >/dev/null 2>&1 || :
	tries=$((tries + 1))
done
inert chats "$story/received"
inert mail "$story/mail"

serve bob
# looks PATH...: each page of it.
looks()
{
	for path in "$@"; do
		get "$path"
		coded 200
		inert page "$out"
	done
}
looks command server/log server/agents ''
said 'For you'
for view in 'view=unified' 'view=split&lines=all' 'view=split&blanks=ignore'; do
	page=1
	while [ "$page" -le 40 ]; do
		looks "server/holds/$hold?$view&page=$page"
		grep -q 'rel="next"' "$out" || break
		page=$((page + 1))
	done
done
get "server/holds/$hold"
said '&lt;script&gt;alert(1)&lt;/script&gt;'
said '<span class="odd">\x1b</span>'
for path in 'server/holds/%3Cscript%3E' '%3Cscript%3Ealert(1)' 'server/holds/0000000000000000?x=<script>' "?agent=%22%3E%3Cscript%3E&rule=%3Cb%3E"; do
	get "$path"
	inert page "$out"
done

for view in "holds" "holds show $hold" "log" "agents --seen" "events"; do
	# shellcheck disable=SC2086 # words
	countersign $view --repo "$server" >"$out" 2>&1 || :
	inert terminal "$out"
done
git clone -q "$server" "$story/desk" 2>/dev/null
for view in list "show $hold"; do
	# shellcheck disable=SC2086 # words
	(cd "$story/desk" && sh "$prefix/bin/git-countersign" $view) >"$out" 2>&1 || fail "git countersign $view fails"
	inert terminal "$out"
done

sentence "A reason is text, too: to whoever pushed, on the page, in chats and in the log"
digest=$(digest_of "$hold")
: >"$story/received"
number=0
for reason in '<script>alert(1)</script> <!channel>' '`@everyone` [x](https://evil.example)' "$(printf '\033]0;x\007 \342\200\256 \302\233')"; do
	number=$((number + 1))
	person bob
	signs bob
	GIT_COMMITTER_DATE="$(($(date +%s) + number)) +0000" in_work tag -f -s approval work -m "$reason" -m "Countersign-Digest: $digest
Countersign-Decision: reject" >/dev/null 2>&1
	as bob
	push "+approval:refs/countersign/approvals/$hold/bob"
	expect landed
	as dev1
	push work:main
	expect held
	said 'rejected by bob'
	inert terminal "$out"
	looks '' "server/holds/$hold" server/log
	said 'bob'
done
countersign events retry --repo "$server" >/dev/null 2>&1 || :
"$deliver" --list "$story/list" --sendmail "$story/sendmail" >/dev/null 2>&1 || :
grep -q 'Rejected' "$story/received" || fail 'no rejection was told'
inert chats "$story/received"
(cd "$story/desk" && sh "$prefix/bin/git-countersign" list) >"$out" 2>&1 || fail "git countersign list fails"
inert terminal "$out"

sentence "What is innocent lands beside it"
agent claude-code
as dev1
branch other origin/main
commit src/a.c 'int a;'
push other:refs/heads/other
expect landed
