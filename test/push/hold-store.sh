# Holds that are kept apart: where the policy names a store, nothing of a held push is in the repository until it lands.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"
store=$story/store
desk=$story/desk

# stored [ADDRESS]: the policy of governed, and a store for its holds.
stored()
{
	hold_store=
	rm -rf "$store"
	mkdir "$store"
	server
	governed "${2:-}"
	sed -i "s|\"version\": 1,|\"version\": 1, \"holds\": { \"store\": \"$store\"${1:+, \"address\": \"$1\"} },|" \
		"$server/countersign/policy.json"
	exits 0 countersign holds store --repo "$server"
	hold_store=$(cat "$out")
}

# nothing_in: of the branch `work` nothing is in the server's repository, reached or not.
nothing_in()
{
	for object in $(in_work rev-list --objects origin/main..work | cut -d ' ' -f 1); do
		! on_server cat-file -e "$object" 2>/dev/null || fail "$object is in the served repository"
	done
}

# bob ARGUMENT...: git countersign at bob's desk.
bob()
{
	(cd "$desk" && COUNTERSIGN_USER=bob sh "$prefix/bin/git-countersign" "$@")
}

bobs_desk()
{
	rm -rf "$desk"
	git clone -q "$server" "$desk" 2>"$out"
	key bob
	git -C "$desk" config gpg.format ssh
	git -C "$desk" config user.signingkey "$keys/bob"
	git -C "$desk" config user.email bob@example.com
	git -C "$desk" config user.name bob
	git -C "$desk" config countersign.person bob
}

sentence "A held push is in the store whole, and nothing of it in the repository"
stored
hold_change
nothing_in
said "git fetch $hold_store refs/countersign/holds/$hold"
same 'refs of ours' '' "$(refs_of refs/countersign)"
git --git-dir="$hold_store" fsck --strict --no-dangling >"$out" 2>&1 || fail 'the store is not whole'
git init -q "$story/reader.git"
exits 0 git --git-dir="$story/reader.git/.git" fetch -q "$hold_store" "refs/countersign/holds/$hold"
rm -rf "$story/reader.git"

sentence "The address is told where the policy has one, in words and in the verdict object"
stored https://review.example.com/holds
person robot
agent claude-code
branch work origin/main
commit infra/main.tf 'resource'
push --push-option=countersign=json work:main
expect held
said "--holds https://review.example.com/holds/${hold_store##*/}"
verdict held_at "https://review.example.com/holds/${hold_store##*/}" refs/heads/main

sentence "The other refs of a push with a held one do not land, and it is said why"
stored
person robot
agent claude-code
branch other origin/main
commit src/a.c 1
branch work origin/main
commit infra/main.tf 'resource'
push work:main other
expect held refs/heads/main
unmoved refs/heads/other
said 'else what is held would come into the repository'
nothing_in
push other
expect landed

sentence "Reviewers see it with git countersign, approve it, and the same push lands"
stored
hold_change
bobs_desk
exits 0 bob list --holds "$hold_store"
said "$hold"
exits 0 bob show "$hold" --holds "$hold_store"
said '+resource'
git -C "$desk" config remote.origin.countersignholds "$hold_store"
exits 0 bob approve "$(printf %.6s "$hold")" --yes
nothing_in
push_again
expect landed
said 'approved by bob'
commit infra/main.tf 'another'
push work:main
expect held

sentence "So does who has stock git alone, by a tag of what has landed; one of the held commit is refused, and brings nothing in"
stored
hold_change
approve bob
expect refused
said 'one that has landed'
nothing_in
(
	person bob
	tag_as bob approve origin/main
)
as bob
push "+approval:refs/countersign/approvals/$hold/bob"
expect landed
push_again
expect landed

sentence "The review page shows it out of the store"
if command -v curl >/dev/null 2>&1; then
	stored
	hold_change
	. "$SOURCE_DIR/test/push/review.inc"
	serve bob
	get "server/holds/$hold"
	same 'the answer' 200 "$code"
	said 'resource'
	unsaid 'it is not stored here'
	nothing_in
	unserve
