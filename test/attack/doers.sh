# Whose doing an update is, whatever way its commits came, and what layers say of it.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/words.inc"

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
