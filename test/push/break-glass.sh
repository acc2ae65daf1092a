# Breaking glass: what would be held lands by a signed push, and is owed.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"
. "${0%/*}/glass.inc"

sentence "What would be held lands by a signed push of whom break_glass names, and leaves a debt"
breakable
emergency
break_glass alice 'the site is down'
expect landed
said 'refs/heads/main is allowed: glass broken by alice: the site is down'
said 'needs 1 approval from platform'
said 'alice breaks no more glass before that'
owed
exits 0 countersign holds --repo "$server"
said "$debt  owed"
exits 0 countersign metrics --repo "$server"
said "countersign_debts_open{repository=\"$server\"} 1"
exits 1 countersign status --repo "$server"
said 'alice broke it for refs/heads/main'
countersign log --repo "$server" --json | tail -n 1 >"$story/row"
grep -q '"outcome":"landed"' "$story/row" || fail "it is not written that it landed: $(cat "$story/row")"
countersign log --repo "$server" --json | grep -q '"glass":{"by":"alice","key":"SHA256:' || fail 'the log does not say who broke it'
exits 0 countersign log verify --repo "$server"

sentence "The debt is paid by an approval as any other, and not by whoever broke the glass"
breakable
emergency
break_glass alice 'the site is down'
expect landed
owed
hold=$debt digest=$(digest_of "$debt")
approve alice
expect denied
said 'alice cannot approve it: alice broke the glass'
approve carol
expect denied
said 'carol is not in platform'
approve bob
expect landed
exits 0 countersign holds --repo "$server"
unsaid "$debt"
exits 0 countersign metrics --repo "$server"
said "countersign_debts_open{repository=\"$server\"} 0"
countersign log --repo "$server" --json | grep -q '"kind":"paid".*"paid_by":"bob"' || fail 'the log does not say who paid'
countersign status --repo "$server" >"$out" 2>&1 || :
unsaid 'alice broke it'
approve dave
expect denied
said 'is paid already'
exits 0 countersign tidy --repo "$server"
same 'its ref, when it is paid' "$zeros" "$(ref_of "refs/countersign/holds/$debt")"

sentence "Of two that are asked for, one approval pays nothing"
breakable '{ "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["platform"], "approvals": 2 }'
emergency
break_glass alice 'the site is down'
expect landed
owed
hold=$debt digest=$(digest_of "$debt")
approved bob
exits 0 countersign holds --repo "$server"
said "$debt  owed"
said '1 of 2, needs platform'
approved dave
exits 0 countersign holds --repo "$server"
unsaid "$debt"

sentence "A rejection keeps the debt open, whoever else approves"
breakable
emergency
break_glass alice 'the site is down'
owed
hold=$debt digest=$(digest_of "$debt")
decide dave reject
expect landed
approved bob
exits 0 countersign holds --repo "$server"
said "$debt  owed"
said 'rejected by dave'

sentence "A debt is dropped by no admin, and does not expire"
breakable
emergency
break_glass alice 'the site is down'
owed
exits 1 countersign holds drop "$debt" --repo "$server"
said 'is owed'
exits 0 countersign tidy --repo "$server"
exits 0 countersign holds --repo "$server"
said "$debt  owed"

sentence "While a debt is open that person breaks no more glass, and another one may"
breakable
on_repository_policy '"most": 1' '"most": 9'
emergency
break_glass alice 'the site is down'
expect landed
owed
emergency infra/second.tf
break_glass alice 'and again'
expect held
said "alice still owes the approvals of $debt"
break_glass erin 'and again'
expect landed

sentence "A second time the same day is refused, the debt being paid"
breakable
emergency
break_glass alice 'the site is down'
owed
hold=$debt digest=$(digest_of "$debt")
approved bob
emergency infra/second.tf
break_glass alice 'and again'
expect held
said 'alice has broken glass in the last 24 hours as often as the policy allows'

sentence "What the debt's approval paid lands no second time by it"
breakable
emergency
before=$(ref_of refs/heads/main)
break_glass alice 'the site is down'
owed
hold=$debt digest=$(digest_of "$debt")
approved bob
on_server update-ref refs/heads/main "$before"
as alice
push --force work:main
expect held

sentence "What is denied is denied: glass is for what is held"
breakable
on_repository_policy '"rules": [' '"rules": [ { "name": "secrets", "content": ["class:credentials"], "action": "deny", "approvers": ["security"] },'
emergency
token=$(printf 'glpat-%s' "$(head -c 400 /dev/urandom | LC_ALL=C tr -dc 'A-Za-z0-9' | head -c 20)")
commit infra/token.tf "token = \"$token\""
break_glass alice 'the site is down'
expect denied
said 'glass was not broken: what is denied stays denied'
unsaid 'glass broken by'

