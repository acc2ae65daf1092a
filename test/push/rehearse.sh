# countersign rehearse: misuse played against a scratch copy, by real pushes.
. "${0%/*}/lib.sh"

# A policy that has an answer to everything; alice may approve it.
strict()
{
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD", "refs/tags/**"], "unattributed": "agent",
  "people": { "alice": { "accounts": ["alice"], "groups": ["platform"] } },
  "agents": { "*": { "scope": ["/src/", "/.github/", "/.gitattributes", "/.gitmodules", "/.husky/", "/.mcp.json", "/AGENTS.md",
                               "/.gitlab-ci.yml", "/.countersign.json", "/.GitHub/"],
                     "refs": ["refs/heads/**", "refs/tags/**"] } },
  "rules": [
    { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": ["platform"], "approvals": 2 },
    { "name": "dependencies", "paths": ["class:dependencies"], "action": "hold", "approvers": ["platform"] },
    { "name": "instructions", "paths": ["class:agent-instructions"], "action": "hold", "approvers": ["platform"] },
    { "name": "git-controls", "paths": ["class:git-controls"], "action": "hold", "approvers": ["platform"] },
    { "name": "credentials", "content": ["class:credentials"], "action": "deny", "refs": ["refs/**"] } ],
  "limits": { "refs": 30, "holds": 20, "blob": "1MiB" } }
JSON
}

export TMPDIR="$story/tmp"
mkdir "$TMPDIR"

everything()
{
	(
		cd "$server" && find . -type f ! -path './objects/*' -exec cksum {} + | LC_ALL=C sort
		find objects | LC_ALL=C sort
	)
}

# outcome SCENARIO WORD: what the rehearsal in $out says came of it.
outcome()
{
	grep -q "^  [ !] $2 *$1 " "$out" || fail "$1 is not '$2'"
}

sentence "Under a policy that answers to all of it nothing lands but what must, and nothing is left behind"
server
strict
everything >"$story/before"
exits 0 countersign rehearse --repo "$server"
everything >"$story/after"
same 'the repository' "$(cat "$story/before")" "$(cat "$story/after")"
same 'what is left in TMPDIR' "$(ls -A "$TMPDIR")" ''
said 'all as expected'
outcome 01-assistant-innocent LANDS
outcome 10-out-of-scope denied
outcome 30-token denied
outcome 53-no-trace held
outcome 73-approval-replayed held
outcome 74-approval-other-content held
outcome 81-flood-of-holds denied
same 'skipped scenarios' "$(grep -c '^  [ !] skipped' "$out")" 0
[ "$(grep -c '^  [ !] ' "$out")" -ge 45 ] || fail 'fewer than 45 scenarios were played'

sentence "What would land is said, with the line of policy that changes it, and the exit status is 1"
server
policy <<'JSON'
{ "version": 1, "agents": { "*": { "scope": ["/src/"] } } }
JSON
exits 1 countersign rehearse --repo "$server" --only 30-token
outcome 30-token LANDS
said 'would change that: "rules": { "name": "credentials", "content": ["class:credentials"], "action": "deny", "refs": ["refs/**"] }'
said '1 not as expected'

sentence "A policy that observes is told from one that says nothing"
server
policy <<'JSON'
{ "version": 1, "mode": "observe", "rules": [ { "name": "ci", "paths": ["/.github/"], "action": "deny" } ] }
JSON
exits 1 countersign rehearse --repo "$server" --only 12-ci-workflow
outcome 12-ci-workflow LANDS
said 'would change that: "mode": "enforce" (the policy observes)'
said '1 landed only because the policy observes'

sentence "With --enforce a policy that observes, or a rule that does, is played as if it did not"
exits 0 countersign rehearse --repo "$server" --only 12-ci-workflow --enforce
outcome 12-ci-workflow denied
unsaid 'observes'
sed 's/"action"/"mode": "observe", "action"/; s/"mode": "observe", "rules"/"rules"/' "$server/countersign/policy.json" >"$story/policy.json"
exits 1 countersign rehearse --repo "$server" --only 12-ci-workflow --policy "$story/policy.json"
outcome 12-ci-workflow LANDS
exits 0 countersign rehearse --repo "$server" --only 12-ci-workflow --policy "$story/policy.json" --enforce
outcome 12-ci-workflow denied

sentence "The admin's own expectations and scenarios count; --policy tries one out"
server
strict
mkdir -p "$story/own"
cat >"$story/own/payments.sh" <<'END'
# title: changes how money is moved
# part: own
put "${inside}payments.c" 'int pay;'
commit
attempt "HEAD:$main"
END
echo '{ "payments": "lands" }' >"$story/expect.json"
exits 0 countersign rehearse --repo "$server" --scenarios "$story/own" --only own --expect "$story/expect.json"
outcome payments LANDS
echo '{ "version": 1, "rules": [ { "name": "money", "paths": ["payments.c"], "action": "deny" } ] }' >"$story/tried.json"
exits 1 countersign rehearse --repo "$server" --scenarios "$story/own" --only payments --expect "$story/expect.json" --policy "$story/tried.json"
outcome payments denied
said 'expected: lands'

sentence "Nobody is told: webhooks and syslog of the policy are left out"
server
echo '{ "version": 1, "syslog": true, "webhooks": [ { "url": "http://127.0.0.1:9/x" } ],
  "rules": [ { "name": "ci", "paths": ["/.github/"], "action": "deny" } ] }' >"$story/tried.json"
exits 0 countersign rehearse --repo "$server" --policy "$story/tried.json" --only 12-ci-workflow --json
same 'rules' "$("$tools/story-json" scenarios.0.rules.0 <"$out")" ci
same 'outcome' "$("$tools/story-json" scenarios.0.outcome <"$out")" denied

sentence "Whoever stops reading leaves nothing behind, and a path may be relative"
server
(cd "$story" && TMPDIR=tmp "$prefix/bin/countersign" rehearse --repo "$server" --only control --scenarios own | head -n 1) >"$out" 2>&1
said 'control'
same 'what is left in TMPDIR' "$(ls -A "$TMPDIR")" ''

sentence "What cannot be rehearsed is said, with exit status 2"
server
exits 2 countersign rehearse --repo "$server" --policy "$story/no-such.json" --only 30-token
said 'no-such.json'
echo '{ "30-tokn": "denied" }' >"$story/expect.json"
exits 2 countersign rehearse --repo "$server" --only 30-token --expect "$story/expect.json"
said "no scenario '30-tokn'"
exits 2 countersign rehearse --repo "$server" --only 99-nothing
said 'no scenario or part 99-nothing'
exits 2 countersign rehearse --repo "$story/nowhere"
echo '{ "payments": "perhaps" }' >"$story/expect.json"
exits 2 countersign rehearse --repo "$server" --expect "$story/expect.json"
said 'payments: wants denied, held, refused, lands or any'
echo '{ "version": 1, "rulse": [] }' >"$server/countersign/policy.json"
exits 2 countersign rehearse --repo "$server"
said "unknown key 'rulse'"
printf '# title: does nothing\n# part: own\n' >"$story/own/payments.sh"
server
strict
exits 2 countersign rehearse --repo "$server" --scenarios "$story/own" --only own
said 'the scenario did not attempt anything'
same 'what is left in TMPDIR' "$(ls -A "$TMPDIR")" ''
