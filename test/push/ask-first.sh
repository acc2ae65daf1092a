# Whoever asks first is told what would become of the push, and nothing is changed by asking.
. "${0%/*}/lib.sh"

asks()
{
	push --push-option=countersign=check --push-option=countersign=json "$@"
	[ "$pushed_status" -ne 0 ] || fail 'a question was let through'
	unmoved "$pushed_ref"
	same 'refs' "$(refs_of)" "$(cat "$story/refs-before")"
	expect_nothing_stored
}

governing()
{
	policy <<'JSON'
{ "version": 1, "people": { "alice": { "groups": ["platform"] } },
  "agents": { "*": { "scope": ["/src/", "/infra/"] } },
  "rules": [ { "name": "infra", "paths": ["/infra/"], "action": "hold", "approvers": ["platform"] } ] }
JSON
}

sentence "What would be allowed, held or denied is told so, and a push without the question is judged the same"
server
governing
agent claude-code
branch work origin/main
commit src/a.c 'int a;'
asks work:main
said 'countersign: refs/heads/main would be allowed'
verdict decision allow
verdict asked true
commit infra/main.tf 'resource'
asks work:main
said 'countersign: refs/heads/main would be held'
said 'needs 1 approval from platform'
unsaid 'is held'
unsaid 'git countersign approve'
verdict decision hold
same 'holds' "$(refs_of refs/countersign)" ''
branch outside origin/main
commit docs/guide.md 'changed'
asks outside:main
said 'countersign: refs/heads/main would be denied'
verdict findings.0.allowed.0 /src/
push work:main
expect held
push outside:main
expect denied

sentence "Where something was recorded already, asking adds nothing to the log, the holds or the outbox"
rows=$(countersign log --repo "$server" --json | wc -l)
held=$(countersign holds --repo "$server" --json)
asks work:main
verdict hold "$(printf '%s\n' "$held" | "$tools/story-json" id)"
asks outside:main
same 'rows' "$(countersign log --repo "$server" --json | wc -l)" "$rows"
same 'holds' "$(countersign holds --repo "$server" --json)" "$held"
agent none
branch innocent origin/main
commit src/b.c 'int b;'
push innocent:main
expect landed

sentence "git countersign check asks for HEAD, and says by its exit status what it was told"
server
governing
agent claude-code
branch work origin/main
commit src/a.c 'int a;'
check()
{
	(cd "$work" && COUNTERSIGN_USER=dev1 sh "$prefix/bin/git-countersign" check "$@")
}
exits 0 check main
said 'refs/heads/main would be allowed'
commit infra/main.tf 'resource'
exits 3 check main
said 'would be held'
commit docs/x 'x'
exits 1 check refs/heads/main
said 'would be denied'
exits 2 check main --remote "$story/nowhere"
