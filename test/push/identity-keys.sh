# Who made it: keys are what nobody can deny.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

# Agents may touch docs only; release-bot, known by its key, the change log.
scoped()
{
	governed
	policy <<JSON
{ "version": 1, "refs": ["HEAD"],
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "keys": ["$(key_of alice)"] },
              "carol": { "emails": ["carol@example.com"] } },
  "agents": { "*": { "scope": ["/docs/"] },
              "release-bot": { "owner": "carol", "keys": ["$(key_of bot)"], "trailers": ["Agent: release-bot"], "scope": ["/CHANGELOG"] } },
  "rules": [ { "name": "infrastructure", "paths": ["/infra/"], "action": "hold" } ] }
JSON
}

# signed_commit KEY PATH [TRAILER]
signed_commit()
{
	signs "$1"
	write "$2" 'Something.'
	if [ -n "${3:-}" ]; then
		in_work commit -q -S -m 'Change it' -m "$3"
	else
		in_work commit -q -S -m 'Change it'
	fi
}

sentence "An agent's registered key and no trailer: that agent, and its own scope"
server
scoped
person somebody
branch work origin/main
signed_commit bot CHANGELOG
push --push-option=countersign=json work:main
expect landed
signed_commit bot src/main.c
push --push-option=countersign=json work:main
expect denied
said 'release-bot'
verdict findings.0.agent release-bot
verdict findings.0.identified_by.0 key

sentence "The same agent by its trailer alone has what every agent has, and no more"
server
scoped
person somebody
branch work origin/main
trailer='Agent: release-bot'
commit CHANGELOG 'Something.'
push work:main
expect denied
said 'trailer'

sentence "An agent's key under a person's name is the agent's"
server
scoped
person alice
branch work origin/main
signed_commit bot src/main.c
as alice
push work:main
expect denied
said 'release-bot'
in_work reset -q --hard origin/main
commit src/main.c 'int main(void) { return 4; }'
push work:main
expect landed

sentence "A key that is in no policy makes nobody of anybody"
server
scoped
person alice
branch work origin/main
signed_commit stranger docs/guide.md 'Co-authored-by: Claude <noreply@anthropic.com>'
push work:main
expect landed
signed_commit stranger infra/main.tf 'Co-authored-by: Claude <noreply@anthropic.com>'
push work:main
expect denied
said 'claude-code'

sentence "A person's signature on a commit with an agent's trailer leaves it the agent's"
server
scoped
person alice
branch work origin/main
signed_commit alice src/main.c 'Co-authored-by: Claude <noreply@anthropic.com>'
as alice
push work:main
expect denied
said 'claude-code'
in_work reset -q --hard origin/main
signed_commit alice src/main.c
push work:main
expect landed

sentence "Another agent's trailer beside one's own key widens nothing"
server
scoped
person somebody
branch work origin/main
signed_commit bot CHANGELOG 'Co-authored-by: Claude <noreply@anthropic.com>'
push work:main
expect denied
said 'claude-code'

sentence "A good signature moved to another commit is not that person's"
server
scoped
person alice
branch work origin/main
signed_commit alice docs/guide.md
in_work cat-file commit work >"$story/signed"
sed 's/^Change it$/Change it again/' "$story/signed" >"$story/moved"
in_work update-ref refs/heads/work "$(in_work hash-object -t commit -w "$story/moved")"
as dev1
push --push-option=countersign=json work:main
expect landed

sentence "Two signatures on a commit are read by nobody"
server
scoped
person alice
branch work origin/main
signed_commit alice docs/guide.md
in_work cat-file commit work >"$story/signed"
sed -n '/^gpgsig[ -]/,/END SSH/p' "$story/signed" >"$story/header"
sed "/END SSH/r $story/header" "$story/signed" >"$story/twice"
in_work update-ref refs/heads/work "$(in_work hash-object -t commit -w --literally "$story/twice")"
push work:main
expect denied
said 'malformed'

sentence "What an agent's account brought stays the agent's when another pushes it"
server
governed
person stranger
branch work origin/main
commit infra/main.tf 'resource'
as release-bot
push work:parked
expect landed
as bob
push work:main
expect held
said 'release-bot'
