# Approvals that are worth nothing are refused when they are pushed, and say why.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

sentence "Another person's key"
server
governed
hold_change
approve bob alice
refused_because "signed by $(fingerprint_of alice), which is alice's, not bob's"

sentence "An agent's key"
server
governed
hold_change
approve bob bot
refused_because "signed by $(fingerprint_of bot), which is the agent release-bot's: agents approve nothing"

sentence "A key that is in no policy"
server
governed
hold_change
approve bob stranger
refused_because "signed by $(fingerprint_of stranger), which is not registered: ask an admin to add it"

sentence "A key that is revoked among a person's keys, and still named among those that approve"
server
governed
key_line=$(key_of bob)
sed -i "s|\"groups\": \[\"platform\"\], \"keys\": \[\"$key_line\"\]|\"groups\": [\"platform\"], \"keys\": [{ \"key\": \"$key_line\", \"revoked\": true }], \"approval_keys\": [\"$key_line\"]|" \
	"$server/countersign/policy.json"
grep -q revoked "$server/countersign/policy.json" || fail 'the policy was not written'
hold_change
approve bob
refused_because "its key is revoked in the policy"
approved alice
push_again
expect landed

sentence "A key that only approves, and does so no more, is not called unknown"
server
governed
sed -i "s|\"groups\": \[\"platform\"\], \"keys\": \[\"$(key_of bob)\"\]|\"groups\": [\"platform\"], \"keys\": [\"$(key_of bob2)\"], \"approval_keys\": [{ \"key\": \"$(key_of bob)\", \"valid_before\": \"2020-01-01\" }]|" \
	"$server/countersign/policy.json"
grep -q valid_before "$server/countersign/policy.json" || fail 'the policy was not written'
hold_change
approve bob
refused_because "its signature is not good: its key is not valid any more"
approved alice
push_again
expect landed

sentence "Somebody who is in no approving group"
server
governed
hold_change
approve carol
refused_because "signed by $(fingerprint_of carol), which is carol's, but carol is not in platform"
approved bob
push_again
expect landed

sentence "Somebody in none of several, one of which is called like a part of another"
server
governed '' "$rules, { \"name\": \"plans\", \"paths\": [\"/infra/\"], \"action\": \"hold\", \"approvers\": [\"plat\"] }"
sed -i 's/"accounts": \["dave"\], "groups": \["platform"\]/"accounts": ["dave"], "groups": ["platform", "plat"]/' "$server/countersign/policy.json"
hold_change
approve carol
refused_because "but carol is not in platform or plat"
approved dave
push_again
expect landed

sentence "Somebody whom the policy does not know"
server
governed
hold_change
decide eve approve stranger
refused_because "nobody in the policy is called eve"

sentence "A tag that is not signed"
server
governed
hold_change
approve bob none
refused_because "the tag is not signed: make it with git tag -s"

sentence "Another digest, or another hold's name"
server
governed
hold_change
right=$digest
digest=$(printf '%s' "$right" | tr 0123456789abcdef 123456789abcdef0)
approve bob
refused_because "the tag's digest does not match hold $hold"
# The same first digits, another rest.
digest=$hold$(printf '%s' "$right" | cut -c 17- | tr 0123456789abcdef 123456789abcdef0)
approve bob
refused_because "the tag's digest does not match hold $hold"
digest=$right
right=$hold
hold=0123456789abcdef
approve bob
expect denied
said "the tag's digest does not match hold 0123456789abcdef"
digest=$(printf '%064d' 0)
hold=0000000000000000
approve bob
expect denied
said "nothing called 0000000000000000 was held or denied here"
push_again
expect held

sentence "A message without a digest, with two of them, or with a decision that is none"
server
governed
hold_change
right=$digest
digest=7f3a
approve bob
refused_because 'must have one line `Countersign-Digest: <64 hex digits>`'
digest="$right
Countersign-Digest: $right"
approve bob
refused_because 'must have one line `Countersign-Digest: <64 hex digits>`'
digest=$right
decide bob 'approve, gladly'
refused_because 'must have one line `Countersign-Decision: approve`, `reject` or `withdraw`'
decide bob 'reject
Countersign-Decision: approve'
refused_because 'must have one line `Countersign-Decision: approve`, `reject` or `withdraw`'

sentence "A tag of a tag, and a tag of no commit"
server
governed
hold_change
(
	person bob
	tag_as bob approve
	in_work tag -f inner approval >/dev/null
	tag_as bob approve inner
)
as bob
push "+approval:refs/countersign/approvals/$hold/bob"
refused_because 'an approval is a tag, with a tagger, of a commit'
(
	person bob
	tag_as bob approve 'work^{tree}'
)
as bob
push "+approval:refs/countersign/approvals/$hold/bob"
refused_because 'an approval is a tag, with a tagger, of a commit'

sentence "No tag at all"
server
governed
hold_change
as bob
push "work:refs/countersign/approvals/$hold/bob"
refused_because 'an approval is an annotated, signed tag: make it with git tag -s'

