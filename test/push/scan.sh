#!/bin/sh
# countersign scan: exit status, formats, ranges; and never the secret itself.
. "${0%/*}/lib.sh"

scan() {
	"$BUILD_DIR/countersign" scan "$@" >"$story/out" 2>&1 && status=0 || status=$?
}

sentence "scan tells nothing of what is clean, and exits 0"
mkdir -p "$story/clean" && echo 'password = get_password()' >"$story/clean/a.py"
scan "$story/clean"
[ "$status" = 0 ] && [ ! -s "$story/out" ]

sentence "scan names file, line, kind and confidence, exits 1, and never shows the secret"
secret=wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx
mkdir -p "$story/dirty" && printf '\nkey: gh%s_%s\n' p "$secret" >"$story/dirty/a.yml"
for format in text json sarif; do
	scan --format "$format" "$story/dirty"
	[ "$status" = 1 ]
	grep -q github-token "$story/out"
	! grep -q "$secret" "$story/out"
done
scan "$story/dirty"
grep -q 'a.yml:2:6 github-token certain [0-9a-f]\{32\} ' "$story/out"

sentence "scan --range finds what a commit brought even if the next one takes it away"
git init -q "$story/repo"
git -C "$story/repo" config user.email a@b.invalid
git -C "$story/repo" config user.name A
cp "$story/dirty/a.yml" "$story/repo/a.yml"
git -C "$story/repo" add -A && git -C "$story/repo" commit -qm one
git -C "$story/repo" rm -q a.yml && git -C "$story/repo" commit -qm two
scan --repo "$story/repo" --range ..HEAD
[ "$status" = 1 ]
grep -q ':a.yml:2:6 github-token certain' "$story/out"
scan --repo "$story/repo" --range HEAD~1..HEAD
[ "$status" = 0 ]

sentence "scan --range calls new what is copied to another line, as the hook does, and old what only moved"
cp "$story/dirty/a.yml" "$story/repo/b.yml"
git -C "$story/repo" add -A && git -C "$story/repo" commit -qm 'brought'
printf '# above\n' | cat - "$story/dirty/a.yml" >"$story/repo/b.yml"
git -C "$story/repo" commit -qam 'moved'
scan --repo "$story/repo" --range HEAD~1..HEAD
same status "$status" 0
printf 'again: gh%s_%s\n' p "$secret" >>"$story/repo/b.yml"
git -C "$story/repo" commit -qam 'copied'
scan --repo "$story/repo" --range HEAD~1..HEAD
same status "$status" 1
same 'what is told' "$(grep -c . "$story/out")" 1
grep -q ':b.yml:4:8 github-token certain' "$story/out" || fail 'the copy was not told'

sentence "scan --range tells of a merge what was slipped into it, and not what merging gives by itself"
in_merge() { git -C "$story/merge" "$@"; }
numbered() { seq 40 | sed "s|^$1\$|$2|"; }
git init -q -b main "$story/merge"
in_merge config user.email a@b.invalid && in_merge config user.name A
seq 40 >"$story/merge/c.yml" && in_merge add -A && in_merge commit -qm base
in_merge checkout -qb side
numbered 35 "side: gh${secret:+p}_$secret" >"$story/merge/c.yml" && in_merge commit -qam 'a token on the side'
in_merge checkout -q main
numbered 5 five >"$story/merge/c.yml" && in_merge commit -qam 'another line'
in_merge merge -q -m 'by itself' side
grep -q five "$story/merge/c.yml" && grep -q side: "$story/merge/c.yml"
scan --repo "$story/merge" --range ..HEAD
same status "$status" 1
same 'what is told' "$(grep -c . "$story/out")" 1
grep -q "^$(in_merge rev-parse side):c.yml:35:" "$story/out" || fail 'it is not told of the side'
in_merge reset -q --hard HEAD^ && in_merge merge -q --no-commit side
printf 'slipped: gh%s_%s\n' p "$secret" >>"$story/merge/c.yml" && in_merge commit -qam 'slipped in'
scan --repo "$story/merge" --range side..HEAD
same status "$status" 1
grep -q "^$(in_merge rev-parse HEAD):c.yml:41:" "$story/out" || fail 'what was slipped in was not told'

