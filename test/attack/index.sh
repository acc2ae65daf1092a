# Every row of README.md names a sentence that exists, no kind has two rows, and no story here is in no row.
set -eu
: "${SOURCE_DIR:=$(cd "$(dirname "$0")/../.." && pwd -P)}"
attack=$SOURCE_DIR/test/attack
wrong=0

complain()
{
	wrong=$((wrong + 1))
	printf '# %s\n' "$1" >&2
}

# has FILE SENTENCE: a story tells it, as `sentence` or by a word of its own; a unit test has that name; `-`: all of it.
has()
{
	case $2 in
	-) return 0 ;;
	esac
	case $1 in
	*.c) grep -q -F -e "cmocka_unit_test($2)" "$SOURCE_DIR/test/$1" ;;
	*) grep -q -F -e " \"$2\"" "$SOURCE_DIR/test/$1" ;;
	esac
}

rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
grep '^| [A-Z][0-9]' "$attack/README.md" >"$rows" || :

while IFS='|' read -r _ kind _ _ file sentence _; do
	kind=$(echo $kind)
	file=$(echo $file)
	sentence=$(printf '%s' "$sentence" | sed 's/^ *//;s/ *$//')
	if [ ! -f "$SOURCE_DIR/test/$file" ]; then
		complain "$kind: there is no test/$file"
	elif ! has "$file" "$sentence"; then
		complain "$kind: test/$file does not say: $sentence"
	fi
done <"$rows"

for kind in $(sed 's/^| \([A-Z0-9]*\) .*/\1/' "$rows" | sort | uniq -d); do
	complain "$kind has two rows"
done
sed -n 's/^sentence "\(.*\)"$/\1/p' "$attack"/*.sh | while read -r sentence; do
	grep -q -F -e "| $sentence |" "$rows" || printf '# in no row: %s\n' "$sentence"
done >"$rows.missing"
if [ -s "$rows.missing" ]; then
	cat "$rows.missing" >&2
	wrong=$((wrong + 1))
fi
rm -f "$rows.missing"

printf '1..1\n'
if [ "$wrong" -gt 0 ] || [ ! -s "$rows" ]; then
	echo "not ok 1 - the index of attacks ($wrong wrong)"
	exit 1
fi
echo "ok 1 - the index of attacks: $(wc -l <"$rows") kinds"
