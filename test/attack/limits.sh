# What is over a limit is not judged, and so is let in by nobody who was not shown that.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/../push/signing.inc"

credentials='{ "name": "credentials", "content": ["class:credentials"], "action": "deny" }'
infrastructure='{ "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": ["platform"] }'

# limited LIMITS [RULES]: the usual people, under these limits.
limited()
{
	server
	governed '' "${2:-$credentials}"
	sed -i "s/\"rules\": \[/\"limits\": { $1 }, \"rules\": [/" "$server/countersign/policy.json"
}

token()
{
	printf 'ghp_%s' 16C7e42F292c6912E7710c838347Ae178B4a0GPX1z | head -c 40
}

# files N: so many new files in src/bulk, not committed.
files()
{
	mkdir -p "$work/src/bulk"
	for n in $(seq 1 "$1"); do echo "$n" >"$work/src/bulk/$n"; done
	in_work add -A
}

# an_import: an agent's commit over the limit of changes is held; $hold and $digest name it.
an_import()
{
	person robot
	agent claude-code
	branch work origin/main
	files 30
	record 'Import'
	as dev1
	push --push-option=countersign=json work:main
	expect held
	digest=$(sed -n 's/^.*countersign-json: //p' "$out" | "$tools/story-json" digest)
}

innocent()
{
	person bob
	agent none
	branch free origin/main
	commit docs/fine.md "$1"
	as bob
	push free:main
	expect landed
}

sentence "Nobody named, what is over a limit is denied, and nothing of it is stored"
limited '"changes": 20'
person robot
agent claude-code
branch work origin/main
files 30
record 'Import'
as dev1
push work:main
expect denied
said 'more changes than the limit allows'
said 'push in smaller steps'
innocent 1

sentence "The approval of a hold for a limit is for that tip and no other"
limited '"changes": 20, "approvers": ["security"]'
an_import
said 'not looked into'
approve alice
expect landed
commit src/behind.c 'nobody has seen this'
push_again
expect held
in_work reset -q --hard HEAD~1
push_again
expect landed
innocent 1

sentence "It is not for another value of the ref to start from, either"
limited '"changes": 20, "approvers": ["security"]'
an_import
approve alice
expect landed
innocent 1
in_work checkout -q work
in_work merge -q --no-edit origin/main
push work:main
expect held

sentence "It waives nothing but the limit itself"
limited '"changes": 20, "approvers": ["security"]' "$infrastructure"
person robot
agent claude-code
branch work origin/main
files 30
write .github/workflows/ci.yml 'on: push'
record 'Import'
as dev1
push --push-option=countersign=json work:main
expect held
said 'infrastructure  .github/workflows/ci.yml'
said 'limits'
digest=$(sed -n 's/^.*countersign-json: //p' "$out" | "$tools/story-json" digest)
approve carol
push_again
expect held
approve bob
push_again
expect held
approve alice
push_again
expect landed
innocent 1

sentence "Only a tag approves it: not a signature on a merge"
limited '"changes": 20, "approvers": ["security"]'
an_import
person alice
agent none
signs alice
branch merged origin/main
in_work merge -q --no-ff --no-edit -S work
as alice
push merged:main
expect held
innocent 1

sentence "Where the time is out, too, that is held for them, and its approval is for that tip"
limited '"seconds": 1, "approvers": ["security"]' "$infrastructure"
person robot
agent claude-code
branch work origin/main
for n in 1 2 3 4 5 6; do
	yes "$(printf 'a:\n  - b: %d\n---' "$n")" 2>/dev/null | head -c 25000000 >"$work/$n.yaml"
done
in_work add -A
record 'Slow to look into'
as dev1
push work:main
expect held
said 'judging took longer than the policy allows'
digest=$(digest_of "$hold")
approve alice
expect landed
commit src/behind.c 'nobody has seen this'
push_again
expect held
in_work reset -q --hard HEAD~1
push_again
expect landed
innocent 1

sentence "What is denied in another commit is denied, whatever limit came first"
limited '"changes": 20, "approvers": ["security"]'
person robot
agent claude-code
branch work origin/main
files 30
record 'Import'
commit src/key.py "key = '$(token)'"
as dev1
push work:main
expect denied
said 'credentials  src/key.py'
innocent 1

# over_commits N [HOW]: a branch of ten commits, more than are judged; the N-th brings and takes away a token, by an agent or only it.
over_commits()
{
	person robot
	branch work origin/main
	for n in $(seq 1 10); do
		agent claude-code
		[ "${2:-}" != alone ] || [ "$n" -eq "$1" ] || agent none
		if [ "$n" -eq "$1" ]; then
			commit src/key.py "key = '$(token)'"
			in_work rm -q src/key.py
		fi
		commit "src/$n.c" "int n = $n;"
	done
	as dev1
	push work:main
}

