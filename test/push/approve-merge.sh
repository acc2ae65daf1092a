# A person reads an agent's branch, merges it with a signature and pushes: that is their approval of what it brings in.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

# agent_branch: an agent's infrastructure change lands on a branch that nothing governs.
agent_branch()
{
	person robot
	agent claude-code
	branch agent/work origin/main
	commit infra/main.tf 'resource'
	commit src/main.c 'int main(void) { return 2; }'
	as dev1
	push agent/work
	expect landed
	agent none
}

# merges PERSON HOW: merges the branch into main, with or without a signature, and pushes.
merges()
{
	person "$1"
	branch main origin/main
	[ "$2" = unsigned ] || signs "$2"
	if [ "$2" = unsigned ]; then
		in_work merge -q --no-ff -m 'Merge the work' agent/work
	else
		in_work merge -q --no-ff -S -m 'Merge the work' agent/work
	fi
	as "$1"
	push main
}

sentence "A merge that an approver signed lands without another step"
server
governed
agent_branch
merges bob bob
expect landed
said 'refs/heads/main is allowed: approved by bob'

sentence "An unsigned merge approves nothing, and what is innocent needs none"
server
governed
agent_branch
merges bob unsigned
expect held
branch quiet origin/main
agent claude-code
commit docs/guide.md 'More.'
push quiet
switch main
in_work reset -q --hard origin/main
in_work merge -q --no-ff -m 'Merge the quiet one' quiet
push main
expect landed

sentence "Whoever merged without a signature may still approve by a tag, for another brought it"
server
governed
agent_branch
merges bob unsigned
expect held
digest=$(digest_of "$hold")
in_work branch -f work main
approved bob
push_again bob
expect landed

sentence "A merge by somebody who is no approver is held"
server
governed
agent_branch
merges mallory mallory
expect held

sentence "A merge signed by the agent's key approves nothing, whoever's name is on it"
server
governed
agent_branch
merges bob bot
expect held

sentence "A merge signed by a key that is in no policy approves nothing"
server
governed
agent_branch
merges bob stranger
expect held

sentence "A person's signature lifted onto a merge with other parents approves nothing"
server
governed
agent_branch
person bob
signs bob
branch main origin/main
in_work merge -q --no-ff -S -m 'Merge the work' 'agent/work'
in_work cat-file commit main >"$story/signed"
branch agent/other agent/work
agent claude-code
person robot
commit infra/other.tf 'other'
sed "s/^parent $(in_work rev-parse agent/work)/parent $(in_work rev-parse agent/other)/
s/^tree .*/tree $(in_work rev-parse 'agent/other^{tree}')/" "$story/signed" >"$story/lifted"
in_work branch -f main "$(in_work hash-object -t commit -w "$story/lifted")" 2>/dev/null ||
	in_work update-ref refs/heads/main "$(in_work hash-object -t commit -w "$story/lifted")"
as dev1
push main
expect held

sentence "A signed merge approves what it brings in, and not what comes with it"
server
governed
agent_branch
person bob
signs bob
branch main origin/main
in_work merge -q --no-ff -S -m 'Merge the work' agent/work
person robot
agent claude-code
commit infra/late.tf 'late'
as dev1
push main
expect held

sentence "What was merged with a signature into another branch is not approved for this one, until that is merged so, too"
server
governed
agent_branch
person bob
signs bob
branch trial origin/main
commit docs/trial.md 'A trial.'
in_work merge -q --no-ff -S -m 'Try the work' agent/work
as bob
push trial
expect landed
person alice
branch main origin/main
in_work merge -q --no-ff -m 'Merge the trial' trial
as alice
push main
expect held
merge_of_trial=$(in_work rev-parse main)
person dave
signs dave
branch main origin/main
in_work merge -q --no-ff -S -m 'Merge the trial' trial
as dave
push main
expect landed
said 'approved by dave'
unsaid 'bob'
[ "$merge_of_trial" != "$(ref_of refs/heads/main)" ] || fail 'the unsigned merge landed'

sentence "Whoever merged into main and then had to merge main's news has still approved"
server
governed
agent_branch
person alice
branch news origin/main
commit docs/news.md 'News.'
as alice
push news:main
expect landed
person bob
signs bob
in_work checkout -q -B main agent/work~2
in_work merge -q --no-ff -S -m 'Merge the work' agent/work
in_work fetch -q origin
in_work merge -q --no-ff -m 'Merge the news' origin/main
as bob
push main
expect landed
said 'approved by bob'

sentence "An edit of the agent's that is slipped into the merge's tree is the signer's own doing"
server
governed
agent_branch
person bob
signs bob
branch main origin/main
in_work merge -q --no-ff --no-commit agent/work 2>/dev/null
write infra/main.tf 'another resource'
in_work commit -q -S -m 'Merge the work'
as bob
push main
expect landed

# half_approved_by_merge: two are to approve it, and bob has merged it with a signature; `work` is that merge.
half_approved_by_merge()
{
	server
	governed '' '{ "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["platform"], "approvals": 2 }'
	agent_branch
	merges bob bob
	expect held
	digest=$(digest_of "$hold")
	in_work branch -f work main
}

sentence "The merge counts as one of two"
half_approved_by_merge
approved alice
push_again bob
expect landed
said 'alice'
said 'bob'

sentence "The same person's merge and tag are one of two"
half_approved_by_merge
approve bob
push_again bob
expect held

sentence "Where the policy does not accept merges, a signed one approves nothing"
server
governed '{ "accept": ["tag"] }'
agent_branch
merges bob bob
expect held

sentence "A fast-forward is no merge"
server
governed
agent_branch
as bob
push agent/work:main
expect held

sentence "The owner's merge does not count"
server
governed '' '{ "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["platform", "carol"] }'
agent_branch
merges carol carol
expect held

sentence "Merging one's own agent work does not count when one brought it"
server
governed
person robot
agent claude-code
branch agent/work origin/main
commit infra/main.tf 'resource'
as bob
push agent/work
expect landed
agent none
merges bob bob
expect held
