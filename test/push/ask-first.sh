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
in_work checkout -q -B there origin/main
exits 0 check main
said 'refs/heads/main is at this commit already: there is nothing to push'
git init -q --bare "$story/plain.git"
exits 2 check main --remote "$story/plain.git"
said 'the server did not answer'
git --git-dir="$story/plain.git" config receive.advertisePushOptions true
printf '#!/bin/sh\nprintf "\\033[31mno\\n"\nexit 1\n' >"$story/plain.git/hooks/pre-receive"
chmod 755 "$story/plain.git/hooks/pre-receive"
exits 2 check main --remote "$story/plain.git"
said 'remote: \x1b[31mno'
said 'the server did not answer'
rm "$story/plain.git/hooks/pre-receive"
exits 2 check main --remote "$story/plain.git"
said 'the server took the question for a push: refs/heads/main has it now'

sentence "git countersign may asks about paths before they are changed, and says what check says of the same push"
server
governing
agent claude-code
branch work origin/main
in_work branch -q --set-upstream-to=origin/main
in_work commit -q --allow-empty -m 'Begin' -m "${trailer:-Co-Authored-By: Claude <noreply@anthropic.com>}"
may()
{
	status=0
	(cd "$work" && git checkout -q -B main && PATH="$prefix/bin:$PATH" git countersign may "$@") >"$out" 2>&1 || status=$?
}
objects_before=$(in_work count-objects)
may src/new.c
[ "$status" -eq 0 ] || fail "may src/new.c: $status"
said 'refs/heads/main would be allowed'
may src/new.c infra/main.tf
[ "$status" -eq 3 ] || fail "may infra/main.tf: $status"
said 'infra/main.tf'
may README.md
[ "$status" -eq 1 ] || fail "may README.md: $status"
same 'objects' "$(in_work count-objects)" "$objects_before"
may
[ "$status" -eq 2 ] || fail "may without a path: $status"
for path in src/a.c infra/b.tf docs/c.md; do
	may "$path"
	sed 's/[0-9a-f]\{12,\}/ID/g' "$out" >"$story/said-may"
	in_work checkout -q -B try origin/main
	write "$path" ''
	in_work add -A
	in_work commit -q -m 'Try' -m "${trailer:-Co-Authored-By: Claude <noreply@anthropic.com>}"
	(cd "$work" && PATH="$prefix/bin:$PATH" git countersign check main) >"$out" 2>&1 || :
	sed 's/[0-9a-f]\{12,\}/ID/g' "$out" >"$story/said-check"
	same 'answers' "$(cat "$story/said-may")" "$(cat "$story/said-check")"
done

sentence "What check says of random changes the same push says, word for word"
server
governing
# found: what was found, without what only a push or only a question says.
found()
{
	sed -n 's/^remote: \(countersign:   .*\)/\1/p' "$out" | sed 's/ *$//' | grep -v ':   \(review\|approve\|show\|digest\) ' || :
}
decided()
{
	sed -n 's/^remote: countersign: refs\/heads\/main \(would be\|is\) \([a-z]*\).*/\2/p' "$out" | head -n 1
}
cases=${CASES:-24}
case=0 refused=0
while [ "$case" -lt "$cases" ]; do
	case=$((case + 1))
	set -- $(awk -v seed="$case" 'BEGIN { srand(seed); split("src/a.c infra/b.tf docs/c.md src/x/y.c INFRA/b.tf README.md", p, " ")
		split("claude-code alice aider", w, " "); print w[1 + int(rand() * 3)]; for (k = int(rand() * 3); k >= 0; k--) print p[1 + int(rand() * 6)] }')
	if [ "$1" = alice ]; then person alice; else agent "$1"; fi
	shift
	in_work checkout -q -B random origin/main
	for path; do
		commit "$path" "case $case of $path"
	done
	push --push-option=countersign=check random:main
	asked_found=$(found)
	asked_decided=$(decided)
	[ -z "$asked_found" ] || refused=$((refused + 1))
	push random:main
	if [ "$pushed_status" -eq 0 ]; then
		same "case $case" "${asked_decided:-allowed}" allowed
		same "findings of case $case" "$asked_found" "$(found)"
	else
		same "case $case" "$asked_decided" "$(decided)"
		same "findings of case $case" "$asked_found" "$(found)"
	fi
	in_work fetch -q origin
done
[ "$refused" -gt $((cases / 4)) ] || fail "only $refused of $cases found something"

sentence "The page for agents has the command that asks, and the words that are said"
server
governing
page=$SOURCE_DIR/docs/before-pushing.md
command=$(sed -n 's/^    \(git push .*\)/\1/p' "$page" | sed 's/BRANCH/main/')
same 'the command' "$command" 'git push -o countersign=check origin HEAD:refs/heads/main'
agent claude-code
branch work origin/main
# asks_as_told WORDS: runs the page's command, and the page has the words that are said.
asks_as_told()
{
	(cd "$work" && sh -c "$command") >"$out" 2>&1 && fail 'it was let through'
	said "$1"
	grep -q -F "$1" "$page" || fail "the page does not tell of: $1"
}
commit src/a.c 'int a;'
asks_as_told 'would be allowed'
commit infra/main.tf 'resource'
asks_as_told 'would be held'
said 'needs 1 approval from platform'
in_work reset -q --hard origin/main
commit docs/guide.md 'changed'
asks_as_told 'would be denied'
asks_as_told 'outside the scope of'
asks_as_told 'allowed: /src/'
