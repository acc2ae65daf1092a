# What reviewers are told of a hold: whose and what change, and the page on which it is looked at.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"
. "${0%/*}/passkey.inc"

told()
{
	reviewed
	cat >"$prefix/etc/countersign/policy.json" <<JSON
{ "version": 1, "review": { "url": "https://review.example.com/desk" },
  "webhooks": [{ "url": "http://127.0.0.1:9/", "events": ["held", "denied"] }] }
JSON
}

sentence "A held change is told with its subject, author, lines and page"
server
told
person robot
agent claude-code
branch work origin/main
commit infra/main.tf "one
two" 'Größe ändern'
push work:main
expect held
cat "$server"/countersign/state.db* | tr -d '\000' >"$out" # where the bodies of events wait
for part in "\"link\":\"https://review.example.com/desk/server/holds/$hold\"" '"subject":"Größe ändern"' '"author":"robot"' '"files":1,"added":2,"deleted":0'; do
	said "$part"
done

sentence "A file that several commits change is one file"
server
told
agent claude-code
branch work origin/main
commit infra/main.tf "one
two"
commit infra/main.tf 'one'
commit infra/other.tf 'other'
push work:main
expect held
cat "$server"/countersign/state.db* | tr -d '\000' >"$out" # where the bodies of events wait
said '"files":2,"added":3,"deleted":1'

sentence "Nothing is told of what a denied commit says"
server
told
policy <<'JSON'
{ "version": 1, "rules": [{ "name": "infrastructure", "paths": ["/infra/"], "action": "deny" }] }
JSON
agent claude-code
branch work origin/main
commit infra/main.tf 'x' 'A subject that nobody is told'
push work:main
expect denied
cat "$server"/countersign/state.db* | tr -d '\000' >"$out" # where the bodies of events wait
said '"type":"denied"'
unsaid 'A subject that nobody is told'
unsaid '"link"'