sentence "What was not judged for its size is held all the same"
breakable
on_repository_policy '"rules": [' '"limits": { "blob": "1KiB", "approvers": ["platform"] }, "rules": [ { "name": "secrets", "content": ["class:credentials"], "action": "deny", "approvers": ["security"] },'
emergency
head -c 3000 /dev/urandom | base64 >"$work/infra/large.tf"
in_work add infra/large.tf
record 'Something large'
break_glass alice 'the site is down'
expect held
said 'what is over a limit was not judged'

sentence "Without a signed push, or with another's key, nothing is broken"
breakable
emergency
as alice
push --push-option='countersign-break-glass=the site is down' work:main
expect held
said 'glass was not broken: the push is not signed: push with --signed'
break_glass alice 'the site is down' stranger
expect held
said 'signed by a key that approves for nobody here'
break_glass alice 'the site is down' bob
expect held
said 'the account that pushes is another person'
break_glass alice 'the site is down' bot
expect held
said 'signed by a key that approves for nobody here'
break_glass release-bot 'the site is down' alice
expect held
said 'the account that pushes is an agent'
unsaid 'glass broken by'
break_glass bob 'the site is down'
expect held
said 'the policy does not name whoever signed it in break_glass'

sentence "A reason is wanted, and one without a credential"
breakable
emergency
break_glass alice ' '
expect held
said 'say why'
break_glass alice "token glpat-$(head -c 4000 /dev/urandom | LC_ALL=C tr -dc 'A-Za-z' | head -c 20)"
expect held
said 'the reason contains what looks like a credential'

sentence "A server that asks for no nonce has no glass to break, and says so in status"
breakable
on_server config --unset receive.certNonceSeed
exits 1 countersign status --repo "$server"
said 'receive.certNonceSeed is not set'
emergency
as alice
signs alice
push --signed --push-option='countersign-break-glass=the site is down' work:main
expect refused
unmoved refs/heads/main

sentence "Where no layer has break_glass there is none, and a lower layer breaks nothing that one above holds"
breakable
site_says '{}'
sed -i 's|"approval": {}|"people": { "bob": { "accounts": ["bob"], "keys": ["'"$(key_of bob)"'"] } }, "rules": [ { "name": "above", "paths": ["/infra/"], "by": "anyone", "action": "hold", "approvers": ["bob"] } ]|' "$prefix/etc/countersign/policy.json"
on_repository_policy '"bob":     { "emails": ["bob@example.com"], "accounts": ["bob"], "groups": ["platform"], "keys": ["'"$(key_of bob)"'"] },' ''
emergency
break_glass alice 'the site is down'
expect held
said 'the policy does not name whoever signed it in break_glass'

sentence "Where the site says who breaks glass, a repository adds nobody"
breakable
site_says '{}'
sed -i 's|"approval": {}|"people": { "bob": { "accounts": ["bob"], "keys": ["'"$(key_of bob)"'"] } }, "break_glass": { "people": ["bob"] }|' "$prefix/etc/countersign/policy.json"
on_repository_policy '"bob":     { "emails": ["bob@example.com"], "accounts": ["bob"], "groups": ["platform"], "keys": ["'"$(key_of bob)"'"] },' ''
emergency
break_glass alice 'the site is down'
expect held
said 'the policy does not name whoever signed it in break_glass'
break_glass bob 'the site is down'
expect landed

sentence "What was held before and is then pushed with broken glass is one hold, owed"
breakable
emergency
as alice
push work:main
expect held
before=$hold
break_glass alice 'nobody is awake'
expect landed
owed
same 'the hold' "$before" "$debt"

sentence "What a chained hook refuses leaves no debt, and does not count for the day"
breakable
mkdir -p "$server/countersign/chained"
printf '#!/bin/sh\nexit 1\n' >"$server/countersign/chained/pre-receive"
chmod 755 "$server/countersign/chained/pre-receive"
emergency
break_glass alice 'the site is down'
expect refused
rm "$server/countersign/chained/pre-receive"
exits 0 countersign holds --repo "$server"
unsaid owed
break_glass alice 'the site is down'
expect landed
owed

sentence "Two held refs of one push are two debts and one time"
breakable
emergency
branch release/1 origin/main
commit infra/second.tf 'resource'
as alice
signs alice
push --signed --push-option='countersign-break-glass=the site is down' work:main release/1
expect landed refs/heads/main
expect landed refs/heads/release/1
exits 0 countersign holds --repo "$server"
same 'the debts' 2 "$(grep -c '  owed  ' "$out")"

sentence "A question breaks nothing"
breakable
emergency
as alice
signs alice
push --signed --push-option=countersign=check --push-option='countersign-break-glass=the site is down' work:main
expect refused
said 'would be held'
exits 0 countersign holds --repo "$server"
unsaid owed

sentence "What somebody rejected stays held, and what nobody could approve"
breakable
emergency
as alice
push work:main
expect held
digest=$(digest_of "$hold")
decide bob reject
expect landed
break_glass alice 'the site is down'
expect held
said 'somebody who may approve it has rejected it'
breakable '{ "name": "infrastructure", "paths": ["/infra/"], "action": "hold" }'
emergency
break_glass alice 'the site is down'
expect held
said 'nobody could sign the debt'
