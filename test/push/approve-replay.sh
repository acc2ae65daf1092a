# An approval is for one ref of one repository, for one content, once, and for a while.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

sentence "Another ref needs another approval"
server
governed
hold_change
approved bob
first=$hold
push work:release/1
expect held
[ "$hold" != "$first" ] || fail "two refs have one hold"
in_work fetch -q origin "refs/countersign/approvals/$first/bob"
in_work tag -f approval FETCH_HEAD >/dev/null
as bob
push "approval:refs/countersign/approvals/$hold/bob"
expect denied
said "the tag's digest does not match hold $hold"
hold=$first
push_again
expect landed

sentence "Another repository needs another approval"
server
governed
hold_change
approved bob
first=$hold
in_work fetch -q origin "refs/countersign/approvals/$first/bob"
in_work tag -f approval FETCH_HEAD >/dev/null
cp -a "$work" "$story/other-work"
server
rm -f "$server"/countersign/state.db* "$server/countersign.had-state" # a copy of the stage's is the stage's: this one is new
governed
in_work fetch -q "$story/other-work" 'refs/tags/approval:refs/tags/approval' 'refs/heads/work:refs/heads/work'
as dev1
push work:main
expect held
[ "$hold" != "$first" ] || fail "two repositories have one hold"
as bob
push "approval:refs/countersign/approvals/$hold/bob"
expect denied
push "approval:refs/countersign/approvals/$first/bob"
expect denied
push_again
expect held

sentence "Other content at the flagged path is a new hold, and other content elsewhere is not"
server
governed
hold_change
approved bob
in_work reset -q --hard origin/main
commit src/main.c 'int main(void) { return 7; }'
commit infra/main.tf 'resource'
push_again
expect landed

sentence "A change of the flagged content loses the approval"
server
governed
hold_change
first=$hold
approved bob
commit infra/main.tf 'another resource'
push_again
expect held
[ "$hold" != "$first" ] || fail "other content has the same hold"

sentence "A mode is content, too"
server
governed
hold_change
approved bob
in_work update-index --chmod=+x infra/main.tf
in_work commit -q --amend --no-edit
push_again
expect held

sentence "A rebase that leaves the flagged change keeps the approval"
server
governed
hold_change
approved bob
agent none
person alice
branch other origin/main
commit docs/guide.md 'More.'
push other:main
expect landed
in_work fetch -q origin
person robot
in_work rebase -q origin/main work
push_again
expect landed
said 'approved by bob'

sentence "An approval is used up by landing: after a revert the same change needs a new one"
approved_lands
first=$hold
in_work fetch -q origin
agent none
person alice
branch undo origin/main
in_work revert --no-edit work >/dev/null
as alice
push undo:main
expect landed
in_work fetch -q origin
person robot
agent claude-code
branch work origin/main
write infra/main.tf 'resource'
commit src/main.c 'int main(void) { return 3; }'
push_again
expect held
[ "$hold" != "$first" ] || fail "the same hold was used twice"
in_work fetch -q origin "refs/countersign/approvals/$first/bob"
in_work tag -f approval FETCH_HEAD >/dev/null
as bob
push "+approval:refs/countersign/approvals/$hold/bob"
expect denied
digest=$(digest_of "$hold")
approved bob
push_again
expect landed

sentence "Nothing more is approved once it has landed"
approved_lands
approve dave
expect denied
said "$hold has landed already"

sentence "A signed merge is used up by landing, too"
server
governed
agent_work
before=$(ref_of refs/heads/main)
merged_by bob
as bob
push main
expect landed
push "+$before:refs/heads/main"
expect landed
as dev1
push main
expect held

sentence "An approval ends"
server
governed '{ "expires": "1h" }'
hold_change
GIT_COMMITTER_DATE="$(($(date +%s) - 3590)) +0000"
export GIT_COMMITTER_DATE
approved bob
GIT_COMMITTER_DATE="$(($(date +%s) - 3700)) +0000"
approve dave
unset GIT_COMMITTER_DATE
push_again
expect landed

sentence "An approval that has ended does not count"
server
governed '{ "expires": "1h" }'
hold_change
GIT_COMMITTER_DATE="$(($(date +%s) - 3700)) +0000"
export GIT_COMMITTER_DATE
approve bob
unset GIT_COMMITTER_DATE
push_again
expect held
approved dave
push_again
expect landed

sentence "A signed merge ends as a tag does"
server
governed '{ "expires": "1h" }'
agent_work
GIT_COMMITTER_DATE="$(($(date +%s) - 3700)) +0000"
export GIT_COMMITTER_DATE
merged_by bob
unset GIT_COMMITTER_DATE
as bob
push main
expect held

sentence "A key that is taken out of the policy, or a person out of the group, takes the approval along"
server
governed
hold_change
approved bob
cp "$server/countersign/policy.json" "$story/policy"
sed 's/"accounts": \["bob"\], "groups": \["platform"\]/"accounts": ["bob"], "groups": []/' "$story/policy" >"$server/countersign/policy.json"
push_again
expect held
sed "s|$(key_of bob)|$(key_of another)|" "$story/policy" >"$server/countersign/policy.json"
push_again
expect held
cp "$story/policy" "$server/countersign/policy.json"
push_again
expect landed

sentence "A row that tells what has landed is not altered or taken away unseen"
server
governed
hold_change
approved bob
push_again
expect landed
person alice
branch back work
in_work rm -q infra/main.tf
record 'Take it back'
as alice
push back:main
expect landed
person robot
agent claude-code
branch anew back
commit infra/main.tf resource
as dev1
cp "$server/countersign/state.db" "$story/good.db"
for damage in 'DELETE FROM landed' 'UPDATE landed SET count = 0' "UPDATE landed SET ref = 'refs/heads/other'" \
	"INSERT INTO landed SELECT ref, set_digest || '0', 1 FROM landed" "DELETE FROM bound WHERE name = 'landed'"; do
	cp "$story/good.db" "$server/countersign/state.db"
	echo "$damage;" >"$story/damage.sql"
	"$tools/statetool" "$server" sql "$story/damage.sql"
	push anew:main
	expect refused
	said 'changed rows of landed'
	exits 1 countersign log verify --repo "$server"
	said 'changed rows of landed'
done
cp "$story/good.db" "$server/countersign/state.db"
exits 0 countersign log verify --repo "$server"
push anew:main
expect held
