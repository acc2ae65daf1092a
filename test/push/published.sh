# Old published history: what is odd and has one reading is judged as ever; for the rest there is malformed.allow.
. "${0%/*}/lib.sh"

who='A <a@example.com> 1700000000 +0000'

# git's own check objects to what these stories are about; nothing may be missing all the same.
whole()
{
	on_server fsck --connectivity-only --no-dangling >"$story/fsck" 2>&1 || fail "the repository is not whole"
}

governed()
{
	server
	policy <<JSON
{ "version": 1, "refs": ["HEAD"], $1
  "agents": { "*": { "scope": ["/src/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
	main=$(ref_of refs/heads/main)
	[ -z "$1" ] || on_server config receive.fsckObjects false # as the manual says: git has to be told, too
}

# odd NAME COMMIT-TEXT [ENTRIES]: a commit on main lands; the next push by a person, and one by an agent, are judged as ever.
odd()
{
	sentence "$1 is read, judged, and in nobody's way afterwards"
	governed ""
	[ $# -gt 2 ] && entries=$3 || entries='100644 file\x00#{b}'
	raw <<SCRIPT
known main $main
blob b hello
tree g 100644 x\\x00#{b}
tree t $entries
commit c $2
command $main c refs/heads/main
SCRIPT
	expect landed
	exits 0 countersign status --repo "$server"
	in_work pull -q --rebase origin main
	commit docs/fine.md 'x'
	push main
	expect landed
	agent claude-code
	commit src/fine.c 'x'
	push main
	expect landed
	commit docs/outside.md 'x'
	push main
	expect denied
	said scope
}

good="author $who\\ncommitter $who"
head="tree @{t}\\nparent @{main}\\n"
odd "A zone of three digits" "${head}author A <a@example.com> 1700000000 -700\\ncommitter A <a@example.com> 1700000000 -700\\n\\nhi\\n"
odd "A zone with two signs" "${head}author A <a@example.com> 1288373970 --700\\ncommitter $who\\n\\nhi\\n"
odd "A zone of six digits" "${head}author A <a@example.com> 1313584730 +051800\\ncommitter $who\\n\\nhi\\n"
odd "A time with zeros before it" "${head}author A <a@example.com> 0001313584 +0000\\ncommitter $who\\n\\nhi\\n"
odd "A name that touches the address" "${head}author A, of B<a@example.com> 1313584730 +0000\\ncommitter $who\\n\\nhi\\n"
odd "A header of hg-git's" "$head$good\\nHG:rename a:b\\nHG:rename c:d\\nHG:extra amend_source:1\\n\\nhi\\n"
odd "A padded mode" "$head$good\\n\\nhi\\n" '0100644 file\x00#{b}040000 g\x00#{g}'
odd "A mode with other rights" "$head$good\\n\\nhi\\n" '100640 file\x00#{b}40755 g\x00#{g}100775 run\x00#{b}'

sentence "An agent's commit that is odd is an agent's"
governed ''
raw <<SCRIPT
known main $main
blob b hello
tree t 0100644 file\\x00#{b}
commit c tree @{t}\\nparent @{main}\\nauthor A <a@example.com> 1700000000 -700\\ncommitter $who\\nHG:rename a:b\\n\\nhi\\n\\nCo-Authored-By: Claude <noreply@anthropic.com>\\n
command $main c refs/heads/main
SCRIPT
expect denied
said scope

# two_authors: a commit that two programs read differently, by raw.
two_authors()
{
	on_server config receive.fsckObjects false
	raw <<SCRIPT
known main $main
blob b hello
tree t 100644 file\\x00#{b}
commit c tree @{t}\\nparent @{main}\\nauthor $who\\nauthor B <b@example.com> 1700000000 +0000\\ncommitter $who\\n\\nhi\\n
command $main c refs/heads/main
SCRIPT
}

# allowed ID: by the site's policy.
allowed()
{
	site_policy <<JSON
{ "version": 1, "refs": ["HEAD"], "malformed": { "allow": [ { "object": "$1", "reason": "published in 2009" } ] } }
JSON
}

sentence "What can be read in two ways is denied, until the policy allows that object"
own_prefix
governed ''
two_authors
expect denied
said malformed
allowed "$(id c)"
two_authors
expect landed
in_work pull -q --rebase origin main
commit docs/fine.md 'x'
push main
expect landed

sentence "An allowed commit is judged all the same"
governed ''
unclear()
{
	on_server config receive.fsckObjects false
	raw <<SCRIPT
known main $main
blob b hello
tree w 100644 ci.yml\\x00#{b}
tree g 40000 workflows\\x00#{w}
tree t 40000 .github\\x00#{g}
commit c tree @{t}\\nparent @{main}\\nauthor $who\\nauthor $who\\ncommitter $who\\n\\nhi\\n\\nCo-Authored-By: Claude <noreply@anthropic.com>\\n
command $main c refs/heads/main
SCRIPT
}
unclear
expect denied
allowed "$(id c)"
unclear
expect refused
said scope
commit docs/fine.md 'x'
push main
expect landed

sentence "A lower policy cannot allow it"
governed ''
two_authors
odd_one=$(id c)
site_policy <<'JSON'
{ "version": 1, "refs": ["HEAD"] }
JSON
governed "\"malformed\": { \"allow\": [ { \"object\": \"$odd_one\", \"reason\": \"published in 2009\" } ] },"
two_authors
expect denied
exits 0 countersign policy check --repo "$server"
said 'only the topmost policy'
allowed "$odd_one"
governed ''
two_authors
expect landed

sentence "A malformed tree that lies there already is in nobody's way"
governed ''
on_server config receive.fsckObjects false
mv "$server/hooks/pre-receive" "$server/hooks/update" "$story/"
raw <<SCRIPT
known main $main
blob b hello
blob d other
tree e 100644 x\\x00#{b}
tree t 40000 src\\x00#{e}100644 a\\x00#{b}100644 a\\x00#{d}40000 .git\\x00#{e}
commit c tree @{t}\\nparent @{main}\\n$good\\n\\nhi\\n
command $main c refs/heads/main
SCRIPT
mv "$story/pre-receive" "$story/update" "$server/hooks/"
in_work fetch -q origin
agent claude-code
in_work checkout -q -B fix main
blob=$(echo fine | in_work hash-object -w --stdin)
tree=$(printf '100644 blob %s\tx\n' "$blob" | in_work mktree)
tree=$(printf '040000 tree %s\tsrc\n100644 blob %s\ta\n' "$tree" "$(in_work rev-parse origin/main:a)" | in_work mktree)
fix=$(in_work commit-tree -p origin/main -m 'Mend it' "$tree")
COUNTERSIGN_USER=alice in_work push -q origin "$fix:refs/heads/main" >"$out" 2>&1 || fail "nobody can go on"
commit docs/fine.md 'x' # the clone's own main is older
rm -rf "$server"
