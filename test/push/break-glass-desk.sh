# Broken glass as others see it: whoever wants to use it again, reviewers, and everyone who is told.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"
. "${0%/*}/glass.inc"
. "${0%/*}/review.inc"

# The same bytes, as they came, to a server that takes nonces of its own from a while ago: as over http.
again()
{
	(cd "$work" && COUNTERSIGN_USER=alice git receive-pack --stateless-rpc "$(cat "$story/sent-to")") <"$story/sent" >"$out" 2>&1 || :
}

sentence "What was signed once is worth nothing a second time, though git takes its nonce"
breakable
on_repository_policy '"most": 1' '"most": 9'
emergency
before=$(ref_of refs/heads/main)
printf '#!/bin/sh\nprintf %%s "$1" >"%s"\ntee "%s" | git receive-pack "$1"\n' "$story/sent-to" "$story/sent" >"$story/recorded"
chmod 755 "$story/recorded"
on_server config receive.certNonceSlop 600
fresh
as alice
signs alice
push --receive-pack="$story/recorded" --signed --push-option='countersign-break-glass=the site is down' work:main
expect landed
owed
hold=$debt digest=$(digest_of "$debt")
approved bob
on_server update-ref refs/heads/main "$before"
again
same 'the ref' "$before" "$(ref_of refs/heads/main)"
said 'the nonce of the signed push was used before'
fresh
again
same 'the ref' "$before" "$(ref_of refs/heads/main)"
said "the nonce of the signed push is not this server's"

# borrowed OPTION REFSPEC...: alice signs a question with the option; then she pushes what would be held with that
# certificate, as where an sshd lets clients set what git tells hooks of one.
borrowed()
{
	option=$1
	shift
	breakable
	emergency
	as alice
	signs alice
	push --signed --push-option=countersign=check --push-option="$option" "$@"
	expect refused
	certificate=$(on_server cat-file --batch-all-objects --batch-check='%(objecttype) %(objectname)' |
		sed -n 's/^blob //p' | while read -r id; do
		on_server cat-file blob "$id" | grep -q '^certificate version' && printf '%s\n' "$id"
	done) || :
	push --receive-pack="env GIT_PUSH_CERT=$certificate GIT_PUSH_CERT_NONCE_STATUS=OK git receive-pack" \
		--push-option='countersign-break-glass=the site is down' work:main
	expect held
}

sentence "A certificate that is not this push's breaks nothing, though the environment says that it is"
borrowed 'countersign-break-glass=the site is down' work:elsewhere
said 'glass was not broken: its certificate belongs to another push'
borrowed 'countersign-break-glass=the site is down' work:main work:elsewhere
said 'glass was not broken: its certificate belongs to another push'

sentence "A certificate without the reason, or signed for a question, breaks nothing, though the push gives one"
borrowed 'countersign-break-glass=the site' work:main
said 'glass was not broken: its certificate was signed for other push options'
borrowed 'countersign-break-glass=the site is down' work:main
said 'glass was not broken: its certificate was signed for other push options'

# The server asks for a nonce of its own, but from a while ago; HMAC as git makes it, with the place as the key.
sentence "A nonce of ten minutes ago and more is not fresh, though git takes it"
breakable
[ "$FORMAT" = sha1 ] || skip 'the nonces are of SHA-1 here'
emergency
seed=$(on_server config receive.certNonceSeed)
cat >"$story/older" <<END
#!/bin/sh
printf %s "\$1" >"$story/sent-to"
stamp=\$((\$(date +%s) - 700))
nonce=\$stamp-\$(printf %s "$seed" | openssl dgst -sha1 -hmac "\$1:\$stamp" | sed 's/.* //')
tee "$story/sent" | git receive-pack "\$1" | {
	dd bs=65536 count=1 2>/dev/null | sed "s/push-cert=[0-9]*-[0-9a-f]*/push-cert=\$nonce/"
	cat
}
END
chmod 755 "$story/older"
as alice
signs alice
before=$(ref_of refs/heads/main)
push --receive-pack="$story/older" --signed --push-option='countersign-break-glass=the site is down' work:main
expect held
said "the nonce of the signed push is not this server's"
on_server config receive.certNonceSlop 6000
again
same 'the ref' "$before" "$(ref_of refs/heads/main)"
said 'the nonce of the signed push is not fresh'

sentence "The debt comes first, on the desk and on the page, before what has waited for longer"
breakable
hold_change infra/waits.tf
waiting=$hold
emergency
break_glass alice 'the site is down'
expect landed
owed
exits 0 countersign holds --repo "$server"
same 'the first line' "$debt" "$(head -n 1 "$out" | cut -d ' ' -f 1)"
same 'the last line' "$waiting" "$(tail -n 1 "$out" | cut -d ' ' -f 1)"
serve bob
get ''
coded 200
said 'landed, owed: 0 of 1, needs platform'
same 'the first on the page' "$debt" "$(grep -o 'holds/[0-9a-f]*' "$out" | head -n 1 | cut -d / -f 2)"
get "server/holds/$debt"
coded 200
said 'glass'
said 'the site is down'

sentence "A reviewer pays with git countersign, as for any hold"
breakable
emergency
break_glass alice 'the site is down'
owed
signs bob
exits 0 env COUNTERSIGN_USER=bob git -C "$work" -c user.name=bob -c user.email=bob@example.com \
	-c alias.countersign="!sh '$SOURCE_DIR/hooks/command/git-countersign'" countersign approve "$debt" --as bob --yes -m 'Seen, fine.'
exits 0 countersign holds --repo "$server"
unsaid "$debt"

sentence "A key that was stopped breaks no glass, and what it approved pays nothing"
breakable '{ "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["platform"], "approvals": 2 }'
emergency
exits 0 countersign stop --repo "$server" --key "$(fingerprint_of erin)" --reason 'Lost it.'
break_glass erin 'the site is down'
expect held
said 'glass was not broken: the key that signed its certificate was stopped'
break_glass alice 'the site is down'
expect landed
owed
hold=$debt digest=$(digest_of "$debt")
approved bob
exits 0 countersign stop --repo "$server" --key "$(fingerprint_of bob)" --reason 'Lost it, too.'
approved dave
exits 0 countersign holds --repo "$server"
said "$debt  owed"
exits 0 countersign resume --repo "$server" --key "$(fingerprint_of bob)"
(
	GIT_COMMITTER_DATE="@$(($(date +%s) + 2)) +0000"
	export GIT_COMMITTER_DATE
	approved dave
)
exits 0 countersign holds --repo "$server"
unsaid "$debt"

sentence "Everyone is told that glass was broken, whatever they asked for, and then that it is paid"
breakable
on_repository_policy '"break_glass"' '"webhooks": [ { "url": "http://127.0.0.1:9/hook", "events": ["stopped"], "refs": ["refs/heads/other"], "rules": ["reserved"] },
	{ "url": "http://127.0.0.1:9/all" } ], "break_glass"'
emergency
break_glass alice 'the site is down'
owed
hold=$debt digest=$(digest_of "$debt")
approved bob
exits 0 countersign events --repo "$server" --json
same 'told that it was broken' 2 "$(grep -c '"type": *"broken"' "$out")"
same 'told that it was paid' 1 "$(grep -c '"type": *"paid"' "$out")"
