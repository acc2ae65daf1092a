# A tag can name a tree or a blob; one that is held can be fetched, shown, approved, and lands like any other.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

tags='{ "name": "infrastructure", "paths": ["/infra/"], "refs": ["refs/tags/**"], "action": "hold", "approvers": ["platform"] }'

# hold_tree: an agent's account tags a tree with something protected in it.
hold_tree()
{
	mkdir -p "$work/infra"
	echo resource >"$work/infra/main.tf"
	in_work add infra/main.tf
	tree=$(in_work write-tree)
	in_work reset -q --hard
	in_work tag -f -a -m 'The tree.' tree "$tree"
	as release-bot
	push tree
	expect held
	digest=$(digest_of "$hold")
}

sentence "A tag of a tree is held, and its hold leads to that tree"
server
governed '' "$tags"
hold_tree
same 'the held object' "$(on_server rev-parse "refs/countersign/holds/$hold^{}")" "$tree"
on_server cat-file tag "refs/countersign/holds/$hold" >"$out"
said 'or sign a tag of any commit that has landed'
said 'infra/main.tf'

sentence "It lands when somebody who may approve has signed for it with git countersign"
server
governed '' "$tags"
hold_tree
signs bob
exits 0 env COUNTERSIGN_USER=bob sh -c 'cd "$1" && sh "$2/hooks/command/git-countersign" approve "$3" --as bob -m Fine' sh "$work" "$SOURCE_DIR" "$hold"
as release-bot
push tree
expect landed
said 'is allowed: approved by bob'

sentence "The same tree under another tag is held anew, and an innocent one lands"
server
governed '' "$tags"
hold_tree
in_work tag -a -m 'Again.' again "$tree"
push again
expect held
as alice
in_work tag innocent "$(in_work rev-parse 'HEAD^{tree}')"
push innocent
expect landed
