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
in_work push -q origin refs/notes/ai
push main
expect denied
said 'note'
in_work reset -q --hard origin/main
commit docs/by-hand.md 'x'
push main
expect landed
