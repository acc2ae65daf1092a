# Several approvals: people are counted, for each rule.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

infra2='{ "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["platform"], "approvals": 2 }'
secrets='{ "name": "credential-files", "paths": ["/secrets/"], "action": "hold", "approvers": ["security"] }'

# hold_both: one commit that two rules object to.
hold_both()
{
	person robot
	agent claude-code
	branch work origin/main
	write infra/main.tf 'resource'
	commit secrets/list 'none'
	as dev1
	push work:main
	expect held
	digest=$(digest_of "$hold")
}

sentence "Two approvals are two people"
server
governed '' "$infra2"
hold_change
said 'needs 2 approvals from platform'
approved bob
push_again
expect held
said 'approved so far by bob'
approved alice
push_again
expect landed

sentence "One person with two keys is one person"
server
governed '' "$infra2"
hold_change
approved dave
approve dave dave2
expect landed
push_again
expect held
decide bob approve dave2
expect denied
said "which is dave's, not bob's"
approved bob
push_again
expect landed

sentence "Who is in the groups of both rules satisfies both, and it is listed whom the hold waits for"
server
governed '' "$rules, $secrets"
hold_both
exits 0 countersign holds --repo "$server"
said "$hold  just now  refs/heads/main  claude-code  "
said '0 of 1, needs platform; 0 of 1, needs security  from dev1'
approved alice
push_again
expect landed
exits 0 countersign holds --all --repo "$server"
unsaid 'needs'

sentence "Two rules that have nobody in common need two people"
server
governed '' "$rules, $secrets"
in_work config user.name x
hold_both
approved bob
push_again
expect held
approved alice
push_again
expect landed

sentence "Who satisfies one rule leaves the other held"
server
governed '' "$infra2, $secrets"
hold_both
approved alice
push_again
expect held
approved bob
push_again
expect landed
said 'alice'
said 'bob'
