# What an agent made is its work under whatever id: squashed, rebased, amended, picked or copied by a person.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/../push/signing.inc"

workflow=.github/workflows/ci.yml
build='on: push'

# given: people who approve, main governed, and release-bot, who has an account.
given()
{
	server
	governed '' '{ "name": "infrastructure", "paths": ["class:infrastructure", "/infra/"], "action": "hold", "approvers": ["platform"] }'
}

# made BRANCH: what release-bot has committed there lands, from its account; nothing in the commits tells.
made()
{
	as release-bot
	push "$1"
	expect landed
	as dev1
	person mallory
}

# works BRANCH: an agent's account works on a branch of its own, from main.
works()
{
	person robot
	branch "$1" origin/main
}

# of_the_bot: the push waits for what that agent made.
of_the_bot()
{
	expect held
	said "by release-bot (content)"
}

person_goes_on()
{
	branch aside origin/main
	person mallory
	commit "$1" "$2"
	push aside:main
	expect landed
}

# squash BRANCH: puts all that it did into the index.
squash()
{
	in_work merge -q --squash "$1" >/dev/null 2>&1
}

sentence "A squash of an agent's branch is the agent's for what it made, and the rest is the person's"
given
works bot/work
commit "$workflow" "$build"
commit src/a.c 'int a;'
made bot/work
branch squash origin/main
squash bot/work
write infra/own.tf 'of the person'
record 'All of it'
push --push-option=countersign=json squash:main
of_the_bot
said "$workflow"
unsaid 'infra/own.tf'
exits 0 countersign status --repo "$server"
grep -q 'remembers what agents made of paths: 2$' "$out" || fail 'status does not count it'
push --push-option=countersign=json squash:main
verdict findings.0.identified_by.0 content
verdict findings.1.path ''
person_goes_on infra/own.tf 'of the person'

sentence "So is a rebase, an amended message, a pick, and a copy of the file"
given
works bot/work
commit "$workflow" "$build"
made bot/work
person_goes_on docs/guide.md 'Newer.'
in_work fetch -q
branch rebased bot/work
in_work rebase -q origin/main
push rebased:main
of_the_bot
branch amended bot/work
in_work rebase -q origin/main
in_work commit -q --amend -m 'Another message'
push --push-option=countersign=json amended:main
of_the_bot
branch picked origin/main
in_work cherry-pick bot/work >/dev/null
push picked:main
of_the_bot
branch copied origin/main
commit "$workflow" "$build" 'My own work'
push copied:main
of_the_bot

sentence "What an agent only claims to have made is remembered as a claim"
given
person robot
agent claude-code
branch claude origin/main
commit "$workflow" "$build"
as dev1
push claude
expect landed
agent none
person mallory
branch squash origin/main
squash claude
record 'Squashed'
push squash:main
expect held
said 'by claude-code (content)'

sentence "A squash that lies on a free branch first is the agent's when it comes to main"
given
works bot/work
commit "$workflow" "$build"
made bot/work
branch squash origin/main
squash bot/work
record 'Squashed'
push squash
expect landed
push squash:main
of_the_bot
push squash:refs/heads/release/1
of_the_bot

sentence "Parts of several agents' commits are each the part of its agent"
given
works bot/work
commit infra/a.tf 'by the bot'
made bot/work
person robot
agent claude-code
branch claude origin/main
commit infra/b.tf 'by Claude'
push claude
expect landed
agent none
person mallory
branch squash origin/main
squash bot/work
record 'First half'
squash claude
in_work commit -q --amend -m 'Both'
push squash:main
expect held
said 'infra/a.tf  in'
grep -F 'infra/a.tf' "$out" | grep -q -F 'release-bot (content)' || fail 'infra/a.tf is not the bot'\''s'
grep -F 'infra/b.tf' "$out" | grep -q -F 'claude-code (content)' || fail 'infra/b.tf is not Claude'\''s'

sentence "A person who brings old content back brings their own"
given
person mallory
commit infra/main.tf 'first, by a person'
push main
expect landed
works bot/work
commit infra/main.tf 'second, by the bot'
commit infra/main.tf 'first, by a person'
made bot/work
branch main origin/main
commit infra/main.tf 'third, by a person'
push main
expect landed
commit infra/main.tf 'first, by a person' 'Revert'
push main
expect landed

sentence "What main had of an agent's, by an approval, a person may bring back"
given
works work
commit infra/main.tf 'by the bot'
as release-bot
push work:bot/work
expect landed
person mallory
branch squash origin/main
squash work
record 'Squashed'
as mallory
push squash:main
of_the_bot
digest=$(digest_of "$hold")
in_work branch -f work squash
approved bob
as mallory
push squash:main
expect landed
person alice
commit infra/main.tf 'by a person'
push squash:main
expect landed
commit infra/main.tf 'by the bot' 'Revert'
push squash:main
expect landed

sentence "A person's signed merge lifts it, and whoever squashed it may not approve it"
given
works bot/work
commit infra/main.tf 'by the bot'
made bot/work
person bob
branch work origin/main
squash bot/work
record 'Squashed'
as bob
push work:main
of_the_bot
digest=$(digest_of "$hold")
approve bob
expect denied
person dave
merged_by dave
as dave
push main
expect landed
said 'approved by dave'

