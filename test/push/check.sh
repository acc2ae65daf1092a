# countersign check: judges a range and changes nothing, wherever the refs are now.
. "${0%/*}/lib.sh"

sentence "A range is judged whether it has landed or not, with the exit status of its decision"
server
policy <<'JSON'
{ "version": 1, "agents": { "*": { "scope": ["/src/", "/.github/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
agent claude-code
commit src/a.c 'x'
commit .github/workflows/ci.yml 'on: push'
commit docs/a.md 'x'
before=$(cksum <"$server/countersign/state.db")
git --git-dir="$server" fetch -q "$work" main:refs/heads/main --update-head-ok
exits 0 countersign check --repo "$server" main~3..main~2
exits 3 countersign check --repo "$server" main~2..main~1
said 'infrastructure'
exits 1 countersign check --repo "$server" main~1..main
said 'scope'
exits 2 countersign check --repo "$server" nothing..main
same "the state" "$before" "$(cksum <"$server/countersign/state.db")"
