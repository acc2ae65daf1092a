# countersign agents --seen: who was met, who answers for them, and what somebody should look at.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

# A policy with an agent of each kind, and a push of each that was seen.
fleet()
{
	key bot
	policy <<JSON
{ "version": 1,
  "people": { "alice": { "accounts": ["alice"], "groups": ["platform"] } },
  "agents": { "*": { "scope": ["/src/", "/docs/", "/.github/"] },
    "claude-code": { "owner": "alice" },
    "cursor": {},
    "release-bot": { "owner": "alice", "keys": ["$(key_of bot)"], "accounts": ["release-bot"], "expires": "$(date -u -d '14 days' +%F)" },
    "gone-bot": { "owner": "alice", "accounts": ["gone-bot"], "expires": "2020-01-01" },
    "idle-bot": { "owner": "alice", "accounts": ["idle-bot"], "scope": ["/docs/"] } },
  "rules": [ { "name": "ci", "paths": ["/.github/"], "action": "hold", "approvers": ["platform"] } ] }
JSON
}

seen()
{
	exits 0 countersign agents --seen --repo "$server" "$@"
	cp "$out" "$story/seen"
}

# of AGENT: what is said of it alone goes to $out.
of()
{
	awk -v name="$1" '/^[^ ]/ { on = $0 == name } on' "$story/seen" >"$out"
	[ -s "$out" ] || fail "nothing is said of $1"
}

sentence "Every agent of history, log and policy is told, how it was known, and what was held and denied"
server
fleet
agent claude-code
commit src/a.c 'int a;'
push main
expect landed
commit .github/workflows/ci.yml 'on: push'
push main
expect held
in_work reset -q --hard HEAD~1
commit elsewhere.txt 'x'
push main
expect denied
in_work reset -q --hard HEAD~1
agent copilot
commit src/b.c 'int b;'
push main
expect landed
agent none
as release-bot
commit docs/c.md 'C'
push main
expect landed
seen
of claude-code
said '1 commit,'
said 'held 1, denied 1'
said 'recognised by trailer'
said 'owner    alice'
said 'accounts dev1'
said '! claims-only'
of github-copilot
said '! unregistered'
of release-bot
said '1 of them proven'
said 'recognised by account'
said '! expiring'
unsaid 'claims-only'
of cursor
said 'never seen'
said '! no-owner'
of gone-bot
said '! expired'
of idle-bot
said '! scope-unused'

sentence "The same as one object, and only of the time asked for"
seen --json
same 'first agent' "$("$tools/story-json" agents.0.name <"$story/seen")" claude-code
same 'its commits' "$("$tools/story-json" agents.0.commits <"$story/seen")" 1
same 'held' "$("$tools/story-json" agents.0.held <"$story/seen")" 1
same 'commits' "$("$tools/story-json" repositories.0.agent_commits <"$story/seen")" 3
seen --json --since 2999-01-01
same 'commits' "$("$tools/story-json" repositories.0.agent_commits <"$story/seen")" 0

sentence "All guarded repositories of the host are one inventory"
own_prefix
fleet
agent claude-code
commit src/a.c 'int a;'
push main
expect landed
cp -a "$server" "$story/other.git"
printf '%s\n%s\n' "$server" "$story/other.git" >"$prefix/etc/countersign/repositories"
exits 0 countersign agents --seen --all --json
same 'repositories' "$("$tools/story-json" repositories.1.repository <"$out")" other
same 'commits of both' "$("$tools/story-json" agents.0.commits <"$out")" 2
rm -rf "$story/other.git"
exits 2 countersign agents --seen --all
said 'other.git'

sentence "What is not understood is told, with exit status 2"
server
exits 2 countersign agents --seen --since yesterday --repo "$server"
said "'yesterday' is not a time"
said "'yesterday' is not a time"
exits 2 countersign agents --seen --repo "$story/nowhere"
exits 2 countersign agents --seen --all --repo "$server"
