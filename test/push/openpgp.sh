#!/bin/sh
# OpenPGP keys made by gpg: an agent is known by the signature of its commit, a person's approval lands a held push.
. "${0%/*}/lib.sh"

command -v gpg >/dev/null || {
	sentence "OpenPGP keys identify and approve"
	skip "there is no gpg"
	exit
}

export GNUPGHOME="$story/gnupg"
mkdir -m 700 "$GNUPGHOME"
trap 'gpgconf --kill all; story_end' EXIT

gpg_quiet()
{
	gpg -q --batch --passphrase '' --pinentry-mode loopback "$@" 2>/dev/null
}

fingerprint()
{
	gpg_quiet --with-colons --list-keys "$1" | awk -F: '/^fpr/ { print $10; exit }'
}

for name in bot alice mallory; do
	gpg_quiet --quick-gen-key "$name@example.com" ed25519 cert,sign never
done
# A key that signs by a subkey, as people have them who keep the primary one in a drawer.
gpg_quiet --quick-gen-key carol@example.com ed25519 cert never
gpg_quiet --quick-add-key "$(fingerprint carol)" ed25519 sign never

# sign_as NAME: git signs with that key from now on.
sign_as()
{
	in_work config gpg.format openpgp
	in_work config user.signingkey "$(fingerprint "$1")"
}

