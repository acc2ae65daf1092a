# Stopping an agent, an account or a key: nothing of it lands from the next push on.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

# stop WORD...: on the server, by its admin.
stop()
{
	exits 0 countersign stop --repo "$server" "$@"
}

resume()
{
	exits 0 countersign resume --repo "$server" "$@"
}

# A person's commit, from alice's account, lands as ever.
person_lands()
{
	person alice
	as alice
	branch "person$1" origin/main
	commit "docs/person$1.md" 'by a person'
	push "person$1:main"
	expect landed
	in_work fetch -q origin
}

sentence "A stopped agent's push is denied with the reason, people's land, and a resumed agent's lands"
server
governed
agent claude-code
commit src/a.c 'one'
push main
expect landed
stop claude-code --reason 'its prompt was taken over'
commit src/b.c 'two'
push main
expect denied
said 'stopped'
said 'agent claude-code was stopped by'
said 'its prompt was taken over'
said 'ask the admin of the repository, who can resume it'
push --push-option=countersign=json main
verdict findings.0.rule stopped
person_lands 1
resume claude-code
in_work checkout -q main
in_work rebase -q origin/main
push main
expect landed

sentence "It is denied on refs that no rule governs, and when the policy only observes"
server
policy <<'JSON'
{ "version": 1, "mode": "observe", "refs": ["refs/heads/release/**"] }
JSON
agent claude-code
stop claude-code --reason 'off'
branch topic
commit src/a.c 'one'
push topic
expect denied
push topic:main
expect denied
agent none
branch mine origin/main
commit src/a.c 'one'
push mine
expect landed

sentence "It is denied however it is recognised: by key, by account, by what is remembered"
server
governed
as release-bot
branch bot origin/main
commit src/bot.c 'from its account'
push bot
expect landed
stop release-bot --reason 'its key leaked'
as dev1
push bot:main
expect denied
said 'its key leaked'
branch signed origin/main
signs bot
in_work commit -q --allow-empty -S -m 'signed'
push signed
expect denied
branch person origin/main
commit src/a.c 'unsigned, no trailer'
as release-bot
push person
expect denied
push :bot
expect refused
said 'its key leaked'

sentence "A person's merge does not bring a stopped agent's commits in, whether or not their branch is governed"
for refs in '"HEAD"' '"refs/heads/**"'; do
	server
	policy <<JSON
{ "version": 1, "refs": [$refs] }
JSON
	agent claude-code
	branch work origin/main
	commit src/a.c 'one'
	push work
	expect landed
	person alice
	branch mine origin/main
	commit docs/mine.md 'beside it'
	in_work merge -q --no-edit work
	stop claude-code --reason 'off'
	push mine:main
	expect denied
	said 'agent claude-code was stopped'
	resume claude-code
	push mine:main
	expect landed
done

sentence "What landed before stays: people go on from it, and branch and tag it"
server
governed
agent claude-code
commit src/a.c 'one'
push main
expect landed
stop claude-code --reason 'off'
person_lands 2
branch release/1 origin/main
push release/1
expect landed
in_work tag v1 origin/main
push refs/tags/v1
expect landed

sentence "A hold of a stopped agent is frozen: an approval there is does not let it land, and a new one is refused"
server
governed
hold_change
approved bob
stop claude-code --reason 'off'
same "the holds it tells" "1 open hold of it cannot be approved until it is resumed" "$(sed -n 2p "$out")"
push_again
expect denied
approve dave
expect denied
said 'claude-code is stopped, and its holds are frozen: off'
resume claude-code
push_again
expect landed

sentence "While it is stopped its hold can be rejected, and the rejection stands"
server
governed
hold_change
approved bob
stop claude-code --reason 'off'
decide dave reject
expect landed
resume claude-code
push_again
expect held
said 'rejected by dave'

sentence "A stop is stronger than approvals that land by themselves"
server
governed '{ "land": true }'
hold_change
stop claude-code --reason 'off'
approve bob
expect denied
unmoved refs/heads/main

sentence "A stopped account pushes nothing, no approval either, and what it brought does not land by others"
server
governed
as dev1
agent claude-code
branch work origin/main
commit src/a.c 'one'
push work
expect landed
stop --account dev1 --reason 'the token was found in a log'
agent none
branch mine origin/main
commit docs/a.md 'a person'
push mine
expect denied
said 'account dev1 was stopped by'
said 'the token was found in a log'
as alice
push mine
expect landed
push work:main
expect denied
resume --account dev1
push work:main
expect landed

sentence "What a stopped key signed does not land, and its approvals do not count"
server
governed
hold_change
approved bob
stop --key "$(fingerprint_of bob)" --reason 'the laptop is gone'
push_again
expect held
unsaid 'allowed'
stop --key "$(fingerprint_of dave2)" --reason 'this one, too'
approve dave dave2
expect denied
said 'its key was stopped: this one, too'
approved dave
push_again
expect landed
person bob
as bob
branch signed origin/main
signs bob
in_work commit -q --allow-empty -S -m 'signed'
push signed
expect denied
said "key $(fingerprint_of bob) was stopped"

