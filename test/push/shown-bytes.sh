# A name with bytes that no reader can see looks the same wherever people read it, and nothing in it is obeyed.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"
. "${0%/*}/review.inc"

mkfifo "$story/ready"
"$tools/receiver" --out "$story/received" >"$story/ready" 2>/dev/null &
receiver_pid=$!
at_end 'kill "$receiver_pid" 2>/dev/null'
read -r port <"$story/ready"

# reviewer ARGUMENTS: git countersign in the clone.
reviewer()
{
	(cd "$work" && "$prefix/bin/git-countersign" "$@") >"$out" 2>&1 || fail "git countersign $1: $(cat "$out")"
}

sentence "Bytes that are no UTF-8, backslashes and terminal codes are escaped once: in the push, lists, page and messages"
server
policy <<JSON
{ "version": 1, "refs": ["HEAD"],
  "people": { "bob": { "emails": ["bob@example.com"], "accounts": ["bob"], "keys": ["$(key_of bob)"] } },
  "rules": [ { "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["bob"] } ],
  "webhooks": [
    { "url": "http://127.0.0.1:$port/slack", "format": "slack", "events": ["held"] },
    { "url": "http://127.0.0.1:$port/discord", "format": "discord", "events": ["held"] },
    { "url": "http://127.0.0.1:$port/teams", "format": "teams", "events": ["held"] } ] }
JSON
agent claude-code
branch work origin/main
commit "$(printf 'infra/a\377b\\c\033[31m\342\200\256.tf')" 'x'
push work:main
expect held
shown='infra/a\xffb\\c\x1b[31m\u{202e}.tf'
said "$shown"
exits 0 countersign holds --repo "$server"
said "  $shown"
unsaid 'a\\xff'
exits 0 countersign holds show "$hold" --repo "$server"
said " $shown"
reviewer list
said "$shown"
reviewer show "$hold"
said "$shown"
said '"infra/a\xffb\\c\033[31m\u{202e}.tf"'
unsaid 'x00'
serve bob
get "server/holds/$hold"
said 'infra/a<span class="odd">\xff</span>b\c<span class="odd">\x1b</span>[31m<span class="odd">\u{202e}</span>.tf'
unserve
printf '%s\n' "$server" >"$story/list"
"$prefix/bin/countersign-deliver" --list "$story/list" >/dev/null 2>&1 || :
cp "$story/received" "$out"
same "messages" "$(grep -c 'a.*xff' "$out")" 3
# in JSON each backslash is two, and where the format has mark-up it is escaped there once more
grep -q '/slack\|"text":.*infra/a\\\\xffb\\\\\\\\c\\\\x1b' "$out" || fail "slack shows another name: $(cat "$out")"
if LC_ALL=C grep -q "$(printf '\377')\|$(printf '\033')\|$(printf '\342\200\256')" "$out"; then
	fail "a message has such a byte itself"
fi

sentence "A NUL and a byte 0xff in a file's text are told apart in a terminal"
server
policy <<JSON
{ "version": 1, "refs": ["HEAD"],
  "people": { "bob": { "emails": ["bob@example.com"], "accounts": ["bob"], "keys": ["$(key_of bob)"] } },
  "rules": [ { "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["bob"] } ] }
JSON
agent claude-code
branch work origin/main
mkdir -p "$work/infra"
printf 'one\377two\n' >"$work/infra/high.tf"
printf 'one\000two\n' >"$work/infra/nul.tf"
in_work add -A
record 'Two files'
push work:main
expect held
reviewer show "$hold"
said 'one\xfftwo'
said 'one\x00two'
