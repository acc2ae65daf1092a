# What an agent's account pushes is the agent's, wherever the objects came from (threats B, D; design: Who made it).
. "${0%/*}/lib.sh"

bot()
{
	policy <<'JSON'
{ "version": 1, "limits": { "commits": 3 }, "people": { "alice": { "accounts": ["alice"] } },
  "agents": { "bot": { "owner": "alice", "accounts": ["bot"], "scope": ["/src/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
}

sentence "An agent's push over the limit leaves nothing behind that it could push in small steps as nobody's"
server
bot
as bot
commit payments/x 1
for n in 1 2 3 4 5; do commit src/a "$n"; done
push main
expect denied
said 'limits'
push main~5:main
expect denied
said 'scope'
in_work reset -q --hard HEAD~6
commit src/fine 1
push main
expect landed

sentence "What an alternate has already is the agent's all the same"
server
bot
commit payments/x 1
git clone -q --bare "$work" "$story/pool.git"
printf '%s\n' "$story/pool.git/objects" >"$server/objects/info/alternates"
as bot
push main
expect refused
said 'scope  payments/x'
in_work reset -q --hard HEAD~1
commit src/fine 1
push main
expect landed

sentence "What a person put on a branch stays the person's when an agent's account merges it"
server
bot
as alice
branch theirs
commit payments/x 1
push theirs
expect landed
switch main
in_work merge -q --no-ff -m 'Merge' theirs
as bot
push main
expect landed
