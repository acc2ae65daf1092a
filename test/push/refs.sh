# Refs: who may move them where, and which nobody may push (threats B).
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

governed()
{
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD", "refs/tags/**"],
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"] } },
  "agents": { "*": { "scope": ["/src/"], "refs": ["refs/heads/**"] },
    "release-bot": { "owner": "alice", "accounts": ["bot"], "scope": ["/src/", "/docs/"], "refs": ["refs/heads/main", "refs/heads/bot/**"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
}

sentence "An agent pushes only to the refs that it was given"
server
governed
agent claude-code
commit src/a.c 'x'
in_work tag v1
push v1:refs/tags/v1
expect denied
said 'agent-refs'
push main
expect landed

sentence "What an agent's key that has ended has signed is not given the agent's refs"
server
key bot
for end in 2099-01-01 2020-01-01; do
	policy <<JSON
{ "version": 1, "refs": ["HEAD"],
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"] } },
  "agents": { "*": { "scope": ["/src/"], "refs": ["refs/heads/agents/**"] },
    "release-bot": { "owner": "alice", "keys": [ { "key": "$(key_of bot)", "valid_before": "$end" } ],
                     "scope": ["/src/"], "refs": ["HEAD"] } },
  "rules": [] }
JSON
	signs bot
	in_work config commit.gpgsign true
	as alice
	commit "src/$end.c" 'x'
	push main
	[ "$end" = 2020-01-01 ] || expect landed
done
expect denied
said 'agent-refs by release-bot'
in_work config commit.gpgsign false

sentence "An agent's account neither rewinds nor deletes a governed ref"
server
governed
as bot
commit src/a.c 'x'
push main
expect landed
in_work reset -q --hard HEAD~1
push +main
expect denied
said 'agent-rewrite by release-bot (account)'
commit src/b.c 'y'
push +main
expect denied
push :main
expect refused
as alice
agent none
person alice
in_work fetch -q origin
in_work reset -q --hard origin/main
commit docs/x.md 'fine'
push main
expect landed

sentence "A person may rewind what an agent may not"
server
governed
commit src/a.c 'x'
as alice
push main
expect landed
in_work reset -q --hard HEAD~1
push +main
expect landed

sentence "Nobody pushes to Countersign's own refs, nor where git keeps its"
server
governed
as alice
commit src/a.c 'x'
for ref in refs/replace/0123456789012345678901234567890123456789 refs/countersign/holds/0123456789abcdef \
	refs/countersign/x refs/namespaces/a/refs/heads/main refs/worktree/x refs/bisect/bad refs/Replace/x; do
	push "main:$ref"
	expect refused
	said 'reserved'
done
push main
expect landed

sentence "A symbolic ref is judged by what it moves"
server
governed
on_server symbolic-ref refs/heads/alias refs/heads/main
as bot
commit infra/main.tf 'x'
push main:refs/heads/alias
expect refused
said 'scope'
unmoved refs/heads/main
in_work reset -q --hard HEAD~1
commit src/ok.c 'x'
push main
expect landed

sentence "Where HEAD names a symbolic ref, the branch that it leads to is the one that counts"
server
policy <<'JSON'
{ "version": 1, "refs": ["HEAD"], "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
on_server symbolic-ref refs/heads/master refs/heads/main
on_server symbolic-ref HEAD refs/heads/master
agent claude-code
commit src/fine.c 'x'
push main
expect landed
commit .github/workflows/ci.yml 'on: push'
push main
expect held
push main:master
expect refused refs/heads/master
said 'refs/heads/master is held'

sentence "An agent whose time is over pushes nothing"
server
policy <<'JSON'
{ "version": 1, "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"] } },
  "agents": { "old-bot": { "owner": "alice", "accounts": ["bot"], "expires": "2020-01-01" } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
as bot
commit src/a.c 'x'
push main:refs/heads/x
expect denied
said 'agent-expired'
as alice
push main:refs/heads/y
expect landed

sentence "In observe mode everything lands, and what would have been is said"
server
policy <<'JSON'
{ "version": 1, "mode": "observe", "agents": { "*": { "scope": ["/src/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
agent claude-code
commit infra/main.tf 'x'
push --push-option=countersign=json main
expect landed
said 'would be denied'
verdict .decision allow
verdict .would_be deny

sentence "A warning is said, and the push lands"
server
policy <<'JSON'
{ "version": 1, "rules": [ { "name": "watch", "paths": ["/docs/"], "action": "warn", "by": "anyone" } ] }
JSON
commit docs/a.md 'x'
push --push-option=countersign=json main
expect landed
said 'watch (warning)  docs/a.md'
verdict .decision allow

sentence "With the starter policies agents work freely on their own branches, and rewrite nothing that counts"
server
agent claude-code
branch topic
commit src/a.c 'x'
push topic
expect landed
in_work commit -q --amend -m 'Said better' -m "$trailer"
push +topic
expect landed
branch rebased origin/main
commit src/b.c 'y'
push rebased
expect landed
agent none
person alice
commit src/c.c 'z'

in_work commit -q --amend -m 'A person moves the branch'
push +rebased
expect landed
push :topic
expect landed
agent claude-code
switch main
commit src/main.c 'int main;'
push main
expect landed
in_work commit -q --amend -m 'Said better' -m "$trailer"
push +main
expect denied
said 'agent-rewrite'
push main:refs/heads/release/1
expect landed refs/heads/release/1
in_work commit -q --amend -m 'And again' -m "$trailer"
push +main:refs/heads/release/1
expect denied
branch leak origin/main
commit src/leak.txt "$(openssl genpkey -algorithm ed25519 2>/dev/null)"
push leak
expect denied
said 'credentials  src/leak.txt'

sentence "What every agent may rewrite, claimed ones may; what one alone may, only when it is verified"
own_prefix
server
no_site_policy
policy <<'JSON'
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "rewrite": true }, "cursor": { "rewrite": false } } }
JSON
agent claude-code
commit src/a.c 'x'
push main
expect landed
in_work commit -q --amend -m 'Said better' -m "$trailer"
push +main
expect landed
agent cursor
in_work commit -q --amend -m 'Mine' -m "$trailer"
push +main
expect denied
said 'cursor may not rewind this ref'

sentence "A layer that observes hides none that enforces, and one layer's budget none of another's"
server
site_policy <<'JSON'
{ "version": 1, "mode": "observe", "people": { "alice": {} },
  "agents": { "bot": { "owner": "alice", "accounts": ["bot"], "refs": ["refs/heads/bot/**"], "scope": ["/docs/"], "expires": "2020-01-01",
                       "budget": { "files": 1 } } } }
JSON
policy <<'JSON'
{ "version": 1, "agents": { "bot": { "refs": ["refs/heads/bot/**"] } } }
JSON
as bot
commit src/a.c 'x'
push main
expect denied
said 'bot may not update this ref'
policy <<'JSON'
{ "version": 1, "agents": { "bot": { "scope": ["/docs/"] } } }
JSON
push main
expect denied
said 'outside the scope of bot'
policy <<'JSON'
{ "version": 1, "agents": { "bot": { "expires": "2021-01-01" } } }
JSON
push main
expect denied
said 'bot has expired'
policy <<'JSON'
{ "version": 1, "agents": { "bot": { "budget": { "files": 1 } } } }
JSON
commit src/b.c 'x'
push main
expect denied
said 'bot has a budget of 1 file in a push'
echo '{ "version": 1 }' | policy
push main
expect landed
said 'bot has expired'
