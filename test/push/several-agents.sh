# Several agents of one commit: the verdict has them as a list, and names the one that is judged most strictly.
. "${0%/*}/lib.sh"

sentence "A commit of several agents lists them all, and agent is the one whose scope it leaves"
server
policy <<'JSON'
{ "version": 1,
  "people": { "alice": { "accounts": ["alice"] } },
  "agents": { "openai-codex": { "scope": ["/docs/"] } },
  "rules": [ { "name": "lib", "paths": ["/lib/"], "action": "hold", "approvers": ["alice"] } ] }
JSON
trailer='Co-authored-by: Claude <noreply@anthropic.com>
Co-authored-by: Codex <noreply@openai.com>'
commit src/a.c 'int a;'
push --push-option=countersign=json main
expect denied
said 'outside the scope of openai-codex'
said '"agent":"openai-codex","agents":["claude-code","openai-codex"]'
branch two origin/main
trailer='Co-authored-by: Claude <noreply@anthropic.com>'
commit lib/b.c 'int b;'
push --push-option=countersign=json two:main
expect held
said '"agent":"claude-code","agents":["claude-code"]'
branch three origin/main
agent none
commit src/c.c 'int c;'
push --push-option=countersign=json three:main
expect landed
