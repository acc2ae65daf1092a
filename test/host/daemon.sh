# The gate behind git daemon and behind sshd: the verdicts are those of a push over a local path.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/daemon.inc"
. "${0%/*}/ssh.inc"
daemon_start
daemon_address=$address
sshd_start
ssh_address=$address

governed()
{
	server
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD", "refs/heads/release/**", "refs/tags/**"],
  "people": { "alice": { "emails": ["alice@example.com"], "groups": ["platform"] } },
  "agents": { "*": { "scope": ["/src/", "/.github/"], "refs": ["refs/heads/**", "refs/tags/**"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": ["platform"] } ] }
JSON
}

# Every sentence is told twice: over WAY, which is the daemon or ssh.
tell()
{
	sentence "Over $way, what an agent may do lands, and so does what a person does"
	governed
	commit infra/person.tf 1
	push main
	expect landed
	agent claude-code
	commit src/a.c 1
	push --push-option=countersign=json main
	expect landed
	verdict decision allow
	verdict account "$pushes_as"

	sentence "Over $way, what is outside the scope is denied and stored nowhere"
	governed
	agent claude-code
	commit infra/main.tf 1
	push main
	expect denied
	said 'scope  infra/main.tf'

	sentence "Over $way, what is to be reviewed is held, can be fetched, and another ref of the push lands"
	governed
	commit src/person.c 1
	branch held
	agent claude-code
	commit .github/workflows/ci.yml 'on: push'
	push held:refs/heads/release/1 main
	expect held refs/heads/release/1
	expect landed refs/heads/main
	in_work fetch -q origin "refs/countersign/holds/$hold" || fail "the hold cannot be fetched"
	same "what is fetched" "$(in_work rev-parse 'FETCH_HEAD^{commit}')" "$(in_work rev-parse held)"

	sentence "Over $way, of two refs in one push neither lands where one is denied"
	governed
	agent claude-code
	commit src/a.c 1
	branch bad
	commit infra/main.tf 1
	push bad:refs/heads/release/1 main
	expect denied refs/heads/release/1
	unmoved refs/heads/main

	sentence "Over $way, a tag is judged by what it leads to"
	governed
	agent claude-code
	commit src/a.c 1
	in_work tag -a -m good good
	push refs/tags/good
	expect landed
	commit infra/main.tf 1
	in_work tag -a -m bad bad
	push refs/tags/bad
	expect denied

	sentence "Over $way, commits parked on a free branch first are judged when they come to main"
	governed
	agent claude-code
	commit infra/main.tf 1
	push main:refs/heads/free
	expect landed
	push main
	expect denied
}

way="git daemon"
pushes_as=$host_user
address=$daemon_address
tell
way="ssh"
pushes_as=dev1
address=$ssh_address
tell
