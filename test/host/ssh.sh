# A bare repository behind sshd, one user of the machine and a key an account (issue: on the servers people have).
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/ssh.inc"
account alice
account bob command
account bot
sshd_start

governed()
{
	policy <<'JSON'
{ "version": 1, "people": { "alice": { "accounts": ["alice"] } },
  "agents": { "bot": { "owner": "alice", "accounts": ["bot"], "scope": ["/src/", "/.github/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
}

sentence "The account is the key's, by environment= or by a forced command"
server
governed
for who in alice bob; do
	as "$who"
	agent claude-code
	commit "src/$who.c" 1
	push --push-option=countersign=json main
	expect landed
	verdict account "$who"
done
