# countersign replay: what the policy would have made of history, by the same judge as a push.  STEPS=1000 compares a thousand.
. "${0%/*}/lib.sh"

steps=${STEPS:-25}

# Pushes each first-parent step of the clone's main for real, onto a server that stands where it stood before the step.
push_each()
{
	: >"$story/pushed"
	for new in $(in_work rev-list --first-parent --reverse "$1..main"); do
		COUNTERSIGN_USER=dev1 in_work push -o countersign=json origin "$new:refs/heads/main" >"$out" 2>&1 || :
		sed -n 's/^.*countersign-json: //p' "$out" | sed 's/ *$//' >>"$story/pushed"
		on_server fetch -q --update-head-ok "$work" "+$new:refs/heads/main"
	done
	: >"$out"
}

sentence "A replayed step has the verdict, finding by finding, that a real push of the same commits has"
server
on_server config receive.advertisePushOptions true
AGENTS=yes sh "$SOURCE_DIR/test/bench/make-history" "$story/history.git" "$((steps * 5 / 4 + 20))" 300
in_work fetch -q "$story/history.git" +main:refs/heads/imported
in_work checkout -q -B main imported
policy <<'JSON'
{ "version": 1, "people": { "alice": { "emails": ["alice@example.com"], "groups": ["platform"] } },
  "agents": { "*": { "scope": ["*", "!/t/"] } },
  "rules": [
    { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": ["platform"] },
    { "name": "credential-files", "paths": ["class:credential-files"], "action": "hold", "approvers": ["platform"] },
    { "name": "credentials", "content": ["class:credentials"], "action": "deny", "refs": ["refs/**"] },
    { "name": "dependencies", "paths": ["class:dependencies"], "action": "hold", "approvers": ["platform"] },
    { "name": "library", "paths": ["/lib/"], "by": "anyone", "action": "warn", "refs": ["refs/heads/main"] } ],
  "limits": { "holds": 100000 } }
JSON
first=$(in_work rev-list --first-parent main | sed -n "$((steps + 1))p")
on_server fetch -q --update-head-ok "$work" "+$first:refs/heads/main"
push_each "$first"
in_work push -q --force "file://$server" main:refs/heads/none >"$out" 2>&1 || :
before=$(refs_of)
cksum <"$server/countersign/state.db" >"$story/state-before"
exits 0 countersign replay --repo "$server" --json "$first..main"
"$tools/findings" <"$out" | sort >"$story/replayed"
"$tools/findings" <"$story/pushed" | sort >"$story/really"
cmp "$story/replayed" "$story/really" >"$out" 2>&1 || fail "they differ: $(diff "$story/replayed" "$story/really" | head -n 5)"
grep -q ' hold$' "$story/replayed" || fail "nothing was held"
grep -q ' deny$' "$story/replayed" || fail "nothing was denied"
same "the refs" "$before" "$(refs_of)"
same "the state" "$(cat "$story/state-before")" "$(cksum <"$server/countersign/state.db")"

sentence "It counts by rule, agent, path and month, what it would cost, and which patterns hold most"
server
policy <<'JSON'
{ "version": 1, "mode": "observe", "people": { "alice": { "groups": ["platform"] }, "bob": { "groups": ["platform", "security"] } },
  "agents": { "*": { "scope": ["/src/", "/.github/", "/package.json"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": ["platform"], "approvals": 2 },
             { "name": "dependencies", "paths": ["class:dependencies"], "action": "hold", "approvers": ["security"] } ] }
JSON
start=$(in_work rev-parse main)
agent claude-code
commit src/a.c 'x'
commit .github/workflows/ci.yml 'on: push'
write .github/workflows/ci.yml 'on: tag'
commit package.json '{ "name": "x" }'
agent copilot
commit docs/a.md 'x'
agent none
commit docs/b.md 'x'
on_server fetch -q --update-head-ok "$work" +main:refs/heads/main
exits 0 countersign replay --repo "$server" "$start..main"
said '5 pushes with 5 commits, 4 of them agents'
said '1 would be denied'
said '2 would be held, for 4 approvals in all'
said '       2       0  infrastructure'
said '       0       1  github-copilot'
said '       2       0  .github/workflows/ci.yml'
said '       2       0  infrastructure: class:infrastructure.ci  /.github/workflows/'
said '       0       1  scope'
said "  $(date -u +%Y-%m)        5        4       2       1"

sentence "The page has every push that would be stopped, runs nothing, and shows strangers' names as text"
agent claude-code
commit '.github/workflows/<script>alert(1)<!--.yml' 'on: push'
on_server fetch -q --update-head-ok "$work" +main:refs/heads/main
exits 0 countersign replay --repo "$server" --html "$story/page.html" "$start..main"
said "the page is $story/page.html"
cp "$story/page.html" "$out"
said "&lt;script&gt;alert(1)&lt;!--.yml"
unsaid '<script'
unsaid ' style="'
unsaid '://'
said "default-src 'none'; style-src 'sha256-"
same "stopped pushes" 4 "$(grep -c 'class="when"' "$story/page.html")"
exits 2 countersign replay --repo "$server" --html "$story/missing/page.html" "$start..main"
said 'No such file'

sentence "A history without agents says so, and --as-agents judges it as if they had made it"
person alice
start=$(in_work rev-parse main)
commit package.json '{ "name": "y" }'
commit src/b.c 'int b;'
on_server fetch -q --update-head-ok "$work" +main:refs/heads/main
exits 0 countersign replay --repo "$server" "$start..main"
said '0 of them agents'
said '0 would be held'
said 'no commit here is known to be an agent'
said "policy $(countersign replay --repo "$server" --json "$start..main" | sed "s,.*\"policy\":\"\([0-9a-f]*\)\".*,\1,")"
exits 0 countersign replay --repo "$server" --html - "$start..main"
said 'No commit here is known to be an agent'
unsaid 'figure good'
exits 0 countersign replay --repo "$server" --as-agents "$start..main"
said '1 would be held'
said "2 of them judged as agents'"
unsaid 'no commit here'
exits 0 countersign replay --repo "$server" --as-agents --json "$start..main"
said '"as_agents":true'
said '"agent_commits":2'
said '"agents":[{"agent":"*"'
in_work reset -q --hard "$start"
on_server fetch -q --update-head-ok "$work" +main:refs/heads/main

sentence "A policy that is not in force yet is tried with --policy, over a part of history"
printf '{ "version": 1, "rules": [ { "name": "all", "paths": ["/docs/"], "by": "anyone", "action": "deny" } ] }\n' >"$story/other.json"
exits 0 countersign replay --repo "$server" --policy "$story/other.json" "main~3..main~1"
said '2 would be denied'
exits 0 countersign replay --repo "$server" --policy "$story/other.json" --since 1d
said "7 pushes"
exits 2 countersign replay --repo "$server" --since 2099-01-01
said 'nothing to replay'

sentence "A merge that an approver has signed is told as approved, not as held"
. "${0%/*}/signing.inc"
key alice
policy <<JSON
{ "version": 1, "people": { "alice": { "emails": ["alice@example.com"], "groups": ["platform"], "keys": ["$(key_of alice)"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": ["platform"] } ] }
JSON
start=$(in_work rev-parse main)
branch topic
person bob
agent claude-code
commit .github/workflows/x.yml 'on: push'
switch main
person alice
in_work -c gpg.format=ssh -c user.signingkey="$keys/alice" merge -q --no-ff -S -m 'Merge topic' topic
on_server fetch -q --update-head-ok "$work" +main:refs/heads/main
exits 0 countersign replay --repo "$server" "$start..main"
said '0 would be held, for 0 approvals'
said '1 would be held, had not a signed merge approved'

sentence "What it would cost a week is told of all the time that commits claim, in whatever order"
server
policy <<'JSON'
{ "version": 1, "people": { "alice": { "emails": ["alice@example.com"], "groups": ["platform"] } },
  "rules": [ { "name": "infrastructure", "paths": ["/infra/"], "by": "anyone", "action": "hold", "approvers": ["platform"] } ] }
JSON
start=$(in_work rev-parse main)
for day in 15 01 14; do
	export GIT_COMMITTER_DATE="2026-01-${day}T00:00:00Z"
	commit "infra/$day.tf" 'resource'
done
unset GIT_COMMITTER_DATE
on_server fetch -q --update-head-ok "$work" +main:refs/heads/main
exits 0 countersign replay --repo "$server" --html - "$start..main"
said 'approvals needed: 1.5 a week'

sentence "What cannot be replayed is said, with exit status 2"
exits 2 countersign replay --repo "$server" nothing..main
said "'nothing' is not a revision of this repository"
exits 2 countersign replay --repo "$server" main
said 'not of the form OLD..NEW'
exits 2 countersign replay --repo "$server" --ref nowhere
said 'refs/heads/nowhere: no such ref'
exits 2 countersign replay --repo "$server" --since yesterday
said 'neither a date'
exits 2 countersign replay --repo "$server" --policy "$story/missing.json"
said 'missing.json: No such file'
exits 2 countersign replay --nonsense
exits 0 countersign replay --help
said 'usage: countersign replay'
printf '{ "version": 1, "rules": [ { "name": "r", "paths": ["/a/"], "action": "hold", "approvers": ["mallory"] } ] }\n' >"$story/unknown.json"
exits 2 countersign replay --repo "$server" --policy "$story/unknown.json"
said "mallory"
git init -q --bare -b main "$story/empty.git"
exits 2 countersign replay --repo "$story/empty.git" --policy "$story/other.json"
said 'no history to replay'
git clone -q --bare --depth 1 "file://$work" "$story/shallow.git"
exits 2 countersign replay --repo "$story/shallow.git" --policy "$story/other.json"
said 'shallow'

sentence "Who is stopped now and what was spent lately says nothing of the past; the files of a push do"
server
policy <<'JSON'
{ "version": 1, "refs": ["HEAD"],
  "agents": { "claude-code": { "budget": { "pushes": "1/d", "commits": "1/d", "files": 1, "action": "hold" } } } }
JSON
first=$(in_work rev-parse main)
agent claude-code
commit src/a.c 1
commit src/a.c 2
write src/b.c 3
commit src/a.c 3
commit src/a.c 4
on_server fetch -q --update-head-ok "$work" +main:refs/heads/main
exits 0 countersign stop claude-code --reason off --repo "$server"
exits 0 countersign replay --repo "$server" --json "$first..main"
same "who is stopped" 0 "$(grep -c '"stopped"' "$out")"
said 'a budget of 1 file in a push, and this one has 2'
same "pushes over a budget" 1 "$(grep -c 'a budget of' "$out")"

sentence "A page replaces a file and nothing else, and can go to standard output"
mkfifo "$story/pipe"
ln -s "$story/nowhere" "$story/link.html"
for place in "$story/pipe" "$story/link.html" "$story"; do
	exits 2 countersign replay --repo "$server" --html "$place" "$first..main"
	said "$place is not a regular file: it was not touched"
done
if [ ! -p "$story/pipe" ] || [ ! -L "$story/link.html" ]; then fail "it was replaced"; fi
exits 2 countersign replay --repo "$server" --json --html - "$first..main"
exits 0 countersign replay --repo "$server" --html - "$first..main"
said '</html>'
unsaid 'would be denied, '
unsaid 'the page is'
same "the first line" '<!DOCTYPE html>' "$(head -n 1 "$out")"
