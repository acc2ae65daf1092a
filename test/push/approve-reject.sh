# A reject stands until it is withdrawn; nobody brings an earlier word back.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

later=0

# then_decides PERSON DECISION: some seconds after the one before.
then_decides()
{
	later=$((later + 5))
	GIT_COMMITTER_DATE="$(($(date +%s) + later)) +0000"
	export GIT_COMMITTER_DATE
	decide "$1" "$2"
	unset GIT_COMMITTER_DATE
}

sentence "A reject stands against any number of approvals until that person withdraws it"
server
governed
hold_change
approved bob
then_decides alice reject
expect landed
push_again
expect held
said 'alice'
approved dave
push_again
expect held
agent none
branch free origin/main
commit docs/guide.md 'Innocent.'
push free:main
expect landed
then_decides alice withdraw
expect landed
in_work fetch -q origin
in_work rebase -q origin/main work
push_again
expect landed

sentence "Somebody who may not approve may not reject either"
server
governed
hold_change
decide carol reject
expect denied
approved bob
push_again
expect landed

sentence "Who withdraws an approval has not approved"
server
governed
hold_change
approved bob
then_decides bob withdraw
expect landed
push_again
expect held
then_decides bob approve
expect landed
push_again
expect landed

sentence "An approval that was withdrawn is not pushed again, by anybody"
server
governed
hold_change
approved bob
old=$(in_work rev-parse approval)
then_decides bob withdraw
expect landed
for who in dev1 bob; do
	as "$who"
	push "+$old:refs/countersign/approvals/$hold/bob"
	expect denied
	said 'bob pushed a newer `withdraw`'
done
push_again
expect held

sentence "Nor is a withdrawal after the reject that came later"
server
governed
hold_change
decide bob withdraw
old=$(in_work rev-parse approval)
then_decides bob reject
expect landed
as dev1
push "+$old:refs/countersign/approvals/$hold/bob"
expect denied
approved dave
push_again
expect held

sentence "Who wrote it may reject it"
server
governed
person bob
agent claude-code
branch work origin/main
commit infra/main.tf 'resource'
as dev1
push work:main
expect held
digest=$(digest_of "$hold")
decide bob reject
expect landed
approved dave
push_again
expect held

sentence "Why it was rejected is in holds, in the log and at the reviewer's desk, and nothing there says to approve it"
server
governed
hold_change
exits 0 countersign holds show "$hold" --repo "$server"
said "approve  git countersign approve $hold"
(
	person alice
	signs alice
	in_work -c advice.nestedTag=false tag -f -s approval work -m 'It opens port 22.' \
		-m "Countersign-Digest: $digest
Countersign-Decision: reject" >/dev/null
)
as alice
push "+approval:refs/countersign/approvals/$hold/alice"
expect landed
exits 0 countersign holds --repo "$server"
said 'rejected by alice: It opens port 22.'
exits 0 countersign holds --json --repo "$server"
same 'why' 'It opens port 22.' "$("$tools/story-json" rejected_why <"$out")"
exits 0 countersign holds show "$hold" --repo "$server"
said 'rejected by alice: It opens port 22.'
unsaid 'git countersign approve'
exits 0 countersign log --repo "$server"
said '  reject: It opens port 22.'
(cd "$work" && sh "$prefix/bin/git-countersign" show "$hold") >"$out" 2>&1 || fail 'it is not shown'
said '    alice: reject: It opens port 22.'
as dev1
push work:main
expect held
unsaid 'git countersign approve'
then_decides alice withdraw
expect landed
(cd "$work" && sh "$prefix/bin/git-countersign" show "$hold") >"$out" 2>&1 || fail 'it is not shown'
unsaid 'alice: '
exits 0 countersign holds show "$hold" --repo "$server"
said "approve  git countersign approve $hold"

sentence "A reason of several lines is told line by line to whoever pushes, and escaped once in the log"
server
governed
hold_change
(
	person alice
	signs alice
	printf 'It opens port 22.\n\nAnd this \033[31mtoo.\n\nCountersign-Digest: %s\nCountersign-Decision: reject\n' "$digest" |
		in_work -c advice.nestedTag=false tag -f -s --cleanup=verbatim -F - approval work >/dev/null
)
as alice
push "+approval:refs/countersign/approvals/$hold/alice"
expect landed
push_again
expect held
said 'countersign:   rejected by alice: It opens port 22.'
said 'countersign:     And this \x1b[31mtoo.'
unsaid '22.\n'
exits 0 countersign log --repo "$server"
said '  reject: It opens port 22.\n\nAnd this \x1b[31mtoo.'
unsaid '\\x1b'
