# A program that is refused learns from the verdict object what to do, and a person reads the same.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

sentence "A change outside the scope names the patterns that are allowed"
server
policy <<'JSON'
{ "version": 1, "agents": { "*": { "scope": ["/src/", "!/src/secret/"], "refs": ["refs/heads/agents/**", "refs/heads/main"] } } }
JSON
agent claude-code
branch work origin/main
commit infra/main.tf x
push --push-option=countersign=json work:main
expect denied
said 'allowed: /src/, !/src/secret/'
verdict approvable false
verdict findings.0.allowed.0 /src/
verdict findings.0.allowed.1 '!/src/secret/'
verdict findings.0.remedy 'keep to the paths that the agent was given, or ask the admin of the repository'
push --push-option=countersign=json work:refs/heads/elsewhere
expect denied
verdict findings.0.allowed.0 'refs/heads/agents/**'

sentence "A scope that only takes back is told with what it takes from"
server
agent claude-code
policy <<'JSON'
{ "version": 1, "agents": { "*": { "scope": ["/src/", "/infra/"] }, "claude-code": { "scope": ["!/src/crypto/"] },
  "release-bot": { "owner": "alice", "accounts": ["bot"], "scope": ["!/src/crypto/"] } }, "people": { "alice": {} } }
JSON
branch work origin/main
commit src/crypto/aes.c x
push --push-option=countersign=json work:main
expect denied
said 'allowed: /src/, /infra/, !/src/crypto/'
verdict findings.0.allowed.0 /src/
verdict findings.0.allowed.2 '!/src/crypto/'
policy <<'JSON'
{ "version": 1, "agents": { "claude-code": { "scope": ["!/src/crypto/"] } } }
JSON
push --push-option=countersign=json work:main
expect denied
said 'allowed: *, !/src/crypto/'

sentence "What is to be done is told as it helps: of a message, of a push over its budget, and of a warning"
server
policy <<'JSON'
{ "version": 1, "agents": { "claude-code": { "owner": "alice", "budget": { "files": 1 } } }, "people": { "alice": {} },
  "rules": [ { "name": "ticket", "action": "deny", "message": { "require": ["Ticket"] } },
             { "name": "docs", "action": "warn", "paths": ["/docs/"] } ] }
JSON
agent claude-code
branch work origin/main
commit docs/new x
push --push-option=countersign=json work:main
expect denied
verdict findings.1.rule docs
verdict findings.1.remedy 'nothing is required: this is a warning'
verdict findings.0.rule ticket
verdict findings.0.remedy 'write the message anew: git commit --amend, or git rebase -i for an earlier commit'
unsaid 'leave this change out'
trailer="Ticket: 1
$trailer"
branch work origin/main
write src/a x
commit src/b x
push --push-option=countersign=json work:main
expect denied
said 'push in smaller steps'
verdict findings.0.rule budget
verdict findings.0.remedy "push in smaller steps, or ask the agent's owner"
unsaid 'wait until there is room'
unsaid retry_after

sentence "A hold says who can approve it, and after a rejection who said no and why, and nothing of approving"
server
governed
hold_change
push --push-option=countersign=json work:main
expect held
verdict approvable true
verdict findings.0.remedy 'needs 1 approval from platform'
said 'git countersign approve'
in_work tag -f -s approval work -m 'Use the module, not a copy.' -m "Countersign-Digest: $digest
Countersign-Decision: reject" >/dev/null 2>&1 || {
	signs bob
	in_work tag -f -s approval work -m 'Use the module, not a copy.' -m "Countersign-Digest: $digest
Countersign-Decision: reject" >/dev/null
}
as bob
push "+approval:refs/countersign/approvals/$hold/bob"
expect landed
as dev1
push --push-option=countersign=json work:main
expect held
said 'rejected by bob: Use the module, not a copy.'
unsaid 'git countersign approve'
unsaid 'when approved'
verdict rejected_by.who bob
verdict rejected_by.why 'Use the module, not a copy.'
GIT_COMMITTER_DATE="$(($(date +%s) + 5)) +0000" in_work tag -f -s approval work -m 'Fine after all.' -m "Countersign-Digest: $digest
Countersign-Decision: approve" >/dev/null
as bob
push "+approval:refs/countersign/approvals/$hold/bob"
expect landed
push_again
expect landed

sentence "A rule without approvers says that it cannot be approved"
server
policy <<'JSON'
{ "version": 1, "rules": [ { "name": "infra", "paths": ["/infra/"], "action": "hold" } ] }
JSON
agent claude-code
branch work origin/main
commit infra/main.tf x
push --push-option=countersign=json work:main
expect held
verdict approvable false
said 'cannot be approved'
unsaid 'git countersign approve'
on_holds cat-file tag "refs/countersign/holds/$hold" >"$out"
said 'Nobody can approve it.'
unsaid 'git countersign approve'
exits 0 countersign holds show "$hold" --repo "$server"
said 'nobody can approve it'
unsaid 'git countersign approve'

sentence "What each rule found is told, however much another found"
server
policy <<'JSON'
{ "version": 1, "rules": [ { "name": "first", "paths": ["/a/"], "action": "deny" },
    { "name": "second", "paths": ["/b/"], "action": "deny" } ] }
JSON
agent claude-code
branch work origin/main
for n in $(seq 1 60); do write "a/$n" "$n"; done
write b/one x
record 'Many'
for option in '' --push-option=countersign=check; do
	push $option work:main
	expect refused
	said '  first  a/1  in'
	said '  second  b/one  in'
	said 'more lines'
done
in_work reset -q --hard HEAD~1
commit src/a.c x
push work:main
expect landed

sentence "Each ref that is held is named, however much was found for another"
server
key bob
policy <<JSON
{ "version": 1, "people": { "bob": { "emails": ["bob@example.com"], "accounts": ["bob"], "keys": ["$(key_of bob)"] } },
  "rules": [ { "name": "infra", "paths": ["/a/"], "action": "hold", "approvers": ["bob"] } ] }
JSON
agent claude-code
branch one origin/main
for n in $(seq 1 60); do write "a/$n" "$n"; done
record 'Many'
refs=one
for name in two three four five six; do
	branch "$name" origin/main
	commit "a/$name" x
	refs="$refs $name"
done
push one two three
expect held
for name in one two three; do
	said "refs/heads/$name is held: "
	expect held "refs/heads/$name"
	said "git countersign approve $hold"
done
push $refs
for name in $refs; do said "refs/heads/$name is held: "; done
push --push-option=countersign=check $refs
for name in $refs; do said "refs/heads/$name would be held"; done

sentence "A budget says in how many seconds there is room"
server
policy <<'JSON'
{ "version": 1, "agents": { "*": { "budget": { "pushes": "1/h" } } } }
JSON
agent claude-code
branch work origin/main
commit src/a.c x
push work:main
expect landed
commit src/b.c x
push --push-option=countersign=json work:main
expect denied
after=$(sed -n 's/^.*countersign-json: //p' "$out" | "$tools/story-json" findings.0.retry_after)
[ "$after" -gt 3000 ] && [ "$after" -le 3600 ] || fail "retry_after is $after"

sentence "What could not be judged is an object, too"
server
printf '{ "version": 1, ' >"$server/countersign/policy.json"
commit src/a.c x
push --push-option=countersign=json main
expect refused
verdict decision deny
verdict approvable false
said '"fault":"'
