# However a repository's objects lie, the same is judged: in packs with indexes of either version, under one index of many
# packs, with bitmaps, in cruft packs, in another repository that alternates name.  What cannot be read refuses.
. "${0%/*}/lib.sh"

# shellcheck disable=SC2016 # the inner shell expands
# laid WHAT COMMAND: the server's objects after that command in it; of two pushes one lands and one is held, and a third,
# that takes up a file again that only old objects have, is seen for what it changes.
laid()
{
	sentence "Objects that lie $1"
	server
	policy <<'JSON'
{ "version": 1, "agents": { "*": { "scope": ["/src/", "/docs/", "/.github/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
	for n in 1 2 3 4 5 6 7 8; do
		for m in 1 2 3 4 5 6 7 8 9; do
			echo "$n $m" >>"$work/src/main.c"
			echo "$n $m" >"$work/docs/$m.md"
		done
		in_work add . && in_work commit -q -m "Work $n"
		[ "$n" -ne 4 ] || push main
	done
	push main
	expect landed
	sh -c 'cd "$1" && eval "$2"' sh "$server" "$2" >"$story/laid" 2>&1 || fail "$2: $(cat "$story/laid")"
	in_work push -q origin main~3:refs/heads/side >"$out" 2>&1 || fail 'an old commit does not land on another branch'
	agent claude-code
	commit docs/1.md 'By an assistant.'
	push main
	expect landed
	commit .github/workflows/ci.yml 'on: push'
	push main
	expect held
	branch again origin/main
	in_work rm -q -r docs && in_work commit -q -m "$(printf 'Away\n\nCo-authored-by: Claude <noreply@anthropic.com>')"
	in_work checkout -q main~4 -- docs && in_work commit -q -m "$(printf 'Back\n\nCo-authored-by: Claude <noreply@anthropic.com>')"
	push again:main
	expect landed
	on_server fsck --full >"$out" 2>&1 || fail 'the repository is not whole'
}

laid 'in one pack with a bitmap' 'git repack -q -a -d --write-bitmap-index'
laid 'in a pack with an index of version 1' 'git -c pack.indexVersion=1 repack -q -a -d && git index-pack --index-version=1 objects/pack/*.pack'
laid 'in packs whose deltas name their base by its id' 'git -c repack.useDeltaBaseOffset=false repack -q -a -d -f'
laid 'in many packs under one index with a bitmap' 'git rev-list HEAD~4 | git pack-objects -q objects/pack/pack && git repack -q -d && git multi-pack-index write && git repack -q -a -d && git multi-pack-index write --bitmap'
laid 'in a cruft pack beside' 'git update-ref refs/heads/gone HEAD && git update-ref -d refs/heads/gone && echo loose | git hash-object -w --stdin && git gc -q --cruft --prune=never'
laid 'in another repository, of which alternates tell' 'mkdir ../far && mv objects ../far/ && mkdir -p objects/info objects/pack && echo ../../far/objects >objects/info/alternates'
laid 'in another repository that has alternates itself' 'git repack -q -a -d && mkdir -p ../one ../two/info ../two/pack && mv objects ../one/objects && mkdir -p objects/info objects/pack && echo "$PWD/../one/objects" >../two/info/alternates && echo ../../two >objects/info/alternates'
laid 'beside a commit-graph and a reverse index' 'git -c pack.writeReverseIndex=true repack -q -a -d && git commit-graph write --reachable --changed-paths'

sentence "An index that is broken lets nothing land that could not be read, and what is whole lands again"
server
commit docs/guide.md 'Innocent.'
push main
on_server repack -q -a -d
on_server prune-packed
index=$(echo "$server"/objects/pack/*.idx)
cp "$index" "$story/index"
for how in 'head -c 700 FROM >TO' ': >TO' 'cp FROM TO; printf "\377\377\377\377" | dd of=TO bs=1 seek=100 conv=notrunc status=none' 'cp FROM TO; printf "\0\0\0\7" | dd of=TO bs=1 seek=4 conv=notrunc status=none' \
	'head -c $(($(wc -c <FROM) - 1)) FROM >TO' 'cp FROM TO; dd if=/dev/zero of=TO bs=1 seek=1032 count=400 conv=notrunc status=none'; do
	rm -f "$index"
	eval "$(printf '%s' "$how" | sed "s|FROM|$story/index|g; s|TO|$index|g")"
	tip=$(on_server rev-parse main)
	echo more >>"$work/docs/guide.md"
	in_work commit -q -a -m "$(printf 'More\n\nCo-authored-by: Claude <noreply@anthropic.com>')"
	in_work push -q origin main >"$out" 2>&1 || :
	same "$how: main" "$tip" "$(on_server rev-parse main)"
done
cp "$story/index" "$index"
agent none
push main
expect landed

sentence "A repository of which objects are promised elsewhere: what is missing refuses, and nothing is fetched for it"
server
commit docs/guide.md 'Innocent.'
push main
on_server config uploadpack.allowFilter true
mkdir "$story/partial"
git clone -q --bare --filter=blob:none "file://$server" "$story/partial/server.git" 2>"$out" || fail 'git makes no such clone'
exits 0 install repo "$story/partial/server.git"
git --git-dir="$story/partial/server.git" cat-file --batch-all-objects --batch-check >"$story/before"
in_work remote set-url origin "$story/partial/server.git"
agent claude-code
commit docs/guide.md 'By an assistant.'
in_work push origin main >"$out" 2>&1 && promised=landed || promised=refused
same 'the push to it' "$promised" refused
git --git-dir="$story/partial/server.git" cat-file --batch-all-objects --batch-check >"$story/after"
same 'its objects' "$(cat "$story/before")" "$(cat "$story/after")"
grep -q -e 'is missing' -e 'from promisor remote' "$out" || fail 'it does not say what is missing' # by us, or by a newer git before us
