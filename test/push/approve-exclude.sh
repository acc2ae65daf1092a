# Who had a hand in a change does not approve it.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

# hold_by AUTHOR COMMITTER ACCOUNT [KEY]: the agent's change, with these people's hands in it.
hold_by()
{
	person "$1"
	export GIT_COMMITTER_NAME="$2" GIT_COMMITTER_EMAIL="$2@example.com"
	agent claude-code
	branch work origin/main
	write infra/main.tf "resource of $1, $2 and $3"
	if [ -n "${4:-}" ]; then
		signs "$4"
		in_work commit -q -S -m 'Change it' -m "$trailer"
	else
		in_work commit -q -m 'Change it' -m "$trailer"
	fi
	as "$3"
	push work:main
	expect held
	digest=$(digest_of "$hold")
}

# only_another WHY: bob cannot approve it, dave can.
only_another()
{
	approve bob
	expect denied
	said "bob cannot approve it: bob $1"
	push_again dev1
	expect held
	approved dave
	push_again dev1
	expect landed
}

sentence "The author"
server
governed
hold_by bob robot dev1
only_another 'wrote it'

sentence "The author, in capital letters"
server
governed
GIT_AUTHOR_EMAIL=BOB@Example.COM
person robot
export GIT_AUTHOR_EMAIL=BOB@Example.COM
agent claude-code
branch work origin/main
write infra/main.tf 'resource'
in_work commit -q -m 'Change it' -m "$trailer"
push work:main
expect held
digest=$(digest_of "$hold")
only_another 'wrote it'

sentence "The committer"
server
governed
hold_by robot bob dev1
only_another 'committed it'

sentence "Who signed the commit"
server
governed
hold_by robot robot dev1 bob
only_another 'signed it'

sentence "The account that pushed it"
server
governed
hold_by robot robot bob
only_another 'pushed it'

sentence "The account that first brought it, elsewhere and long ago"
server
governed
agent_work bob
as dev1
push work:main
expect held
digest=$(digest_of "$hold")
only_another 'pushed it'

sentence "The agent's owner"
server
governed '' '{ "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["platform", "carol"] }'
hold_by robot robot dev1
approve carol
expect denied
said 'carol cannot approve it: carol answers for the agent that made it'
push_again
expect held
approved bob
push_again
expect landed

sentence "Where the policy excludes nobody else, pusher and owner may"
server
governed '{ "exclude": [] }' '{ "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["platform", "carol"] }'
hold_by robot robot bob
approved bob
push_again
expect landed
hold_by robot robot dev1
approved carol
push_again
expect landed

# bob_brings_a_strangers: the rule is for everybody; a stranger's change is bob's to push.
bob_brings_a_strangers()
{
	governed '' '{ "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["platform"], "by": "anyone" }'
	person stranger
	branch work origin/main
	commit infra/main.tf 'resource'
	as bob
}

sentence "A rule for everybody: whoever brought a person's change does not approve it, whosever name is on it"
server
bob_brings_a_strangers
push work:parked
expect landed
push work:main
expect held
digest=$(digest_of "$hold")
approve bob
expect denied
push_again bob
expect held
approved dave
push_again bob
expect landed

sentence "A rule for everybody: an approval that its pusher cannot give stays so when another pushes"
server
bob_brings_a_strangers
push work:main
expect held
digest=$(digest_of "$hold")
push_again dev1
expect held
approve bob
expect denied
said 'bob cannot approve it: bob pushed it'
push_again dev1
expect held

sentence "An agent's commits that one signed approver merged do not make the other's hand clean"
server
governed
agent_work bob
merged_by bob
as dev1
push main
expect held

two='{ "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["platform"], "approvals": 2 }'

sentence "Of two approvals one may be the driver's, where the policy says so"
server
governed '{ "driver": "counts" }' "$two"
hold_by bob robot dev1
approved bob
push_again dev1
expect held
said 'approved so far by bob'
approved dave
push_again dev1
expect landed

sentence "Not both: two who drove it are one"
server
governed '{ "driver": "counts" }' "$two"
hold_by bob dave dev1
approved bob dave
push_again dev1
expect held
approved alice
push_again dev1
expect landed

sentence "Whoever signed it, and may by that, counts beside the driver, also when they approve it by a tag, too"
server
governed '{ "driver": "counts", "accept": ["tag", "commit"] }' "$two"
person robot
signs dave
agent claude-code
branch work origin/main
write infra/main.tf 'resource'
GIT_AUTHOR_NAME=bob GIT_AUTHOR_EMAIL=bob@example.com in_work commit -q -S -m 'Change it' -m "$trailer"
as dev1
push work:main
expect held
digest=$(digest_of "$hold")
approved dave bob
push_again dev1
expect landed

sentence "Nor where one is asked for, nor where the policy does not say so, nor the agent's owner"
server
governed '{ "driver": "counts" }'
hold_by bob robot dev1
only_another 'wrote it'
server
governed '' "$two"
hold_by bob robot dev1
approve bob
expect denied
said 'bob cannot approve it: bob wrote it'
server
governed '{ "driver": "counts" }' "$two"
sed -i 's/"claude-code": { "owner": "carol" }/"claude-code": { "owner": "bob" }/' "$server/countersign/policy.json"
hold_by bob robot dev1
approve bob
expect denied
