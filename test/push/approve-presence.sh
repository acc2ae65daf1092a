# Where the policy demands presence, only a hardware key's touch approves.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

present='{ "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["platform"], "presence": true }'

# innocent: what nothing governs lands all the same.
innocent()
{
	agent none
	branch free origin/main
	commit docs/guide.md 'Innocent.'
	push free:main
	expect landed
}

sentence "A key in a file does not approve where the rule demands presence"
server
governed '' "$present"
hold_change
said "signed with a hardware key (touch required)"
approve bob
refused_because 'bob cannot approve it: bob did not sign with a touched hardware key'
innocent

sentence "Nor where the policy demands it of all"
server
governed '{ "presence": true }'
hold_change
approve bob
refused_because 'bob cannot approve it: bob did not sign with a touched hardware key'
innocent

sentence "Nor does a signed merge"
server
governed '' "$present"
agent_work
merged_by bob
as bob
push main
expect held

sentence "An approval of before the policy demanded it counts no more"
server
governed
hold_change
approved bob
governed '' "$present"
push_again
expect held
governed
push_again
expect landed