sentence "scan --range reads messages, authors and committers, and shows none of them"
said_by()
{
	git -C "$story/repo" "$@"
	scan --repo "$story/repo" --range HEAD~1..HEAD
	same status "$status" 1
	! grep -q "$secret" "$story/out" || fail 'the secret is told'
}
GIT_COMMITTER_NAME="ghp_$secret" said_by commit -q --allow-empty -m three
grep -q ':(commit header):[0-9]*:[0-9]* github-token certain' "$story/out" || fail 'the committer was not read'
said_by commit -q --allow-empty --author "A <ghp_$secret@b.invalid>" -m four
grep -q ':(commit header):' "$story/out" || fail 'the author was not read'
said_by commit -q --allow-empty -m "five ghp_$secret"
grep -q ':(commit message):1:6 ' "$story/out" || fail 'the message was not read'

sentence "SARIF has what its schema asks for: rules, URIs, and columns in characters"
mkdir -p "$story/odd name" && printf 'name: \303\244 key: gh%s_%s\n' p "$secret" >"$story/odd name/100%.yml"
(cd "$story/odd name" && scan --format sarif .)
sarif()
{
	same "$1" "$(tr -d '\n' <"$story/out" | "$tools/story-json" "$1")" "$2"
}
sarif version 2.1.0
sarif runs.0.tool.driver.name countersign
sarif runs.0.columnKind unicodeCodePoints
sarif runs.0.tool.driver.rules.0.id github-token
sarif runs.0.results.0.ruleId github-token
sarif runs.0.results.0.level error
sarif runs.0.results.0.message.text 'GitHub token'
sarif runs.0.results.0.locations.0.physicalLocation.artifactLocation.uri 100%25.yml
sarif runs.0.results.0.locations.0.physicalLocation.region.startColumn 14
sarif runs.0.results.0.properties.confidence certain
scan --format sarif "$story/odd name"
sarif runs.0.results.0.locations.0.physicalLocation.artifactLocation.uri "file://$(printf %s "$story" | sed 's/ /%20/g')/odd%20name/100%25.yml"
scan --format sarif "$story/clean"
sarif runs.0.columnKind unicodeCodePoints

sentence "scan looks at names, which it then tells to nobody, and at standard input"
mkdir -p "$story/named" && : >"$story/named/ghp_$secret"
for format in text json sarif; do
	scan --format $format "$story/named"
	same status "$status" 1
	grep -q withheld "$story/out" || fail 'it is not said that the name is withheld'
	! grep -q "$secret" "$story/out" || fail 'the name is told'
done
scan - <"$story/dirty/a.yml"
same status "$status" 1
grep -q '(standard input):2:6 github-token' "$story/out" || fail 'standard input was not read'
scan - </dev/null
same status "$status" 0

sentence "A token whose checksum is right is found with a word tied to it"
for tied in -staging -1 _old; do
	printf 'key: gh%s_%s%s\n' p "$secret" $tied >"$story/tied"
	scan --from certain "$story/tied"
	same "status of $tied" 1 "$status"
done

sentence "What is named is read, whatever it is"
ln -s dirty/a.yml "$story/link"
ln -s dirty "$story/folder"
mkdir "$story/.git" && cp "$story/dirty/a.yml" "$story/.git/a.yml"
mkfifo "$story/pipe"
cat "$story/dirty/a.yml" >"$story/pipe" &
for named in link folder .git pipe; do
	scan "$story/$named"
	same "status of $named" 1 "$status"
done
wait
ln -s nowhere "$story/dangling"
for named in dangling "gone-ghp_$secret"; do
	scan "$story/$named"
	same "status of $named" 2 "$status"
	! grep -q "$secret" "$story/out" || fail 'the name is told'
done

sentence "What is large is read in parts, with little memory: all is found, once, on its line and column"
awk -v p=password 'BEGIN {
	for (i = 1; i <= 200000; i++)
		print i % 1500 ? "line " i " of a text in which é nothing is hidden" : p " = \"q7Rw2m" i "Kz9\""
}' >"$story/large.txt"
awk -v p=password 'BEGIN { for (i = 1; i <= 200000; i++) printf "%s", i % 1500 ? "é some words. " : " " p "=\"q7Rw2m" i "Kz9\" " }' \
	>"$story/long.txt"
