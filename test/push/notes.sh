# Attribution notes are a pusher's bytes: what is wrong with them is wrong with that push, and never with later ones.
. "${0%/*}/lib.sh"

governed()
{
	server
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/"] } },
  "limits": { "changes": 20000, "seconds": 10 } }
JSON
}

# bomb: a tree of two-digit folders that name each other 256 times each, twelve deep; $bomb is its commit.
bomb()
{
	tree=$(in_work mktree </dev/null)
	for depth in 1 2 3 4 5 6 7 8 9 10 11 12; do
		tree=$(for a in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do
			for b in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do
				printf '040000 tree %s\t%s%s\n' "$tree" $a $b
			done
		done | in_work mktree)
	done
	bomb=$(in_work commit-tree -m 'Notes' "$tree")
}

# go_on: a person's push and an agent's are judged as ever.
go_on()
{
	agent none
	commit docs/fine.md "$1"
	push main
	expect landed
	agent claude-code
	commit src/fine.c "$1"
	push main
	expect landed
	commit docs/fine.md "by an agent, $1"
	push main
	expect denied
	in_work reset -q --hard origin/main
}

sentence "Notes of more folders than can be counted are denied when they are pushed"
governed
bomb
leaf=$(printf '100644 blob %s\tf00\n' "$(echo x | in_work hash-object -w --stdin)" | in_work mktree)
tree=$leaf
for depth in 1 2 3; do
	tree=$(for a in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do
		for b in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do
			printf '040000 tree %s\t%s%s\n' "$tree" $a $b
		done
	done | in_work mktree)
done
full=$(in_work commit-tree -m 'Notes' "$tree")
push "$full:refs/notes/ai"
expect denied
said limits
go_on one

sentence "Where they lie already, they are in nobody's way"
governed
bomb
for commit in "$bomb" "$full"; do
	in_work cat-file -e "$commit" 2>/dev/null || continue
	mv "$server/hooks/pre-receive" "$server/hooks/update" "$story/"
	in_work push -q -f origin "$commit:refs/notes/ai"
	mv "$story/pre-receive" "$story/update" "$server/hooks/"
	go_on "$commit"
done

sentence "A note still tells of a commit that is pushed with it"
governed
commit docs/made.md 'x'
in_work notes --ref ai add -m '{"agent":"claude"}' HEAD
push refs/notes/ai
expect landed
push main
expect denied
said 'note'
in_work reset -q --hard origin/main
commit docs/by-hand.md 'x'
push main
expect landed

# names NAME [COMMIT]: a note that says that the commit is that agent's.
names()
{
	in_work notes --ref ai add -f -m "{\"agent\":\"$1\"}" "${2:-HEAD}"
}

sentence "A note on somebody else's stored commit does not make it an agent's"
governed
branch topic
commit docs/hers.md 'x'
as alice
push topic
expect landed
names claude
as claude-bot
push refs/notes/ai
expect landed
as alice
push topic:main
expect landed
exits 0 countersign agents --seen --repo "$server"
said 'claude-code'

sentence "Nor does one that was there before the commit was"
governed
commit docs/hers.md 'x'
names claude
as claude-bot
push refs/notes/ai
expect landed
as alice
push main
expect landed

sentence "Nor one that somebody else pushes again beside the commit that it names"
governed
branch topic
commit docs/hers.md 'x'
as alice
push topic
expect landed
names claude
as claude-bot
push topic:refs/heads/copy refs/notes/ai
expect landed
push -f topic:refs/heads/again refs/notes/ai
as alice
push topic:main
expect landed

sentence "A note that is pushed together with its commit names the agent, on every ref, for good"
governed
branch topic
commit docs/made.md 'x'
names claude
push --atomic topic:main refs/notes/ai
expect denied
said 'note'
push topic refs/notes/ai
expect landed
push topic:main
expect denied
said 'note'
on_server update-ref -d refs/notes/ai
as alice
push topic:main
expect denied
said 'note'

sentence "Where there are notes, one that the same account pushes after its commit names the agent, whoever pushes it on"
governed
in_work notes --ref=ai add -m 'begun' origin/main
push refs/notes/ai
expect landed
branch topic
commit docs/made.md 'x'
push topic
expect landed
names claude
push refs/notes/ai
expect landed
push topic:main
expect denied
said 'note'
as alice
push topic:main
expect denied
said 'note'

sentence "Where there are none, a person's push to a branch that nothing governs is written down nowhere"
governed
person alice
before=$(cksum "$server/countersign/state.db" 2>/dev/null || :)
branch topic
commit docs/mine.md 'x'
push topic
expect landed
same 'the state' "$(cksum "$server/countersign/state.db" 2>/dev/null || :)" "$before"

# there_already COMMIT: the notes, as they came before there were hooks.
there_already()
{
	on_server -c transfer.fsckObjects=false -c fetch.fsckObjects=false -c receive.fsckObjects=false \
		fetch -q "$work" "+$1:refs/notes/ai"
}

# notes_status: what status says of the notes, in $out.
notes_status()
{
	countersign status --repo "$server" >"$story/status" 2>&1 || :
	grep 'refs/notes/ai' "$story/status" >"$out" || :
}

sentence "Status says which notes cannot be read, since when, and what to do"
governed
notes_status
same 'what it says' "$(cat "$out")" ''
in_work notes --ref=ai add -m 'begun' main
in_work notes --ref=ai add -f -m 'and on' main
there_already refs/notes/ai
notes_status
same 'what it says' "$(cat "$out")" ''
good=$(ref_of refs/notes/ai)
# A folder whose entries are out of order.
blob=$(echo x | in_work hash-object -w --stdin)
bytes=$(printf '\\%03o' $(printf '%s' "$blob" | sed 's/../0x& /g'))
odd=$(printf '%b' "100644 b\\0000${bytes}100644 a\\0000${bytes}" | in_work hash-object -w -t tree --literally --stdin)
broken=$(GIT_COMMITTER_DATE='2026-03-04T05:06:07Z' in_work commit-tree -p "$good" -m 'Notes' "$odd")
later=$(in_work commit-tree -p "$broken" -m 'More notes' "$odd")
in_work branch -f later "$later"
there_already later
notes_status
said "$(echo "$broken" | cut -c 1-12) of 2026-03-04"
said "git update-ref refs/notes/ai $good"
said 'taken for a person'
go_on meanwhile
on_server update-ref refs/notes/ai "$good"
notes_status
same 'what it says' "$(cat "$out")" ''
bomb
in_work branch -f bomb "$bomb"
there_already bomb
notes_status
said 'more notes than are looked through'
said 'git update-ref -d refs/notes/ai'
on_server update-ref -d refs/notes/ai
on_server update-ref refs/notes/ai "$blob"
notes_status
said 'leads to no commit'
go_on 'all the same'
on_server symbolic-ref refs/notes/ai refs/heads/nowhere
notes_status
said 'symbolic ref'
on_server symbolic-ref -d refs/notes/ai
on_server prune --expire now
