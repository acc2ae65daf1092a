# State: what is written, and that nothing lands when it cannot be (threats G; design: state).
. "${0%/*}/lib.sh"

governed()
{
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/", "/.github/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
}

sentence "A person's push in which nothing is found writes nothing"
server
governed
before=$(cksum <"$server/countersign/state.db")
commit docs/a.md 'x'
push main
expect landed
same "the state" "$before" "$(cksum <"$server/countersign/state.db")"

sentence "A corrupt database refuses an agent's push, and says which file"
server
governed
agent claude-code
commit src/a.c 'x'
push main
expect landed
cp "$server/countersign/state.db" "$story/good.db"
head -c 5000 /dev/urandom >"$server/countersign/state.db"
commit src/b.c 'x'
push main
expect refused
said 'state.db'
cp "$story/good.db" "$server/countersign/state.db"
push main
expect landed

sentence "A policy that others can write refuses every push, and says which file"
server
governed
chmod 666 "$server/countersign/policy.json"
commit docs/a.md 'x'
push main
expect refused
said 'policy.json'
chmod 644 "$server/countersign/policy.json"
push main
expect landed

sentence "A policy with an error refuses every push with file, line and column"
server
echo '{ "version": 1, "rulez": [] }' >"$server/countersign/policy.json"
commit docs/a.md 'x'
push main
expect refused
said 'policy.json:1:'
said "rules"
governed
push main
expect landed

sentence "A hold refuses its ref alone, and the other refs of the push land"
server
governed
agent claude-code
commit .github/workflows/ci.yml 'on: push'
push main main:refs/heads/side
expect held
[ "$(ref_of refs/heads/side)" = "$(in_work rev-parse main)" ] || fail "the other ref did not land"

sentence "Without our update hook a hold refuses the whole push"
server
governed
rm "$server/hooks/update"
agent claude-code
commit .github/workflows/ci.yml 'on: push'
push main main:refs/heads/side
expect held
unmoved refs/heads/side

sentence "The update hook alone judges, too"
server
governed
rm "$server/hooks/pre-receive"
agent claude-code
commit docs/a.md 'x'
push main
expect refused
said 'scope'
in_work reset -q --hard HEAD~1
commit src/a.c 'x'
push main
expect landed

sentence "The client's environment has no effect"
server
governed
agent claude-code
commit docs/a.md 'x'
export GIT_NAMESPACE= GIT_PUSH_CERT_STATUS=G GIT_REPLACE_REF_BASE=refs/x/
push main
unset GIT_NAMESPACE GIT_PUSH_CERT_STATUS GIT_REPLACE_REF_BASE
expect denied

sentence "Shallow and grafted repositories are not judged"
server
governed
on_server rev-parse HEAD >"$server/shallow"
commit docs/a.md 'x'
push main
expect refused
said 'shallow'
rm "$server/shallow"
push main
expect landed

