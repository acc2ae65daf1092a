# Whose doing an update is, whatever way its commits came, and what layers say of it.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/words.inc"
. "${0%/*}/../push/signing.inc"

# given AGENTS [TERM]: the site's policy has these agents, for every branch and tag, and another term.
given()
{
	echo '{ "version": 1 }' | policy
	site_policy <<JSON
{ "version": 1, ${2:-} "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"] } },
  "agents": { $1 }, "rules": [ { "name": "infrastructure", "paths": ["/infra/"], "action": "deny" } ] }
JSON
}

own_prefix

sentence "A commit parked on a branch that its agent was given is the agent's when it comes to another"
server
given '"*": { "refs": ["refs/heads/agents/**"] }'
agent claude-code
commit src/a.c 1
push main
expect denied
said 'agent-refs'
push main:agents/x
expect landed
push main
expect denied
said 'agent-refs'
in_work reset -q --hard origin/main
innocent

sentence "An unrelated history parked elsewhere first does not take a branch's place"
server
given '"*": { "refs": ["refs/heads/agents/**", "refs/heads/main"] }'
agent claude-code
in_work checkout -q --orphan other
record 'Begin anew'
push +other:main
expect denied
said 'agent-rewrite'
push other:agents/x
expect landed
push +other:main
expect denied
said 'agent-rewrite'
innocent

sentence "A commit that is stored and that no ref leads to is still whose it was"
server
given '"*": { "refs": ["refs/heads/agents/**"] }' '"refs": ["HEAD"],'
agent claude-code
commit src/a.c 1
push main:agents/x
expect landed
push :agents/x
expect landed refs/heads/agents/x
push main:refs/heads/free
expect denied
said 'agent-refs'
in_work reset -q --hard origin/main
push main:refs/heads/free
expect landed
innocent

# parked: the agent's two commits lie on its own branch, and main knows nothing of them.
parked()
{
	agent claude-code
	commit src/a.c 1
	commit src/b.c 1
	push main:agents/x
	expect landed
	agent none
	parked=$(in_work rev-parse main)
}

sentence "A new ref that is cut from what an agent parked on a branch of its own is the agent's doing"
for governs in '' '"refs": ["HEAD", "refs/heads/release/**", "refs/tags/**"],'; do
	server
	given '"*": { "refs": ["refs/heads/agents/**"] }' "$governs"
	parked
	for new in refs/heads/release/1 refs/tags/v1 refs/heads/free refs/other/x; do
		push "$parked:$new"
		expect denied
		said 'agent-refs'
		push "$parked~1:$new"
		expect denied
	done
	in_work tag -a -m 'Version 2' v2 "$parked"
	push v2:refs/tags/v2
	expect denied
	push "$parked:refs/heads/release/2" :refs/heads/agents/x
	expect denied
	unmoved refs/heads/agents/x
	push "$parked:refs/heads/agents/y" :refs/heads/agents/x
	expect landed
	commit src/c.c 1
	push main:refs/heads/release/3
	expect denied
	in_work reset -q --hard origin/main
	innocent
done

sentence "What main led to, or a branch that is closed to the agent, is cut as one likes"
server
given '"*": { "refs": ["refs/heads/agents/**"] }'
parked
as alice
in_work checkout -q -B trunk origin/main
commit docs/other.md 1
in_work merge -q --no-ff -m 'Take it in' "$parked"
push trunk:main
expect landed
for new in refs/heads/release/1 refs/tags/v1 refs/heads/free; do
	push "$parked:$new"
	expect landed
	push "trunk:${new}-later"
	expect landed
done
in_work checkout -q -B other trunk~1
agent claude-code
commit src/d.c 1
on_server fetch -q "$work" other:refs/heads/closed
agent none
push other:refs/tags/v2
expect landed
commit src/e.c 1
push other:refs/heads/mine
expect landed
innocent

sentence "What is held is nobody's to cut a ref from"
server
given '"*": { "refs": ["refs/heads/agents/**"], "scope": ["/src/"], "scope_action": "hold" }'
agent claude-code
commit infra.md 1
push main:agents/x
expect held
agent none
for new in refs/heads/release/1 refs/tags/v1; do
	push "main:$new"
	expect denied
	said 'agent-refs'
done
in_work reset -q --hard origin/main
innocent

sentence "A tag that a person signed is that person's, under its own name, to layers that know the person"
server
key bob
key mallory
echo '{ "version": 1 }' | policy
site_policy <<JSON
{ "version": 1, "people": { "bob": { "keys": ["$(key_of bob)"] } },
  "agents": { "*": { "refs": ["refs/heads/**"] } } }
JSON
echo "{ \"version\": 1, \"people\": { \"mallory\": { \"keys\": [\"$(key_of mallory)\"] } } }" | policy
agent claude-code
commit src/a.c 1
push main:release/1
expect landed
agent none
signs mallory
in_work tag -s -m 'Version 1' v1 main
push refs/tags/v1
expect denied
said 'agent-refs'
signs bob
in_work tag -f -s -m 'Version 1' v1 main
push refs/tags/v1:refs/tags/v2
expect denied
push refs/tags/v1
expect landed
in_work reset -q --hard origin/main
innocent

sentence "What one layer only observes is no branch that is closed"
server
given '"*": { "refs": ["refs/heads/agents/**"] }' '"mode": "observe",'
echo '{ "version": 1, "agents": { "*": { "refs": ["refs/heads/agents/**", "refs/heads/draft/**"] } } }' | policy
agent claude-code
commit src/a.c 1
push main:draft/x
expect landed
push main:refs/tags/v1
expect denied
said 'agent-refs'
in_work reset -q --hard origin/main
innocent

sentence "Rewriting is given to all agents by the entry of all, and taken from one by its own"
server
given '"*": { "rewrite": true }, "cursor": { "rewrite": false }'
commit src/a.c 1
push main:refs/heads/shared
expect landed
agent claude-code
in_work reset -q --hard HEAD~1
commit src/b.c 1
push +main:refs/heads/shared
expect landed
agent cursor
in_work reset -q --hard HEAD~1
commit src/c.c 1
push +main:refs/heads/shared
expect denied
said 'agent-rewrite'
in_work reset -q --hard origin/main
innocent

sentence "What an agent claims to be lets it rewind nothing"
server
given '"release-bot": { "owner": "alice", "accounts": ["release-bot"], "trailers": ["Agent: release-bot"], "rewrite": true }'
commit src/a.c 1
push main:refs/heads/shared
expect landed
agent release-bot
in_work reset -q --hard HEAD~1
commit src/b.c 1
push +main:refs/heads/shared
expect denied
said 'agent-rewrite'
as release-bot
push +main:refs/heads/shared
expect landed
in_work reset -q --hard origin/main
innocent

sentence "A layer that only observes does not speak for one that enforces"
server
site_policy <<'JSON'
{ "version": 1, "mode": "observe", "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"] } },
  "agents": { "bot": { "owner": "alice", "accounts": ["bot"], "refs": ["refs/heads/bot/**"], "scope": ["/bot/"] } } }
JSON
policy <<'JSON'
{ "version": 1, "agents": { "bot": { "refs": ["refs/heads/bot/**"], "scope": ["/bot/"], "scope_action": "hold" } } }
JSON
as bot
commit bot/a.c 1
push main
expect denied
said 'agent-refs'
push main:bot/a
expect landed
commit src/a.c 1
push --push-option=countersign=json main:bot/a
expect held
verdict findings.0.action hold
verdict findings.0.observed ''
in_work reset -q --hard HEAD~1
commit bot/b.c 1
push main:bot/a
expect landed
innocent
