# Where the policy says so, a push from an approver's account is an approval: a forge's merge button is such a push.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

brought_by()
{
	person robot
	agent claude-code
	branch work origin/main
	commit infra/main.tf 'resource'
	as "$1"
	push work
	expect landed
}

sentence "An approver's push of what an agent brought earlier lands"
server
governed '{ "accept": ["tag", "push"] }'
brought_by dev1
push_again bob
expect landed
said 'approved by bob'

sentence "Letter case counts as it does for the host, and never helps to approve one's own"
server
governed '{ "accept": ["tag", "push"] }'
brought_by dev1
push_again Bob # another account than bob's, where letter case counts
expect held
export GITEA_PUSHER_NAME=Bob
as ''
push work:main
unset GITEA_PUSHER_NAME
expect landed
said 'approved by bob'
server
governed '{ "accept": ["tag", "push"] }'
brought_by ' Bob'
push_again bob
expect held

sentence "It does not where the policy does not say so"
server
governed
brought_by dev1
push_again bob
expect held

sentence "Nor from the account that brought it, nor from somebody's who is no approver"
server
governed '{ "accept": ["tag", "push"] }'
brought_by bob
push_again bob
expect held
push_again mallory
expect held
push_again dev1
expect held
push_again dave
expect landed

sentence "Nor when the push brings the agent's commits itself"
server
governed '{ "accept": ["tag", "push"] }'
person robot
agent claude-code
branch work origin/main
commit infra/main.tf 'resource'
push_again bob
expect held
push_again bob
expect held
push_again dave
expect landed