# altered SCRIPT: bob's good tag, changed by sed.
altered()
{
	(
		person bob
		tag_as bob approve
	)
	in_work cat-file tag approval | sed "$1" >"$story/tag"
	in_work tag -f approval "$(in_work hash-object -t tag -w --literally "$story/tag")" >/dev/null
	as bob
	push "+approval:refs/countersign/approvals/$hold/bob"
}

sentence "A tag that was changed after it was signed"
server
governed
hold_change
altered 's/I have read it/I have not read it/'
refused_because 'its signature is not good: the content does not match the signature'
altered 's/^tag approval/tag approved/'
refused_because 'its signature is not good: the content does not match the signature'
altered "s/^object .*/object $(in_work rev-parse origin/main)/"
refused_because 'its signature is not good: the content does not match the signature'

sentence "Text after the signature, and an empty line"
server
governed
hold_change
altered '$aand more'
expect denied
said 'its signature is not good: '
altered '$a\

'
expect denied
said 'its signature is not good: there is something after the signature'
push_again
expect held

sentence "Two signatures"
server
governed
hold_change
(
	person bob
	tag_as bob approve
)
in_work cat-file tag approval >"$story/one"
sed -n '/BEGIN SSH/,$p' "$story/one" | cat "$story/one" - >"$story/tag"
in_work tag -f approval "$(in_work hash-object -t tag -w --literally "$story/tag")" >/dev/null
as bob
push "+approval:refs/countersign/approvals/$hold/bob"
expect denied
said 'its signature is not good: '
push_again
expect held

sentence "A signature made for something else than git"
server
governed
hold_change
(
	person bob
	tag_as none approve
)
in_work cat-file tag approval >"$story/tag"
ssh-keygen -q -Y sign -n file -f "$keys/bob" "$story/tag" 2>"$out"
cat "$story/tag.sig" >>"$story/tag"
rm "$story/tag.sig"
in_work tag -f approval "$(in_work hash-object -t tag -w "$story/tag")" >/dev/null
as bob
push "+approval:refs/countersign/approvals/$hold/bob"
refused_because 'its signature is not good: the SSH signature is for another namespace than git'

sentence "A key that is valid no more, or not yet, whatever date the tag has"
server
governed
hold_change
cp "$server/countersign/policy.json" "$story/policy"
for valid in '"valid_before": "2020-01-01"' '"valid_after": "2099-01-01"'; do
	sed "s|\"$(key_of bob)\"|{ \"key\": \"$(key_of bob)\", $valid }|" "$story/policy" >"$server/countersign/policy.json"
	GIT_COMMITTER_DATE="$(($(date +%s) - 80000)) +0000"
	export GIT_COMMITTER_DATE
	approve bob
	unset GIT_COMMITTER_DATE
	refused_because 'its signature is not good: its key is '
done
cp "$story/policy" "$server/countersign/policy.json"
approved bob
push_again
expect landed

sentence "A tag that is dated more than a day away from the server's clock"
server
governed
hold_change
for off in -90000 +90000; do
	GIT_COMMITTER_DATE="$(($(date +%s) $off)) +0000"
	export GIT_COMMITTER_DATE
	approve bob
	unset GIT_COMMITTER_DATE
	refused_because "the tag is dated more than a day away from the server's clock"
done
GIT_COMMITTER_DATE="$(($(date +%s) - 80000)) +0000"
export GIT_COMMITTER_DATE
approve bob
unset GIT_COMMITTER_DATE
expect landed
push_again
expect landed

sentence "Nobody deletes an approval, nor writes a hold"
server
governed
hold_change
approved bob
as bob
push ":refs/countersign/approvals/$hold/bob"
expect denied
said 'approvals are not deleted'
push ":refs/countersign/holds/$hold"
expect denied
push "+work:refs/countersign/holds/$hold"
expect denied
push_again
expect landed

sentence "What was dropped is approved when it has been pushed again, and not before"
server
governed
hold_change
for none in 0123456789abcdef 012 refs/heads/main; do
	exits 1 countersign holds show "$none" --repo "$server"
	said "no hold $none"
	exits 1 countersign holds drop "$none" --repo "$server"
done
exits 2 countersign holds drop '' --repo "$server"
exits 2 countersign holds show --repo "$server"
exits 0 countersign holds show "$hold" --repo "$server"
said "$hold  open"
exits 0 countersign holds drop "$hold" --repo "$server"
approve bob
expect denied
said "$hold was dropped: it has to be pushed again first"
push_again
expect held
approved bob
push_again
expect landed

sentence "Approvals lie where approvals lie"
server
governed
hold_change
(
	person bob
	tag_as bob approve
)
as bob
for ref in "$hold" "$hold/bob/again" "x$hold/bob" "$(printf '%s' "$hold" | tr abcdef ABCDEF | tr 1 A)/bob"; do
	push "approval:refs/countersign/approvals/$ref"
	expect denied
	said 'approvals are pushed to refs/countersign/approvals/<id>/<your name>'
done
push "approval:refs/countersign/approvals/$hold/bob"
expect landed

sentence "An approval in the same push as the change does not count yet"
server
governed
hold_change
(
	person bob
	tag_as bob approve
)
as dev1
push work:main "approval:refs/countersign/approvals/$hold/bob"
expect held refs/heads/main
