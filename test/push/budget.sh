# Budgets of agents: pushes and commits in a time, files and bytes of a push, open holds.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

# budgeted BUDGET [BUDGET-OF-ALL]: release-bot has an account and one of them, every agent the other.
budgeted()
{
	for name in bob bot; do
		key "$name"
	done
	policy <<JSON
{ "version": 1, "refs": ["HEAD"],
  "people": { "bob": { "emails": ["bob@example.com"], "accounts": ["bob"], "groups": ["platform"], "keys": ["$(key_of bob)"] },
              "carol": { "emails": ["carol@example.com"] } },
  "agents": {
    "*": { ${2:+\"budget\": $2} },
    "release-bot": { "owner": "carol", "accounts": ["release-bot"], "keys": ["$(key_of bot)"],
                     "trailers": ["Agent: release-bot"], "budget": $1 } },
  "rules": [ { "name": "infra", "paths": ["/infra/"], "action": "hold", "approvers": ["platform"] } ] }
JSON
	as release-bot
}

# spent SECONDS-AGO: release-bot has pushed a commit.
spent()
{
	"$tools/statetool" "$server" spent release-bot "$1" "${2:-release-bot}"
}

sentence "A push over the budget of pushes is denied with budget, use and when there is room, and what was refused does not count"
server
budgeted '{ "pushes": "3/h" }'
spent 3700
spent 3000
spent 60
commit src/a.c 1
push main
expect landed
commit src/a.c 2
for again in 1 2; do
	push main
	expect denied
	said 'release-bot has a budget of 3 pushes in 1h, of which 3 are used, most of it from the account release-bot (3); this push needs 1: there is room at 20'
	said 'wait until there is room'
done
as dev1
push main
expect landed

sentence "Commits are counted for the agent, whatever ref they are pushed to, each when it first comes"
server
budgeted '{ "commits": "3/d" }'
branch topic
commit src/a.c 1
commit src/a.c 2
push topic
expect landed
push topic:main
expect landed
commit src/a.c 3
push topic
expect landed
commit src/a.c 4
push topic
expect denied
said 'a budget of 3 commits in 1d, of which 3 are used'
branch many origin/main
for i in 1 2 3 4; do
	commit src/many.c "$i"
done
push many
expect denied
said 'this push needs 4: push fewer at a time'

sentence "Files and bytes of one push are counted, on every ref"
server
budgeted '{ "files": 2, "bytes": "1KiB" }'
branch topic
commit src/a.c 1
commit src/b.c 1
commit src/a.c 2
push topic
expect landed
branch more origin/main
write src/c.c 1
write src/d.c 1
commit src/e.c 1
push more
expect denied
said 'release-bot has a budget of 2 files in a push, and this one has 3: push in smaller steps'
branch large origin/main
commit src/large.c "$(head -c 600 /dev/zero | tr '\0' x)"
commit src/large.c "$(head -c 600 /dev/zero | tr '\0' y)"
push large
expect denied
said 'a budget of 1024 bytes in a push, and this one has 1202'

sentence "Beyond the budget of holds one more is denied, the same one again is held, and one that landed makes room"
server
budgeted '{ "holds": 1 }'
branch first origin/main
commit infra/a.tf 1
push first:main
expect held
branch second origin/main
commit infra/b.tf 1
push second:main
expect denied
said 'release-bot has a budget of 1 open hold, and has 1'
push first:main
expect held
digest=$(digest_of "$hold")
branch work first
approved bob
as release-bot
push first:main
expect landed
in_work fetch -q origin
branch third origin/main
commit infra/c.tf 1
push third:main
expect held

sentence "A budget can hold instead: it waits for room, or for those it names"
server
budgeted '{ "commits": "1/d", "action": "hold" }'
branch work
commit src/a.c 1
commit src/a.c 2
push work:main
expect held
said 'cannot be approved'
budgeted '{ "commits": "1/d", "action": "hold", "approvers": ["platform"] }'
push work:main
expect held
said 'needs 1 approval from platform'
digest=$(digest_of "$hold")
approved bob
as release-bot
push work:main
expect landed
commit src/a.c 3
push work:main
expect held

sentence "A warning lets it through"
server
budgeted '{ "pushes": "1/d", "action": "warn" }'
commit src/a.c 1
push main
expect landed
commit src/a.c 2
push main
expect landed
said 'a budget of 1 push in 1d'

sentence "What others claim or carry does not empty the agent's own purse, and is refused when theirs is empty, with a name"
server
budgeted '{ "commits": "2/d" }'
as mallory
agent release-bot
for i in 1 2; do
	branch "claim$i" origin/main
	commit src/a.c "$i"
	push "claim$i"
	expect landed
done
agent none
signs bot
branch carried origin/main
in_work commit -q -S --allow-empty -m 'signed by the bot, found elsewhere'
push carried
expect denied
said 'what is claimed to be of release-bot has a budget of 2 commits in 1d, of which 2 are used, most of it from the account mallory (2)'
as release-bot
branch own origin/main
commit src/b.c 1
push own
expect landed

sentence "What is said of all agents holds for each, apart"
server
budgeted '{ "files": 10 }' '{ "pushes": "1/h" }'
for name in claude-code cursor; do
	as dev1
	agent $name
	branch $name origin/main
	commit src/a.c "$name"
	push $name
	expect landed
	commit src/a.c again
	push $name
	expect denied
	said "what is claimed to be of $name has a budget of 1 push in 1h"
done
agent none
as release-bot
branch bot origin/main
commit src/a.c 1
push bot
expect landed
commit src/a.c 2
push bot
expect denied
as dev1
push bot
expect landed

# Saving a hold is the one thing that happens between judging and recording, and git runs a command of ours then.
sentence "A push that finds the budget taken by another one while it was judged is refused whole"
server
budgeted '{ "pushes": "1/h" }'
git init -q --bare "$story/alternate.git"
echo "$story/alternate.git/objects" >"$server/objects/info/alternates"
cat >"$story/other-push" <<SH
#!/bin/sh
[ -n "\${COUNTERSIGN_USER:-}" ] || [ -e "$story/spent" ] || {
	: >"$story/spent"
	"$tools/statetool" "$server" spent release-bot 0 release-bot
}
SH
chmod 755 "$story/other-push"
on_server config core.alternateRefsCommand "$story/other-push"
branch free origin/main
commit src/a.c 1
branch held origin/main
commit infra/a.tf 1
push free held:main
expect refused
said 'another push has just taken what this one needs of the budget of release-bot: push again later'
same "the free branch" "$zeros" "$(ref_of refs/heads/free)"
on_server config --unset core.alternateRefsCommand
rm "$server/objects/info/alternates"

# five_at_once FOLDER/LETTER [:REF]: release-bot pushes five branches, LETTER1 and so on, a file of the folder in each.
five_at_once()
{
	for i in 1 2 3 4 5; do
		branch "${1#*/}$i" origin/main
		commit "${1%/*}/$i" "$i"
	done
	for i in 1 2 3 4 5; do
		COUNTERSIGN_USER=release-bot git -C "$work" push -q origin "${1#*/}$i${2:-}" >"$story/out.$i" 2>&1 &
	done
	wait
}

sentence "Of pushes at once only so many land as the budget has room for"
server
budgeted '{ "pushes": "3/h" }'
five_at_once src/b
same "branches that landed" 3 "$(refs_of 'refs/heads/b*' | grep -c .)"
exits 0 countersign log verify --repo "$server"

sentence "Of pushes at once only so many are held as the budget of holds has room for"
server
budgeted '{ "holds": 1 }'
five_at_once infra/h :main
same "open holds" 1 "$(countersign holds --json --repo "$server" | grep -c '"status":"open"')"
exits 0 countersign log verify --repo "$server"