awk 'BEGIN { print "id,name,password"; for (i = 1; i <= 9000; i++) printf "%d,%0400d,q7%dRw2mKz\n", i, i, i }' >"$story/large.csv"
most=16384
! grep -q -a __asan_init "$BUILD_DIR/countersign" || most=131072 # of which most is the sanitizer's own
for name in large.txt long.txt large.csv; do
	"$BUILD_DIR/test/rusage" "$story/used" "$BUILD_DIR/countersign" scan "$story/$name" >"$story/out" || true
	read -r _ memory <"$story/used"
	[ "$memory" -lt "$most" ] || fail "$name: $memory KiB"
	case $name in
	large.txt) awk '/^password/ { print NR ":13" }' "$story/large.txt" ;;
	long.txt) LC_ALL=C awk '{ while ((at = index(substr($0, from + 1), "=\"q7Rw2m"))) { from += at; print "1:" from + 2 } }' "$story/long.txt" ;;
	large.csv) awk -F, 'NR > 1 { print NR ":" length($1 $2) + 3 }' "$story/large.csv" ;;
	esac >"$story/there"
	sed 's/^[^:]*\///' "$story/out" | cut -d: -f2,3 | cut -d' ' -f1 >"$story/told"
	cmp "$story/there" "$story/told" || fail "$name: not all of it was told, or not there"
	[ $name = large.csv ] && continue # standard input has no name
	"$BUILD_DIR/countersign" scan - <"$story/$name" | cut -d: -f2,3 | cut -d' ' -f1 | cmp "$story/there" - || fail "$name from a pipe"
done
scan --format sarif "$story/long.txt"
grep startColumn "$story/out" | tr -dc '0-9\n' >"$story/told"
LC_ALL=C sed 's/[\x80-\xbf]//g' "$story/long.txt" |
	LC_ALL=C awk '{ while ((at = index(substr($0, from + 1), "=\"q7Rw2m"))) { from += at; print from + 2 } }' >"$story/there"
cmp "$story/there" "$story/told" || fail 'columns of characters'

sentence "scan of a large text of UTF-16 or UTF-32 tells each once, with its line"
awk -v p=password 'BEGIN {
	for (i = 0; i < 30; i++) more = more " 在线上在线上"
	for (i = 1; i <= 13000; i++) print p " = \"q7Rw2m" i "Kz9\"" (i < 99 ? "" : more)
}' >"$story/text"
seq 13000 >"$story/there"
for order in UTF-16LE UTF-16BE UTF-32LE UTF-32BE; do
	for mark in '\357\273\277' ''; do
		# shellcheck disable=SC2059 # the mark is a format
		{ printf "$mark" && cat "$story/text"; } | iconv -f UTF-8 -t "$order" >"$story/wide.txt"
		scan "$story/wide.txt"
		sed 's/^[^:]*\///' "$story/out" | cut -d: -f2 >"$story/told"
		cmp "$story/there" "$story/told" || fail "$order $mark: not all of it was told once"
	done
	# one byte more, and what follows is no text of that kind, but runs on its last line
	{ printf '\357\273\277' && yes '在线上 ਂ一ਂ words' | head -n 9; } | iconv -f UTF-8 -t "$order" >"$story/wide.txt"
	printf x >>"$story/wide.txt"
	printf '%s = "q7Rw2mKz9"\n' password password | iconv -f UTF-8 -t "$order" >>"$story/wide.txt"
	scan "$story/wide.txt"
	sed 's/^[^:]*\///' "$story/out" | cut -d: -f2 | tr '\n' ' ' >"$story/told"
	[ "$(cat "$story/told")" = '10 10 ' ] || fail "$order: runs told on lines $(cat "$story/told")"
done

sentence "scan exits 2 for what is not there and for options it does not know"
scan "$story/nothing"
[ "$status" = 2 ]
scan --format yaml "$story/clean"
[ "$status" = 2 ]
