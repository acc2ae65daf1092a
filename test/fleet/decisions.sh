# What a person has decided at one host, or has handed in at the desk, is in force where the same hold waits, and only
# what that host's own hooks find good.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/../push/signing.inc"
. "${0%/*}/postgres.inc"
engine

# outcome HOST: what became of the newest decision there, waiting for it.
outcome()
{
	for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		echo "SELECT pg_sleep(0.2); SELECT o.taken, o.said FROM countersign.decision_outcome o WHERE o.host = '$1' AND o.decision = (SELECT max(id) FROM countersign.decision)" |
			sql owner | grep . >"$out" && return 0
	done
	fail "nothing became of it at $1"
}
# hands_in STATUS PERSON: the tag `approval`, at the desk of git2.
hands_in()
{
	in_work cat-file tag approval >"$story/tag"
	exits "$1" "$story/git2/prefix/bin/countersign" fleet decide --as "$2" "$story/tag"
}

sentence "A decision that is handed in at another host's desk is in force where the hold is"
host git1
host git2
serve git1
serve git2
on git1
governed
hold_change
tag_as none approve
hears_holds()
{
	for turn in 1 2 3 4 5 6 7 8 9 10; do
		[ "$(echo "SELECT pg_sleep(0.2); SELECT count(*) FROM countersign.hold WHERE id = '$hold' AND host = '$1'" | sql owner | tail -n 1)" = 0 ] || return 0
	done
	fail "the fleet does not hear of $hold"
}
hears_holds git1
hands_in 1 bob
said 'git1: refused: '
push_again
expect held
(
	person bob
	tag_as bob approve
)
hands_in 0 bob
said 'git1: taken'
push_again
expect landed
said 'allowed: approved by bob'
exits 0 "$story/git2/prefix/bin/countersign" log --fleet
hands_in 2 bob
said 'no host has an open hold with that digest'

sentence "What is forged, of somebody else, altered or nothing at all gains nothing"
hold_change infra/two.tf
hears_holds git1
(
	person mallory
	tag_as mallory approve
)
hands_in 1 bob
said 'git1: refused: '
hands_in 1 mallory
said 'git1: refused: '
(
	person bob
	tag_as bob approve
)
in_work cat-file tag approval | sed 's/Countersign-Decision: approve/Countersign-Decision: reject/' >"$story/tag"
exits 1 "$story/git2/prefix/bin/countersign" fleet decide --as bob "$story/tag"
said 'git1: refused: '
push_again
expect held
# put <FILE: straight into the table, as a host's role
put()
{
	printf "INSERT INTO countersign.decision (host, repository, hold, digest, person, object) SELECT '$1', repository, id, digest, 'bob', decode('%s', 'base64') FROM countersign.hold WHERE id = '$hold'" \
		"$(base64 -w 0)" | sql "$1"
}
printf 'rubbish' | put git2
outcome git1
said 'f|'
printf 'x' | put git1 >"$out" 2>&1 || fail 'a host cannot add a decision of its own'
printf "INSERT INTO countersign.decision (host, repository, hold, digest, person, object) VALUES ('git1', 'x', '%s', '%s', 'bob', 'x')" \
	"$hold" "$digest" | sql git2 >"$out" && fail "a host's role speaks for another"
said 'row-level security'
echo "UPDATE countersign.decision SET person = 'alice'" | sql git1 >"$out" && fail "a host's role changes decisions"
said 'permission denied'
push_again
expect held

sentence "A rejection goes down as an approval does, and what was said before it counts no more"
(
	person bob
	GIT_COMMITTER_DATE="$(($(date +%s) - 5)) +0000" tag_as bob approve
)
in_work cat-file tag approval >"$story/older"
(
	person bob
	tag_as bob reject
)
hands_in 0 bob
push_again
expect held
said 'rejected'
exits 1 "$story/git2/prefix/bin/countersign" fleet decide --as bob "$story/older"
said 'pushed a newer `reject`'
push_again
expect held

sentence "A decision that cannot be judged for a while is told to nobody, and is pushed again afterwards"
in_work reset -q --hard origin/main
hold_change infra/while.tf
hears_holds git1
(
	person bob
	tag_as bob approve
)
printf '{' >"$prefix/etc/countersign/stopped.json" # the hooks cannot see who is stopped
in_work cat-file tag approval | put git2
hears git1 'tried again later'
same 'outcomes' 0 "$(echo "SELECT count(*) FROM countersign.decision_outcome o JOIN countersign.decision d ON d.id = o.decision WHERE d.hold = '$hold'" | sql owner)"
rm "$prefix/etc/countersign/stopped.json"
unserve git1
serve git1
outcome git1
said 't|'
push_again
expect landed

# The hook alone cannot judge: somebody else writes to the state.
if command -v sqlite3 >/dev/null; then
	hold_change infra/busy.tf
	hears_holds git1
	(
		person bob
		tag_as bob approve
	)
	mkfifo "$story/writes" "$story/written"
	sqlite3 "$server/countersign/state.db" <"$story/writes" >"$story/written" &
	writing=$!
	exec 9>"$story/writes" 8<"$story/written"
	echo 'BEGIN IMMEDIATE; SELECT 1;' >&9
	read -r begun <&8
	same 'the transaction' 1 "$begun"
	in_work cat-file tag approval | put git2
	hears git1 'tried again later'
	exec 9>&- 8<&-
	wait "$writing"
	unserve git1
	serve git1
	outcome git1
	said 't|'
	push_again
	expect landed
fi

sentence "Whatever a host's role puts in the way, what another host sends is not kept waiting"
in_work reset -q --hard origin/main
hold_change infra/crowd.tf
hears_holds git1
(
	person bob
	tag_as bob approve
)
in_work cat-file tag approval >"$story/tag"
sql git2 <<SQL
INSERT INTO countersign.decision (host, repository, hold, digest, person, object) SELECT 'git2', repository, id, digest, 'bob',
	convert_to(format(E'object %s\ntype commit\ntag x\ntagger x <x@example.com> 1 +0000\n\n%s\n', repeat('1', 40), n), 'UTF8')
	FROM countersign.hold, generate_series(1, 200) n WHERE id = '$hold' AND host = 'git1';
SQL
exits 0 countersign fleet decide --as bob "$story/tag"
said 'git1: taken'
same 'outcomes of what may go better later' 0 "$(echo "SELECT count(*) FROM countersign.decision_outcome o JOIN countersign.decision d ON d.id = o.decision WHERE d.host = 'git2' AND d.hold = '$hold'" | sql owner)"
push_again
expect landed
hold_change infra/named.tf
hears_holds git1
(
	person bob
	tag_as bob approve
)
in_work cat-file tag approval >"$story/tag"
exits 1 countersign fleet decide --as 'could not be judged' "$story/tag"
said 'git1: refused: nobody in the policy here is called'

sentence "What is approved at one replica is approved at the other, also when its hold comes later"
on git1
in_work reset -q --hard origin/main
hold_change infra/three.tf
unserve git2
replica git3 git1
serve git3
hears_holds git3
on git1
approved bob
outcome git3
said 't|'
on git3
git -C "$story/git1/work" push -q "$work" HEAD:refs/heads/work
push_again
expect landed
said 'allowed: approved by bob'
on git1
in_work fetch -q origin
branch other origin/main
person robot
agent claude-code
commit infra/four.tf x
push other:refs/heads/release/1
expect held
digest=$(digest_of "$hold")
tag_as bob approve other
as bob
push "+approval:refs/countersign/approvals/$hold/bob"
expect landed
as dev1
git -C "$work" push -q "$story/git3/work" HEAD:refs/heads/other
on git3
push other:refs/heads/release/1
expect held
outcome git3
said 't|'
push other:refs/heads/release/1
expect landed

sentence "A decision that was taken is not pushed again, and a service that was away has it when it is back"
rows()
{
	countersign log --repo "$server" --json | wc -l
}
before=$(rows)
unserve git3
serve git3
unserve git3
same 'rows' "$before" "$(rows)"
on git1
in_work fetch -q origin
hold_change infra/five.tf
unserve git1
(
	person bob
	tag_as bob approve
)
hears_nothing=$(countersign fleet decide --as bob "$story/none" 2>&1) && fail "$hears_nothing"
serve git1
hears_holds git1
unserve git1
in_work cat-file tag approval >"$story/tag"
printf "INSERT INTO countersign.decision (host, repository, hold, digest, person, object) SELECT 'git2', repository, id, digest, 'bob', decode('%s', 'base64') FROM countersign.hold WHERE id = '$hold' AND host = 'git1'" \
	"$(base64 -w 0 <"$story/tag")" | sql git2
push_again
expect held
"$prefix/bin/countersign-fleet" serve --once >"$out" 2>&1
push_again
expect landed

sentence "A schema of the step before is said to be one, and init brings it on without losing what is there"
on git1
unserve git2
unserve git3
echo 'CREATE DATABASE older' | sql owner
psql -q -h "$engine" -U owner -d older --single-transaction -v ON_ERROR_STOP=1 -f "$prefix/share/countersign/fleet.sql"
sed -i 's/"name": "countersign"/"name": "older"/' "$prefix/etc/countersign/fleet.json"
exits 2 countersign fleet join
said 'countersign fleet init brings it there'
exits 0 countersign fleet init --user owner
said 'the fleet'"'"'s schema was made'
exits 0 countersign fleet join
exits 0 countersign fleet init --user owner
said 'has the fleet'"'"'s schema already'
