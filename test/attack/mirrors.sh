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

sentence "A mirror of this repository, pushed back, is told once of all that is Countersign's own, and leaves no row of what is the same"
a_hold
approved alice
git clone -q --mirror "$server" "$story/mirror.git"
before=$(refs_of)
rows=$(countersign log --json --repo "$server" | wc -l)
back()
{
	pushed_status=0
	COUNTERSIGN_USER=bob git -C "$story/mirror.git" push "$@" >"$out" 2>&1 || pushed_status=$?
}
back --mirror "$server"
same 'how it ended, by what git hides' "$pushed_status" 1
said "1 ref of the push is Countersign's own"
said "git push --prune REMOTE '+refs/*:refs/*' '^refs/countersign/*'"
unsaid 'is denied'
same 'refs' "$(refs_of)" "$before"
same 'rows' "$(countersign log --json --repo "$server" | wc -l)" "$rows"
back --prune "$server" '+refs/*:refs/*' '^refs/countersign/*'
same 'how it ended as it says' "$pushed_status" 0
git -C "$story/mirror.git" update-ref "refs/countersign/holds/$hold" main
git -C "$story/mirror.git" update-ref refs/countersign/holds/0123456789abcdef main
branch free origin/main
person bob
agent none
commit docs/free.md 'x'
git -C "$story/mirror.git" fetch -q "$work" +free:refs/heads/main
back --mirror "$server"
said "2 refs of the push are Countersign's own"
same 'main' "$(ref_of refs/heads/main)" "$(in_work rev-parse free)"
same 'what is ours' "$(refs_of refs/countersign)" "$(printf '%s\n' "$before" | grep refs/countersign)"

sentence "A mirror made before an approval was withdrawn does not bring it back"
a_hold
approved alice
git clone -q --mirror "$server" "$story/earlier.git"
decide alice withdraw
expect landed
before=$(refs_of refs/countersign)
COUNTERSIGN_USER=bob git -C "$story/earlier.git" push -q --mirror "$server" >"$out" 2>&1 || :
same 'what is ours' "$(refs_of refs/countersign)" "$before"
push_again
expect held
rm -rf "$story/mirror.git" "$story/earlier.git"

sentence "What would change nothing of Countersign's own is no denial, and what would change it a moment later is"
a_hold
on_server config --unset-all receive.hideRefs
tag=$(ref_of "refs/countersign/holds/$hold")
main=$(ref_of refs/heads/main)
# ours OLD NEW [HOLD]
ours()
{
	printf 'command %s %s refs/countersign/holds/%s\n' "$1" "$2" "${3:-$hold}" | raw
	same "the hold after $1 $2" "$(ref_of "refs/countersign/holds/$hold")" "$tag"
}
ours "$tag" "$tag"
said "report ok refs/countersign/holds/$hold"
ours "$zeros" "$tag"
[ "$pushed_status" -ne 0 ] || fail 'what is there was made anew'
ours "$tag" "$zeros"
said 'is denied'
ours "$tag" "$main"
said 'is denied'
ours "$zeros" "$tag" 0123456789abcdef
said 'is denied'
same 'holds' "$(refs_of refs/countersign/holds | wc -l)" 1
push_again
expect held

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

sentence "Where git hands Countersign's own refs to proc-receive, a hold is saved all the same, and status names the setting"
for value in refs refs/countersign 'ad:refs/countersign/holds' '!amd:refs/tags'; do
	server
	governed
	on_server config receive.procReceiveRefs "$value"
	printf '#!/bin/sh\nexit 1\n' >"$server/hooks/proc-receive"
	chmod +x "$server/hooks/proc-receive"
	hold_change
	same "what git finds with $value" "$(on_server fsck 2>&1)" ''
	[ ! -e "$server/FETCH_HEAD" ] || fail 'what was fetched for us is written down'
	same "what is left in quarantine with $value" "$(find "$server/objects" -name '*incoming*')" ''
	commit infra/more.tf 'more'
	push work:main
	expect held
	digest=$(digest_of "$hold")
	exits 1 countersign status --repo "$server"
	said 'receive.procReceiveRefs'
	case $value in
	ad:*) ;;
	*)
		said 'git hands approvals to another program'
		said 'without refs/countersign'
		;;
	esac
	on_server config --unset receive.procReceiveRefs
	approve alice
	expect landed
	push_again
	expect landed
done

sentence "It is saved, too, where the host runs the update hook alone"
server
governed
rm "$server/hooks/pre-receive"
on_server config receive.procReceiveRefs refs/countersign
printf '#!/bin/sh\nexit 1\n' >"$server/hooks/proc-receive"
chmod +x "$server/hooks/proc-receive"
hold_change
on_server config --unset receive.procReceiveRefs
approve alice
expect landed
push_again
expect landed

sentence "A held ref is refused with the whole push where proc-receive is for all refs but some"
a_hold
on_server config receive.procReceiveRefs '!amd:refs/tags'
printf '#!/bin/sh\nexit 0\n' >"$server/hooks/proc-receive"
chmod +x "$server/hooks/proc-receive"
branch free origin/main
agent none
commit docs/free.md 'x'
as dev1
push work:main free:refs/heads/free
expect refused
same 'what is held' "$(ref_of refs/heads/main)" "$(before_of refs/heads/main)"
said 'the other refs are refused with it'
on_server config --unset receive.procReceiveRefs
push free:refs/heads/free
expect landed
