# A database of an earlier version is brought up to date whole or not at all, wherever the writer dies (threats G).
. "${0%/*}/../push/lib.sh"
. "${0%/*}/fault.inc"

needs killat

# One writer of one row, killed at that stop of its system calls; 0: not at all.
write_killed_at()
{
	"$tools/killat" "$1" "$story/count" "$tools/statetool" "$server" log 1
}

rows()
{
	countersign log verify --repo "$server" >"$out" 2>&1 || fail "the log is not whole"
	sed -n 's/^.* \([0-9][0-9]*\) row.*$/\1/p' "$out"
}

sentence "An upgrade of the state that dies at any of its system calls leaves the state as before, or as after"
server
"$tools/statetool" "$server" old "$SOURCE_DIR/test/data/state/version-1.sql"
before=$(rows)
cp "$server/countersign/state.db" "$story/old.db"
write_killed_at 0
calls=$(calls)
same "the rows" "$((before + 1))" "$(rows)"
at=0 step=$((calls / 40 + 1))
while [ "$((at += step))" -lt "$calls" ]; do
	cp "$story/old.db" "$server/countersign/state.db"
	rm -f "$server/countersign/state.db-journal"
	! write_killed_at "$at" 2>/dev/null || fail "it was not killed at $at"
	left=$(rows)
	write_killed_at 0 || fail "killed at $at, the next writer cannot write"
	same "the rows after $at" "$((left + 1))" "$(rows)"
done

sentence "After an upgrade of the program the first push lands, on a state of the earlier version"
server
"$tools/statetool" "$server" old "$SOURCE_DIR/test/data/state/version-1.sql"
policy <<'JSON'
{ "version": 1, "agents": { "*": { "scope": ["/src/"] } } }
JSON
commit docs/a.md 'a person'
push main
expect landed
agent claude-code
commit src/a.c 'an agent'
push main
expect landed
commit infra/a.tf 'outside'
push main
expect denied
exits 0 countersign log verify --repo "$server"
