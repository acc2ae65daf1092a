# What a Windows checkout makes of a name is what it is judged as: backslashes, steps up, roots and drives.
. "${0%/*}/lib.sh"

governed()
{
	server
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD"],
  "agents": { "*": { "scope": ["/src/", "/docs/", "payments", "*x"] } },
  "rules": [ { "name": "payments", "paths": ["/payments/"], "action": "hold", "approvers": ["alice"] } ],
  "people": { "alice": { "emails": ["alice@example.com"] } } }
JSON
	agent claude-code
}

# put PATH: an entry of that very name, which git's index takes on this system.
put()
{
	blob=$(echo "$1" | in_work hash-object -w --stdin)
	in_work -c core.protectNTFS=false update-index --add --cacheinfo "100644,$blob,$1"
	record "Add it"
}

for name in 'payments\x' '.\payments\x' 'src\..\payments\x' '\payments\x' 'src/\payments\x' 'C:\payments\x' \
	'src/..\payments\x' 'docs/C:payments\x' '..\server\payments\x' 'src\.. \Payments.\x' '\\?\C:\payments\x'; do
	sentence "An agent's $name is what is protected"
	governed
	put "$name"
	push main
	expect held
	said payments
done

sentence "A name with a backslash that leads nowhere else lands"
governed
put 'src/a\x'
push main
expect landed

sentence "A scope is not left by a step up"
server
policy <<'JSON'
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/"] } } }
JSON
agent claude-code
put 'src/..\infra\main.tf'
push main
expect denied
said scope
in_work reset -q --hard origin/main
commit src/x 'in its scope'
push main
expect landed
