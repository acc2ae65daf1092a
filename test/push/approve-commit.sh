# Where the policy says so, a person's signature on the agent's commit itself is an approval of that commit.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

# signed_by KEY [AUTHOR]: an agent's commit that carries a signature.
signed_by()
{
	person "${2:-robot}"
	agent claude-code
	branch work origin/main
	signs "$1"
	write infra/main.tf 'resource'
	in_work commit -q -S -m 'Change it' -m "$trailer"
	as dev1
	push work:main
}

sentence "An approver's signature on it approves it"
server
governed '{ "accept": ["tag", "commit"] }'
signed_by bob
expect landed
said 'approved by bob'

sentence "It does not where the policy does not say so, and stays the agent's"
server
governed
signed_by bob
expect held
said 'claude-code'

sentence "Nor by somebody who is no approver, by a key in no policy, or by the agent's own"
server
governed '{ "accept": ["tag", "commit"] }'
signed_by mallory
expect held
signed_by stranger
expect held
signed_by bot
expect held
branch free origin/main
commit docs/guide.md 'Innocent.'
push free:main
expect landed

sentence "Nor for the commit after it"
server
governed '{ "accept": ["tag", "commit"] }'
person robot
agent claude-code
branch work origin/main
signs bob
write infra/main.tf 'resource'
in_work commit -q -S -m 'Change it' -m "$trailer"
commit infra/next.tf 'next'
as dev1
push work:main
expect held

sentence "Nor by its author"
server
governed '{ "accept": ["tag", "commit"] }'
signed_by bob bob
expect held
