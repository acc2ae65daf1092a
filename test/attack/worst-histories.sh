# What makes the most work by how commits, trees, refs, tags and notes hang together.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/worst.inc"

sentence "Nine thousand commits of nothing"
timed_server
awk "$stream"'BEGIN { for (i = 1; i <= 9000; i++) commit("worst", i, i == 1 ? "refs/heads/main^0" : ":" (i - 1)) }' | import
push worst:main
ends_anyhow

sentence "Commits with messages of almost two megabytes, as long as they may be"
timed_server
awk 'BEGIN {
	for (i = 1; i <= 20; i++) {
		print "commit refs/heads/worst\nmark :" i "\ncommitter a <a@example.com> 1700000000 +0000\ndata 2090000"
		for (n = 0; n < 83600; n++) printf "Co-authored-by: x <a@b.c>"
		print "\nfrom " (i == 1 ? "refs/heads/main^0" : ":" (i - 1))
	}
}' | import
push worst:main
ends_anyhow

sentence "Three thousand refs"
timed_server
commit src/one 'one'
in_work for-each-ref --format='%(objectname)' refs/heads/main | awk '{ for (i = 0; i < 3000; i++) print "create refs/heads/r/" i " " $1 }' |
	in_work update-ref --stdin
push 'refs/heads/r/*:refs/heads/r/*'
expect denied refs/heads/r/0
ends_anyhow

sentence "A merge of three hundred branches"
timed_server
awk "$stream"'BEGIN {
	for (i = 1; i <= 300; i++) { commit("b" i, i, "refs/heads/main^0"); put("src/" i, i) }
	commit("worst", 301, ":1")
	for (i = 2; i <= 300; i++) print "merge :" i
	put("src/z", "z")
}' | import
push worst:main
ends_anyhow

sentence "Two lines of history that merge each other five hundred times"
timed_server
awk "$stream"'BEGIN {
	commit("worst", 1, "refs/heads/main^0"); put("src/a", 1); commit("other", 2, "refs/heads/main^0"); put("src/b", 1)
	for (i = 3; i < 1000; i += 2) {
		commit("worst", i, ":" (i - 2)); print "merge :" (i - 1); put("src/a", i)
		commit("other", i + 1, ":" (i - 1)); print "merge :" (i - 2); put("src/b", i)
	}
}' | import
push worst:main
ends_anyhow

sentence "A merge of contents of half a million lines, which nobody has merged so"
timed_server
n=0
for side in base ours theirs merged; do
	n=$((n + 1))
	awk -v n="$n" 'BEGIN {
		for (i = 0; i < 500000; i++) print substr("abcd", 1 + (int(i * i / (7 + n)) + i % (3 + n)) % 4, 1)
	}' >"$story/$side"
done
mkdir -p "$work/infra"
branch worst origin/main
cp "$story/base" "$work/infra/a.tf"
in_work add infra/a.tf
record base
branch other
cp "$story/theirs" "$work/infra/a.tf"
in_work commit -q -a -m theirs
switch worst
cp "$story/ours" "$work/infra/a.tf"
in_work commit -q -a -m ours
in_work merge -q --no-commit -s ours other >/dev/null
cp "$story/merged" "$work/infra/a.tf"
in_work add infra/a.tf
record merged
push worst:main
ends_anyhow

sentence "Fifteen hundred versions of a file, each a delta of the one before"
timed_server
awk "$stream"'BEGIN {
	srand(1)
	for (n = 0; n < 3000; n++) line[n] = sprintf("%d%d%d", rand() * 1e9, rand() * 1e9, n % 10)
	for (i = 1; i <= 1500; i++) {
		line[i] = i
		text = ""
		for (n = 0; n < 3000; n++) text = text line[n] "\n"
		commit("worst", i, i == 1 ? "refs/heads/main^0" : ":" (i - 1))
		put("src/a", text)
	}
}' | in_work fast-import --quiet --force --depth=4000
in_work config pack.depth 4000
push worst:main
ends_anyhow

