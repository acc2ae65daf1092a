# What a site adds to the catalogue of agents: a folder beside its policy, checked like one.
. "${0%/*}/lib.sh"

folder=
site_agents()
{
	folder=$prefix/etc/countersign/agents.d
	mkdir -p "$folder"
	cat >"$folder/${1:-own.json}"
}

guarded()
{
	own_prefix
	server
	rm -rf "$prefix/etc/countersign/agents.d"
	policy <<'JSON'
{ "version": 1,
  "people": { "alice": { "accounts": ["alice"] } },
  "rules": [ { "name": "all", "paths": ["/src/", "class:agent-instructions"], "action": "hold", "approvers": ["alice"] } ] }
JSON
}

sentence "An agent that the site adds is recognised by its marks, and an agent that is known by one more"
guarded
trailer='Co-authored-by: House <house@example.com>'
commit src/a.c 'int a;'
push main
expect landed
site_agents <<'JSON'
{ "version": 1,
  "agents": {
    "house": { "name": "House Agent", "emails": ["house@example.com"], "trailers": { "House-Run": "*" },
               "paths": { ".house/": "rules" } },
    "claude-code": { "emails": ["claude@our.example"] } } }
JSON
commit src/b.c 'int b;'
push main
expect held
said 'by house (trailer)'
branch two origin/main
trailer='House-Run: 42'
commit src/c.c 'int c;'
push two:main
expect held
said 'by house (trailer)'
branch three origin/main
trailer='Co-authored-by: Us <claude@our.example>'
commit src/d.c 'int d;'
push three:main
expect held
said 'by claude-code (trailer)'
branch four origin/main
commit .house/rules.md 'x'
push four:main
expect held
said 'all  .house/rules.md'

sentence "It is listed with the others, and a policy may name it"
guarded
site_agents <<'JSON'
{ "version": 1, "agents": { "house": { "name": "House Agent", "emails": ["house@example.com"] } } }
JSON
countersign agents house >"$out"
said 'House Agent'
said 'house@example.com'
policy <<'JSON'
{ "version": 1, "agents": { "house": { "scope": ["/docs/"] } } }
JSON
trailer='Co-authored-by: House <house@example.com>'
commit src/a.c 'int a;'
push main
expect denied
said 'outside the scope of house'

# refused FILE-TEXT WHAT: nothing is judged with that file there.
refused()
{
	printf '%s\n' "$1" | site_agents
	commit src/x.c "$1"
	push main
	expect refused
	said "$2"
}

sentence "A file with an error refuses every push, and says where it is"
guarded
trailer=
refused '{ "version": 1, "agents": { "house": { "name": "H", "emial": ["a@b.c"] } } }' \
	"own.json:1:53: \$.agents.house.emial: unknown key 'emial' (did you mean 'emails'?)"
refused '{ "version": 2, "agents": {} }' 'own.json:1:14: $.version: must be the number 1'
refused '{ "version": 1, "agents": { "house": { "emails": ["a@b.c"] } } }' "'name' is missing"
refused '{ "version": 1, "agents": { "house": { "name": "H" } } }' 'has no marks'
refused '{ "version": 1, "agents": { "House": { "name": "H", "emails": ["a@b.c"] } } }' 'small letters'
refused '{ "version": 1, "agents": { "house": { "name": "H", "emails": ["*"] } } }' 'nothing is left of'
refused '{ "version": 1, "agents": { "house": { "name": "H", "emails": ["a@b.c"], "paths": { "!x": "y" } } } }' 'takes back'
refused '{ "version": 1, "agents": { "house": { "name": "H", "emails": "a@b.c" } } }' 'must be a list, is text'
refused '{ "version": 1, "agents": { "house": { "name": "H", "emails": [] } } }' 'must not be empty'
refused '{ "version": 1, "agents": { "house": { "name": "H", "emails": ["house"] } } }' "'house' is no address"
refused '{ "version": 1, "agents": { "house": { "name": "H", "logins": ["house"] } } }' 'ends in [bot]'
refused '{ "version": 1, "agents": { "house": { "name": "H", "trailers": { "House: ": "*" } } } }' 'is no key of a trailer'
refused '{ "version": 1, "agents": { "house": { "name": "H", "emails": ["a@b.c", "A@b.c"] } } }' 'is there twice'
refused '{ "version": 1, "agents": { "house": { "name": "H", "emails": ["noreply@anthropic.com"] } } }' \
	'is a mark of claude-code already'
refused '{ "version": 1, "agents": { "house": { "name": "H", "branches": ["house/"] } } }' 'has no marks'
refused '{ "version": 1, "agents": { "house": { "name": "H", "emails": ["a@b.c"], "date": "today" } } }' 'is not a date'
refused '{ "version": 1, "agents": {}, "agents": {} }' 'own.json:1:'
refused '{' 'own.json:'
rm "$folder/own.json"
push main
expect landed

sentence "A file or folder that others may write is not trusted"
guarded
site_agents <<'JSON'
{ "version": 1, "agents": { "house": { "name": "House Agent", "emails": ["house@example.com"] } } }
JSON
chmod 666 "$folder/own.json"
commit src/a.c 'int a;'
push main
expect refused
said 'is writable by others'
chmod 644 "$folder/own.json"
chmod 777 "$folder"
push main
expect refused
said 'is writable by others'
chmod 755 "$folder"
push main
expect landed

