# countersign holds: what waits and nothing else, oldest first, with what an admin has to know; and dropping.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

two='{ "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["platform"], "approvals": 2 }'

# line N: of the last list.
line()
{
	sed -n "$1p" "$out"
}

# waits BRANCH PATH REF: an agent's change of a branch of its own is held.
waits()
{
	agent claude-code
	branch "$1" origin/main
	commit "$2" "$told $2" "Change $2 for $1"
	as dev1
	push "$1:$3"
	expect held
}

sentence "A line says since when, where, by whom, at which paths, what is missing, who pushed it and why"
server
governed '' "$two"
waits one infra/a.tf main
first=$hold
digest=$(digest_of "$hold")
exits 0 countersign holds --repo "$server"
same 'the line' "$(line 1)" "$first  just now  refs/heads/main  claude-code  infra/a.tf  0 of 2, needs platform  from dev1  Change infra/a.tf for one"
in_work branch -f work one
approved bob
exits 0 countersign holds --repo "$server"
said '1 of 2, needs platform'
exits 0 countersign holds --json --repo "$server"
for member in subject:'Change infra/a.tf for one' standing:'1 of 2, needs platform' agents:claude-code; do
	same "${member%%:*}" "$("$tools/story-json" "${member%%:*}" <"$out")" "${member#*:}"
done
said '"approved_by":["bob"]'
said '"paths":["infra/a.tf"]'
decide dave reject
exits 0 countersign holds --repo "$server"
said 'rejected by dave'

sentence "The oldest comes first; what landed, was dropped or was replaced is gone"
server
governed
waits one infra/a.tf main
first=$hold
waits two infra/b.tf release/1
second=$hold
waits three infra/c.tf release/2
third=$hold
exits 0 countersign holds --repo "$server"
same 'the order' "$(cut -d ' ' -f 1 "$out" | tr '\n' ' ')" "$first $second $third "
in_work checkout -q one
agent claude-code
commit infra/a.tf 'amended'
push one:main
expect held
amended=$hold
exits 0 countersign holds --repo "$server"
said "replaces $first"
same 'the order' "$(cut -d ' ' -f 1 "$out" | tr '\n' ' ')" "$second $third $amended "
digest=$(digest_of "$amended")
in_work branch -f work one
hold=$amended
approved bob
push one:main
expect landed
exits 0 countersign holds drop "$second" --repo "$server"
exits 0 countersign holds --repo "$server"
same 'what waits' "$(cut -d ' ' -f 1 "$out" | tr '\n' ' ')" "$third "
exits 0 countersign holds --all --repo "$server"
said "$amended  landed"
said "$second  dropped"
said "$first  superseded"

sentence "Only an earlier version of a change is replaced: what else the same account has waiting there stays"
server
governed
waits one infra/a.tf main
first=$hold
waits two infra/b.tf main
second=$hold
exits 0 countersign holds --repo "$server"
unsaid 'replaces'
same 'what waits' "$(cut -d ' ' -f 1 "$out" | tr '\n' ' ')" "$first $second "
branch again origin/main
in_work cherry-pick one >/dev/null
in_work mv infra/a.tf infra/moved.tf
in_work commit -q --amend --no-edit
push again:main
expect held
moved=$hold
exits 0 countersign holds --repo "$server"
said "replaces $first"
same 'what waits' "$(cut -d ' ' -f 1 "$out" | tr '\n' ' ')" "$second $moved "
hold=$second
digest=$(digest_of "$second")
in_work branch -f work two
approved bob
push two:main
expect landed
exits 0 countersign holds --repo "$server"
same 'what waits' "$(cut -d ' ' -f 1 "$out" | tr '\n' ' ')" "$moved "

sentence "A warning in common, or another author's subject, makes no earlier version of a change"
server
governed '' "$rules, { \"name\": \"papers\", \"paths\": [\"/docs/\"], \"action\": \"warn\" }"
for name in robot other; do
	person "$name"
	agent claude-code
	branch "$name" origin/main
	write docs/guide.md "by $name"
	commit "infra/$name.tf" 'resource' 'The same subject'
	push "$name:main"
	expect held
	said papers
	unsaid replaces
done
exits 0 countersign holds --repo "$server"
same 'what waits' 2 "$(grep -c 'The same subject' "$out")"
unsaid replaces

sentence "Several are dropped at once, by ids that may be shortened, and each has its row"
server
governed
waits one infra/a.tf main
first=$hold
waits two infra/b.tf release/1
second=$hold
waits three infra/c.tf release/2
third=$hold
exits 0 countersign holds drop "$(printf %.8s "$first")" "$second" --repo "$server"
said "dropped $first"
said "dropped $second"
for id in "$first" "$second"; do
	on_server rev-parse -q --verify "refs/countersign/holds/$id" >/dev/null && fail "the hold $id can be fetched"
	countersign log --repo "$server" --json | grep '"kind":"dropped"' | grep -q "$id" || fail 'it has no row'
done
exits 0 countersign log verify --repo "$server"
exits 1 countersign holds drop "$first" "$third" --repo "$server"
said "$first does not wait: it is dropped"
said "dropped $third"
exits 1 countersign holds drop "$third" --repo "$server"
exits 1 countersign holds drop 0123456789abcdef --repo "$server"
said 'no hold 0123456789abcdef'
exits 1 countersign holds show abc --repo "$server"

sentence "What has waited for long is dropped, and what has not stays"
server
governed
waits one infra/a.tf main
exits 0 countersign holds drop --older-than 1h --repo "$server"
same 'what was dropped' "$(cat "$out")" ''
on_server rev-parse -q --verify "refs/countersign/holds/$hold" >/dev/null || fail 'it is gone'
exits 0 countersign holds drop --older-than 2999-01-01 --repo "$server"
said "dropped $hold"
exits 2 countersign holds drop --older-than soon --repo "$server"
exits 2 countersign holds drop --repo "$server"
exits 2 countersign holds drop --older-than 1h "$hold" --repo "$server"
exits 2 countersign holds --older-than 1h --repo "$server"

sentence "What waits can be listed when the policy is wrong"
server
governed
waits one infra/a.tf main
policy <<'JSON'
{ "version": 1, "rulse": [] }
JSON
exits 0 countersign holds --repo "$server"
said "$hold  "
said 'what is missing is not known'
