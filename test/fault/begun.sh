# A new state, or one that is restored, is there as a whole or not at all, wherever the command that makes it dies: what was lost is
# never taken for what was begun on purpose.
#
# A few points of each command are tried, spread over all that it does; FAULT_POINTS=N tries N of each, FAULT_POINTS=all every one.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/fault.inc"

needs killat
needs failat
: "${FAULT_POINTS:=4}"
program=$prefix/bin/countersign

# A repository whose state is lost, with a copy of it; an agent that was stopped, and a person's change.
lost()
{
	server
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/", "/docs/"] } } }
JSON
	exits 0 countersign stop cursor --reason 'Lost its key.' --repo "$server"
	rm -f "$story/saved"
	exits 0 countersign state save "$story/saved" --repo "$server"
	stopped_and_clean cursor
	$1 "$server/countersign/state.db"
	rm -f "$server/countersign/state.db-journal"
	rm -rf "$story/lost.git"
	cp -a "$server" "$story/lost.git"
}

again()
{
	rm -rf "$server"
	cp -a "$story/lost.git" "$server"
}

# first_row: what the log begins with; nothing where it cannot be read.
first_row()
{
	countersign log --json --repo "$server" 2>/dev/null | head -n 1 | "$tools/story-json" verdict.reason 2>/dev/null || :
}

# begun AT: the log begins with the reason, or every push is refused.
begun()
{
	if [ "$(first_row)" = 'The disk was replaced.' ]; then
		began=$((began + 1))
	else
		push clean:main
		expect refused
		said 'countersign state begin --reason TEXT'
		exits 0 countersign state begin --reason 'The disk was replaced.' --repo "$server"
		same "the first row at $1" 'The disk was replaced.' "$(first_row)"
	fi
	exits 0 countersign log verify --repo "$server"
	push clean:main
	expect landed
}

# restored AT: who was stopped is stopped, or every push is refused.
restored()
{
	push stopped:main
	if grep -q 'Lost its key' "$out"; then
		began=$((began + 1))
		expect denied
	else
		expect refused
		said 'countersign state restore FILE'
		exits 0 countersign state restore "$story/saved" --repo "$server"
		push stopped:main
		expect denied
		said 'Lost its key'
	fi
	exits 0 countersign log verify --repo "$server"
	push clean:main
	expect landed
}

# swept CHECK COMMAND...: it dies, or finds no room, at points spread over all that it does.
swept()
{
	check=$1
	shift
	for each in kill ENOSPC+ EIO; do
		again
		no_fault "$each"
		under_fault "$program" "$@" --repo "$server" >"$out" 2>&1 || fail "it fails by itself: $*"
		calls=$(calls)
		[ "$calls" -gt 50 ] || fail "few calls are seen: $calls"
		began=0
		"$check" 'the end'
		same 'what was begun or restored' 1 "$began"
		for point in $(points "$calls" 0); do
			again
			fault "$each" "$point"
			under_fault "$program" "$@" --repo "$server" >"$out" 2>&1 || :
			met "$point"
			no_fault "$each"
			"$check" "$each $point"
		done
	done
	all_met
}

for loss in rm 'truncate -s 0' 'truncate -s 5000'; do
	sentence "Where the state was lost ($loss), a new one begins with its first row or not at all, whatever fails"
	lost "$loss"
	swept begun state begin --reason 'The disk was replaced.'

	sentence "Where the state was lost ($loss), one that is restored is there as a whole or not at all, whatever fails"
	lost "$loss"
	swept restored state restore "$story/saved"
done

sentence "What is set aside is not in the way of what is set aside in the same second"
lost true
for _ in 1 2 3; do
	exits 0 countersign state begin --reason 'The disk was replaced.' --repo "$server"
done
same 'files that were set aside' 3 "$(find "$server/countersign" -name 'state.db.*' ! -name '*-journal' | wc -l)"