sentence "Names of eighteen thousand letters that look like others"
timed_server
awk "$stream"'BEGIN {
	for (i = 0; i < 3000; i++) name = name "\357\274\241\314\201\342\200\213"
	commit("worst", 1, "refs/heads/main^0")
	for (i = 0; i < 500; i++) put("src/" name i, "x")
}' | import
push worst:main
ends_anyhow

sentence "Thirty thousand paths, six times"
timed_server
awk "$stream"'BEGIN {
	for (j = 1; j <= 6; j++) {
		commit("worst", j, j == 1 ? "refs/heads/main^0" : ":" (j - 1))
		for (i = 0; i < 30000; i++) put("src/" j "/" i % 100 "/" i, "x")
	}
}' | import
push worst:main
ends_anyhow

sentence "Folders nested eight thousand deep, where what is over a limit can be approved"
timed_server ', "approvers": ["platform"]'
{
	printf 'known main %s\nblob b x\ntree t0 100644 f\\x00#{b}\n' "$(ref_of refs/heads/main)"
	seq 8000 | while read -r n; do printf 'tree t%d 40000 d\\x00#{t%d}\n' "$n" $((n - 1)); done
	printf 'commit c tree @{t8000}\\nparent @{main}\\nauthor A <a@example.com> 1700000000 +0000\\n'
	printf 'committer A <a@example.com> 1700000000 +0000\\n\\nhi\\n\\n%s\\n\n' "$trailer"
	printf 'command %s c refs/heads/main\n' "$(ref_of refs/heads/main)"
} >"$story/deep"
raw <"$story/deep"
expect denied refs/heads/main
ends_anyhow

sentence "Tags of tags, three thousand deep"
timed_server
{
	printf 'known t0 %s\n' "$(ref_of refs/heads/main)"
	kind=commit
	for n in $(seq 3000); do
		printf 'tag t%d object @{t%d}\\ntype %s\\ntag x\\ntagger A <a@example.com> 1700000000 +0000\\n\\nhi\\n\n' "$n" $((n - 1)) "$kind"
		kind=tag
	done
	printf 'command 0 t3000 refs/tags/deep\n'
} >"$story/tags"
raw <"$story/tags"
ends

sentence "Twenty thousand notes, of agents each"
timed_server
awk 'BEGIN {
	print "commit refs/notes/ai\ncommitter a <a@example.com> 1700000000 +0000\ndata 52"
	print "x\n\nCo-authored-by: Claude <noreply@anthropic.com>\n\n\n"
	for (i = 0; i < 20000; i++)
		printf "M 100644 inline %02x/%02x/%036x\ndata 19\n{\"agent\":\"claude\"}\n\n", i % 256, int(i / 256) % 256, i * 7919
}' | in_work fast-import --quiet --force
push refs/notes/ai
ends_anyhow

sentence "Merges that name one commit a thousand times, where a policy file lies in the branch"
timed_server
person bob
agent none
commit .countersign.json '{ "version": 1 }'
push main
expect landed
sed -i 's/"version": 1,/"version": 1, "delegates": ["alice"],/' "$server/countersign/policy.json"
file=$(in_work rev-parse HEAD:.countersign.json)
# many MODE: a tree of many files, with the policy file in that mode.
many()
{
	awk -v file="$file" -v mode="$1" 'BEGIN {
		print mode " blob " file "\t.countersign.json"
		for (i = 0; i < 17000; i++) printf "100644 blob %s\tname-%06d-long-enough-to-fill\n", file, i
	}' | in_work mktree
}
tree=$(many 100644)
other=$(many 100755)
tip=$(in_work commit-tree "$tree" -p HEAD -m 'Many files')
for i in 1 2 3 4 5; do
	tip=$({
		[ $((i % 2)) = 0 ] && echo "tree $tree" || echo "tree $other"
		yes "parent $tip" | head -n 1000
		printf 'author A <a@example.com> %s +0000\ncommitter A <a@example.com> %s +0000\n\nx\n' 1700000000 1700000000
	} | in_work hash-object -t commit -w --literally --stdin)
done
in_work branch -f worst "$tip"
push worst:main
ends_anyhow
