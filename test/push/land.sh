# Where the policy says `land`, the last approval moves the ref.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

landing='{ "land": true }'
infra2='{ "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["platform"], "approvals": 2 }'

sentence "The last approval moves the ref, and the one before it does not"
server
governed "$landing" "$infra2"
hold_change
held=$(in_work rev-parse work)
before=$(ref_of refs/heads/main)
approved bob
same 'main' "$(ref_of refs/heads/main)" "$before"
approved alice
same 'main' "$(ref_of refs/heads/main)" "$held"
said "$hold has landed on refs/heads/main"

sentence "It does not where the policy does not say so"
server
governed
hold_change
before=$(ref_of refs/heads/main)
approved bob
same 'main' "$(ref_of refs/heads/main)" "$before"

sentence "A ref that has moved meanwhile is told and left alone"
server
governed "$landing"
hold_change
agent none
person alice
branch free origin/main
commit docs/guide.md 'Innocent.'
as alice
push free:main
expect landed
before=$(ref_of refs/heads/main)
approved bob
same 'main' "$(ref_of refs/heads/main)" "$before"
said 'refs/heads/main has moved'
in_work fetch -q origin
in_work rebase -q origin/main work
push_again
expect landed

sentence "A branch that was new when it was held comes to be"
server
governed "$landing"
person robot
agent claude-code
branch work origin/main
commit infra/main.tf 'resource'
push work:release/1
expect held
digest=$(digest_of "$hold")
approved bob
same 'release/1' "$(ref_of refs/heads/release/1)" "$(in_work rev-parse work)"

sentence "A reject lands nothing, and a refused approval neither"
server
governed "$landing"
hold_change
before=$(ref_of refs/heads/main)
decide bob reject
expect landed
same 'main' "$(ref_of refs/heads/main)" "$before"
approve carol
expect denied
same 'main' "$(ref_of refs/heads/main)" "$before"

sentence "What has landed by itself is used up"
server
governed "$landing"
hold_change
approved bob
first=$hold
in_work fetch -q origin
person alice
agent none
branch undo origin/main
in_work revert --no-edit HEAD >/dev/null
as alice
push undo:main
expect landed
in_work fetch -q origin
hold_change
[ "$hold" != "$first" ] || fail "the same hold was used twice"

# starter: the repository's own policy says what the site leaves open.
starter()
{
	governed
	sed -i 's/"approval": {}/"approval": '"$1"'/' "$server/countersign/policy.json"
	grep -q -F -e "$1" "$server/countersign/policy.json" || fail 'the policy was not written'
}

sentence "A repository's own wish counts where the site says nothing of it"
prefix=$stage/prefix
server
starter '{ "land": true, "accept": ["tag", "push"], "expires": "90d" }'
hold_change
held=$(in_work rev-parse work)
approved bob
same 'main' "$(ref_of refs/heads/main)" "$held"
exits 0 countersign policy check --repo "$server"
unsaid 'without effect'

sentence "Where the site is stricter it does not, and policy check says so"
server
starter '{ "land": true, "accept": ["tag", "push"], "expires": "90d" }'
site_says '{ "land": false, "expires": "7d", "accept": ["tag"] }'
hold_change
before=$(ref_of refs/heads/main)
approved bob
same 'main' "$(ref_of refs/heads/main)" "$before"
exits 0 countersign policy check --repo "$server"
for key in land accept expires; do
	said "\$.approval.$key: warning: is without effect: a layer above is stricter"
done