# A server whose policy knows the bot's key and the two reviewers'.
guarded()
{
	server
	mkdir "$server/countersign/keys"
	for name in bot alice carol; do
		gpg_quiet --armor --export "$name@example.com" >"$server/countersign/keys/$name.asc"
	done
	chmod -R go-w "$server/countersign/keys"
	policy <<'JSON'
{ "version": 1,
  "people": { "alice": { "emails": ["alice@example.com"], "groups": ["platform"], "keys": ["openpgp:keys/alice.asc"] },
              "carol": { "emails": ["carol@example.com"], "groups": ["platform"], "keys": ["openpgp:keys/carol.asc"] },
              "dave": { "emails": ["dave@example.com"], "accounts": ["dev1"] } },
  "agents": { "release-bot": { "owner": "dave", "keys": ["openpgp:keys/bot.asc"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": ["platform"] } ] }
JSON
}

# The bot's commit, signed and with nothing written in it, is held.
hold_a_change()
{
	person dave
	sign_as bot
	write infra/main.tf 'resource {}'
	in_work commit -q -S -m 'Add a resource'
	push main
	expect held
}

# approve PERSON KEY: a tag signed with gpg's key, pushed as that person's approval; its date is from before gpg signed it, as where
# a passphrase is asked for.
approve()
{
	person "$1"
	sign_as "$2"
	in_work fetch -q origin "refs/countersign/holds/$hold"
	in_work cat-file tag FETCH_HEAD | grep '^Countersign-Digest: ' >"$story/message"
	echo 'Countersign-Decision: approve' >>"$story/message"
	GIT_COMMITTER_DATE="@$(($(date +%s) - 5)) +0000" in_work tag -f -s --cleanup=verbatim -F "$story/message" ok 'FETCH_HEAD^{commit}' >/dev/null
	push "+refs/tags/ok:refs/countersign/approvals/$hold/$1"
}

sentence "An agent that signs with its OpenPGP key and writes no trailer is recognised"
guarded
hold_a_change
said 'release-bot'
sign_as mallory
branch other origin/main
write infra/main.tf 'resource { of = "a person" }'
in_work commit -q -S -m 'Add a resource'
push other:main
expect landed

for reviewer in alice carol; do
	sentence "The approval of $reviewer, a tag signed by gpg, lands the held push"
	guarded
	hold_a_change
	approve "$reviewer" "$reviewer"
	expect landed
	person dave
	push main
	expect landed
	said "$reviewer"
	countersign tidy --repo "$server" >/dev/null
	exits 0 countersign log verify --repo "$server"
	said 'approvals that are kept in it: 1 good'
done

sentence "git countersign approves with an OpenPGP key, whether git is told its fingerprint or an e-mail"
for signing_key in "$(fingerprint alice)" alice@example.com; do
	guarded
	hold_a_change
	person alice
	in_work config --unset gpg.format
	in_work config user.signingkey "$signing_key"
	exits 0 env PATH="$prefix/bin:$PATH" git -C "$work" countersign approve "$hold" --as alice
	push main
	expect landed
	said 'approved by alice'
done

sentence "An approval by a key that nobody knows is refused, and its fingerprint told"
guarded
hold_a_change
approve alice mallory
expect refused
said "signed by $(fingerprint mallory), which is not registered: ask an admin to add it"
push main
expect held

sentence "An approval by another one's key, or by the agent's, is refused"
guarded
hold_a_change
approve alice carol
expect refused
said "which is carol's, not alice's"
approve alice bot
expect refused
said "which is the agent release-bot's: agents approve nothing"

sentence "A key that was taken away after the approval lands nothing"
guarded
hold_a_change
approve alice alice
expect landed
gpg_quiet --armor --export mallory@example.com >"$server/countersign/keys/alice.asc"
push main
expect held

sentence "What a stopped key cannot approve is told beforehand: whoever may still approve is asked, and nobody who may not"
guarded
subkey=$(gpg_quiet --with-colons --list-keys --with-subkey-fingerprint carol | awk -F: '/^fpr/ { n++; if (n == 2) print $10 }')
exits 0 countersign stop --key "$(fingerprint alice)" --reason 'lost' --repo "$server"
hold_a_change
said 'when approved, push again'
for stopped in "$subkey" "$(fingerprint carol)"; do
	exits 0 countersign stop --key "$stopped" --reason 'lost' --repo "$server"
	push main
	expect held
	said 'none can be given: alice has no key that approves, carol has no key that approves'
	unsaid 'when approved, push again'
	exits 0 countersign holds --repo "$server"
	said 'but none can be given: alice has no key that approves, carol has no key that approves'
	exits 0 countersign resume --key "$stopped" --repo "$server"
done
push main
expect held
said 'when approved, push again'
approve carol carol
expect landed
push main
expect landed

sentence "A key that is revoked in one file is no good by another, whatever it is for"
guarded
cp "$server/countersign/keys/carol.asc" "$server/countersign/keys/carol-again.asc"
cp "$server/countersign/policy.json" "$story/policy"
# carol_signs_by KEY: with which she signs commits; she approves with the other file of the same key.
carol_signs_by()
{
	sed "s|\"keys\": \[\"openpgp:keys/carol.asc\"\]|\"keys\": [\"$1\"], \"approval_keys\": [\"openpgp:keys/carol.asc\"]|" \
		"$story/policy" >"$server/countersign/policy.json"
}
carol_signs_by 'revoked openpgp:keys/carol-again.asc'
hold_a_change
approve carol carol
expect refused
said 'its signature is not good: its key is revoked in the policy'
carol_signs_by openpgp:keys/carol-again.asc
approve carol carol
expect landed
carol_signs_by 'revoked openpgp:keys/carol-again.asc'
person dave
push main
expect held
carol_signs_by openpgp:keys/carol-again.asc
push main
expect landed
said 'carol'

sentence "Key files of the repository's owner are read, and nobody else's"
guarded
if [ "$(command id -u)" -ne 0 ]; then
	skip "only root can give files away"
else
	mkdir "$story/home"
	cp "$HOME/.gitconfig" "$story/home"
	HOME=$story/home
	git config --global safe.directory '*'
	chown 65534 "$server" "$server/countersign/keys/bot.asc" "$server/countersign/keys/alice.asc"
	hold_a_change
	approve alice alice
	expect landed
	chown 65533 "$server/countersign/keys/alice.asc"
	push main
	expect fault
fi
