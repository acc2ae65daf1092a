# What decides is a regular file or folder of the right owner, and never a symbolic link, wherever that leads.
. "${0%/*}/lib.sh"

# linked PATH: what lies there is put elsewhere, with a link to it in its place; unlinked PATH: back again.
linked()
{
	mv "$1" "$story/elsewhere"
	ln -s "$story/elsewhere" "$1"
}

unlinked()
{
	rm "$1"
	mv "$story/elsewhere" "$1"
}

# refused_while_linked PATH: each push is, with the path.
refused_while_linked()
{
	linked "$1"
	commit docs/a.md "${1##*/}"
	push main
	expect refused
	said "${1##*/} is a symbolic link"
	exits 1 countersign status --repo "$server"
	said "${1##*/} is a symbolic link"
	unlinked "$1"
	push main
	expect landed
}

sentence "The repository's policy, the site's, the list of who is stopped and the folder of agents are no links"
own_prefix
etc=$prefix/etc/countersign
mkdir -p "$etc/agents.d"
printf '{ "version": 1, "agents": { "house": { "name": "House Agent", "emails": ["house@example.com"] } } }\n' >"$etc/agents.d/house.json"
countersign stop --all cursor --reason 'not here' >"$out" 2>&1 || fail 'stop'
policy <<'JSON'
{ "version": 1, "refs": ["HEAD"] }
JSON
for path in "$server/countersign/policy.json" "$etc/policy.json" "$etc/stopped.json" "$etc/agents.d" "$etc/agents.d/house.json"; do
	[ -e "$path" ] || fail "$path is not there"
	refused_while_linked "$path"
done

sentence "A link to a policy that is as it should be, beside it or root's, is refused like any other"
server
cp "$server/countersign/policy.json" "$server/countersign/first.json"
ln -sf first.json "$server/countersign/policy.json"
commit docs/b.md x
push main
expect refused
said 'is a symbolic link, not a regular file: put the file itself there'

sentence "A list of revoked keys, an OpenPGP key and a webhook's secret are no links"
server
mkdir "$server/countersign/keys"
echo '# none' >"$server/countersign/revoked"
printf 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n' >"$server/countersign/secret"
chmod 600 "$server/countersign/secret"
policy <<JSON
{ "version": 1, "revoked_keys": "revoked",
  "webhooks": [ { "url": "http://127.0.0.1:1/", "secret_file": "$server/countersign/secret" } ] }
JSON
exits 0 countersign status --repo "$server"
linked "$server/countersign/revoked"
exits 1 countersign status --repo "$server"
said 'revoked is a symbolic link'
unlinked "$server/countersign/revoked"
linked "$server/countersign/secret"
exits 1 countersign status --repo "$server"
said 'a symbolic link'
unlinked "$server/countersign/secret"
ln -s /dev/null "$server/countersign/keys/alice.asc"
policy <<'JSON'
{ "version": 1, "people": { "alice": { "emails": ["alice@example.com"], "keys": ["openpgp:keys/alice.asc"] } } }
JSON
exits 1 countersign status --repo "$server"
said 'alice.asc is a symbolic link'

sentence "A hook that a host links to a common one is still ours"
server
mv "$server/hooks/update" "$story/update"
ln -s "$story/update" "$server/hooks/update"
policy <<'JSON'
{ "version": 1, "refs": ["HEAD"],
  "rules": [ { "name": "infra", "paths": ["/infra/"], "action": "hold", "by": "anyone", "approvers": ["alice"] } ],
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"] } } }
JSON
commit infra/a.tf x
in_work branch -f free HEAD~1
push main free
[ -n "$(refs_of refs/heads/free)" ] || fail 'the other ref was refused, too'
expect held refs/heads/main
