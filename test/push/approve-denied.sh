# A denied push is approved by its digest where the rule names approvers; until then nothing of it is stored.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

forbidden='{ "name": "forbidden", "paths": ["/secrets/"], "action": "deny", "approvers": ["security"] }'

# deny_change: an agent's change is denied; $digest and $hold name it.
deny_change()
{
	person robot
	agent claude-code
	branch work origin/main
	commit secrets/list 'none'
	as dev1
	push --push-option=countersign=json work:main
	expect denied
	digest=$(sed -n 's/^.*countersign-json: //p' "$out" | "$tools/story-json" digest)
	hold=$(printf '%.16s' "$digest")
	! on_server rev-parse -q --verify "refs/countersign/holds/$hold" >/dev/null || fail "what was denied is held"
}

# approve_denied PERSON: with a tag of a commit that the repository has.
approve_denied()
{
	(
		person "$1"
		tag_as "$1" approve origin/main
	)
	as "$1"
	push "+approval:refs/countersign/approvals/$hold/$1"
	as dev1
}

sentence "It lands when it is pushed again with the approval there"
server
governed '' "$forbidden"
deny_change
approve_denied alice
expect landed
! on_server cat-file -e "$(in_work rev-parse work)" 2>/dev/null || fail "it was stored before it was allowed"
push_again
expect landed
said 'approved by alice'

sentence "It does not by somebody who is no approver, nor by the pusher or the owner"
server
governed '' "$forbidden"
deny_change
approve_denied bob
expect denied
said 'but bob is not in security'
approve_denied carol
expect denied
said 'carol answers for the agent that made it'
push_again
expect denied
person robot
agent claude-code
branch work origin/main
commit secrets/list 'other'
as alice
push --push-option=countersign=json work:main
expect denied
digest=$(sed -n 's/^.*countersign-json: //p' "$out" | "$tools/story-json" digest)
hold=$(printf '%.16s' "$digest")
approve_denied alice
expect denied
said 'alice cannot approve it: alice pushed it'
agent none
branch free origin/main
commit docs/guide.md 'Innocent.'
push free:main
expect landed

sentence "Other content is denied all the same"
server
governed '' "$forbidden"
deny_change
approve_denied alice
expect landed
commit secrets/list 'something else'
push_again
expect denied

sentence "Where the rule names nobody, no approval helps"
server
governed '' '{ "name": "forbidden", "paths": ["/secrets/"], "action": "deny" }'
deny_change
approve_denied alice
expect denied
said 'no approval can help'
push_again
expect denied

sentence "A tag that would bring what was denied along is refused with it"
server
governed '' "$forbidden"
deny_change
(
	person alice
	tag_as alice approve work
)
as alice
push "+approval:refs/countersign/approvals/$hold/alice"
expect denied
! on_server cat-file -e "$(in_work rev-parse work)" 2>/dev/null || fail "what was denied came with the approval"