sentence "Beside a denied ref nothing is kept for review, and none is said to be"
server
policy <<'JSON'
{ "version": 1, "limits": { "holds": 1 }, "agents": { "*": { "scope": ["/src/", "/.github/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
agent claude-code
branch one
commit .github/workflows/ci.yml 'on: push'
switch main
branch two
commit payments/x 'x'
switch main
branch three
commit src/x 'x'
push one two three
expect refused
unmoved refs/heads/two
unmoved refs/heads/three
said 'not kept for review'
said '1 other ref has no findings: push it separately'
unsaid 'git fetch'
same "the first line" "$(sed -n 's/^remote: //p' "$out" | head -n 1 | sed 's/ *$//')" 'countersign: refs/heads/two is denied'
same "holds" "$(refs_of refs/countersign/holds)" ''
push three
expect landed
switch main
branch four
commit .github/workflows/other.yml 'on: push'
push four
expect held

sentence "What was held lands when the delegated policy no longer holds it"
server
delegated()
{
	commit .countersign.json "$1"
	in_work push -q --receive-pack='git -c core.hooksPath=/dev/null receive-pack' origin main
}
policy <<'JSON'
{ "version": 1, "delegates": ["alice"], "people": { "alice": { "accounts": ["alice"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
delegated '{ "version": 1, "rules": [ { "name": "pay", "paths": ["/pay/"], "by": "anyone", "action": "hold" } ] }'
as alice
branch one
commit pay/x y
switch main
branch two
commit src/x z
push one two
expect held
expect landed refs/heads/two
switch main
delegated '{ "version": 1, "rules": [ { "name": "pay", "paths": ["/other/"], "by": "anyone", "action": "hold" } ] }'
push one
expect landed

sentence "Agents' commits in which nothing was found are in the log under their names, and a person's push is not in it"
server
policy <<'JSON'
{ "version": 1 }
JSON
agent claude-code
commit src/a.c 'a'
agent cursor
commit src/b.c 'b'
push main
expect landed
exits 0 countersign log --agent cursor --repo "$server"
said '  claude-code, cursor'
exits 0 countersign log --json --agent claude-code --repo "$server"
said '"agents":["claude-code","cursor"]'
exits 0 countersign log --agent aider --repo "$server"
same 'rows of another agent' '' "$(cat "$out")"
rows=$(countersign log --repo "$server" | wc -l)
agent none
person alice
commit docs/a.md 'by a person'
push main
expect landed
same 'rows' "$rows" "$(countersign log --repo "$server" | wc -l)"

sentence "Another version of what is held takes the place of the one before; a hold of another ref or account stays"
server
policy <<'JSON'
{ "version": 1, "rules": [ { "name": "infra", "paths": ["/infra/"], "action": "hold", "approvers": [] } ] }
JSON
person robot
agent claude-code
branch first origin/main
commit infra/main.tf 'first'
push first:main
expect held
first=$hold
push first:refs/heads/other
expect held
other=$hold
branch second origin/main
commit infra/main.tf 'second'
push second:main
expect held
second=$hold
exits 0 countersign holds --json --repo "$server"
same 'open' "$(sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p' "$out" | sort | xargs)" "$(printf '%s\n' "$second" "$other" | sort | xargs)"
exits 0 countersign holds show "$second" --json --repo "$server"
same 'what it replaces' "$("$tools/story-json" replaces <"$out")" "$first"
exits 0 countersign holds show "$first" --json --repo "$server"
same 'what was replaced' "$("$tools/story-json" status <"$out")" superseded
push first:main
expect held
same 'the same hold again' "$hold" "$first"
exits 0 countersign holds show "$second" --json --repo "$server"
same 'replaced in turn' "$("$tools/story-json" status <"$out")" superseded

sentence "A bit flipped in who is stopped, a stop taken away, or what is remembered moved, refuses instead of letting go"
server
governed
agent claude-code
commit src/agents.c 'x'
push main
expect landed
exits 0 countersign stop claude-code --reason 'Lost its key.' --repo "$server"
cp "$server/countersign/state.db" "$story/good.db"
commit src/b.c 'x'
push main
expect denied
for damage in "UPDATE stopped SET name = 'claude-codf';" "DELETE FROM stopped;" "UPDATE stopped SET kind = 'agens';" \
	"DELETE FROM bound WHERE name = 'stopped';" \
	"UPDATE remembered SET id = CAST(x'00' || substr(id, 2) AS BLOB);" "DELETE FROM remembered;" "UPDATE remembered SET agent = '-';"; do
	cp "$story/good.db" "$server/countersign/state.db"
	echo "$damage" >"$story/damage.sql"
	"$tools/statetool" "$server" sql "$story/damage.sql"
	exits 1 countersign log verify --repo "$server"
	said 'changed rows of'
	case $damage in
	*stopped*)
		push main
		expect refused
		said 'changed rows of'
		said 'restore it'
		;;
	esac
done
cp "$story/good.db" "$server/countersign/state.db"
exits 0 countersign log verify --repo "$server"
exits 0 countersign resume claude-code --repo "$server"
push main
expect landed

sentence "A limit on the size of files refuses with a word, and a larger one lets the same push land"
server
governed
agent claude-code
commit src/limits.c 'x'
mv "$server/hooks/pre-receive" "$story/pre-receive"
printf '#!/bin/sh\nulimit -f 8\nexec sh "%s" "$@"\n' "$story/pre-receive" >"$server/hooks/pre-receive"
chmod 755 "$server/hooks/pre-receive"
push main
expect refused
said 'countersign: the push could not be judged: '
mv "$story/pre-receive" "$server/hooks/pre-receive"
push main
expect landed
