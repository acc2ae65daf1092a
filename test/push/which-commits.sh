# Which commits are judged: what is new to a rule, whatever way it came.
. "${0%/*}/lib.sh"

governed()
{
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD", "refs/heads/release/**", "refs/tags/**"],
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "groups": ["platform"] } },
  "agents": { "*": { "scope": ["/src/", "/.github/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": ["platform"] } ] }
JSON
}

innocent()
{
	agent none
	person alice
	branch innocent-$$ origin/main
	commit docs/innocent.md "fine" "Say something"
	push innocent-$$:main
	expect landed refs/heads/main
}

sentence "Commits parked on a free branch first are judged in full when they come to main"
server
governed
agent claude-code
commit infra/main.tf 'x'
push main:refs/heads/free
expect landed
push main
expect denied
said 'scope  infra/main.tf'
innocent

sentence "Two refs in one push gain nothing, in either order"
server
governed
agent claude-code
commit infra/main.tf 'x'
push main:refs/heads/a-free main
expect denied refs/heads/main
unmoved refs/heads/a-free
push main main:refs/heads/a-free
expect denied refs/heads/main
innocent

sentence "A new governed branch is judged against the refs of its group, not against free ones"
server
governed
agent claude-code
commit infra/main.tf 'x'
push main:refs/heads/free
expect landed
push main:refs/heads/release/1
expect denied
innocent

sentence "What another ref of the same group has already is not judged again"
server
governed
agent none
commit infra/main.tf 'x'
push main
expect landed
agent claude-code
commit src/more.c 'x'
push main
expect landed
push main:refs/heads/release/2
expect landed

sentence "A tag, and a tag of a tag, is judged by what it leads to"
server
governed
agent claude-code
commit infra/main.tf 'x'
in_work tag -a -m one one
in_work tag -a -m two two one
push two:refs/tags/two
expect denied
push one:refs/tags/one
expect denied
innocent

sentence "A tag that names a tree or a blob is judged, and a branch may name neither"
server
governed
as alice
push main:refs/heads/free
tree=$(in_work rev-parse 'HEAD^{tree}')
push "$tree:refs/heads/tree"
expect refused
in_work tag tree "$tree"
push tree:refs/tags/tree
expect landed
innocent

sentence "A forbidden edit that the next commit undoes is found in the first"
server
governed
agent claude-code
commit infra/main.tf 'x'
in_work rm -q infra/main.tf
record 'Never mind'
push main
expect denied
said 'infra/main.tf'
innocent

sentence "A hold pushed again is held again, by the same id"
server
governed
agent claude-code
commit .github/workflows/ci.yml 'on: push'
push main
expect held
first=$hold
push main
expect held
same "the hold" "$first" "$hold"
innocent

sentence "A move of a file is a deletion and an addition, and both are judged"
server
governed
agent none
commit infra/keep.tf 'the same text'
push main
expect landed
agent claude-code
in_work mv infra/keep.tf src/keep.tf
record 'Move'
push main
expect denied
said 'scope  infra/keep.tf'
innocent

sentence "A link or a submodule in the place of a protected folder, or above it, is a change of what is protected"
server
policy <<'JSON'
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["*", "!/keys/"] } },
  "rules": [ { "name": "deploy", "paths": ["/deploy/live/", "/ops/**"], "action": "deny" },
             { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "deny" } ] }
JSON
agent claude-code
for place in deploy deploy/live ops keys .github .github/workflows; do
	mkdir -p "$(dirname "$work/$place")"
	ln -s src "$work/$place"
	in_work add -f "$place"
	record "A link at $place"
	push main
	expect denied
	in_work reset -q --hard HEAD~1
	in_work update-index --add --cacheinfo "160000,$(ref_of refs/heads/main),$place"
	record "A submodule at $place"
	push main
	expect denied
	in_work reset -q --hard HEAD~1
done
said '.github/workflows'
said 'a link: everything below it comes from elsewhere'
ln -s src "$work/latest"
in_work add latest
in_work update-index --add --cacheinfo "160000,$(ref_of refs/heads/main),library"
record 'A link and a submodule'
push main
expect landed

sentence "A long history comes in with all its tags at once, and what is wrong in it is found through each of them"
server
policy <<'JSON'
{ "version": 1, "limits": { "changes": 6000 },
  "rules": [ { "name": "payments", "paths": ["/payments/"], "by": "anyone", "action": "deny" } ] }
JSON
on_server update-ref -d refs/heads/main
n=0
while [ "$n" -lt 1000 ]; do
	n=$((n + 1))
	printf 'commit refs/heads/import\ncommitter A <a@example.com> %d +0000\ndata 3\nOne\n' $((1600000000 + n))
	printf 'M 644 inline src/%d\ndata 2\nx\n' $((n % 100))
	[ "$n" -ne 990 ] || printf 'M 644 inline payments/x\ndata 2\nx\n'
done | in_work fast-import --quiet
in_work branch -f fine import~11
for n in $(seq 1 20); do in_work tag "v$n" "fine~$((n * 10))"; done
in_work tag bad import
push bad fine --tags
expect refused
said 'refs/tags/bad is denied'
said 'payments'
in_work tag -d bad >/dev/null
push fine --tags
expect landed
same "tags" "$(refs_of refs/tags | wc -l)" 20
push import
expect denied

# A ref that git reads and we refuse to list tells whether the refs are listed.
sentence "Other refs are not even listed where a branch's own old value tells what is new"
if [ "$REFS" = files ]; then
	server
	governed
	deep=$server/refs/heads/release/$(printf 'x/%.0s' $(seq 200))
	mkdir -p "$deep"
	on_server rev-parse main >"$deep/ref"
	agent claude-code
	commit src/a.c 1
	push main
	expect landed
	push main:refs/heads/release/2
	expect fault
	said 'nested too deep'
	rm -r "$server/refs/heads/release"
	commit infra/main.tf 1
	push main:refs/heads/release/2
	expect denied
else
	skip 'it lays a broken ref in files'
fi

sentence "A push from a shallow clone that lacks what the server lacks is told to fetch the rest"
server
commit src/a.c 'x'
commit src/b.c 'y'
git clone -q --depth 1 "file://$work" "$story/shallow"
git -C "$story/shallow" push "$server" HEAD:refs/heads/new >"$out" 2>&1 && fail "it landed"
said 'git fetch --unshallow'
push main
expect landed
git -C "$story/shallow" push "$server" HEAD:refs/heads/new >"$out" 2>&1 || fail "what the server has by now did not land"
