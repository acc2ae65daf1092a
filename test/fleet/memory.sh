# Servers of one repository know what each other's agents did, and keep budgets together.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/../push/signing.inc"
. "${0%/*}/postgres.inc"
engine

# budgeted BUDGET: release-bot has an account and that budget; every agent may write below /src/ and, held, /infra/.
budgeted()
{
	key bot
	policy <<JSON
{ "version": 1, "refs": ["HEAD"], "fleet": { "shared": true, "stale": "1h" },
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "groups": ["platform"] },
              "carol": { "emails": ["carol@example.com"] } },
  "agents": {
    "*": { "scope": ["/src/", "/infra/"] },
    "release-bot": { "owner": "carol", "accounts": ["release-bot"], "keys": ["$(key_of bot)"],
                     "trailers": ["Agent: release-bot"], "scope": ["/src/", "/infra/", "/release/"], "budget": $1 } },
  "rules": [ { "name": "infra", "paths": ["/infra/"], "action": "hold", "approvers": ["platform"] } ] }
JSON
}

# judged HOST REF BRANCH STATUS WORDS: waits until that is what it would be, of alice's push there.
judged()
{
	in_work push -q "$story/$1/work" "+$3:refs/heads/$3"
	for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
		on "$1"
		as alice
		push --push-option=countersign=check "$3:$2"
		! grep -q "$4" "$out" || ! grep -q "$5" "$out" || return 0
		echo 'SELECT pg_sleep(0.2)' | sql owner >/dev/null
	done
	fail "$1 does not say '$4' of $3"
}

# bot HOST NAME: release-bot pushes a file of its own to a branch of its own there.
bot()
{
	on "$1"
	as release-bot
	branch "$2" start
	commit "src/$2.c" "$2"
	push "$2"
}

# spent HOST COUNT: waits until it knows of so many pushes; the refusal says how many.
spent()
{
	for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
		bot "$1" "more$turn$1"
		! grep -q "of which $2 are used" "$out" || return 0
		echo 'SELECT pg_sleep(0.2)' | sql owner >/dev/null
	done
	fail "$1 does not know of $2"
}

sentence "What an agent's account brought to one replica is that agent's at the other"
host git1
budgeted '{ "pushes": "100/d" }'
serve git1
as alice
branch start
commit README 'begun'
push start:main
expect landed
as release-bot
branch first origin/main
commit src/first.c x
push first
expect landed
replica git3 git1
on git3
branch start origin/main
serve git3
on git1
as release-bot
branch quiet start
commit infra/quiet.tf 'quiet'
push quiet
expect landed
as alice
judged git3 refs/heads/main quiet 'would be held' 'by release-bot (remembered)'
push quiet:main
expect held

sentence "A copy of what it made is its own there, too, and a person's own change is not"
on git1
as release-bot
person robot
branch made start
commit infra/made.tf 'made by a bot'
push made
on git3
person alice
branch copied start
commit infra/made.tf 'made by a bot'
branch own start
commit infra/own.tf 'by a person'
judged git3 refs/heads/main copied 'would be held' 'by release-bot (content)'
judged git3 refs/heads/main own 'would be allowed' 'refs/heads/main'

sentence "What is spent at one replica is spent at the other"
for name in git1 git3; do
	on "$name"
	budgeted '{ "pushes": "8/d" }'
done
bot git1 b1 # the fourth: first, quiet and made were before
expect landed
bot git3 b2
expect landed
bot git1 b3
expect landed
bot git3 b4
expect landed
bot git1 b5
expect landed
spent git3 8
spent git1 8
expect denied
said 'release-bot has a budget of 8 pushes in 1d, of which 8 are used'
as alice
branch person start
commit src/person.c x
push person
expect landed

sentence "Of pushes to both at the same moment no more land than the budget has"
for name in git1 git3; do
	on "$name"
	budgeted '{ "pushes": "14/d" }'
done
on git1
as release-bot
pushing=
for turn in 1 2 3 4 5 6 7 8 9 10; do
	for name in git1 git3; do
		on "$name"
		branch "race$turn" start
		commit "src/race$turn.c" "$name"
		in_work branch -q -f "race$turn$name"
		(
			out=$story/$name.$turn.pushed
			COUNTERSIGN_USER=release-bot in_work push -q origin "race$turn$name" >"$out" 2>&1
		) &
		pushing="$pushing $!"
	done
