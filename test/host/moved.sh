# Governed refs that moved, came or went on the server without a push: status tells of each, and of nothing that pushes did.
. "${0%/*}/../push/lib.sh"

governed()
{
	server
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD", "refs/heads/release/**", "refs/tags/**"] }
JSON
}

# quiet: nothing is told.
quiet()
{
	exits 0 countersign status --repo "$server"
	unsaid 'note:'
}

# tells TEXT...: status tells of each, in words and to programs; then it is accepted, and not told again.
tells()
{
	exits 0 countersign status --repo "$server"
	for text in "$@"; do
		said "$text"
	done
	exits 0 countersign status --json --repo "$server"
	same 'what' "$(printf '%s' "$1" | sed 's/^note: \([^:]*\): .*/\1/')" "$("$tools/story-json" notes.0.what <"$out")"
	exits 0 countersign tidy --accept-refs --repo "$server"
	quiet
}

# twice: a second commit on main's free branch, brought by a push.
parked()
{
	in_work checkout -q -B parked origin/main
	commit docs/parked.md "$1"
	push -f parked
	expect landed
	in_work checkout -q main
}

sentence "What pushes do to refs is told by nobody: new ones, forced ones, rewound, deleted and made anew, tags, HEAD's"
governed
quiet
commit docs/a.md 1
push main
expect landed
push main:refs/heads/release/1 main:refs/tags/v1
commit docs/b.md 1
in_work push -q origin main:release/1 main:release/2 2>"$out" || fail 'new branches'
in_work push -q -f origin HEAD~2:release/1 2>"$out" || fail 'a rewound one'
in_work tag -a -m x v2
in_work push -q origin v2 2>"$out" || fail 'a tag'
quiet
in_work push -q origin :release/1 :refs/tags/v1 2>"$out" || fail 'deletion'
quiet
in_work push -q origin main:release/1 main:refs/tags/v1 2>"$out" || fail 'made anew'
quiet
on_server gc -q --prune=now
quiet
on_server pack-refs --all
quiet
on_server reflog expire --expire=now --all
quiet
exits 0 countersign tidy --repo "$server"
quiet

sentence "A governed ref that a fetch, update-ref or branch moves to what came by a push to another is told, by what"
governed
parked 1
on_server update-ref refs/heads/main refs/heads/parked
tells "note: refs/heads/main: came to $(on_server rev-parse main | cut -c 1-12) by \`git update-ref\`, not by a push"
governed
parked 2
on_server branch -q -f main parked 2>/dev/null || on_server update-ref -m 'branch: x' refs/heads/main refs/heads/parked
tells "note: refs/heads/main: came to" "by \`branch\`, not by a push"
governed
parked 3
on_server fetch -q "$server" +parked:main
tells "note: refs/heads/main: came to" "by \`fetch\`, not by a push"
governed
parked 4
commit docs/c.md 1
push main
expect landed
on_server update-ref refs/heads/main main~1
push main
expect landed
tells 'note: refs/heads/main: came to' "by \`git update-ref\`, not by a push"

sentence "A rewind, a new ref, a deleted one and one that was made anew by hand are told"
governed
commit docs/a.md 1
push main
expect landed
on_server update-ref refs/heads/main main~1
tells 'note: refs/heads/main: came to'
on_server tag v9 main
tells 'note: refs/tags/v9: came to'
on_server update-ref refs/heads/release/9 main
tells 'note: refs/heads/release/9: came to'
on_server update-ref -d refs/heads/release/9
tells 'note: refs/heads/release/9: is gone, and no push took it away'
on_server tag -d v9 >"$out"
in_work push -q origin main:refs/tags/v9 2>"$out" || fail 'the tag'
tells 'note: refs/tags/v9: was deleted without a push, and made anew'
on_server update-ref refs/heads/free main
on_server branch -q -D free
quiet

sentence "Other refs may be moved, made and taken away by hand; only a deletion that landed accounts for a governed one"
server
policy <<'JSON'
{ "version": 1, "refs": ["HEAD", "refs/heads/release/**"], "people": { "alice": {} },
  "agents": { "bot": { "owner": "alice", "accounts": ["bot"] } } }
JSON
for ref in release/1 release/2 release/3 release/4 free; do
	in_work push -q origin "main:refs/heads/$ref" 2>"$out" || fail "$ref"