sentence "A key that no policy knows can be stopped, too"
server
governed
stop --key "$(fingerprint_of stranger)" --reason 'seen elsewhere'
signs stranger
in_work commit -q --allow-empty -S -m 'signed'
push main
expect denied
said 'seen elsewhere'

sentence "More agents named than are told apart do not hide a stopped one"
server
{
	printf '{ "version": 1, "refs": ["HEAD"], "agents": {'
	for n in 1 2 3 4 5 6 7 8 9; do
		printf '"bot-%d": { "trailers": ["Agent: bot-%d"] }, ' $n $n
	done
	printf '"zz": { "trailers": ["Agent: zz"] } } }'
} | policy
stop zz --reason 'off'
write src/a.c 'x'
in_work commit -q -m 'Many' -m "$(for n in 1 2 3 4 5 6 7 8 9; do
	echo "Agent: bot-$n"
done)
Agent: zz"
push main
expect denied
said 'agent zz was stopped'

sentence "Every agent is stopped by a star, and people are not"
server
governed
stop '*' --reason 'all of them'
agent cursor
branch theirs origin/main
commit src/a.c 'x'
push theirs
expect denied
said 'all of them'
agent none
person_lands 3

# stopped_between_hooks WHERE...: a push is refused when its agent is stopped after it was allowed.
stopped_between_hooks()
{
	agent claude-code
	branch work origin/main
	commit src/a.c 'x'
	as dev1
	mv "$server/hooks/update" "$story/update"
	cat >"$server/hooks/update" <<SH
#!/bin/sh
"$prefix/bin/countersign" stop claude-code --reason 'between the hooks' $* >/dev/null || exit 1
exec "$story/update" "\$@"
SH
	chmod 755 "$server/hooks/update"
	push work:main
	expect refused
	said 'between the hooks'
}

sentence "A pass from before the stop lets nothing through after it"
server
governed
stopped_between_hooks --repo "$server"

sentence "A stop while a push is being judged refuses it"
server
governed
agent claude-code
branch work origin/main
commit src/a.c 'x'
mkdir -p "$server/countersign/chained-first"
cat >"$server/countersign/chained-first/pre-receive" <<SH
#!/bin/sh
"$prefix/bin/countersign" stop cursor --reason 'meanwhile' --repo "$server" >/dev/null
SH
chmod 755 "$server/countersign/chained-first/pre-receive"
push work:main
expect refused
said 'somebody was stopped or resumed while the push was judged: push again'

sentence "Without a policy that can be read, it stops all the same, and says that nobody is told"
server
echo '{ "version": 1, "rulez": [] }' >"$server/countersign/policy.json"
stop release-bot --reason 'off'
said 'nobody is notified'
said 'release-bot is stopped'
governed
as release-bot
commit src/a.c 'x'
push main:topic
expect denied

sentence "A name that cannot be checked is stopped with a warning"
echo '{ "version": 1, "rulez": [] }' >"$server/countersign/policy.json"
stop release-bto --reason 'off'
said "could not check that there is an agent 'release-bto'; a misspelt name blocks nothing"
resume release-bto
unsaid 'could not be checked'
stop claude-code --reason 'off'
unsaid 'could not be checked'

# with_entry [MORE]: the policy knows the agent by its key, its account, a trailer and an address, or by less.
with_entry()
{
	policy <<JSON
{ "version": 1, "refs": ["refs/heads/**"],
  "people": { "carol": { "emails": ["carol@example.com"], "accounts": ["carol"] } },
  "agents": { "release-bot": { "owner": "carol", ${1-"\"keys\": [\"$(key_of bot)\"], \"accounts\": [\"release-bot\"],"}
                               "trailers": ["Agent: release-bot"], "emails": ["release-bot@example.com"] } } }
JSON
}

# without_entry: the policy knows the agent no more.
without_entry()
{
	policy <<'JSON'
{ "version": 1, "refs": ["refs/heads/**"] }
JSON
}

# bot_is_denied: what comes from its account, is signed by its key, or has its trailer or its address.
bot_is_denied()
{
	as release-bot
	branch theirs origin/main
	commit src/a.c 'no trailer'
	push theirs
	expect denied
	said "$1"
	as dev1
	branch signed origin/main
	signs bot
	in_work commit -q --allow-empty -S -m 'signed'
	push signed
	expect denied
	said "$1"
	for mark in 'Agent: release-bot' 'Co-authored-by: Bot <release-bot@example.com>'; do
		branch marked origin/main
		in_work commit -q --allow-empty -m 'marked' -m "$mark"
		push marked
		expect denied
		said "$1"
	done
}

