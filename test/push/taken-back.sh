# What a rule's own `!` patterns take back, they take back from its classes, too: by name, by what a file says, and
# for hidden characters; what the policy says it does, `policy explain` and `policy test` say as well.
. "${0%/*}/lib.sh"

governed()
{
	policy <<'JSON'
{ "version": 1,
  "people": { "alice": { "accounts": ["alice"] } },
  "rules": [
    { "name": "infrastructure", "paths": ["class:infrastructure", "!/examples/", "/examples/live/"], "action": "hold",
      "approvers": ["alice"] },
    { "name": "instructions", "paths": ["class:agent-instructions", "!/examples/"], "by": "anyone", "action": "hold",
      "approvers": ["alice"] } ] }
JSON
}

pod='apiVersion: v1
kind: Pod
metadata:
  name: a
spec:
  containers: []'

sentence "A path that a rule takes back from its class lands, and the same name elsewhere is held"
server
governed
agent claude-code
commit examples/Dockerfile 'FROM scratch'
push main
expect landed
commit app/Dockerfile 'FROM scratch'
push main
expect held
said 'infrastructure  app/Dockerfile'

sentence "What a ! of the policy takes back has to be spelled as it is there, byte for byte"
server
governed
agent claude-code
commit Examples/Dockerfile 'FROM scratch'
push main
expect held
said 'infrastructure  Examples/Dockerfile'
branch free origin/main
commit examples/Dockerfile 'FROM scratch'
push free:main
expect landed

sentence "What is protected again behind a ! is held"
server
governed
agent claude-code
commit examples/live/notes.txt 'x'
push main
expect held

sentence "A file that only says that it is of the class is taken back by its path, too"
server
governed
agent claude-code
commit examples/one.txt.yaml "$pod"
push main
expect landed
commit other/one.txt.yaml "$pod"
push main
expect held
said 'other/one.txt.yaml'

sentence "Instructions that are taken back are not looked into for hidden characters"
server
governed
commit examples/CLAUDE.md "$(printf 'Be kind.\342\200\213')"
push main
expect landed
commit CLAUDE.md "$(printf 'Be kind.\342\200\213')"
push main
expect held
said 'hidden-text'

sentence "policy explain and policy test say of these paths what a push of them meets"
server
governed
exits 0 countersign policy explain examples/Dockerfile --agent claude-code --repo "$server"
said 'decision: allow'
said 'pattern  !/examples/'
exits 0 countersign policy explain app/Dockerfile --agent claude-code --repo "$server"
said 'decision: hold'
rows=${server%/*}/rows.json # where a server's user may read it
cat >"$rows" <<'JSON'
[ { "agent": "claude-code", "path": "examples/Dockerfile", "expect": "allow" },
  { "agent": "claude-code", "path": "examples/live/Dockerfile", "expect": "hold" },
  { "path": "examples/CLAUDE.md", "expect": "allow" } ]
JSON
exits 0 countersign policy test "$rows" --repo "$server"
