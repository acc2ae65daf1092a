# On the review page a passkey's answer becomes an approval tag, by a push through the hooks; nothing else can be written.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"
. "${0%/*}/passkey.inc"
. "${0%/*}/review.inc"

# what_is_written: every ref and every loose object of the server, and what its state says.
what_is_written()
{
	refs_of
	find "$server/objects" "$server/countersign/invitations" -type f 2>/dev/null | sort
}

held_for_bob()
{
	server
	TMPDIR=$story/temporary
	export TMPDIR
	mkdir -p "$TMPDIR"
	reviewed
	hold_change
	serve bob
}

sentence "An approval on the page lets the change land, and a rejection arrives at the pusher, and is taken back"
held_for_bob
decides bob reject 'Not on a Friday.'
coded 200
said '"done":true'
as dev1
push work:main
expect refused
said 'Not on a Friday.'
get "server/holds/$hold"
said 'rejected by bob'
said 'Not on a Friday.'
decides bob withdraw ''
coded 200
decides bob approve 'Read it, fine.'
coded 200
get "server/holds/$hold"
said 'approved'
as dev1
push work:main
expect landed
said 'approved by bob'
get "server/holds/$hold"
said 'landed'
page_path=server/holds/$hold
offered bob approve ''
coded 409
get ''
said 'Nothing waits'

sentence "What is to be signed names what the page shows"
held_for_bob
page_path=server/holds/$hold
offered bob approve 'Fine.'
coded 200
for line in "object $(in_work rev-parse work)" "Countersign-Digest: $digest" 'Countersign-Decision: approve' \
	'Countersign-Person: bob' 'Countersign-Ref: refs/heads/main' 'Fine.'; do
	grep -q -x -F -e "$line" "$story/statement" || fail "the statement has no line: $line"
done

sentence "Nobody decides for somebody else, or who is not asked, and nobody without a passkey"
held_for_bob
what_is_written >"$story/before"
page_path=server/holds/$hold
for who in alice carol dave mallory ''; do
	offered "$who" approve ''
	coded 403
done
for who in alice carol; do
	serve "$who"
	offered "$who" approve ''
	coded 409
done
serve mallory
offered mallory approve ''
coded 404
what_is_written | cmp -s - "$story/before" || fail 'something was written'
serve bob
decides bob approve 'Fine.'
coded 200

sentence "Whoever took part in a change is not asked to approve it, and may reject it"
server
reviewed
person bob
agent claude-code
branch work origin/main
commit infra/main.tf 'resource'
push work:main
expect held
digest=$(digest_of "$hold")
serve bob
get "server/holds/$hold"
coded 200
unsaid 'Approve with a passkey'
said 'you cannot approve it'
said '>Reject<'
serve dave
get "server/holds/$hold"
said 'Approve with a passkey'
serve bob
decides bob reject 'Not like this.'
coded 200

sentence "An answer that is not to just this statement is refused, with the reason, and leaves nothing behind"
held_for_bob
what_is_written >"$story/before"
refused_with()
{
	words=$1
	shift
	decides bob approve 'Fine.' "$@"
	coded 409
	said "$words"
	[ "$(what_is_written | grep -v -e ' refs/countersign')" = "$(grep -v -e ' refs/countersign' "$story/before")" ] ||
		fail "something was written: $*"
	[ -z "$(refs_of refs/countersign/approvals)" ] || fail "it was taken: $*"
}
refused_with 'origin' origin=https://evil.example.com
refused_with 'rpId' rp=evil.example.com
refused_with 'type' type=webauthn.create
refused_with 'challenge' challenge=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
refused_with 'present' flags=0
refused_with 'strict JSON' 'client={'
# another person's passkey, another reason, another decision, another time than what was signed
offered bob approve 'Fine.'
authenticator answer "$keys/dave.passkey" credential-of-dave <"$story/statement" >"$story/answer"
answer=$(sed -n 's/^\(credential\|authenticatorData\|clientDataJSON\|signature\) \(.*\)$/,"\1":"\2"/p' "$story/answer" | tr -d '\n')
post "$page_path" "{$asked,\"time\":$time$answer}"
coded 409
offered bob reject 'Bad.'
answered
post "$page_path" "{\"person\":\"bob\",\"decision\":\"approve\",\"why\":\"Bad.\",\"time\":$time$answer}"
coded 409
said 'challenge'
post "$page_path" "{\"person\":\"bob\",\"decision\":\"reject\",\"why\":\"Fine.\",\"time\":$time$answer}"
coded 409
post "$page_path" "{\"person\":\"bob\",\"decision\":\"reject\",\"why\":\"Bad.\",\"time\":$((time + 1))$answer}"
coded 409
[ -z "$(refs_of refs/countersign/approvals)" ] || fail 'it was taken'
ls -d "$TMPDIR"/countersign-approval.* >/dev/null 2>&1 && fail 'a folder was left behind'
decides bob approve 'Fine.'
coded 200

