# What was installed is expected: a state or a policy that is gone is not the same as none.
. "${0%/*}/lib.sh"
own_prefix

holding()
{
	policy <<'JSON'
{ "version": 1, "rules": [ { "name": "infra", "paths": ["/infra/"], "action": "hold", "approvers": [] } ] }
JSON
}

# A guarded repository that has recorded something, and an agent's commit that is held.
recorded()
{
	server
	holding
	person robot
	agent claude-code
	branch work origin/main
	commit infra/main.tf 'resource'
	push work:main
	expect held
	exits 0 countersign stop cursor --reason 'Lost its key.' --repo "$server"
	agent none
	branch clean origin/main
	commit docs/clean 'clean'
}

sentence "A state that is deleted, empty, cut short or moved aside refuses every push, and says what to do"
for loss in 'rm' 'truncate -s 0' 'truncate -s 5000' 'mv_aside'; do
	recorded
	mv_aside() { mv "$1" "$1.old"; }
	$loss "$server/countersign/state.db"
	rm -f "$server/countersign/state.db-journal"
	agent cursor
	branch stopped origin/main
	commit docs/stopped 'by who is stopped'
	push stopped:main
	expect refused
	said 'the push could not be judged'
	said 'countersign state restore FILE'
	said 'countersign state begin --reason TEXT'
	push clean:main
	expect refused
	said 'the push could not be judged'
	exits 2 countersign log verify --repo "$server"
	exits 1 countersign status --repo "$server"
	exits 2 countersign holds --repo "$server"
	exits 0 countersign state begin --reason 'The disk was replaced.' --repo "$server"
	push clean:main
	expect landed
	exits 0 countersign log --repo "$server"
	said 'begin'
	exits 0 countersign log --repo "$server" --json
	same 'the first row' "$(head -n 1 "$out" | "$tools/story-json" verdict.reason)" 'The disk was replaced.'
	exits 0 countersign log verify --repo "$server"
done

sentence "A state is saved while pushes go on, and restored where it was lost or damaged"
for loss in rm 'truncate -s 5000' true; do
	recorded
	rm -f "$story/saved"
	exits 0 countersign state save "$story/saved" --repo "$server"
	exits 2 countersign state save "$story/saved" --repo "$server"
	$loss "$server/countersign/state.db"
	exits 0 countersign state restore "$story/saved" --repo "$server"
	exits 0 countersign log verify --repo "$server"
	agent cursor
	branch stopped origin/main
	commit docs/stopped 'by who is stopped'
	push stopped:main
	expect denied
	said 'Lost its key.'
	push clean:main
	expect landed
done
exits 2 countersign state restore "$server/HEAD" --repo "$server"
said 'not a whole copy'
push work:refs/heads/other
expect held

sentence "A copy that is older than the repository says so"
recorded
rm -f "$story/saved"
exits 0 countersign state save "$story/saved" --repo "$server"
agent claude-code
branch later origin/main
commit infra/later.tf 'later'
push later:main
expect held
exits 0 countersign state restore "$story/saved" --repo "$server"
said 'older than 1 hold'

sentence "An older copy in the place of the state is seen to be one, also where no hold is ahead of it"
recorded
rm -f "$story/saved"
exits 0 countersign state save "$story/saved" --repo "$server"
exits 0 countersign stop claude-code --reason 'Lost its key, too.' --repo "$server"
exits 0 countersign status --repo "$server"
cp "$story/saved" "$server/countersign/state.db"
exits 1 countersign status --repo "$server"
said 'an older copy is in its place'
exits 1 countersign status --format nagios --repo "$server"
push clean:main
expect landed
exits 1 countersign status --repo "$server"
exits 0 countersign state restore "$story/saved" --repo "$server"
exits 0 countersign status --repo "$server"
exits 0 countersign stop claude-code --reason 'Lost its key, too.' --repo "$server"
exits 0 countersign status --repo "$server"
cp "$story/saved" "$server/countersign/state.db"
exits 1 countersign status --repo "$server"
exits 0 countersign state begin --reason 'The copy is too old.' --repo "$server"
exits 0 countersign tidy --repo "$server"
exits 0 countersign status --repo "$server"

sentence "A repository's policy that is gone refuses every push until it is back"
recorded
mv "$server/countersign/policy.json" "$server/countersign/policy.json~"
push work:main
expect refused
said 'the push could not be judged'
said 'was installed and is missing'
push clean:main
expect refused
said 'the push could not be judged'
exits 1 countersign status --repo "$server"
mv "$server/countersign/policy.json~" "$server/countersign/policy.json"
push clean:main
expect landed
push work:refs/heads/other
expect held

sentence "The site's policy, likewise"
server
mv "$prefix/etc/countersign/policy.json" "$story/site.json"
branch clean origin/main
commit docs/clean 'clean'
push clean:main
expect refused
said 'the push could not be judged'
said 'was installed and is missing'
mv "$story/site.json" "$prefix/etc/countersign/policy.json"
push clean:main
expect landed

sentence "A folder of ours that is gone as a whole is missed, too"
recorded
rm -r "$server/countersign"
push clean:main
expect refused
said 'the push could not be judged'

sentence "The site's folder of agents, likewise; an empty one is as good as none"
recorded
agents=$prefix/etc/countersign/agents.d
mkdir "$agents"
echo '{ "version": 1, "agents": { "house": { "name": "House", "emails": ["house@example.com"] } } }' >"$agents/house.json"
agent none
trailer='Co-authored-by: House <house@example.com>'
branch house origin/main
commit infra/house.tf 'house'
push house:main
expect held
mv "$agents" "$story/agents.d"
push house:main
expect refused
said 'was there and is missing'
push clean:main
expect refused
said 'the push could not be judged'
mv "$story/agents.d" "$agents"
push house:main
expect held
rm "$agents/house.json"
push clean:main
expect landed
rmdir "$agents"

sentence "The host's list of who is stopped, likewise"
recorded
agent claude-code
branch stopped origin/main
commit docs/stopped 'stopped'
exits 0 countersign stop claude-code --reason 'everywhere' --all
push stopped:main
expect denied
mv "$prefix/etc/countersign/stopped.json" "$story/stopped.json"
push stopped:main
expect refused
said 'was there and is missing'
mv "$story/stopped.json" "$prefix/etc/countersign/stopped.json"
push stopped:main
expect denied
exits 0 countersign resume claude-code --all
push stopped:main
expect landed
rm "$prefix/etc/countersign/stopped.json" "$prefix/etc/countersign/countersign.had-stopped"
