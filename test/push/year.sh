# What grows with pushes, refs, agents and years, and what bounds it: each table and file by the rule that the page on backups has for it.
#
# YEAR=365000 plays a whole year of a thousand pushes a day; a few minutes.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

: "${YEAR:=4000}"

# list SQL: what that finds in the state, a row a line.
list()
{
	"$tools/statetool" "$server" list "$1"
}

pages()
{
	list 'SELECT page_count - freelist_count FROM pragma_page_count, pragma_freelist_count'
}

# names N: what the first column of the page's Nth table names.
names()
{
	# shellcheck disable=SC2016 # names are between backquotes
	sed -n '/^## What grows/,$p' "$SOURCE_DIR/docs/backup.md" |
		awk -v n="$1" '/^\|---/ { table++ } /^\|/ && table == n && !/^\|---/ && !/^\| (table|file) / { split($0, cell, "|"); print cell[2] }' |
		grep -o '`[^`]*`' | tr -d '`' | sort
}

rows()
{
	countersign log --json --repo "$server" | wc -l | tr -d ' '
}

sentence "Each table of the state, and each file beside it, has its rule on the page on backups"
server
governed
sed -i 's|"version": *1,|"version": 1, "keep": "60d",|' "$server/countersign/policy.json"
"$tools/statetool" "$server" past 300 200
hold_change
approved bob
push_again
expect landed
exits 0 countersign tidy --repo "$server"
exits 0 countersign status --repo "$server"
exits 0 countersign state begin --reason 'To have one that is set aside.' --repo "$server"
agent claude-code
commit src/more.c more
push main
list "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'" | sort >"$story/tables"
[ "$(wc -l <"$story/tables")" -gt 12 ] || fail 'few tables are seen'
names 1 | diff - "$story/tables" >"$out" || fail 'the page has other tables'
names 2 >"$story/patterns"
find "$server/countersign" -mindepth 1 -maxdepth 1 -printf '%f\n' >"$story/files"
grep -q 'state.db.' "$story/files" || fail 'nothing was set aside'
while read -r file; do
	known=no
	while read -r pattern; do
		# shellcheck disable=SC2254 # it is a pattern
		case $file in
		$pattern) known=yes ;;
		esac
	done <"$story/patterns"
	[ "$known" = yes ] || echo "$file"
done <"$story/files" >"$out"
[ ! -s "$out" ] || fail 'the page does not have each file'

sentence "What is refused again in a loop grows nothing"
server
policy <<'JSON'
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/", "/infra/"] } },
  "rules": [ { "name": "infra", "paths": ["/infra/"], "action": "hold", "approvers": [] } ] }
JSON
agent claude-code
commit infra/secret.tf held
in_work tag loop
push main
expect held
commit elsewhere/x x
push main
expect denied
push main
rows=$(rows) pages=$(pages) files=$(find "$server/countersign" | wc -l)
for _ in 1 2 3 4 5 6 7 8; do
	push main
	expect denied
	push loop:main
	expect held
done
same 'rows of the log' "$rows" "$(rows)"
same 'pages of the state' "$pages" "$(pages)"
same 'files' "$files" "$(find "$server/countersign" | wc -l)"

sentence "After a year of pushes the state has the rows that the policy keeps, and clients see the refs of open holds alone"
server
governed
sed -i 's|"version": *1,|"version": 1, "keep": "30d",|' "$server/countersign/policy.json"
printf '%s\n' 'DELETE FROM log; DELETE FROM again; DELETE FROM outcome; DELETE FROM log_agent;' \
	"UPDATE sqlite_sequence SET seq = 0 WHERE name = 'log';" >"$story/none.sql"
"$tools/statetool" "$server" sql "$story/none.sql"
"$tools/statetool" "$server" past "$YEAR" 365
full=$(pages)
person robot
agent claude-code
for one in 1 2 3 4 5 6; do # of one person, so that each replaces the one before; and some that nobody looked at
	branch "replaced$one" origin/main
	write infra/main.tf "version $one"
	record "version $one"
	push "replaced$one:main"
	expect held
	branch "left$one" origin/main
	commit "infra/left$one.tf" "left $one"
	push "left$one:main"
	expect held
done
printf '%s\n' "UPDATE hold SET since = '2025-01-01T00:00:00.000Z' WHERE status = 'open' AND id <> '$hold';" \
	"INSERT INTO pending VALUES ('refs/heads/never', 'never settled', zeroblob(20), '', 1);" >"$story/old.sql"
"$tools/statetool" "$server" sql "$story/old.sql"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
	exits 0 countersign tidy --repo "$server"
	grep -q 'archived' "$out" || break
done
exits 0 countersign log verify --repo "$server"
left=$(list 'SELECT count(*) FROM log')
printf '# %d rows: %d pages, then %d rows and %d pages; %d bytes of archives; %d bytes are advertised\n' "$YEAR" "$full" "$left" "$(pages)" \
	"$(du -sb "$server/countersign/archive" | cut -f1)" "$(git upload-pack --advertise-refs "$server" | wc -c)"
[ "$left" -le $((YEAR * 31 / 365 + 100)) ] || fail "$left rows are left"
[ "$(pages)" -le $((full / 6 + 60)) ] || fail "it has $(pages) pages, and had $full"
same 'what is pending' 0 "$(list 'SELECT count(*) FROM pending')"
same 'refs of ours' "refs/countersign/holds/$hold" "$(refs_of refs/countersign/ | cut -d' ' -f1)"
[ "$(git upload-pack --advertise-refs "$server" | wc -c)" -lt 20000 ] || fail 'too much is advertised'
same 'rows in all' "$YEAR" "$(rows | awk -v n="$YEAR" '{ print ($1 >= n) ? n : $1 }')"
