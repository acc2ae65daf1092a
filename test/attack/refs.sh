# Refs: what else leads to a commit, and refs that are not what they are called.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/words.inc"

sentence "What a tag that nothing governs, a note, or a hidden ref leads to already is judged all the same"
guarded
on_server config transfer.hideRefs refs/hidden
agent claude-code
commit infra/main.tf 1
for ref in refs/tags/kept refs/notes/kept refs/hidden/kept; do
	on_server fetch -q "$work" "+main:$ref"
	push main
	expect held
done
forget
innocent

sentence "A branch that its agent deleted and makes anew is judged as before"
guarded
on_server update-ref refs/heads/release/1 main
as bot
push :release/1
expect denied
said 'agent-rewrite'
commit payments/x 1
push main:refs/heads/x
expect landed
as alice
push :x
expect landed refs/heads/x
as bot
push main:refs/heads/release/2
expect denied
said payments
forget
innocent

sentence "Where grafts change what history is nothing is judged"
guarded
agent claude-code
commit infra/main.tf 1
commit src/a.c 1
tip=$(in_work rev-parse main)
on_server fetch -q "$work" main
mkdir -p "$server/info"
printf '%s %s\n' "$tip" "$main" >"$server/info/grafts"
push main
expect refused
said grafts
rm "$server/info/grafts"
push main
expect held
said 'infra/main.tf'
forget
innocent

sentence "A held commit's ref, and a hold that is fetched and pushed as it is, open no way"
guarded
agent claude-code
commit infra/main.tf 1
push main
expect held
in_work fetch -q origin "refs/countersign/holds/$hold"
push FETCH_HEAD:refs/heads/main
expect refused
unmoved refs/heads/main
push "main:refs/countersign/holds/$hold"
expect refused
push ":refs/countersign/holds/$hold"
expect refused
push "FETCH_HEAD:refs/tags/mine" main
expect refused refs/heads/main
forget
innocent

sentence "A ref of each name that a glob could take for another is itself and no other"
guarded '"limits": { "refs": 50 },'
agent claude-code
commit infra/main.tf 1
push main:refs/heads/release
expect landed
push main:refs/heads/Release/1
expect landed
push main:refs/heads/release/a/b
expect held
push main:refs/heads/mainx
expect landed
forget
innocent

sentence "Nobody makes a repository in refs by names that git would take for one, which nothing guards"
guarded
as alice
for names in 'refs/heads/x/HEAD refs/heads/x/objects/a refs/heads/x/refs/a' 'refs/tags/x/y/HEAD' \
	'refs/heads/release/x/HEAD' 'refs/heads/HEAD' 'refs/remotes/a/b/HEAD' 'refs/remotes/origin/objects/a' \
	'refs/x/HEAD' 'refs/HEAD'; do
	set --
	for name in $names; do
		set -- "$@" "main:$name"
	done
	push "$@"
	expect denied
	said 'would make a repository there'
	! in_work ls-remote "$server/$(dirname "${names%% *}")" >/dev/null 2>&1 || fail "$names is served"
done
on_server update-ref refs/heads/x/HEAD main
push :refs/heads/x/HEAD
expect landed
push main:refs/remotes/origin/HEAD main:refs/heads/objects/a main:refs/heads/x/refs/a main:refs/heads/head
expect landed
innocent