done
for pid in $pushing; do
	wait "$pid" || :
done
landed=0
for name in git1 git3; do
	on "$name"
	landed=$((landed + $(git --git-dir="$server" for-each-ref 'refs/heads/race*' | wc -l)))
done
same 'pushes that landed' 6 "$landed"
cat "$story"/git*.pushed >"$out"
said 'release-bot'

sentence "While the engine cannot be asked an agent with a budget waits, and people do not"
for name in git1 git3; do
	on "$name"
	budgeted '{ "pushes": "100/d" }'
done
on git1
unserve git1
bot git1 late
expect refused
said 'what is left of the budget of release-bot cannot be asked now'
as alice
branch person2 start
commit src/person2.c x
push person2
expect landed
serve git1
bot git1 late2
expect landed

sentence "What a host forges makes nobody freer, and what is no row keeps none back"
id=$(echo "SELECT id FROM countersign.repository WHERE host = 'git1'" | sql owner)
on git1
person robot
trailer='Agent: release-bot'
branch claimed start
commit release/claimed.txt x
trailer=
commit_id=$(in_work rev-parse claimed)
as alice
push claimed:main
expect denied
said 'scope'
fact()
{
	kind=$1
	shift
	printf %s "$kind"
	for field in "$@"; do
		printf '%s:%s' "${#field}" "$field"
	done
	echo
}
told()
{
	printf "SELECT countersign.share('%s', ARRAY['%s'], ARRAY[0], ARRAY['%s'])" "$id" "$1" "$(base64 -w 0)" | sql git3
}
printf rubbish | told 00000000000000000000000000000001 >"$out"
fact c "$commit_id" release-bot 1 release-bot | told 00000000000000000000000000000002 >"$out"
fact s release-bot '' release-bot -9 -9 | told 00000000000000000000000000000003 >"$out"
on git3
branch told start
commit infra/told.tf 'told behind those'
as release-bot
push told
expect landed
judged git1 refs/heads/main told 'would be held' 'by release-bot (remembered)'
as alice
push claimed:main
expect denied
said 'scope'
push claimed:parked # a person brings it, to where none of the rules apply
expect landed
push claimed:main
expect denied
said 'scope'
echo "INSERT INTO countersign.shared (host, repository, item, time, body) VALUES ('git3', '$id', repeat('a', 32), now(), '')" | sql git3 >"$out" || :
said 'permission denied'
echo "UPDATE countersign.portion SET pushes = 0" | sql git3 >"$out" || :
said 'permission denied'
echo "SELECT countersign.give_back(id, 1000, 1000) FROM countersign.portion WHERE host = 'git1'" | sql git3 >/dev/null
[ "$(echo "SELECT sum(pushes) FROM countersign.portion WHERE host = 'git1'" | sql owner)" -gt 0 ] || fail "another's portions are gone"

sentence "Two servers over one folder count once what is spent"
host git4
rm -f "$server"/countersign/state.db* "$server/countersign.had-state" "$server/countersign/countersign.had-state" # another repository, with an id of its own
budgeted '{ "pushes": "5/d" }'
serve git4
as alice
branch start
commit README 'begun'
push start:main
expect landed
host git5
printf '%s\n' "$story/git4/server.git" >"$prefix/etc/countersign/repositories"
serve git5
for n in 1 2 3; do
	bot git4 "once$n"
	expect landed
done
for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do # until both have told of all of it
	tips=$(echo "SELECT pg_sleep(0.3); SELECT DISTINCT shared_tip FROM countersign.repository WHERE host IN ('git4', 'git5')" | sql owner | grep -c .)
	tellers=$(echo "SELECT count(*) FROM countersign.repository WHERE host IN ('git4', 'git5') AND shared_tip <> ''" | sql owner)
	[ "$tips $tellers" != '1 2' ] || break
done
same 'servers that have told, and of what last' '1 2' "$tips $tellers"
echo 'SELECT pg_sleep(1)' | sql owner >"$out"
bot git4 once4
expect landed
bot git4 once5
expect landed
bot git4 once6
expect denied
said 'of which 5 are used'
