# A passkey approves, beside SSH and OpenPGP, and each attack on it is refused with its reason.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"
. "${0%/*}/passkey.inc"

sentence "A passkey's approval lands the push, with ES256 and with EdDSA"
for name in bob dave; do
	server
	reviewed
	on_server config receive.fsckObjects true
	hold_change
	touches "$name"
	expect landed
	in_work fsck --strict >"$story/fsck" 2>&1 || fail "git finds fault: $(cat "$story/fsck")"
	push_again
	expect landed
	said "is allowed: approved by $name"
	countersign log --repo "$server" --json | grep -q "\"key\":\"SHA256:.*\"why\":\"Read it, fine.\"" || fail 'the log does not say with which key'
	countersign tidy --repo "$server" >/dev/null
	exits 0 countersign log verify --repo "$server"
	said 'approvals that are kept in it: 1 good'
done

sentence "A rejection and its withdrawal, with a reason, likewise"
server
reviewed
hold_change
said_why="Not on a Friday: äöü, 10% too much."
said_time=$(($(date +%s) - 20)) touches bob reject
expect landed
push_again
expect held
said "rejected by bob: $said_why"
said_time=$(($(date +%s) - 10)) touches bob withdraw
expect landed
said_why=
touches bob
expect landed
push_again
expect landed

# attack WHAT REASON WORD=VALUE...: bob's passkey, which was asked otherwise than it should be.
attack()
{
	sentence "$1"
	server
	reviewed "$review" "$rules"
	hold_change
	reason=$2
	shift 2
	touches bob approve "$@"
	refused_because "$reason"
}

review=
another='the passkey signed another statement (challenge) than this'
attack "Another origin" 'the passkey answered at another origin than review.url' origin=https://evil.example.com
attack "The origin with its path" 'the passkey answered at another origin than review.url' origin=https://review.example.com/desk
attack "Another rpId" 'the passkey answered for another site (rpId) than review.url' rp=evil.example.com
attack "The rpId of the domain above" 'the passkey answered for another site (rpId) than review.url' rp=example.com
attack "Another type" "the passkey's clientDataJSON is of another type" type=webauthn.create
attack "Another challenge" "$another" challenge=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
attack "A user who is not present" 'the user was not present: the passkey was not touched' flags=0x04
attack "Malformed JSON" "the passkey's clientDataJSON is not strict JSON" 'client={"type":"webauthn.get",'
attack "A member twice" "the passkey's clientDataJSON is not strict JSON" 'client={"type":"webauthn.create","type":"webauthn.get"}'
attack "authenticatorData with more than it should have" "the passkey's authenticatorData has more than was asked for" flags=0xc5

review='{ "url": "https://review.example.com/desk", "presence": true }'
attack "A user who is not verified, where the policy demands it" 'the user was not verified, by a PIN or a finger, which the policy demands' flags=0x01
review='{ "readers": ["*"] }'
attack "No review.url" "no policy in force has a review.url, so no passkey counts"
review='{ "url": "https://127.0.0.1/desk" }'
attack "An address for a host" "review.url is a bare address, and passkeys need a name" rp=127.0.0.1 origin=https://127.0.0.1
review=

sentence "Presence of a rule wants a user who was verified"
server
reviewed '' '{ "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["platform"], "presence": true }'
hold_change
touches bob approve flags=0x01
refused_because 'bob cannot approve it: bob was not verified by the passkey'
touches bob approve flags=0x05
expect landed
push_again
expect landed

sentence "Another person's passkey"
server
reviewed
hold_change
statement bob approve
answer dave
push_tag bob
refused_because "which is dave's, not bob's"

sentence "Another person's answer, under one's own name"
server
reviewed
hold_change
statement dave approve
answer dave
push_tag bob
refused_because "which is dave's, not bob's"

sentence "A passkey that is in no policy, and one with another's credential"
server
reviewed
hold_change
passkey stranger
statement bob approve
answer stranger
push_tag bob
refused_because 'signed by a passkey, which is not registered: ask an admin to add it'
authenticator answer "$keys/stranger.passkey" credential-of-bob <"$story/statement" >"$story/answer"
push_tag bob
refused_because 'the signature is not by this passkey over this answer'

sentence "An algorithm that the key does not have"
server
reviewed
hold_change
statement bob approve
authenticator answer "$keys/dave.passkey" credential-of-bob <"$story/statement" >"$story/answer"
push_tag bob
refused_because 'the signature is not by this passkey over this answer'

# altered WHAT SED [WHY]: the statement is changed after it was signed.
altered()
{
	sentence "The statement altered after it was signed: $1"
	server
	reviewed
	hold_change
	statement bob "${3:-approve}"
	answer bob
	sed -i "$2" "$story/statement"
	push_tag bob
	refused_because "${4:-$another}"
}

