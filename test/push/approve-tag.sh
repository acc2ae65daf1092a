# Approving by a signed tag, with stock git (interface 5).
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

sentence "A held change lands when somebody who may approve has signed for it"
server
governed
hold_change
said 'needs 1 approval from platform'
approved bob
push_again
expect landed
said 'refs/heads/main is allowed: approved by bob'
countersign log --repo "$server" --json | grep '"kind": *"landed"' >"$story/landed"
for member in "\"digest\": *\"$digest\"" "\"old\": *\"$(before_of refs/heads/main)\"" '"decision": *"allow"' '"rule": *"'; do
	grep -q "$member" "$story/landed" || fail "the row of what landed has no $member"
done

sentence "The commands that a refusal shows are enough"
server
governed
hold_change
signs bob
(
	person bob
	in_work fetch -q origin "refs/countersign/holds/$hold"
	in_work tag -s "ok-$hold" 'FETCH_HEAD^{commit}' -m 'Read it, fine.' -m "Countersign-Digest: $digest
Countersign-Decision: approve"
)
as bob
push "ok-$hold:refs/countersign/approvals/$hold/bob"
expect landed
push_again
expect landed

sentence "Somebody's second approval replaces the first"
server
governed
hold_change
approved bob
approved bob
push_again
expect landed

sentence "A change that nothing governs needs nobody while another waits"
server
governed
hold_change
branch free origin/main
commit docs/guide.md 'Innocent.'
push free:main
expect landed

sentence "An approval is for those who come after, too: whoever pushes, the same change lands"
server
governed
hold_change
approved bob
push_again alice
expect landed
