# What became of each decision is in the log, bounded, and told only when it is true.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

# says_no HOOK / says_yes HOOK: a hook that was there before ours.
says_no()
{
	mkdir -p "$server/countersign/chained"
	printf '#!/bin/sh\nexit 1\n' >"$server/countersign/chained/$1"
	chmod 755 "$server/countersign/chained/$1"
}

says_yes()
{
	rm "$server/countersign/chained/$1"
}

# outcome: of the last decision, as the log has it; agent_rows: what the log has of the agent
outcome()
{
	countersign log --json --repo "$server" | grep '"kind":"decision"' | tail -n 1 | "$tools/story-json" outcome
}

agent_rows()
{
	countersign log --json --agent claude-code --repo "$server" | wc -l
}

# events TYPE: how many are in the outbox, by their state
events()
{
	countersign events --json --repo "$server" | grep "\"type\":\"$1\"" | sed 's/.*"status":"\([a-z]*\)".*/\1/' | xargs
}

told()
{
	governed '' "$rules"
	sed -i 's|"version": *1,|"version": 1, "webhooks": [ { "url": "http://127.0.0.1:9/none" } ],|' "$server/countersign/policy.json"
}

sentence "What an agent was allowed and another hook refuses is in the log as not landed, and not as what the agent landed"
server
told
agent claude-code
for hook in pre-receive update; do
	says_no "$hook"
	branch "$hook" origin/main
	commit "src/$hook.c" 'int x;'
	push "$hook:main"
	expect refused
	same "the outcome after $hook" "$(outcome)" 'not landed'
	same 'what the agent landed' "$(agent_rows)" 0
	says_yes "$hook"
done
push update:main
expect landed
same 'the outcome' "$(outcome)" 'landed'
same 'what the agent landed' "$(agent_rows)" 2
exits 0 countersign log verify --repo "$server"
exits 0 countersign log --repo "$server"
said 'not landed  refs/heads/main'

sentence "What became of it is settled by the next push, when post-receive did not run"
server
told
agent claude-code
mv "$server/hooks/post-receive" "$story/post-receive"
branch one origin/main
commit src/one.c 'int x;'
push one:main
expect landed
same 'the outcome' "$(outcome)" 'awaited'
branch two origin/main
commit src/two.c 'int y;'
push two:main
expect landed
countersign log --json --repo "$server" | grep '"kind":"outcome"' >"$out"
said '"outcome":"landed"'
mv "$story/post-receive" "$server/hooks/post-receive"
branch three origin/main
commit src/three.c 'int z;'
push three:main
expect landed
same 'the outcome' "$(outcome)" 'landed'
same 'all that landed' "$(countersign log --json --repo "$server" | grep -c '"outcome":"landed","agents"')" 3

sentence "Somebody's approval is told when it has landed, not before, and not again at each try"
server
told
hold_change
same 'held' "$(events held)" queued
says_no update
for n in 1 2; do
	approve bob
	expect refused
	same 'approved' "$(events approved)" ''
done
says_yes update
approve bob
expect landed
same 'approved' "$(events approved)" queued
push_again
expect landed
same 'landed' "$(events landed)" queued
exits 0 countersign log verify --repo "$server"

sentence "The same refusal again is a count on its row, told once; another one is a row"
server
told
agent claude-code
branch held origin/main
commit infra/a.tf 'resource'
push held:main
expect held
rows=$(countersign log --repo "$server" | wc -l)
for n in 1 2 3 4 5; do
	push held:main
	expect held
done
same 'rows' "$(countersign log --repo "$server" | wc -l)" "$rows"
countersign log --json --repo "$server" | tail -n 1 >"$out"
said '"again":5'
same 'held' "$(events held)" queued
exits 0 countersign log --repo "$server"
said 'again 5 times, last '
commit infra/b.tf 'resource'
push held:main
expect held
same 'rows' "$(countersign log --repo "$server" | wc -l)" $((rows + 1))
exits 0 countersign log verify --repo "$server"

sentence "Names that outgrow a row are counted: the refusal is logged, told, and small, however often it comes"
server
told
agent claude-code
branch names origin/main
control=$(printf '\001%.0s' $(seq 200))
mkdir -p "$work/infra"
(cd "$work/infra" && for n in $(seq 1500); do : >"$n$control"; done)
in_work add -A infra
in_work commit -q -m 'names' -m "$trailer"
push names:main
expect held
size=$(stat -c %s "$server/countersign/state.db")
[ "$size" -lt 1000000 ] || fail "the state has $size bytes"
countersign log --json --repo "$server" | tail -n 1 >"$story/row"
[ "$(wc -c <"$story/row")" -lt 100000 ] || fail "the row has $(wc -c <"$story/row") bytes"
[ "$("$tools/story-json" verdict.more <"$story/row")" -gt 1000 ] || fail "what was left out is not counted"
same 'held' "$(events held)" queued
for n in 1 2 3; do
	push names:main
	expect held
done
[ "$(stat -c %s "$server/countersign/state.db")" -lt $((size + 100000)) ] || fail "the state grows at each try"

sentence "What could not be judged is a row, too"
server
told
agent claude-code
branch fault origin/main
commit src/fault.c 'int x;'
push fault:main
expect landed
rows=$(countersign log --repo "$server" | wc -l)
chmod 666 "$server/countersign/policy.json"
branch again origin/main
commit src/again.c 'int x;'
push again:main
expect refused
push again:main
expect refused
chmod 644 "$server/countersign/policy.json"
same 'rows' "$(countersign log --repo "$server" | wc -l)" $((rows + 1))
countersign log --json --repo "$server" | tail -n 1 >"$out"
said '"kind":"fault"'
said 'writable by others'
push again:main
expect landed

sentence "Mail to a group goes to everybody in it, each once"
server
policy <<'JSON'
{ "version": 1,
  "people": { "bob": { "emails": ["bob@example.com"], "groups": ["security"] },
              "carol": { "emails": ["carol@example.com"], "groups": ["security"] },
              "dave": { "emails": ["dave@example.com"], "groups": ["platform"] } },
  "rules": [ { "name": "infra", "paths": ["/infra/"], "action": "hold", "approvers": ["security"] } ],
  "webhooks": [ { "format": "mail", "to": ["security", "bob"] } ] }
JSON
agent claude-code
branch mail origin/main
commit infra/mail.tf 'resource'
push mail:main
expect held
python3 -c '
import sqlite3, json, sys
for (text,) in sqlite3.connect(sys.argv[1]).execute("SELECT webhook FROM event"):
    print(" ".join(json.loads(text)["to"]))' "$server/countersign/state.db" >"$out"
same 'to' "$(cat "$out")" 'bob@example.com carol@example.com'
