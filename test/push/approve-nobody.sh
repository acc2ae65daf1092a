# What nobody can approve says so everywhere: in the push, its object, the hold, the lists, the page and the messages.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"
. "${0%/*}/review.inc"

mkfifo "$story/ready"
"$tools/receiver" --out "$story/received" >"$story/ready" 2>/dev/null &
receiver_pid=$!
at_end 'kill "$receiver_pid" 2>/dev/null'
read -r port <"$story/ready"

# people KEYS-OF-ALICE KEYS-OF-BOB [TERMS [APPROVALS]]: both are in platform; alice wrote what is pushed, and dev1 is bob's account.
people()
{
	: >"$story/received"
	policy <<JSON
{ "version": 1, "refs": ["HEAD"],
  "people": {
    "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "groups": ["platform"], "keys": [$1] },
    "bob":   { "emails": ["bob@example.com"], "accounts": ["bob"], "groups": ["platform"], "keys": [$2] },
    "carol": { "emails": ["carol@example.com"], "accounts": ["carol"], "groups": ["security"], "keys": ["$(key_of carol)"] } },
  "agents": { "claude-code": { "owner": "carol" } },
  "rules": [ { "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["platform"], "approvals": ${4:-1} } ],
  "approval": ${3:-{\}},
  "webhooks": [ { "url": "http://127.0.0.1:$port/hook", "format": "slack", "events": ["held"] } ] }
JSON
}

# change [AUTHOR]: an agent's change of infra/main.tf that AUTHOR wrote.
change()
{
	person "${1:-alice}"
	agent claude-code
	branch work origin/main
	commit infra/main.tf 'resource'
	push --push-option=countersign=json work:main
	expect held
}

# many FOLDER: puts 200 files into it, more than a record of findings has room for.
many()
{
	mkdir -p "$work/$1"
	(cd "$work/$1" && seq 200 | split -l 1 -a 3)
	in_work add "$1"
}

# nobody WHY: none can approve it, and all of them say why.
nobody()
{
	said "needs ${2:-1} approval"
	said "from platform, but $1"
	said '"approvable":false'
	said "\"unapprovable\":\"$1\""
	said "show     git countersign show $hold"
	unsaid 'git countersign approve'
	unsaid 'when approved, push again'
	git -C "$server" cat-file tag "refs/countersign/holds/$hold" >"$out"
	said 'Nobody can approve it.'
	unsaid 'To approve'
	exits 0 countersign holds --repo "$server"
	said "0 of ${2:-1}, needs platform, but $1"
	exits 0 countersign holds show "$hold" --repo "$server"
	said "git countersign show $hold"
	unsaid 'git countersign approve'
	reviewer list
	said 'cannot be approved'
	serve carol
	get "server/holds/$hold"
	said "0 of ${2:-1}, needs platform, but $1"
	unsaid 'git countersign approve'
	said "git countersign reject $hold"
	unserve
	printf '%s\n' "$server" >"$story/list"
	"$prefix/bin/countersign-deliver" --list "$story/list" >/dev/null 2>&1 || :
	grep -a "$hold" "$story/received" >"$out" || fail "no message came"
	said "no approval can help ($1"
	unsaid 'git countersign approve'
}

# reviewer ARGUMENTS: git countersign in the clone.
reviewer()
{
	(cd "$work" && "$prefix/bin/git-countersign" "$@") >"$out" 2>&1 || fail "git countersign $1: $(cat "$out")"
}

sentence "The only approver pushed it"
server
people '' "\"$(key_of bob)\""
account=bob
change
nobody 'none can be given: alice wrote it, bob pushed it'

sentence "The only approver wrote it, and nobody else has a key"
server
people "\"$(key_of alice)\"" ''
change
nobody 'none can be given: alice wrote it, bob has no key that approves'

sentence "Fewer may approve than are asked for"
server
people "\"$(key_of alice)\"" "\"$(key_of bob)\"" '{}' 2
change
nobody 'only 1 can be given: alice wrote it' 2

sentence "A key that is revoked, has expired, or is stopped approves nothing"
server
people '' "{ \"key\": \"$(key_of bob)\", \"revoked\": true }"
change carol
nobody 'none can be given: alice has no key that approves, bob has no key that approves'
people '' "{ \"key\": \"$(key_of bob)\", \"valid_before\": \"2020-01-01\" }"
commit infra/main.tf 'again'
push --push-option=countersign=json work:main
expect held
nobody 'none can be given: alice has no key that approves, bob has no key that approves'
people '' "\"$(key_of bob)\""
exits 0 countersign stop --key "$(fingerprint_of bob)" --reason 'lost it' --repo "$server"
commit infra/main.tf 'and again'
push --push-option=countersign=json work:main
expect held
nobody 'none can be given: alice has no key that approves, bob has no key that approves'

sentence "A key that a revocation list has approves nothing, and while the list cannot be read nobody is ruled out"
server
people '' "\"$(key_of bob)\""
sed -i 's|"version": 1,|& "revoked_keys": "revoked",|' "$server/countersign/policy.json"
cat "$keys/bob.pub" >"$server/countersign/revoked"
change carol
nobody 'none can be given: alice has no key that approves, bob has no key that approves'
ssh-keygen -q -k -f "$server/countersign/revoked" "$keys/bob.pub"
commit infra/main.tf 'again'
push --push-option=countersign=json work:main
expect held
nobody 'none can be given: alice has no key that approves, bob has no key that approves'
rm "$server/countersign/revoked"
push --push-option=countersign=json work:main
said '"approvable":true'
echo '# none' >"$server/countersign/revoked"
push --push-option=countersign=json work:main
expect held
said '"approvable":true'
digest=$(digest_of "$hold")
approved bob
push_again
expect landed

sentence "Where a hardware key is asked for, and nobody has one"
server
people '' "\"$(key_of bob)\"" '{ "presence": true }'
change
nobody 'none can be given: alice wrote it, bob has no hardware key'

sentence "As soon as somebody may, it says so, and that approval lands it"
server
people "\"$(key_of alice)\"" ''
change
nobody 'none can be given: alice wrote it, bob has no key that approves'
people "\"$(key_of alice)\"" "\"$(key_of bob)\""
exits 0 countersign holds --repo "$server"
said '0 of 1, needs platform  from'
exits 0 countersign holds show "$hold" --repo "$server"
said "git countersign approve $hold"
serve bob
get ''
said 'For you'
get "server/holds/$hold"
said '0 of 1, needs platform<'
unserve
push --push-option=countersign=json work:main
expect held
said "git countersign approve $hold"
said 'when approved, push again'
said '"approvable":true'
digest=$(digest_of "$hold")
approved bob
push_again
expect landed

sentence "What is behind hundreds of findings can be approved by those whom it asks for, and as soon as they may"
server
people '' "\"$(key_of bob)\""
sed -i 's|"rules": \[|&{ "name": "keys", "paths": ["/keys/"], "action": "hold", "approvers": ["alice"] }, |' "$server/countersign/policy.json"
person carol
agent claude-code
branch work origin/main
many infra
write keys/one 'x'
record 'Move all'
push work:main
expect held
exits 0 countersign holds --repo "$server"
said '0 of 1, needs platform; 0 of 1, needs alice, but none can be given: alice has no key that approves'
sed -i "s|\"keys\": \[\] }|\"keys\": [\"$(key_of alice)\"] }|" "$server/countersign/policy.json"
exits 0 countersign holds --repo "$server"
said '0 of 1, needs platform; 0 of 1, needs alice  from'
digest=$(digest_of "$hold")
approved alice bob
push_again
expect landed

sentence "Two who wrote a commit each approve the other's, behind hundreds of findings in one"
server
people "\"$(key_of alice)\"" "\"$(key_of bob)\""
person bob
agent claude-code
branch work origin/main
many infra/b
record 'Move all'
person alice
agent claude-code
commit infra/a 'x'
push work:main
expect held
said 'when approved, push again'
digest=$(digest_of "$hold")
approved alice bob
push_again
expect landed

sentence "The last of hundreds of commits is one that nobody can approve, until somebody may"
server
people '' "\"$(key_of bob)\""
person carol
agent claude-code
branch work origin/main
for number in $(seq 200); do
	commit infra/a "$number"
done
person bob
agent claude-code
commit infra/a 'x'
push work:main
expect held
people "\"$(key_of alice)\"" "\"$(key_of bob)\""
exits 0 countersign holds --repo "$server"
said '0 of 1, needs platform  from'

sentence "One who drove it is enough of two where the policy says so, and not where they are two"
server
people "\"$(key_of alice)\"" "\"$(key_of bob)\"" '{ "driver": "counts" }' 2
change
said '"approvable":true'
said 'when approved, push again'
server
people "\"$(key_of alice)\"" "\"$(key_of bob)\"" '{ "driver": "counts" }' 2
account=bob
change
nobody 'only 1 can be given' 2

sentence "Where a push by itself approves, an account is enough"
server
people '' '' '{ "accept": ["tag", "push"] }'
change
said '"approvable":true'
said 'when approved, push again'

sentence "Where a push approves, none comes from an account that is stopped"
exits 0 countersign stop --account bob --reason 'left' --repo "$server"
push_again
expect held
said 'none can be given: alice wrote it, bob has no key that approves'

sentence "Whoever pushes it: what the person of a stopped account signs approves still"
server
people '' "\"$(key_of bob)\""
change
exits 0 countersign stop --account bob --reason 'left' --repo "$server"
push --push-option=countersign=json work:main
expect held
said '"approvable":true'
said 'when approved, push again'
exits 0 countersign holds --repo "$server"
said '0 of 1, needs platform  from'
digest=$(digest_of "$hold")
(
	person bob
	tag_as bob approve
)
as bob
push "approval:refs/countersign/approvals/$hold/bob"
expect denied
as dev1
push "approval:refs/countersign/approvals/$hold/bob"
expect landed
push_again
expect landed

sentence "The page counts no approval by a key that was stopped, as the hooks do not"
server
people "\"$(key_of alice)\"" "\"$(key_of bob)\""
change
digest=$(digest_of "$hold")
approved bob
exits 0 countersign holds --repo "$server"
said 'approved: push again'
exits 0 countersign stop --key "$(fingerprint_of bob)" --reason 'lost it' --repo "$server"
exits 0 countersign holds --repo "$server"
unsaid 'approved: push again'
said '0 of 1, needs platform, but none can be given'
serve carol
get "server/holds/$hold"
unsaid 'approved: push again'
unserve
push_again
expect held
