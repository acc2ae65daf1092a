# Where a repository keeps its refs, in files or in a reftable, changes no verdict; nor does a move from one to the other.
# Settings that contradict what is there refuse, with what to do.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

other=reftable
[ "$REFS" = files ] || other=files

# moved STORE: by git itself, as an admin would.
moved()
{
	on_server refs migrate --ref-format="$1" || fail "git does not migrate it"
	same 'the store' "$1" "$(on_server rev-parse --show-ref-format)"
}

sentence "A repository whose refs were migrated goes on: its holds, its approvals, its log"
if git refs migrate -h 2>/dev/null | grep -q ref-format; then
	server
	governed
	hold_change
	first=$hold
	moved "$other"
	push_again
	expect held
	same 'the hold' "$first" "$hold"
	approved bob
	moved "$REFS"
	push_again
	expect landed
	moved "$other"
	agent claude-code
	commit infra/more.tf 'resource {}'
	push work:main
	expect held
	moved "$REFS"
	exits 0 countersign log verify --repo "$server"
	exits 0 countersign status --repo "$server"
else
	skip "$(git --version) does not migrate refs (2.46 and up do)"
fi

sentence "A reftable that is missing refuses, and to do what is said mends it"
server
commit src/a.c 'x'
if [ "$REFS" = files ]; then
	git config --file "$server/config" core.repositoryFormatVersion 1
	git config --file "$server/config" extensions.refStorage reftable
else
	mv "$server/reftable" "$story/away"
fi
exits 2 countersign check --repo "$server" HEAD..HEAD
said 'reftable/tables.list is missing, but extensions.refStorage says reftable'
said "run git config --file $server/config --unset extensions.refStorage"
! in_work push -q origin main >"$out" 2>&1 || fail "something was pushed"
if [ "$REFS" = files ]; then
	git config --file "$server/config" --unset extensions.refStorage
else
	rm -rf "$server/reftable"
	mv "$story/away" "$server/reftable"
fi
push main
expect landed

sentence "A reftable that the settings do not name is told, and to do what is said mends it"
if [ "$REFS" = reftable ]; then
	server
	commit src/a.c 'x'
	git config --file "$server/config" --unset extensions.refStorage
	exits 2 countersign check --repo "$server" HEAD..HEAD
	said 'has refs in a reftable, but extensions.refStorage does not say so'
	! in_work push -q origin main >"$out" 2>&1 || fail "something was pushed"
	git config --file "$server/config" extensions.refStorage reftable
	push main
	expect landed
else
	skip 'refs are in files here'
fi

sentence "A symbolic ref that leads to no branch yet is judged by what it would make"
server
policy <<'JSON'
{ "version": 1, "refs": ["refs/heads/release/**"],
  "agents": { "*": { "scope": ["/src/"], "refs": ["refs/heads/**"] } },
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"] } } }
JSON
on_server symbolic-ref refs/heads/alias refs/heads/release/1
agent claude-code
commit docs/a.md 'x'
push main:alias
expect refused refs/heads/release/1
said 'is denied'
push main:free
expect landed refs/heads/free
on_server symbolic-ref --delete refs/heads/alias

sentence "Refs that are hidden from clients count as what was there"
server
policy <<'JSON'
{ "version": 1, "refs": ["refs/heads/**"],
  "agents": { "*": { "scope": ["/src/"], "refs": ["refs/heads/**"] } },
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"] } } }
JSON
agent claude-code
commit docs/a.md 'x'
push main
expect denied
in_work push -q "$server" main:refs/heads/other --receive-pack='git -c core.hooksPath=/dev/null receive-pack'
on_server config transfer.hideRefs refs/heads/other
push main
expect landed
in_work reset -q --hard HEAD~1
commit docs/b.md 'y'
push main:b
expect denied

sentence "Refs that one push after the other moves are read as they are then"
server
policy <<'JSON'
{ "version": 1, "refs": ["refs/heads/**"],
  "agents": { "*": { "scope": ["/src/"], "refs": ["refs/heads/**"] } },
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"] } } }
JSON
for n in 1 2 3 4 5; do
	branch "b$n" origin/main
	commit "src/$n.c" "$n"
done
for n in 1 2 3 4 5; do
	COUNTERSIGN_USER=$account in_work push -q origin "b$n:refs/heads/x" >"$story/said.$n" 2>&1 && echo "b$n" >"$story/won.$n" &
done
wait
cat "$story"/said.* >"$out"
same 'how many of those who raced for a ref landed' 1 "$(cat "$story"/won.* | wc -l)"
same 'the ref' "$(in_work rev-parse "$(cat "$story"/won.*)")" "$(ref_of refs/heads/x)"