sentence "So is a token in a commit beyond the limit of commits, wherever it is, and what is held then was looked into"
limited '"commits": 5, "approvers": ["security"]'
for n in 1 3 6 10; do
	over_commits "$n"
	expect denied
	said 'credentials'
	over_commits "$n" alone
	expect denied
	said 'credentials'
done
over_commits 0
expect held
said 'the push has more new commits than limits.commits'
digest=$(digest_of "$hold")
unsaid 'were not looked into for credentials'
approve alice
expect landed
push_again
expect landed
innocent 1

sentence "So is what is denied in the same commit, before the folder that is too much or behind it"
for path in src/a.py src/z.py src/bulk/7x; do
	limited '"changes": 20, "approvers": ["security"]'
	person robot
	agent claude-code
	branch work origin/main
	files 30
	write "$path" "key = '$(token)'"
	record 'Import'
	as dev1
	push work:main
	expect denied
	said "credentials  $path"
done
innocent 1

# bomb PATH-OF-TOKEN-TREE...: a tree of 10^10 paths, with a token where `level` is.
bomb()
{
	main=$(ref_of refs/heads/main)
	printf 'known main %s\nblob b x\nblob k key = %s\n' "$main" "$(token)"
	entries=
	for n in 0 1 2 3 4 5 6 7 8 9; do entries="$entries"'100644 '$n'\x00#{b}'; done
	[ "$1" != leaf ] || entries="$entries"'100644 k\x00#{k}'
	printf 'tree t0 %s\n' "$entries"
	for level in 0 1 2 3 4 5 6 7 8; do
		entries=
		for n in 0 1 2 3 4 5 6 7 8 9; do entries="$entries"'40000 '$n'\x00#{t'$level'}'; done
		printf 'tree t%d %s\n' "$((level + 1))" "$entries"
	done
	[ "$1" != beside ] || printf 'tree t9 40000 a\\x00#{t8}100644 k\\x00#{k}\n' | sed 's/t9/top/'
	who='A <a@example.com> 1700000000 +0000'
	top=t9
	[ "$1" != beside ] || top=top
	printf 'commit c tree @{%s}\\nparent @{main}\\nauthor %s\\ncommitter %s\\n\\nhi\\n\\nCo-authored-by: Claude <noreply@anthropic.com>\\n\n' "$top" "$who" "$who"
	printf 'command %s c refs/heads/main\n' "$main"
}

sentence "A token beside a tree of 10^10 paths is found, and one inside of it"
for where in beside leaf; do
	limited '"approvers": ["security"]'
	bomb "$where" >"$story/bomb"
	raw <"$story/bomb"
	expect denied
	said 'credentials'
done
innocent 1

sentence "A ref's name that holds a token is not kept"
limited '"approvers": ["security"]' '{ "name": "credentials", "content": ["class:credentials"], "action": "deny", "refs": ["refs/**"] }'
person robot
agent claude-code
branch work origin/main
commit src/a.c 'x'
as dev1
push "work:refs/heads/$(token)"
expect refused
said 'is denied'
unsaid "countersign: refs/heads/$(token)"
! grep -r -q -F -e "$(token)" "$server/countersign" || fail "the token lies in the state"
innocent 1

sentence "Nor is a path, a ref or an account that is a token, whatever rules there are and whatever becomes of the push"
server
policy <<'JSON'
{ "version": 1, "refs": ["refs/heads/**"], "people": { "alice": { "emails": ["alice@example.com"] } },
  "agents": { "*": { "scope": ["/src/"] }, "bot": { "owner": "alice", "accounts": ["bot"] } },
  "rules": [ { "name": "infrastructure", "paths": ["/src/infra/"], "action": "hold" } ] }
JSON
person robot
agent claude-code
branch work origin/main
commit src/a.c 'x'
as "$(token)"
push work:main
expect landed
account_was "withheld-$(printf '%s' "$(token)" | sha256sum | head -c 16)"
push "work:refs/heads/$(token)"
expect landed
as alice
push ":refs/heads/$(token)"
expect landed
as bot
push "origin/main:refs/heads/z-$(token)"
expect landed
as "$(token)"
commit "docs/$(token)" 'outside'
push work:main
expect denied
unsaid "$(token)"
push "work:refs/heads/x-$(token)"
expect refused
unsaid "countersign: refs/heads/x-$(token)"
in_work reset -q --hard HEAD~1
commit src/infra/a.tf 'held'
push "work:refs/heads/y-$(token)"
expect refused
said 'the ref'\''s name holds what looks like a credential, which no hold may show'
same 'holds' "$(refs_of refs/countersign/holds | wc -l)" 0
push work:main
expect held
on_server cat-file tag "refs/countersign/holds/$hold" >"$out"
unsaid "$(token)"
! grep -r -q -F -e "$(token)" "$server/countersign" || fail "the token lies in the state"
exits 0 countersign log --json --repo "$server"
unsaid "$(token)"
exits 0 countersign log verify --repo "$server"
policy <<'JSON'
{ "version": 1, "refs": ["refs/heads/**"] }
JSON
innocent 2
