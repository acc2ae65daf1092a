# A repository that several servers serve: what was approved lands once on all of them together, whichever it is pushed to.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/../push/signing.inc"
. "${0%/*}/postgres.inc"
engine

shared()
{
	governed
	sed -i 's/"version": 1,/"version": 1, "fleet": { "shared": true, "stale": "1h" },/' "$server/countersign/policy.json"
}

# outcome HOST: waits until the newest decision was taken there.
outcome()
{
	for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		echo "SELECT pg_sleep(0.2); SELECT o.taken FROM countersign.decision_outcome o WHERE o.host = '$1' AND o.decision = (SELECT max(id) FROM countersign.decision)" |
			sql owner | grep -q t && return 0
	done
	fail "the decision is not taken at $1"
}

# both REF PATH: an agent's change is held at both, and approved at one.
both()
{
	on git1
	person robot
	agent claude-code
	branch "$1" start
	commit "$2" "$(date +%N)"
	push "$1:refs/heads/release/$1"
	expect held
	first=$hold
	digest=$(digest_of "$hold")
	in_work push -q "$story/git3/work" "+$1:refs/heads/$1"
	on git3
	push "$1:refs/heads/release/$1"
	expect held
	same 'the hold at the other' "$first" "$hold"
	on git1
	tag_as bob approve "$1"
	as bob
	push "+approval:refs/countersign/approvals/$hold/bob"
	expect landed
	as dev1
	outcome git3
}

sentence "Of two replicas that are pushed to one after the other, what was approved lands on one"
host git1
shared
serve git1
person alice
as alice
branch start
commit README 'begun'
push start:main
expect landed
as dev1
person robot
agent claude-code
branch begun origin/main
commit infra/begun.tf x
push begun:refs/heads/release/begun
expect held
replica git3 git1
on git1
serve git3
both one infra/one.tf
on git1
push one:refs/heads/release/one
expect landed
on git3
push one:refs/heads/release/one
expect refused
said 'what was approved has landed through the server git1 already'
push one:refs/heads/release/one
expect held
[ "$hold" != "$first" ] || fail 'the same hold waits'
digest=$(digest_of "$hold")
tag_as bob approve one
as bob
push "+approval:refs/countersign/approvals/$hold/bob"
expect landed
as dev1
push one:refs/heads/release/one
expect landed

sentence "Taken back at one and pushed again at the other, it is held anew"
both two infra/two.tf
on git3
push two:refs/heads/release/two
expect landed
on git1
push two:refs/heads/release/two
expect refused
said 'landed through the server git3'

sentence "Pushed to both at the same moment, it lands on one of them"
for round in 1 2 3 4 5 6; do
	both "race$round" "infra/race$round.tf"
	for name in git1 git3; do
		(
			on "$name"
			out=$story/$name.pushed
			COUNTERSIGN_USER=dev1 in_work push -q origin "race$round:refs/heads/release/race$round" >"$out" 2>&1 || :
		) &
		eval "pushing_$name=$!"
	done
	# shellcheck disable=SC2154 # set by eval
	wait "$pushing_git1" || :
	wait "$pushing_git3" || :
	landed=0
	for name in git1 git3; do
		on "$name"
		[ "$(ref_of "refs/heads/release/race$round")" = "$zeros" ] || landed=$((landed + 1))
	done
	same "servers on which round $round has landed" 1 "$landed"
done

sentence "While the engine cannot be asked what was approved waits, not longer than a few seconds, and all else goes on"
both wait infra/wait.tf
on git1
engine_signal STOP
began=$(date +%s%N)
push wait:refs/heads/release/wait
took=$((($(date +%s%N) - began) / 1000000))
engine_signal CONT
expect refused
said 'whether it has landed through another cannot be asked now'
[ "$took" -lt 9000 ] || fail "it took $took ms"
printf '# %s ms while the engine was stopped\n' "$took"
engine_kill
push wait:refs/heads/release/wait
expect refused
said 'push again when the fleet answers'
person alice
as alice
branch person start
commit docs/a.md 'a person'
push person:refs/heads/release/person
expect landed
as dev1
unserve git1
began=$(date +%s%N)
push wait:refs/heads/release/wait
took=$((($(date +%s%N) - began) / 1000000))
expect refused
said 'cannot be asked now'
[ "$took" -lt 3000 ] || fail "it took $took ms without a service"
engine_start 2>/dev/null
serve git1
push wait:refs/heads/release/wait
expect landed

sentence "A service that is killed leaves no answer behind, and a host that has left the fleet lands nothing that was approved"
both left infra/left.tf
on git1
unserve git1 -KILL
push left:refs/heads/release/left
expect refused
said 'cannot be asked now'
exits 0 countersign fleet leave --offline
push left:refs/heads/release/left
expect refused
said 'this one is in no fleet'
fleet_settings git1 >"$prefix/etc/countersign/fleet.json"
exits 0 countersign fleet join
serve git1
push left:refs/heads/release/left
expect landed

sentence "A use costs a push little beside the engine"
id=$(echo "SELECT id FROM countersign.repository WHERE host = 'git1'" | sql owner | tail -n 1)
"$tools/story-ask" "$prefix/etc/countersign" "use $id $(printf %064d 7) 0 0..1 $server" 200 >"$out" || fail 'nobody answers'
said 'taken'
printf '# %s\n' "$(tail -n 1 "$out")"

sentence "Two servers over one folder land what was approved once"
unserve git3
# The other has the same paths and another /etc: git3's, in a mount namespace of its own.
if ! unshare -m true 2>/dev/null; then
	skip 'no mount namespaces here'
else
	serve git3
	on git1
	printf '%s\n' "$server" >>"$story/git3/prefix/etc/countersign/repositories"
	for round in 1 2 3 4 5 6 7 8; do
		person robot
		agent claude-code
		branch "disk$round" start
		commit "infra/disk$round.tf" x
		push "disk$round:refs/heads/release/disk$round"
		expect held
		digest=$(digest_of "$hold")
		tag_as bob approve "disk$round"
		as bob
		push "+approval:refs/countersign/approvals/$hold/bob"
		expect landed
		as dev1
		(
			out=$story/here.pushed
			COUNTERSIGN_USER=dev1 in_work push -q origin "disk$round:refs/heads/release/disk$round" >"$out" 2>&1 || :
		) &
		here=$!
		out=$story/there.pushed
		COUNTERSIGN_USER=dev1 unshare -m sh -c 'mount --bind "$1" "$2" && exec git -C "$3" push -q origin "$4"' sh \
			"$story/git3/prefix/etc" "$prefix/etc" "$work" "disk$round:refs/heads/release/disk$round" >"$story/there.pushed" 2>&1 || :
		out=$story/out
		wait "$here" || :
		[ "$(ref_of "refs/heads/release/disk$round")" != "$zeros" ] || fail "round $round has not landed"
		same "landings of round $round" 1 "$(countersign log --repo "$server" --json | grep '"kind": *"landed"' | grep -c "release/disk$round\"")"
		same "uses of round $round" 1 "$(echo "SELECT count(*) FROM countersign.used WHERE change LIKE '%$(in_work rev-parse "disk$round")'" | sql owner)"
	done
fi