else
	skip 'curl is not on this machine'
fi

sentence "A rejection keeps it out, and says so"
stored
hold_change
bobs_desk
exits 0 bob reject "$hold" -m 'Not like this.' --yes --holds "$hold_store"
push_again
expect held
said 'rejected by bob: Not like this.'

sentence "Where the policy lands by itself, it lands out of the store"
stored '' '{ "land": true }'
hold_change
held=$(in_work rev-parse work)
bobs_desk
exits 0 bob approve "$hold" --yes --holds "$hold_store"
same 'main' "$(ref_of refs/heads/main)" "$held"
said "$hold has landed on refs/heads/main"

sentence "Dropping takes the hold out of the store"
stored
hold_change
exits 0 countersign holds drop "$hold" --repo "$server"
same 'holds' '' "$(on_holds for-each-ref)"

sentence "Nobody but Countersign puts anything into the store"
stored
hold_change
in_work push -q "$hold_store" work:refs/heads/mine >"$out" 2>&1 && fail 'a push to the store landed'
said 'holds are kept here'
in_work push -q "$hold_store" "+main:refs/countersign/holds/$hold" >"$out" 2>&1 && fail 'a hold was overwritten'

sentence "A store in the repository, around it, or below what install.sh all was given is an error of the policy"
own_prefix
ln -s . "$story/around"
mkdir -p "$story/roots/below"
printf '%s\n' "$story/roots" >"$prefix/etc/countersign/roots"
for path in "$server/holds" "$server" "$story" "$story/around/server.git/countersign" / "$story/roots/below/x" "$story/roots"; do
	server
	governed
	sed -i "s|\"version\": 1,|\"version\": 1, \"holds\": { \"store\": \"$path\" },|" "$server/countersign/policy.json"
	exits 1 countersign policy check --repo "$server"
	said '$.holds.store'
	person alice
	commit docs/a "$path"
	push main
	expect refused
	said 'the push could not be judged'
done

sentence "A store that is gone, another's, or open to everybody refuses the push, and says which"
prefix=$stage/prefix
for way in 'rm -rf' 'chmod 777'; do
	stored
	rm -rf "$hold_store"
	hold_store=
	$way "$store"
	person robot
	agent claude-code
	branch work origin/main
	commit infra/main.tf 'resource'
	push work:main
	expect refused
	said 'the push could not be judged'
	said "the store for holds, ${store##*/}"
	nothing_in
done
stored
git init -q --bare "$story/elsewhere.git"
rm -rf "$hold_store"
ln -s "$story/elsewhere.git" "$hold_store"
hold_store=
branch work origin/main
commit infra/main.tf 'resource'
push work:main
expect refused
said 'the push could not be judged'
same 'what came through a link' '' "$(git --git-dir="$story/elsewhere.git" for-each-ref)"

sentence "status tells of a store that cannot be used, and of what could be pruned under it"
stored
exits 0 countersign status --repo "$server"
said 'lies in the same folder as the repository'
on_server config --unset gc.pruneExpire
exits 1 countersign status --repo "$server"
said 'gc.pruneExpire: is not'
on_server config gc.pruneExpire never
chmod o+w "$store"
rm -rf "$hold_store"
hold_store=
exits 1 countersign status --repo "$server"
said 'can be written by everybody'
rmdir "$store"
exits 1 countersign status --repo "$server"
said 'holds.store'
[ ! -e "$store" ] || fail 'status made the store'

sentence "A site's store counts before a repository's, and a delegated file cannot name one"
stored
own_prefix
governed
mkdir -p "$story/sites"
printf '{ "version": 1, "holds": { "store": "%s" } }\n' "$story/sites" | site_policy
sed -i "s|\"version\": 1,|\"version\": 1, \"holds\": { \"store\": \"$store\" },|" "$server/countersign/policy.json"
exits 0 countersign policy check --repo "$server"
said 'a layer above says where holds are kept'
exits 0 countersign holds store --repo "$server"
said "$story/sites/"