altered 'the decision' 's/^Countersign-Decision: reject/Countersign-Decision: approve/' reject
altered 'the person' 's/^Countersign-Person: bob/Countersign-Person: dave/'
altered 'the repository' 's/^Countersign-Repository: .*/Countersign-Repository: 00000000000000000000000000000000/'
altered 'the ref' 's|^Countersign-Ref: .*|Countersign-Ref: refs/heads/release/1|'
altered 'the time' 's/> [0-9]* /> 1798761600 /'
altered 'the reason' 's/^Read it, fine\.$/Read it, fine!/'
altered 'the tag' 's/^tag .*/tag other/'
altered 'a line more' 's/^\(Countersign-Ref: .*\)/\1\nMore: lines/'

# otherwise WHAT SED: signed as it is, but not of the one form.
otherwise()
{
	sentence "A statement of another form, though it is signed: $1"
	server
	reviewed
	hold_change
	statement bob approve
	sed -i "$2" "$story/statement"
	answer bob
	push_tag bob
	refused_because "${3:-the tag is not written as one that a passkey signs has to be}"
}

otherwise 'no person' '/^Countersign-Person/d'
otherwise 'another person' 's/^Countersign-Person: bob/Countersign-Person: dave/'
otherwise 'no repository' '/^Countersign-Repository/d'
otherwise 'no ref' '/^Countersign-Ref/d'
otherwise 'another order' '/^Countersign-Person/{h;d};/^Countersign-Ref/G'
otherwise 'an address' 's/<>/<bob@example.com>/'
otherwise 'another ref' 's|^Countersign-Ref: .*|Countersign-Ref: refs/heads/release/1|' 'the tag names another repository or ref than'
otherwise 'another repository' 's/^Countersign-Repository: .*/Countersign-Repository: 00000000000000000000000000000000/' 'the tag names another repository or ref than'

sentence "The answer for another hold"
server
reviewed
hold_change
first=$hold
touches bob
expect landed
cp "$story/answer" "$story/other"
in_work checkout -q -B work origin/main
hold_change infra/other.tf more
[ "$hold" != "$first" ] || fail 'it is the same hold'
statement bob approve
cp "$story/other" "$story/answer"
push_tag bob
refused_because "$another"

sentence "Once more after it has landed"
server
reviewed
hold_change
touches bob
expect landed
push_again
expect landed
switch main
in_work pull -q origin main
in_work revert --no-edit HEAD >/dev/null
push main
in_work branch -f work main
in_work checkout -q work
agent claude-code
commit infra/main.tf 'resource'
push work:main
expect held
digest=$(digest_of "$hold")
cp "$story/tag" "$story/used"
in_work update-ref refs/tags/approval "$(in_work hash-object -t tag -w --stdin <"$story/used")"
as bob
push "+approval:refs/countersign/approvals/$hold/bob"
expect denied
said "the tag's digest does not match hold $hold"

sentence "A counter that has not grown"
server
reviewed
hold_change
said_time=$(($(date +%s) - 30)) touches bob reject counter=7
expect landed
for counter in 7 6 0; do
	said_time=$(($(date +%s) - 20)) touches bob approve "counter=$counter"
	refused_because "the passkey's counter has gone back"
done
touches bob approve counter=8
expect landed
push_again
expect landed

sentence "A passkey that does not count is not asked to"
server
reviewed
hold_change
said_time=$(($(date +%s) - 30)) touches bob reject counter=0
expect landed
touches bob approve counter=0
expect landed
push_again
expect landed

sentence "A passkey that was taken out, revoked or stopped since counts no more"
server
reviewed
hold_change
touches bob
expect landed
reviewed '' '' "{ \"key\": \"$(passkey_of bob)\", \"revoked\": true }"
push_again
expect held
reviewed '' '' ' '
push_again
expect held
reviewed
countersign stop --key "$(countersign log --repo "$server" --json | sed -n 's/.*"key":"\(SHA256:[^"]*\)".*/\1/p' | head -n 1)" --reason lost --repo "$server" >/dev/null
push_again
expect held

sentence "Moved to another host, passkeys are made anew"
server
reviewed
hold_change
touches bob
expect landed
reviewed '{ "url": "https://desk.example.com" }'
push_again
expect held

sentence "Text that is cut, long, or of another form"
server
reviewed
hold_change
statement bob approve
answer bob
cp "$story/answer" "$story/good"
for change in '/^signature/d' '$d' 's/^signature /signature  /' 's/^credential .*/credential /' '$a\
more' 's/=$//'; do
	sed "$change" "$story/good" >"$story/answer"
	push_tag bob
	expect denied
done
{
	sed '/^signature/,$d' "$story/good"
	printf 'signature %s\n-----END COUNTERSIGN PASSKEY-----\n' "$(head -c 3000 /dev/zero | base64 -w 0)"
} >"$story/answer"
push_tag bob
refused_because "a part of the passkey's answer is longer than any can be"
{
	cat "$story/good"
	cat "$story/good"
} >"$story/answer"
push_tag bob
refused_because "the passkey's answer does not end with its END line"
cp "$story/good" "$story/answer"
push_tag bob
expect landed
push_again
expect landed
