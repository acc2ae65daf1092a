# A passkey comes into the policy by an invitation: a link for a day, one answer, and an admin who accepts it.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"
. "${0%/*}/passkey.inc"

offer=countersign/invitations/bob.json

member()
{
	sed -n "s/.*\"$1\":\"\\{0,1\\}\\([^\",}]*\\).*/\\1/p" "$server/$offer"
}

# What bob's browser is asked to make the passkey over.
invited()
{
	exits 0 countersign reviewer invite bob --repo "$server"
	printf 'countersign passkey\nperson bob\nrepository %s\ninvitation %s\nuntil %s\n' \
		"$(member repository)" "$(member secret)" "$(member until)" >"$story/statement"
}

# made [WORD=VALUE...]: it answers, and the page has written that down.
made()
{
	passkey bob
	authenticator create "$keys/bob.passkey" credential-of-bob "$@" <"$story/statement" >"$story/made"
	sed -i "s|}\$|,\"answer\":$(cat "$story/made")}|" "$server/$offer"
}

sentence "A link is printed once, and only its hash is kept"
server
reviewed '' '' ' '
invited
link=$(sed -n 1p "$out")
case $link in
https://review.example.com/desk/server/invitation/bob/???????????????????????????????????????????) ;;
*) fail "the link is $link" ;;
esac
! grep -q "${link##*/}" "$server/$offer" || fail 'the secret is in the repository'
same 'the hash' "$(printf %s "${link##*/}" | sha256sum | cut -d ' ' -f 1)" "$(member secret)"
same 'who can read it' "$(stat -c %a "$server/$offer")" "$(stat -c %a "$server/$offer" | sed 's/.$/0/')"
first=$(member secret)
invited
[ "$(member secret)" != "$first" ] || fail 'the second invitation is the first'

sentence "Nobody is accepted before there is a passkey"
exits 1 countersign reviewer accept bob --repo "$server"
said 'bob has not made a passkey yet'
exits 1 countersign reviewer accept dave --repo "$server"
said 'dave has no invitation here'

sentence "An accepted passkey approves, and is the only change of the policy"
made
before=$(cat "$server/countersign/policy.json")
exits 0 countersign reviewer accept bob --repo "$server"
said "bob's passkey  SHA256:"
grep -q -F "\"$(passkey_of bob)\"" "$server/countersign/policy.json" || fail 'the line is not in the policy'
[ ! -e "$server/$offer" ] || fail 'the invitation is still there'
printf '%s\n' "$before" >"$story/before.json"
same 'all else' "$(tr -d ' \n' <"$story/before.json")" "$(tr -d ' \n' <"$server/countersign/policy.json" | sed "s|\"$(passkey_of bob | tr -d ' ')\"||")"
hold_change
touches bob
expect landed
push_again
expect landed

# refused_making WHY [WORD=VALUE...]
refused_making()
{
	invited
	why=$1
	shift
	made "$@"
	exits 2 countersign reviewer accept bob --repo "$server"
	said "$why"
	grep -q '"passkeys": \[ \]' "$server/countersign/policy.json" || fail 'it is in the policy'
}

sentence "What was not made for this invitation at this page is not accepted"
server
reviewed '' '' ' '
refused_making 'the passkey answered at another origin than review.url' origin=https://evil.example.com
refused_making 'the passkey answered for another site (rpId) than review.url' rp=evil.example.com
refused_making "the passkey's clientDataJSON is of another type" type=webauthn.get
refused_making 'the user was not present' flags=0
invited
cp "$story/statement" "$story/old"
invited
cp "$story/old" "$story/statement"
made
exits 2 countersign reviewer accept bob --repo "$server"
said 'the passkey signed another statement (challenge) than this'

sentence "A policy that would be wrong with it is not written"
server
reviewed '' '' ' '
passkey bob
invited
made
sed -i "s|\"emails\": \[\"carol@example.com\"\]|\"emails\": [\"carol@example.com\"], \"description\": \"has bob's\"|; s|\"passkeys\": \[\"passkey [^\"]*\"\] },\$|\"passkeys\": [\"$(passkey_of bob)\"] },|" "$server/countersign/policy.json"
cp "$server/countersign/policy.json" "$story/before.json"
exits 2 countersign reviewer accept bob --repo "$server"
said 'nothing was written'
cmp -s "$story/before.json" "$server/countersign/policy.json" || fail 'the policy was changed'

sentence "Nobody is invited whom the policy does not know, nor where there is no page"
server
reviewed '' '' ' '
exits 2 countersign reviewer invite eve --repo "$server"
said "the policy has nobody called 'eve'"
exits 2 countersign reviewer invite ../bob --repo "$server"
reviewed '{}' '' ' '
exits 2 countersign reviewer invite bob --repo "$server"
said 'no policy in force has a review.url'