sentence "An answer is worth nothing for another hold"
held_for_bob
page_path=server/holds/$hold
offered bob approve 'Fine.'
answered
kept=$answer
first=$hold
branch other origin/main
commit infra/main.tf 'another resource'
as dev1
push other:main
expect held
[ "$hold" != "$first" ] || fail 'it is the same hold'
post "server/holds/$hold" "{$asked,\"time\":$time$kept}"
coded 409
said 'challenge'
[ -z "$(refs_of refs/countersign/approvals)" ] || fail 'it was taken'

sentence "What is not what the script posts is refused before anything is done with it"
held_for_bob
what_is_written >"$story/before"
page_path=server/holds/$hold
get "$page_path" -d 'decision=approve&person=bob'
coded 415
for body in '' '[]' 'null' '{' '{"decision":"approve"' '{"person":"bob","person":"bob","decision":"approve"}'; do
	post "$page_path" "$body"
	coded 400
done
for body in '{"person":"bob","decision":"land","why":""}' '{"person":"bob","decision":"approve","why":"a\u0007"}' \
	'{"person":"bob","decision":"approve","why":"-----BEGIN SSH SIGNATURE-----"}' \
	"{\"person\":\"bob\",\"decision\":\"approve\",\"why\":\"$(head -c 600 /dev/zero | tr '\000' x)\"}"; do
	post "$page_path" "$body"
	coded 400
done
for body in '"clientDataJSON":"!"' '"clientDataJSON":"e30=","credential":"","authenticatorData":"AA==","signature":"AA=="' \
	'"clientDataJSON":7'; do
	post "$page_path" "{\"person\":\"bob\",\"decision\":\"approve\",\"why\":\"\",\"time\":1,$body}"
	coded 400
done
post "$page_path" "{\"person\":\"bob\",\"why\":\"$(head -c 200000 /dev/zero | tr '\000' x)\"}"
coded 400
for where in '' server/log server/agents server/holds/0000000000000000 style.css; do
	post "$where" '{"person":"bob","decision":"approve","why":""}'
	[ "$code" -ge 400 ] || fail "a post to /$where is $code"
done
what_is_written | cmp -s - "$story/before" || fail 'something was written'

sentence "A passkey is made by an invitation's link, once, and by no other"
server
reviewed '' '' ' '
serve
exits 0 countersign reviewer invite bob --repo "$server"
secret=$(sed -n '1s|.*/||p' "$out")
link=server/invitation/bob/$secret
for wrong in "server/invitation/dave/$secret" "server/invitation/bob/${secret%?}" server/invitation/bob/x \
	"server/invitation/bob/$secret/x" "server/invitation/../$secret"; do
	get "$wrong" --path-as-is
	coded 404
done
get "$link"
coded 200
said 'A passkey for bob'
post "$link" '{}'
coded 200
passkey bob
offer=$server/countersign/invitations/bob.json
member()
{
	sed -n "s/.*\"$1\":\"\\{0,1\\}\\([^\",}]*\\).*/\\1/p" "$offer"
}
printf 'countersign passkey\nperson bob\nrepository %s\ninvitation %s\nuntil %s\n' \
	"$(member repository)" "$(member secret)" "$(member until)" >"$story/statement"
post "$link" "$(authenticator create "$keys/bob.passkey" credential-of-bob origin=https://evil.example.com <"$story/statement")"
coded 409
said 'origin'
post "$link" "$(authenticator create "$keys/bob.passkey" credential-of-bob <"$story/statement")"
coded 200
said 'fingerprint is SHA256:'
get "$link"
coded 404
exits 0 countersign reviewer accept bob --yes --repo "$server"
hold_change
serve bob
decides bob approve 'Fine.'
coded 200
