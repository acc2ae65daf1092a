# People and agents whose keys an authority certifies, for hours, and the policy does not change.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

# certify KEY OPTION...: makes KEY-cert.pub by the authority `ca`, with ssh-keygen's options.
certify()
{
	certified=$1
	shift
	key ca
	key "$certified"
	ssh-keygen -q -s "$keys/ca" "$@" "$keys/$certified.pub"
}

# change KEY PATH: a commit that the certificate signs.
change()
{
	signs "$1-cert.pub"
	write "$2" 'Something.'
	in_work commit -q -S -m 'Change it'
}

# Agents may touch docs only; release-bot the change log, too.  MORE goes to the top of the policy.
scoped()
{
	governed
	policy <<JSON
{ "version": 1, "refs": ["HEAD"], ${1:-}
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "keys": ["cert-authority $(key_of ca)"] },
              "bob": { "emails": ["bob@example.com"], "accounts": ["bob"], "keys": ["cert-authority,principals=\"bob@example.com\" $(key_of ca)"] },
              "carol": { "emails": ["carol@example.com"] } },
  "agents": { "*": { "scope": ["/docs/", "/infra/"] },
              "release-bot": { "owner": "carol", "keys": ["cert-authority $(key_of ca)"], "trailers": ["Agent: release-bot"], "scope": ["/CHANGELOG"] } },
  "rules": [ { "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["alice", "bob"] } ] }
JSON
}

sentence "An agent's certificate makes it that agent, verified, and the log says which certificate it was"
server
scoped
person somebody
branch work origin/main
certify bot -I run-4711 -z 4711 -n release-bot -V +8h
change bot CHANGELOG
push --push-option=countersign=json work:main
expect landed
change bot src/main.c
push --push-option=countersign=json work:main
expect denied
verdict findings.0.agent release-bot
verdict findings.0.identified_by.0 key
verdict certificates.0.serial 4711
verdict certificates.0.key_id run-4711
verdict certificates.0.principal release-bot
verdict certificates.0.key "$(fingerprint_of bot)"
verdict certificates.0.authority "$(fingerprint_of ca)"
countersign log --repo "$server" --json >"$story/log"
grep -q '"key_id":"run-4711"' "$story/log" || fail 'the log does not name the certificate'

sentence "The authority's own key signs nothing"
server
scoped
person somebody
branch work origin/main
signs ca
write CHANGELOG 'Something.'
in_work commit -q -S -m 'Change it' -m 'Agent: release-bot'
push work:main
expect denied
said '(trailer)'

sentence "A certificate that has ended leaves it the agent's, and no more than claimed"
server
scoped
person somebody
branch work origin/main
certify bot -I run-1 -z 1 -n release-bot -V 20200101:20200102
change bot CHANGELOG
push --push-option=countersign=json work:main
expect denied
verdict findings.0.agent release-bot
verdict findings.0.rule scope
in_work reset -q --hard origin/main
certify bot -I run-1 -z 1 -n release-bot -V 20990101:20990102
change bot CHANGELOG
push work:main
expect denied

sentence "Certificates for another, for nobody, for hosts, of two, or with options that nobody can keep are worth nothing"
server
scoped
person somebody
branch work origin/main
for odd in '-n else' '' '-h -n release-bot' '-n release-bot,alice' '-n release-bot -O force-command=id' \
	'-n release-bot -O source-address=127.0.0.1' '-n release-bot -O verify-required' \
	'-n release-bot -O critical:else@example.com=x'; do
	# shellcheck disable=SC2086
	certify bot -I odd -z 9 -V +1h $odd
	signs bot-cert.pub
	write CHANGELOG 'Something.'
	in_work commit -q -S -m 'Change it' -m 'Agent: release-bot'
	push work:main
	expect denied
	said 'release-bot'
	in_work reset -q --hard origin/main
done
certify bot -I run-2 -z 9 -V +1h -n release-bot
change bot CHANGELOG
push work:main
expect landed

sentence "A certificate for the key that the policy gives to an agent makes no person of it"
server
scoped
person somebody
branch work origin/main
policy <<JSON
{ "version": 1, "refs": ["HEAD"], "unattributed": "deny",
  "people": { "alice": { "emails": ["alice@example.com"], "keys": ["cert-authority $(key_of ca)"] } },
  "agents": { "release-bot": { "owner": "alice", "keys": ["$(key_of bot)"] } } }
JSON
certify bot -I alice-laptop -n alice -V +1h
change bot CHANGELOG
push work:main
expect denied
certify alice -I alice-laptop -n alice -V +1h
in_work reset -q --hard origin/main
change alice CHANGELOG
push work:main
expect landed

sentence "A person approves with a certificate, and the log tells its serial and its key id"
server
scoped
certify alice -I alice-laptop -z 12 -n alice -V +8h
certify bob -I bob-laptop -z 13 -n bob@example.com -V +8h
hold_change
decide bob approve bob-cert.pub
expect landed
countersign log --repo "$server" --json >"$story/log"
grep -q '"certificate":{"serial":"13","key_id":"bob-laptop","principal":"bob@example.com"' "$story/log" ||
	fail 'the log does not name the certificate of the approval'
push_again
expect landed

sentence "An approval that is kept in the log is good by the server's clock when it was pushed, whatever its tag's date"
for date in now '12 hours' '-12 hours'; do
	server
	scoped
	certify bob -I bob-laptop -z 13 -n bob@example.com -V +8h
	hold_change
	GIT_COMMITTER_DATE="$(date +@%s -d "$date") +0000"
	export GIT_COMMITTER_DATE
	decide bob approve bob-cert.pub
	unset GIT_COMMITTER_DATE
	expect landed
	push_again
	expect landed
	countersign tidy --repo "$server" >/dev/null
	exits 0 countersign log verify --repo "$server"
	said 'approvals that are kept in it: 1 good'
done

sentence "While an authority is stopped, what its certificates approved counts for nothing, until it is resumed"
server
scoped
hold_change
decide bob approve bob-cert.pub
expect landed
exits 0 countersign stop --repo "$server" --key "$(fingerprint_of ca)" --reason 'It was copied.'
push_again
expect held
decide alice approve alice-cert.pub
expect denied
said 'its key was stopped: It was copied.'
exits 0 countersign resume --repo "$server" --key "$(fingerprint_of ca)"
push_again
expect landed

sentence "Another's certificate approves nothing in one's name"
server
scoped
hold_change
decide bob approve alice-cert.pub
expect denied
said "alice's, not bob's"

sentence "What revoked_keys lists is good for nothing: by serial, by key id, by key, and the authority itself"
server
scoped '"revoked_keys": "revoked",'
person somebody
branch work origin/main
certify bot -I run-5 -z 5 -n release-bot -V +1h
for what in 'serial: 5' 'id: run-5' "key: $(key_of bot)" 'serial: 2-9'; do
	printf '%s\n' "$what" >"$story/spec"
	ssh-keygen -q -k -f "$server/countersign/revoked" -s "$keys/ca.pub" "$story/spec"
	change bot CHANGELOG
	push work:main
	expect denied
	in_work reset -q --hard origin/main
done
ssh-keygen -q -k -f "$server/countersign/revoked" "$keys/ca.pub"
change bot CHANGELOG
push work:main
expect denied
cat "$keys/bot.pub" >"$server/countersign/revoked"
push work:main
expect denied
echo '# none' >"$server/countersign/revoked"
push work:main
expect landed

sentence "While that file is gone, empty or half written, no such push can be judged, and status says so"
server
scoped '"revoked_keys": "revoked",'
person somebody
branch work origin/main
certify bot -I run-5 -z 5 -n release-bot -V +1h
change bot CHANGELOG
push work:main
expect refused
: >"$server/countersign/revoked"
push work:main
expect refused
printf 'serial: 7\n' >"$story/spec"
ssh-keygen -q -k -f "$story/krl" -s "$keys/ca.pub" "$story/spec"
head -c 60 "$story/krl" >"$server/countersign/revoked"
push work:main
expect refused
if countersign status --repo "$server" >"$story/status"; then
	fail 'status finds nothing'
fi
grep -q 'revoked_keys: the list is cut short' "$story/status" || fail 'status does not say why'
cat "$story/krl" >"$server/countersign/revoked"
push work:main
expect landed

sentence "A stop of the agent outlives its authority's place in the policy"
server
scoped
person somebody
branch work origin/main
certify bot -I run-6 -z 6 -n release-bot -V +1h
countersign stop --repo "$server" release-bot --reason 'It misbehaves.' >/dev/null
governed
change bot docs/guide.md
push work:main
expect denied
said 'misbehaves'
