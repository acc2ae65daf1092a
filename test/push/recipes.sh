# Recipes of docs/recipes.md, each as it stands there; and rules with `changes` and `message` beyond them.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

# recipe TITLE: the policy under that heading, with a real key in the place of the sample.
recipe()
{
	awk -v title="## $1" '/^## / { here = $0 == title } /^```$/ { block = 0 } here && block { print } /^```json$/ { block = 1 }' \
		"$SOURCE_DIR/docs/recipes.md" | sed "s|ssh-ed25519 AAAA...|$(key_of bot)|" >"$story/recipe.json"
	[ -s "$story/recipe.json" ] || fail "no recipe '$1'"
	policy <"$story/recipe.json"
}

sentence "A repository without AI"
server
recipe 'A repository without AI'
agent claude-code
commit src/a.c 'int a;'
push main:topic
expect denied
said 'no-agents'
person alice
in_work reset -q --hard origin/main
commit src/b.c 'int b;'
push main
expect landed

sentence "Agents only by pull request"
server
recipe 'Agents only by pull request'
agent claude-code
branch work origin/main
commit src/a.c 'int a;'
push work:main
expect denied
said 'agent-refs'
push work:refs/heads/agents/a
expect landed
person alice
account=alice
branch main origin/main
in_work merge -q --no-ff -m 'Merge the work' work
push main
expect landed

sentence "Never edit an existing migration"
server
recipe 'Never edit an existing migration'
person alice
commit migrations/1.sql 'create table a'
push main
expect landed
commit migrations/2.sql 'create table b'
push main
expect landed
commit migrations/1.sql 'create table c'
push main
expect held
said 'migrations/1.sql'
in_work reset -q --hard origin/main
in_work mv migrations/1.sql migrations/3.sql
in_work commit -q -m 'Move'
push main
expect held
said 'migrations/1.sql'
in_work reset -q --hard origin/main
in_work rm -q migrations/2.sql
in_work commit -q -m 'Delete'
push main
expect held
in_work reset -q --hard origin/main
chmod +x "$work/migrations/1.sql"
in_work commit -q -a -m 'Mode'
push main
expect held

sentence "Agents name their model"
server
recipe 'Agents name their model'
agent claude-code
commit src/a.c 'int a;'
push main
expect denied
said 'name the agent and its model'
in_work commit -q --amend -m 'Work' -m 'Assisted-by: claude-code:opus-4'
push main
expect landed
commit src/c.c 'int c;'
in_work commit -q --amend -m 'Assisted-by: claude-code:opus-4'
push main
expect denied
person alice
in_work reset -q --hard origin/main
commit src/b.c 'int b;'
push main
expect landed

sentence "Agents link their session"
server
recipe 'Agents link their session'
agent claude-code
commit src/a.c 'int a;'
push main
expect denied
said 'link the session'
in_work commit -q --amend -m 'Work' -m 'Claude-Session: https://sessions.example.com/s/1' -m "$trailer"
push main
expect landed

sentence "Two people for anything that an agent changed"
server
recipe 'Two people for anything that an agent changed'
agent claude-code
commit README.txt 'Text.'
push main
expect held
said 'needs 2 approvals from developers'
person alice
in_work reset -q --hard origin/main
commit README.txt 'Text of a person.'
push main
expect landed

sentence "Only signed agents"
server
recipe 'Only signed agents'
agent claude-code
commit docs/a.md 'Text.'
push main
expect denied
in_work reset -q --hard origin/main
person somebody
signs bot
write docs/b.md 'Text.'
in_work add -A
in_work commit -q -S -m 'By the bot' -m 'Agent: release-bot'
push main
expect landed

sentence "A rule sees renames, links and submodules where it names them alone"
server
policy <<'JSON'
{ "version": 1, "rules": [
  { "name": "moves", "paths": ["/kept/"], "changes": ["rename"], "by": "anyone", "action": "deny" },
  { "name": "links", "paths": ["*"], "changes": ["link", "submodule"], "by": "anyone", "action": "deny" } ] }
JSON
person alice
commit kept/a.txt 'A.'
push main
expect landed
commit kept/a.txt 'B.'
push main
expect landed
in_work mv kept/a.txt elsewhere.txt
in_work commit -q -m 'Move'
push main
expect denied
said 'moves'
in_work reset -q --hard origin/main
in_work rm -q kept/a.txt
in_work commit -q -m 'Delete'
push main
expect landed
ln -s /etc/passwd "$work/link"
in_work add -A
in_work commit -q -m 'Link'
push main
expect denied
said 'links'
in_work reset -q --hard origin/main
in_work update-index --add --cacheinfo "160000,$(in_work rev-parse HEAD),module"
in_work commit -q -m 'Submodule'
push main
expect denied
said 'links'

sentence "Agents whose keys last for an hour"
server
recipe 'Agents whose keys last for an hour'
echo '# none' >"$server/countersign/revoked"
person robot
key run
ssh-keygen -q -s "$keys/bot" -I run-4711 -z 4711 -n release-bot -V +1h "$keys/run.pub"
branch work origin/main
signs run-cert.pub
write docs/a.txt 'A.'
in_work commit -q -S -m 'Document'
push work:main
expect landed
printf 'serial: 4711\n' >"$story/spec"
ssh-keygen -q -k -f "$server/countersign/revoked" -s "$keys/bot.pub" "$story/spec"
write docs/b.txt 'B.'
in_work commit -q -S -m 'Document more'
push work:main
expect denied

sentence "Trailers that are forbidden, and those that alone are allowed"
server
policy <<'JSON'
{ "version": 1, "rules": [
  { "name": "no-claude", "by": "anyone", "message": { "forbid": ["co-authored-by: *CLAUDE*"] }, "action": "deny" },
  { "name": "known", "by": "anyone", "message": { "allow": ["Signed-off-by", "Fixes"], "say": "see CONTRIBUTING" }, "action": "deny" } ] }
JSON
person alice
commit a.txt 'A.'
in_work commit -q --amend -m 'A' -m 'Co-Authored-By: Claude <noreply@anthropic.com>'
push main
expect denied
said 'no-claude'
said 'see CONTRIBUTING'
in_work commit -q --amend -m 'A' -m 'Signed-off-by: Alice <alice@example.com>'
push main
expect landed