done
exits 0 countersign tidy --accept-refs --repo "$server"
on_server update-ref refs/heads/free main~0
on_server update-ref refs/heads/free-too main
quiet
on_server branch -q -D free
quiet
as bot
commit docs/agent.md 1
push main:release/1
expect landed
push :release/2
expect denied
as dev1
in_work push -q origin :release/3 2>"$out" || fail 'a deletion'
mkdir -p "$server/countersign/chained"
printf '#!/bin/sh\nexit 1\n' >"$server/countersign/chained/update"
chmod 755 "$server/countersign/chained/update"
! in_work push -q origin :release/4 2>"$out" || fail 'a deletion that another hook refuses landed'
rm "$server/countersign/chained/update"
exits 0 countersign tidy --repo "$server"
quiet
for ref in 1 2 4; do
	on_server update-ref -d "refs/heads/release/$ref"
done
exits 0 countersign status --repo "$server"
for ref in 1 2 4; do
	said "note: refs/heads/release/$ref: is gone"
done
unsaid release/3

sentence "Holds that end are not refs that went, whatever rules are for, and HEAD is only told where rules are for it"
own_prefix
no_site_policy
in_work push -q origin main:free 2>"$out" || fail 'free'
policy <<'JSON'
{ "version": 1, "refs": ["refs/**"], "people": { "alice": { "groups": ["reviewers"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": ["reviewers"] } ] }
JSON
agent claude-code
commit .github/workflows/ci.yml 'on: push'
push main
expect held
rm "$server/countersign/refs-seen"
exits 0 install repo "$server"
grep -q refs/heads/main "$server/countersign/refs-seen" || fail 'no list'
exits 0 countersign holds drop "$hold" --repo "$server"
exits 0 countersign tidy --repo "$server"
[ -z "$(on_server for-each-ref refs/countersign/holds)" ] || fail 'the hold is there'
quiet
on_server symbolic-ref HEAD refs/heads/free
quiet

sentence "A ref that was moved while git kept no log of it is told, and the setting is put right"
governed
parked 1
on_server -c core.logAllRefUpdates=false update-ref refs/heads/release/3 parked
tells "note: refs/heads/release/3: is at" "git's log does not tell how it came there"
parked=$(on_server rev-parse parked)
printf '%s\n' "$parked" >"$server/refs/heads/main"
tells 'note: refs/heads/main: is at' "git's log does not tell how it came there"
in_work push -q -f origin parked~1:main 2>"$out" || fail 'rewound'
exits 0 countersign tidy --accept-refs --repo "$server"
printf '%s\n' "$parked" >"$server/refs/heads/main"
in_work push -q -f origin parked~1:main 2>"$out" || fail 'pushed on top'
tells 'note: refs/heads/main: is at' "git's log does not tell how it came there"
on_server config core.logAllRefUpdates false
exits 1 countersign status --repo "$server"
said 'core.logAllRefUpdates: is false'
exits 0 install status --repair "$server"
quiet

sentence "Another branch that HEAD names is told where rules are for HEAD"
governed
parked 1
on_server symbolic-ref HEAD refs/heads/parked
tells 'note: HEAD: names refs/heads/parked, and named refs/heads/main before'

sentence "A governed name that becomes a symbolic ref is told, and one to a branch that no rule is for as long as it is one"
governed
in_work push -q origin main:release/1 main:free main:other 2>"$out" || fail 'branches'
exits 0 countersign tidy --accept-refs --repo "$server"
on_server symbolic-ref refs/heads/release/1 refs/heads/main
tells 'note: refs/heads/release/1: is a symbolic ref to refs/heads/main now, and was none: no hook was asked'
on_server symbolic-ref refs/heads/release/1 refs/heads/free
on_server symbolic-ref refs/heads/release/2 refs/heads/release/1
on_server symbolic-ref refs/tags/here refs/heads/other
on_server symbolic-ref refs/heads/free2 refs/heads/free
exits 0 countersign status --repo "$server"
said 'note: refs/heads/release/1: is a symbolic ref to refs/heads/free, which no rule is for: pushes there move it'
said 'note: refs/tags/here: is a symbolic ref to refs/heads/other, which no rule is for'
unsaid 'refs/heads/free2: is'
on_server symbolic-ref -d refs/heads/release/1
on_server symbolic-ref -d refs/heads/release/2
on_server symbolic-ref -d refs/tags/here
quiet

sentence "A deletion of a governed ref by a person is in the log, and of another ref it is not"
own_prefix
no_site_policy
governed
in_work push -q origin main:release/1 main:free 2>"$out" || fail 'made'
decisions()
{
	countersign log --repo "$server" --json | grep -c '"kind":"decision"' || :
}
in_work push -q origin :free 2>"$out" || fail 'free'
same 'decisions' 0 "$(decisions)"
in_work push -q origin :release/1 2>"$out" || fail 'release'
same 'decisions' 1 "$(decisions)"

sentence "A log of a ref in which there is no line is as good as none"
governed
commit docs/a.md 1
push main
expect landed
on_server update-ref refs/heads/main main~1
{ head -c 300000 /dev/zero | tr '\0' x; echo; } >"$server/logs/refs/heads/main"
exits 0 countersign status --repo "$server"
said 'note: refs/heads/main: is at'
head -c 300000 /dev/zero | tr '\0' x >"$server/logs/refs/heads/main"
tells 'note: refs/heads/main: is at' "git's log does not tell how it came there"

sentence "Tidying takes over what pushes have done once a day, and nothing that is to be told"
governed
commit docs/a.md 1
push main
expect landed
touch -d '2 days ago' "$server/countersign/refs-seen"
exits 0 countersign tidy --repo "$server"
grep -q "^$(on_server rev-parse main) [0-9]* refs/heads/main$" "$server/countersign/refs-seen" || fail 'it is not in the list'
on_server update-ref refs/heads/main main~1
touch -d '2 days ago' "$server/countersign/refs-seen"
exits 0 countersign tidy --repo "$server"
exits 0 countersign status --repo "$server"
said 'note: refs/heads/main: came to'

sentence "What was accepted is not told again where git has shortened its log meanwhile"
governed
commit docs/a.md 1
push main
expect landed
on_server update-ref refs/heads/main main~1
exits 0 countersign tidy --accept-refs --repo "$server"
sed -i 1d "$server/logs/refs/heads/main"
push main
expect landed
quiet

sentence "A list that is none of ours is as good as none, and a fresh one is not written anew"
governed
commit docs/a.md 1
push main
expect landed
cp "$server/countersign/refs-seen" "$story/fresh"
exits 0 countersign tidy --repo "$server"
cmp -s "$server/countersign/refs-seen" "$story/fresh" || fail 'it was written anew'
for text in x 'countersign-refs 2 2026-11-30T00:00:00\nHEAD refs/heads/none\n'"$absent"' 0 refs/tags/none\n'; do
	printf "$text" >"$server/countersign/refs-seen"
	quiet
done

sentence "What forges do to refs without any hook of ours is not told"
governed
in_work push -q origin main:release/1 2>"$out" || fail 'made'
exits 0 countersign tidy --accept-refs --repo "$server"
on_server update-ref -d refs/heads/release/1
for folder in hooks custom_hooks; do # as on Gitea and on GitLab
	mkdir -p "$server/$folder/update.d"
	cp "$server/hooks/update" "$server/$folder/update.d/countersign"
	countersign status --repo "$server" >"$out" 2>&1 || :
	unsaid 'is gone'
	rm -r "$server/$folder/update.d"
done
exits 0 countersign status --repo "$server"
said 'note: refs/heads/release/1: is gone'

sentence "Many refs at once are counted, and what lies in the logs of refs is not trusted to be one"
governed
for i in $(seq 1 30); do echo "create refs/tags/t$i $(on_server rev-parse main)"; done | on_server update-ref --stdin
exits 0 countersign status --repo "$server"
said 'note: refs: 25 more moved without a push'
rm -rf "$server/logs/refs/tags"
mkdir -p "$server/logs/refs/tags/t1" "$server/logs/refs/tags"
mkfifo "$server/logs/refs/tags/t2"
ln -s /etc/passwd "$server/logs/refs/tags/t3"
printf 'rubbish' >"$server/logs/refs/tags/t4"
head -c 100000 /dev/zero >"$server/logs/refs/tags/t5"
exits 0 countersign status --repo "$server"
said 'note: refs/tags/t1: is at'
unsaid root:
