# What mirrors and prunes bring along of holds and approvals stops nobody's other refs.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/../push/signing.inc"

# a_hold: something waits for review.
a_hold()
{
	server
	governed
	hold_change
}

sentence "Once something is held, push --mirror and push --prune land what they bring"
a_hold
person bob
agent none
branch free origin/main
commit docs/one.md 'x'
as bob
for how in --mirror '--prune --all'; do
	commit docs/one.md "$how"
	in_work branch -q -f main free
	# shellcheck disable=SC2086 # words
	COUNTERSIGN_USER=$account in_work push $how origin >"$out" 2>&1 || :
	same "main after $how" "$(ref_of refs/heads/main)" "$(in_work rev-parse main)"
	same "the hold after $how" "$(on_server cat-file -t "refs/countersign/holds/$hold")" tag
done

sentence "Holds are fetched, and refused to whoever pushes one"
a_hold
in_work fetch -q origin "refs/countersign/holds/$hold" || fail 'it cannot be fetched'
in_work update-ref refs/held FETCH_HEAD
push refs/held:refs/countersign/holds/0123456789abcdef
expect refused
push ":refs/countersign/holds/$hold"
expect refused
same 'the hold' "$(on_server cat-file -t "refs/countersign/holds/$hold")" tag

sentence "What an admin hides of pushes is in the way of no hold and no approval"
a_hold
on_server config --add transfer.hideRefs refs/countersign/holds
on_server config --add receive.hideRefs refs/secret
approve alice
push_again
person robot
agent claude-code
branch other origin/main
commit infra/other.tf 'x'
as dev1
push other:main
expect held

sentence "The mirror of a guarded repository comes into another guarded one"
a_hold
approved alice
git clone -q --mirror "$server" "$story/mirror.git"
mv "$server" "$story/first.git"
server
governed
as bob
COUNTERSIGN_USER=bob git -C "$story/mirror.git" push -q --mirror "$server" >"$out" 2>&1 || :
same 'main' "$(ref_of refs/heads/main)" "$(git -C "$story/first.git" rev-parse refs/heads/main)"
same 'holds' "$(refs_of refs/countersign | wc -l)" 0
rm -rf "$story/mirror.git" "$story/first.git"

sentence "A held ref that git hands to proc-receive is refused with the whole push"
a_hold
on_server config receive.procReceiveRefs refs/heads/main
printf '#!/bin/sh\nexit 1\n' >"$server/hooks/proc-receive"
chmod +x "$server/hooks/proc-receive"
branch free origin/main
agent none
commit docs/free.md 'x'
as dev1
push work:main free:refs/heads/free
expect refused
same 'the other ref' "$(ref_of refs/heads/free)" "$zeros"
said 'the other refs are refused with it'
exits 1 countersign status --repo "$server"
said 'procReceiveRefs'
on_server config --unset receive.procReceiveRefs
rm "$server/hooks/proc-receive"
push free:refs/heads/free
expect landed
