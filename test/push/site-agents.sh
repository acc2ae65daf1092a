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
refused '{ "version": 1, "agents": { "house": { "name": "H", "emails": ["house"] } } }' "'house' is not an address"
refused '{ "version": 1, "agents": { "house": { "name": "H", "logins": ["house"] } } }' 'ends in [bot]'
refused '{ "version": 1, "agents": { "house": { "name": "H", "trailers": { "House: ": "*" } } } }' "is not a trailer's key"
refused '{ "version": 1, "agents": { "house": { "name": "H", "emails": ["a@b.c", "A@b.c"] } } }' 'is there twice'
refused '{ "version": 1, "agents": { "house": { "name": "H", "emails": ["noreply@anthropic.com"] } } }' \
	'is a mark of claude-code already'
refused '{ "version": 1, "agents": { "house": { "name": "H", "branches": ["house/"] } } }' 'has no marks'
refused '{ "version": 1, "agents": { "house": { "name": "H", "emails": ["a@b.c"], "date": "today" } } }' 'is not a date'
refused '{ "version": 1, "agents": { "house": { "name": "H", "trailers": { "Signed-off-by": "*" } } } }' \
	"'*' would take people's commits: ada example <ada@example.org>"
refused '{ "version": 1, "agents": { "house": { "name": "H", "trailers": { "Reviewed-By": "*@*" } } } }' \
	"would take people's commits"
refused '{ "version": 1, "agents": { "house": { "name": "H", "trailers": { "Fixes": "#{number}" } } } }' \
	"would take people's commits: #12"
refused '{ "version": 1, "agents": { "house": { "name": "H", "trailers": { "Note": "*" } } } }' \
	"would take people's commits"
refused '{ "version": 1, "agents": { "house": { "name": "H", "trailers": { "Zone": "*" } } } }' \
	"would take people's commits: a line such as"
refused '{ "version": 1, "agents": { "house": { "name": "H", "scope_trailers": { "Generated-by": "*" } } } }' \
	"would take people's commits"
refused '{ "version": 1, "agents": { "house": { "name": "H", "subjects": ["*: *"] } } }' \
	"'*: *' would take people's commits: fix: handle empty input"
refused '{ "version": 1, "agents": { "house": { "name": "H", "subjects": ["feat*"] } } }' \
	"would take people's commits: feat"
refused '{ "version": 1, "agents": { "house": { "name": "H", "subjects": ["other: *"] } } }' \
	"would take people's commits: a subject or line with that one word"
refused '{ "version": 1, "agents": { "house": { "name": "H", "lines": ["*fix*"] } } }' \
	"would take people's commits"
refused '{ "version": 1, "agents": { "house": { "name": "H", "lines": ["see https://*"] } } }' \
	"would take people's commits"
refused '{ "version": 1, "agents": { "house": { "name": "H", "lines": ["{hex}"] } } }' \
	"would take people's commits"
refused '{ "version": 1, "agents": { "house": { "name": "H", "authors": ["a*"] } } }' \
	"would take people's commits: the name of somebody"
refused '{ "version": 1, "agents": { "house": { "name": "H", "authors": ["ada*"] } } }' \
	"would take people's commits"
refused '{ "version": 1, "agents": { "house": { "name": "H", "emails": ["*@gmail.com"] } } }' \
	"would take people's commits: john.smith@gmail.com"
refused '{ "version": 1, "agents": { "house": { "name": "H", "emails": ["*@firm.example"] } } }' \
	"would take people's commits: the address of anybody at that domain"
refused '{ "version": 1, "agents": { "house": { "name": "H", "emails": ["noreply@github.com"] } } }' \
	"would take people's commits"
refused '{ "version": 1, "agents": { "house": { "name": "H", "names": ["John"] } } }' \
	"would take people's commits"
refused '{ "version": 1, "agents": { "house": { "name": "H", "links": ["github.com/*"] } } }' \
	"would take people's commits"
refused '{ "version": 1, "agents": {}, "agents": {} }' 'own.json:1:'
refused '{' 'own.json:'
rm "$folder/own.json"
push main
expect landed

sentence "What only the agent writes is taken, however it is formed"
guarded
site_agents <<'JSON'
{ "version": 1,
  "agents": {
    "house": { "name": "House Agent", "emails": ["*@agents.firm.example"], "subjects": ["house: *"],
               "trailers": { "House-Run": "*", "Agent": "house*" }, "lines": ["made at the house by *"],
               "links": ["house.example/runs/*"], "authors": ["house/*"], "given_names": ["Ada"] } } }
JSON
trailer='https://house.example/runs/12'
commit src/a.c 'int a;'
push main
expect held
said 'by house (marker)'

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

