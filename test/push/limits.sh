# Limits: work that cannot be done is never done by half (threats A23, B, C).
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

sentence "More new commits than the policy allows are denied, and fewer land"
server
policy <<'JSON'
{ "version": 1, "limits": { "commits": 3 }, "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
for i in 1 2 3 4 5; do commit src/a.c "$i"; done
push main
expect denied
said 'limits'
said 'not all were looked into'
push main~2:main
expect landed refs/heads/main
push main
expect landed

sentence "Where time ends before all that was sent is searched for credentials, the pusher and the approver are told how much was not"
server
governed '' '{ "name": "credentials", "content": ["class:credentials"], "action": "deny" }'
sed -i 's/"rules": \[/"limits": { "commits": 2, "seconds": 1, "approvers": ["security"] }, &/' "$server/countersign/policy.json"
person robot
agent claude-code
branch work origin/main
for n in 1 2 3 4; do
	yes "pwd: test" 2>/dev/null | head -c 25000000 >"$work/src/slow.$n"
	echo "$n" >>"$work/src/slow.$n"
	in_work add -A
	record "Slow to search $n"
done
as dev1
push work:main
expect held
sed -n 's/^.*of the \([0-9]*\) objects that were sent \([0-9]*\) were not looked into for credentials, which everybody.*/\1 \2/p' "$out" >"$story/told"
read -r sent rest <"$story/told" || fail 'nobody is told'
same 'what was sent' "$sent" "$(in_work rev-list --objects origin/main..work | wc -l)"
[ "$rest" -gt 0 ] && [ "$rest" -le "$sent" ] || fail "$rest of $sent were not searched"
on_server cat-file tag "refs/countersign/holds/$hold" >"$out"
said "of the $sent objects that were sent $rest were not looked into for credentials"
sed -i 's/"seconds": 1,/"seconds": 30,/' "$server/countersign/policy.json"
in_work reset -q --hard origin/main
for n in 1 2 3 4; do
	echo "$n" >"$work/src/quick.$n"
	in_work add -A
	record "Quick to search $n"
done
push work:main
expect held
unsaid 'were not looked into for credentials'
person bob
agent none
branch free origin/main
commit docs/fine.md 1
as bob
push free:main
expect landed

sentence "A tree of ten thousand million paths is refused at once"
server
policy <<'JSON'
{ "version": 1, "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
main=$(ref_of refs/heads/main)
{
	printf 'known main %s\nblob b x\n' "$main"
	entries=
	for n in 0 1 2 3 4 5 6 7 8 9; do entries="$entries"'100644 '$n'\x00#{b}'; done
	printf 'tree t0 %s\n' "$entries"
	level=0
	while [ "$level" -lt 9 ]; do
		entries=
		for n in 0 1 2 3 4 5 6 7 8 9; do entries="$entries"'40000 '$n'\x00#{t'$level'}'; done
		level=$((level + 1))
		printf 'tree t%d %s\n' "$level" "$entries"
	done
	who='A <a@example.com> 1700000000 +0000'
	printf 'commit c tree @{t9}\\nparent @{main}\\nauthor %s\\ncommitter %s\\n\\nhi\\n\n' "$who" "$who"
	printf 'command %s c refs/heads/main\n' "$main"
} >"$story/bomb"
raw <"$story/bomb"
expect refused
said 'limits'
commit src/fine.c 'x'
push main
expect landed

sentence "A file over the limit is not looked into, and so is denied"
server
policy <<'JSON'
{ "version": 1, "limits": { "blob": "1KiB" },
  "rules": [ { "name": "credentials", "content": ["class:credentials"], "action": "deny" } ] }
JSON
agent claude-code
commit src/big.txt "$(head -c 4000 /dev/zero | tr '\0' x)"
push main
expect denied
said 'limits  src/big.txt'
in_work reset -q --hard HEAD~1
commit src/small.txt 'x'
push main
expect landed

sentence "What rules say of the path of such a file counts all the same"
server
policy <<'JSON'
{ "version": 1, "limits": { "blob": "1KiB" }, "agents": { "*": { "scope": ["/src/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
agent claude-code
commit docs/big.txt "$(head -c 4000 /dev/zero | tr '\0' x)"
push main
expect denied
said 'scope  docs/big.txt'
in_work reset -q --hard HEAD~1
commit src/small.txt 'x'
push main
expect landed

sentence "Whom the policy names for it can let through what is over a limit, and nobody else"
server
governed '' '{ "name": "credentials", "content": ["class:credentials"], "action": "deny" }'
sed -i 's/"rules": \[/"limits": { "blob": "1KiB", "approvers": ["security"] }, "rules": [/' "$server/countersign/policy.json"
hold_change src/big.txt "$(head -c 4000 /dev/zero | tr '\0' x)"
said 'limits  src/big.txt'
said 'needs 1 approval from security'
approve bob
refused_because 'bob is not in security'
approved alice
push_again
expect landed

sentence "What stands behind a commit that is over a limit is judged all the same"
server
governed
sed -i 's/"rules": \[/"limits": { "changes": 4, "approvers": ["security"] }, "rules": [/' "$server/countersign/policy.json"
agent claude-code
branch work origin/main
for n in 1 2 3 4 5 6 7; do
	write "src/$n.c" x
done
record 'seven files'
commit infra/main.tf x
push work:main
expect held
said 'more changes than the limit allows'
said 'infrastructure  infra/main.tf'

# three_workflows: two holds may be open; the branches b1 to b3 are to be held.
three_workflows()
{
	policy <<'JSON'
{ "version": 1, "limits": { "holds": 2 }, "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
	agent claude-code
	for n in 1 2 3; do
		switch main
		branch "b$n"
		commit ".github/workflows/$n.yml" "on: push"
	done
}

sentence "An account has only so many holds open"
server
three_workflows
for n in 1 2 3; do
	push "b$n"
	if [ "$n" = 3 ]; then expect denied; else expect held; fi
done
said 'limits'
push b1
expect held
as other
push b3
expect held

sentence "The holds of one push count, too"
server
three_workflows
push b1 b2 b3
expect refused
said 'limits'
push b1 b2
expect held
agent none
switch main
commit docs/fine.md 'x'
push main
expect landed

sentence "A push of too many refs costs one finding, not one for each"
server
policy <<'JSON'
{ "version": 1, "limits": { "refs": 10 }, "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
main=$(ref_of refs/heads/main)
{
	printf 'known main %s\nblob b x\n' "$main"
	for n in $(seq 1 300); do printf 'command 0 main refs/heads/x%d\n' "$n"; done
} >"$story/many"
raw <"$story/many"
expect refused
said 'more refs in one push than the policy allows'
same "holds" "$(refs_of refs/countersign/holds | wc -l)" 0
same "rows about it" "$(countersign log --repo "$server" --json | grep -c "refs/heads/x")" 1
unsaid 'more lines'
sed '13,$d' "$story/many" >"$story/few"
raw <"$story/few"
expect landed refs/heads/x1

sentence "Where people may approve that, none of the refs lands before they have"
server
policy <<JSON
{ "version": 1, "limits": { "refs": 2, "approvers": ["bob"] },
  "people": { "bob": { "emails": ["bob@example.com"], "accounts": ["bob"], "keys": ["$(key_of bob)"] } } }
JSON
agent none
branch work origin/main
for n in 1 2 3; do commit docs/many.md "$n"; done
push work:refs/heads/a work~1:refs/heads/b work~2:refs/heads/c
expect held refs/heads/a
said 'the other refs are refused with it: there are too many in one push'
same 'others' "$(refs_of refs/heads/b refs/heads/c | wc -l)" 0
digest=$(digest_of "$hold")
approve bob
as dev1
push work:refs/heads/a work~1:refs/heads/b work~2:refs/heads/c
expect landed refs/heads/a
expect landed refs/heads/c
push work:refs/heads/d
expect landed refs/heads/d

sentence "A commit or a tag with a text of many megabytes is denied, not read"
server
policy <<'JSON'
{ "version": 1, "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
head -c 9000000 /dev/zero | tr '\0' x >"$story/text"
in_work commit -q --allow-empty -F "$story/text"
push main
expect denied
said 'limits'
said 'object is over 2 MiB'
in_work reset -q --hard HEAD~1
in_work tag -a -F "$story/text" big
push big
expect denied
said 'object is over 2 MiB'
in_work tag -a -m 'small' small
push small
expect landed

sentence "What there is no room for is told before what to do, which is the end"
server
key bob
policy <<JSON
{ "version": 1, "people": { "bob": { "accounts": ["bob"], "emails": ["bob@example.com"], "keys": ["$(key_of bob)"] } },
  "rules": [ { "name": "src", "paths": ["/src/"], "action": "hold", "approvers": ["bob"], "by": "anyone" } ] }
JSON
for n in $(seq 1 60); do mkdir -p "$work/src" && echo "$n" >"$work/src/$n.c"; done
in_work add -A
in_work commit -q -m 'many'
push main
expect held
said 'more lines'
same "lines" "$(grep -c 'countersign: ' "$out" | awk '{print ($1 <= 41)}')" 1
same "the last" "$(grep 'countersign: ' "$out" | tail -n 1 | sed 's/ *$//')" 'remote: countersign: when approved, push again'