sentence "What an agent only moved is nobody's where it was, and the agent's where it is"
given
person mallory
commit tools/deploy.tf 'by a person'
commit infra/main.tf 'by a person, too'
push main
expect landed
works bot/work
in_work mv tools/deploy.tf infra/deploy.tf
in_work rm -q infra/main.tf
record 'Move'
made bot/work
branch squash origin/main
squash bot/work
record 'Squashed'
push squash:main
of_the_bot
said 'infra/deploy.tf'
unsaid 'infra/main.tf'
branch again origin/main
commit tools/deploy.tf 'changed'
commit tools/deploy.tf 'by a person'
push again:main
expect landed

sentence "A file with nothing in it is nobody's, and one that was emptied is the agent's"
given
person mallory
commit infra/rules.tf 'deny all'
push main
expect landed
works bot/work
mkdir -p "$work/infra/py"
: >"$work/infra/py/__init__.py"
in_work add infra/py/__init__.py
: >"$work/infra/rules.tf"
in_work add infra/rules.tf
record 'Empty'
made bot/work
branch own origin/main
mkdir -p "$work/infra/py"
: >"$work/infra/py/__init__.py"
in_work add infra/py/__init__.py
record 'Of my own'
push own:main
expect landed
branch squash origin/main
squash bot/work
record 'Squashed'
push squash:main
of_the_bot
unsaid '__init__'
said 'infra/rules.tf'

sentence "What an agent deletes on a branch of its own does not make anybody else's deletions its own"
given
person mallory
commit infra/old.tf 'old'
commit infra/older.tf 'older'
push main
expect landed
works bot/work
in_work rm -q -r .
record 'Delete all'
made bot/work
branch tidy origin/main
in_work rm -q infra/old.tf
record 'It is not needed'
push tidy:main
expect landed
in_work rm -q -r infra
record 'Nor is that'
push tidy:main
expect landed
works bot/again
commit infra/new.tf 'by the bot'
made bot/again
branch squash origin/main
squash bot/again
record 'Squashed'
push squash:main
of_the_bot

sentence "A person's own commit that was there stays theirs whatever an agent's account brings later, and one that it brought first is theirs when they sign it"
given
person mallory
branch feature origin/main
commit infra/own.tf 'by a person'
push feature
expect landed
works bot/work
in_work merge -q --ff-only feature
commit src/on-top.c 'int on_top;'
made bot/work
branch copy origin/main
person robot
commit infra/own.tf 'by a person' 'Copied'
as release-bot
push copy:bot/copy
expect landed
as dev1
person mallory
push feature:main
expect landed
branch local origin/main
commit infra/local.tf 'by a person, and never pushed'
commit src/by-the-bot.c 'int b;'
as release-bot
push local:bot/local
expect landed
as mallory
push local:main
expect held
said 'by release-bot (remembered)'
branch anew origin/main
(
	GIT_COMMITTER_DATE="$(($(date +%s) + 5)) +0000" # made in the same second it were the same commit
	export GIT_COMMITTER_DATE
	in_work cherry-pick local~1 >/dev/null
)
push anew:main
of_the_bot
signs bob
in_work commit -q --amend --no-edit -S
push anew:main
of_the_bot
signs mallory
in_work commit -q --amend --no-edit -S
push anew:main
expect landed

sentence "A link, a mode and a submodule that an agent made are the agent's"
given
person mallory
commit infra/run.sh 'true'
push main
expect landed
works bot/work
chmod +x "$work/infra/run.sh"
in_work add infra/run.sh
ln -s run.sh "$work/infra/link"
in_work add infra/link
in_work update-index --add --cacheinfo "160000,$(in_work rev-parse HEAD),infra/module"
record 'Modes'
mkdir -p "$work/infra/module"
made bot/work
branch squash origin/main
in_work cherry-pick -n bot/work
record 'Picked'
push squash:main
of_the_bot
said 'infra/run.sh'
said 'infra/link'
said 'infra/module'

sentence "A person who was first stays who made it, whatever an agent copies"
given
person mallory
branch feature origin/main
commit infra/new.tf 'by a person'
push feature
expect landed
works bot/work
commit infra/new.tf 'by a person' 'Copied'
made bot/work
in_work fetch -q
branch squash origin/main
squash feature
record 'Squashed'
push squash:main
expect landed

sentence "Of an agent that is stopped, what it made does not come by other ways"
given
works bot/work
commit src/a.c 'int a;'
made bot/work
exits 0 countersign stop release-bot --repo "$server" --reason 'Gone mad'
branch squash origin/main
squash bot/work
record 'Squashed'
push squash:main
expect denied
said stopped
branch fine origin/main
commit src/b.c 'int b;'
push fine:main
expect landed

sentence "Pushes of many commits are looked into by two processes with the same verdict"
given
works bot/work
commit "$workflow" "$build"
made bot/work
branch long origin/main
{
	from=$(in_work rev-parse origin/main)
	for n in $(seq 1 700); do
		printf 'commit refs/heads/long\ncommitter mallory <mallory@example.com> %d +0000\ndata 2\nx\n' $((1700000000 + n))
		[ "$n" -gt 1 ] || printf 'from %s\n' "$from"
		printf 'M 644 inline docs/%d.md\ndata 2\nx\n' "$n"
		[ "$n" -ne 650 ] || printf 'M 644 inline %s\ndata %d\n%s\n\n' "$workflow" $((${#build} + 1)) "$build"
	done
} | in_work fast-import --quiet --force
in_work reset -q --hard
push long:main
of_the_bot