sentence "A stop outlives the agent's entry in the policy: its account, key, trailer and address stay stopped until resumed"
for who in release-bot '*'; do
	server
	with_entry
	stop "$who" --reason 'its key leaked'
	without_entry
	bot_is_denied 'its key leaked'
	as alice
	branch fine origin/main
	commit docs/fine.md 'by a person'
	push fine
	expect landed
	exits 0 countersign stop --list --repo "$server"
	same 'how many are listed' 1 "$(grep -c . "$out")"
	resume "$who"
	as release-bot
	branch again origin/main
	commit src/a.c 'nobody knows it'
	push again
	expect landed
done

sentence "An account and a key that a stopped agent's entry has lost stay stopped, too"
server
with_entry
stop release-bot --reason 'its key leaked'
with_entry ''
bot_is_denied 'its key leaked'

sentence "It is told, logged and listed: who is stopped, since when, by whom, and why"
server
governed
stop claude-code --reason 'line one
line two'
stop --account dev9 --reason 'off'
exits 0 countersign stop --repo "$server"
said 'agent claude-code  here  since 20'
said ': line one\nline two'
exits 0 countersign stop --list --json --repo "$server"
said '"name":"dev9"'
countersign status --repo "$server" >"$out" || :
said 'stopped: agent claude-code: line one\nline two'
resume claude-code
exits 0 countersign log --json --repo "$server"
said '"kind":"stopped"'
said '"kind":"resumed"'
exits 0 countersign log verify --repo "$server"
exits 1 countersign resume claude-code --repo "$server"
said 'was not stopped'

sentence "A name that nobody knows is not stopped in silence, and words that are not understood stop nobody"
server
governed
exits 1 countersign stop clade-code --reason x --repo "$server"
said "did you mean 'claude-code'?"
exits 2 countersign stop claude-code --repo "$server"
for empty in '' '   ' "$(printf '\t\302\240\342\200\213\n ')"; do
	exits 2 countersign stop claude-code --reason "$empty" --repo "$server"
	said 'say why'
done
exits 2 countersign stop claude-code cursor --reason x --repo "$server"
exits 2 countersign stop --key abc --reason x --repo "$server"
exits 2 countersign stop claude-code --reason "$(printf '\377')" --repo "$server"
exits 2 countersign stop claude-code --reason x --repo "$story/nowhere"
exits 0 countersign stop --help
exits 0 countersign stop --list --repo "$server"
said 'nobody is stopped'

sentence "On the whole host it holds in every repository, is in their logs, and ends with a resume"
own_prefix
governed
cp -a "$server" "$story/other.git"
printf '%s\n' "$server" "$story/other.git" >"$prefix/etc/countersign/repositories"
exits 0 countersign stop claude-code --reason 'everywhere' --all
for repository in "$server" "$story/other.git"; do
	exits 0 countersign log --json --repo "$repository"
	said '"everywhere":true'
done
agent claude-code
commit src/a.c 'x'
push main
expect denied
said 'was stopped on this host by'
countersign status --repo "$server" >"$out" || :
said 'stopped on this host: agent claude-code: everywhere'
exits 1 countersign resume claude-code --repo "$server"
exits 0 countersign resume claude-code --all
push main
expect landed

sentence "A stop on the whole host outlives the entry, too, and the end of one that was made here as well"
with_entry
stop release-bot --reason 'here'
exits 0 countersign stop release-bot --reason 'on the host' --all
without_entry
resume release-bot
bot_is_denied 'on the host'
exits 0 countersign resume release-bot --all
as release-bot
branch again origin/main
commit src/a.c 'nobody knows it'
push again
expect landed

sentence "A host's list that cannot be read, or is not understood, refuses every push and says where"
own_prefix
server
governed
list=$prefix/etc/countersign/stopped.json
for text in '' '{' '{"version":2,"stopped":[]}' '{"version":1,"stopped":[{"kind":"agent","name":"x"}]}' \
	'{"version":1,"stopped":[{"kind":"agnt","name":"x","since":"","by":"","reason":""}]}' \
	'{"version":1,"stopped":[],"stopped":[]}'; do
	printf '%s' "$text" >"$list"
	person alice
	commit docs/a.md "$text"
	push main
	expect fault "the push"
	said 'stopped.json:'
done
echo '{"version":1,"stopped":[]}' >"$list"
chmod 666 "$list"
push main
expect refused
said 'writable by others'
rm -f "$list" "${list%/*}/countersign.had-stopped"
push main
expect landed

sentence "A host's stop between the hooks voids what was decided before it, also where the host's list has no repository"
own_prefix
rm "$prefix/etc/countersign/repositories"
server
governed
stopped_between_hooks --all
exits 0 countersign resume claude-code --all
