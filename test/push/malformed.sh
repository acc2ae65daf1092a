# Objects that two readers could understand differently, made byte by byte (threats A10, C).
. "${0%/*}/lib.sh"

governed()
{
	policy <<'JSON'
{ "version": 1, "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
	on_server config receive.fsckObjects false
	on_server config transfer.fsckObjects false
	main=$(ref_of refs/heads/main)
}

# is_malformed: what was pushed last is refused as such, and what is innocent lands.
is_malformed()
{
	expect refused
	said 'malformed'
	as alice
	commit docs/fine.md 'x'
	push main
	expect landed
}

# bad NAME COMMIT-TEXT: a commit on main of an ordinary tree, refused as malformed.
bad()
{
	sentence "$1"
	server
	governed
	raw <<SCRIPT
known main $main
blob b hello
tree t 100644 file\\x00#{b}
commit c $2
command $main c refs/heads/main
SCRIPT
	is_malformed
}

who='A <a@example.com> 1700000000 +0000'
bad "Two author lines are refused" "tree @{t}\\nparent @{main}\\nauthor $who\\nauthor B <b@example.com> 1700000000 +0000\\ncommitter $who\\n\\nhi\\n"
bad "Two trees are refused" "tree @{t}\\ntree @{t}\\nparent @{main}\\nauthor $who\\ncommitter $who\\n\\nhi\\n"
bad "A parent after the author is refused" "tree @{t}\\nauthor $who\\nparent @{main}\\ncommitter $who\\n\\nhi\\n"
bad "A NUL in the message is refused" "tree @{t}\\nparent @{main}\\nauthor $who\\ncommitter $who\\n\\nhi\\x00there\\n"
bad "A header that git knows by another case is refused" "tree @{t}\\nparent @{main}\\nauthor $who\\ncommitter $who\\nAuthor $who\\n\\nhi\\n"
bad "A header of git's own behind an unknown one is refused" "tree @{t}\\nparent @{main}\\nauthor $who\\ncommitter $who\\nHG:rename a:b\\nparent @{main}\\n\\nhi\\n"
bad "An unknown header of two lines is refused" "tree @{t}\\nparent @{main}\\nauthor $who\\ncommitter $who\\nx-agent no\\n more\\n\\nhi\\n"
bad "Two signatures are refused" "tree @{t}\\nparent @{main}\\nauthor $who\\ncommitter $who\\ngpgsig a\\ngpgsig b\\n\\nhi\\n"

# tree NAME ENTRIES: a tree that is refused.
tree()
{
	sentence "$1"
	server
	governed
	raw <<SCRIPT
known main $main
blob b hello
tree e 100644 x\\x00#{b}
tree t $2
commit c tree @{t}\\nparent @{main}\\nauthor $who\\ncommitter $who\\n\\nhi\\n
command $main c refs/heads/main
SCRIPT
	is_malformed
}

tree "An entry called .git is refused" '40000 .git\x00#{e}'
tree "An entry called .GIT is refused" '40000 .GIT\x00#{e}'
tree "An entry called git~1 is refused" '40000 git~1\x00#{e}'
tree "An entry with a slash is refused" '100644 a/b\x00#{b}'
tree "An entry called .. is refused" '40000 ..\x00#{e}'
tree "The same entry twice is refused" '100644 a\x00#{b}100644 a\x00#{b}'
tree "Entries out of order are refused" '100644 b\x00#{b}100644 a\x00#{b}'
tree "Mode 0 is refused" '0 a\x00#{b}'

sentence "A command with a malformed ref name refuses the whole push"
server
governed
raw <<SCRIPT
known main $main
blob b hello
tree t 100644 file\\x00#{b}
commit c tree @{t}\\nparent @{main}\\nauthor $who\\ncommitter $who\\n\\nhi\\n
command $main c refs/heads/main
command 0 c refs/heads/a\\nb
SCRIPT
expect refused refs/heads/main
unmoved refs/heads/main
as alice
commit docs/fine.md 'x'
push main
expect landed

sentence "A name that git could not keep refuses the whole push, and an odd one that it could is a ref like others"
server
governed
# beside NAME OBJECT: a push of an innocent commit to main, and of the object to NAME.
beside()
{
	raw <<SCRIPT
known main $main
known gone $absent
blob b hello
tree t 100644 file\\x00#{b}
commit c tree @{t}\\nparent @{main}\\nauthor $who\\ncommitter $who\\n\\nhi\\n
command $main c refs/heads/main
command 0 $2 $1
SCRIPT
}
for name in 'refs/heads/a b' 'refs/heads/a\x1b[31m' 'refs/heads/\xff' 'refs/heads/a\x7f' 'refs/heads/../x' 'refs/heads/a..b' \
	'refs/heads/.x' 'refs/heads/x.lock' 'refs/heads/x/' 'refs//heads/x' 'refs/heads/a~1' 'refs/heads/a^{tree}' \
	'refs/heads/a\\b' 'refs/heads/main.' 'refs/heads/main' 'refs' 'main' 'HEAD'; do
	beside "$name" c
	expect refused refs/heads/main
	said 'could not be judged'
done
beside refs/heads/gone gone
expect refused refs/heads/main
said 'is missing'
beside refs/heads/-x c
expect landed refs/heads/-x
same 'main' "$(id c)" "$(ref_of refs/heads/main)"

sentence "A deletion by two zero ids is a deletion"
server
policy <<'JSON'
{ "version": 1, "people": { "alice": { "emails": ["a@example.com"], "accounts": ["alice"] } },
  "agents": { "bot": { "owner": "alice", "accounts": ["bot"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
as bot
raw <<'SCRIPT'
command 0 0 refs/heads/main
SCRIPT
expect refused
said 'agent-rewrite'
commit src/fine.c 'x'
push main
expect landed

sentence "What the client claims the ref to be is not believed"
server
governed
raw <<SCRIPT
known main $main
blob b hello
tree t 100644 file\\x00#{b}
commit c tree @{t}\\nparent @{main}\\nauthor $who\\ncommitter $who\\n\\nhi\\n
command 0 c refs/heads/main
SCRIPT
expect refused
as alice
commit docs/fine.md 'x'
push main
expect landed

sentence "A tag that cannot be parsed is denied, and a good one lands; where nothing governs, one lands that says what it is of"
server
governed
{
	printf 'known main %s\nblob b x\n' "$main"
	printf 'tag t object @{main}\\ntype commit\\ntag x\\nrubbish\\n\\nhi\\n\n'
	printf 'command 0 t refs/tags/x\n'
} >"$story/bad"
raw <"$story/bad"
expect denied
said 'malformed'
in_work tag -a -m 'good' good
push good
expect landed
sed 's|refs/tags/x|refs/other/x|' "$story/bad" >"$story/free"
raw <"$story/free"
expect landed
sed 's/object @{main}/object rubbish/' "$story/free" >"$story/worse"
raw <"$story/worse"
expect refused

# chain DEPTH: tags of tags that lead to an agent's workflow.
chain()
{
	printf 'known main %s\nblob b x\ntree w 100644 ci.yml\\x00#{b}\ntree g 40000 workflows\\x00#{w}\n' "$main"
	printf 'tree t 40000 .github\\x00#{g}\n'
	printf 'commit t0 tree @{t}\\nparent @{main}\\nauthor %s\\ncommitter %s\\n\\nhi\\n\\nCo-Authored-By: Claude <noreply@anthropic.com>\\n\n' "$who" "$who"
	kind=commit
	for n in $(seq "$1"); do
		printf 'tag t%d object @{t%d}\\ntype %s\\ntag x\\ntagger %s\\n\\nhi\\n\n' "$n" $((n - 1)) $kind "$who"
		kind=tag
	done
	printf 'command 0 t%d refs/tags/deep\n' "$1"
}

sentence "A commit is judged through tags of tags, and denied where they are too many"
server
governed
chain 63 >"$story/chain"
raw <"$story/chain"
expect refused
said 'refs/tags/deep is held'
for depth in 64 65 1000; do
	chain $depth >"$story/chain"
	raw <"$story/chain"
	expect denied
	said 'tags of tags, too many to be followed'
done
in_work tag -a -m 'fine' fine
push fine
expect landed
