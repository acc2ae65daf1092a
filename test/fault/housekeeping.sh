# Housekeeping that is killed, or whose calls fail: no row, hold or approval is lost, nobody is let through or locked out,
# and the next run finishes what was begun.
#
# A few points of each are tried, spread over all that is done; FAULT_POINTS=N tries N of each, FAULT_POINTS=all every one.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/../push/signing.inc"
. "${0%/*}/fault.inc"

needs killat
needs failat
: "${FAULT_POINTS:=2}"
errors='EIO ENOSPC+ EROFS+ EMFILE+ EACCES'
program=$prefix/bin/countersign

# What there is to do: old rows, and a hold each that landed, was dropped, has no row any more, and waits; one agent is stopped.
neglected()
{
	server
	governed
	sed -i 's|"version": *1,|"version": 1, "keep": "60d",|' "$server/countersign/policy.json"
	"$tools/statetool" "$server" past 120 150
	rm -f "$server/countersign/countersign.had-state" # the rows below are the first that hooks write
	hold_change infra/landed.tf landed
	approved bob
	push_again
	expect landed
	landed=$hold
	git -C "$work" fetch -q origin
	hold_change infra/dropped.tf dropped
	dropped=$hold
	exits 0 countersign holds drop "$dropped" --repo "$server"
	hold_change infra/orphan.tf orphan
	orphan=$hold
	printf "DELETE FROM hold WHERE id = '%s'; DELETE FROM bound WHERE name = 'hold' AND part = '%.3s';\n" "$orphan" "$orphan" >"$story/lost.sql"
	"$tools/statetool" "$server" sql "$story/lost.sql"
	branch other origin/main
	commit infra/open.tf open
	push other:main
	expect held
	open=$hold
	exits 0 countersign stop cursor --reason 'Lost its key.' --repo "$server"
	stopped_and_clean cursor
	rm -rf "$story/neglected.git"
	cp -a "$server" "$story/neglected.git"
	countersign log --json --repo "$server" | wc -l | tr -d ' ' >"$story/rows"
}

again()
{
	rm -rf "$server"
	cp -a "$story/neglected.git" "$server"
}

# nothing_lost AT: whatever was done of it.
nothing_lost()
{
	exits 0 countersign log verify --repo "$server"
	! grep -q 'not here' "$out" || fail "at $1: rows are in no archive"
	countersign log --json --repo "$server" | sed 's/^{"seq":\([0-9]*\),.*/\1/; s/^.*"seq": *\([0-9]*\).*/\1/' >"$story/numbers"
	seq 1 "$(wc -l <"$story/numbers")" | cmp -s - "$story/numbers" || fail "at $1: not each row once"
	[ "$(wc -l <"$story/numbers")" -ge "$(cat "$story/rows")" ] || fail "at $1: fewer rows than before"
	on_server rev-parse -q --verify "refs/countersign/approvals/$landed/bob" >/dev/null ||
		countersign log --json --repo "$server" | grep '"kind":"kept"' | grep -q "$landed" || fail "at $1: an approval is lost"
	for one in "$open" "$orphan"; do
		[ "$(on_server cat-file -t "refs/countersign/holds/$one" 2>/dev/null)" = tag ] || fail "at $1: the hold $one cannot be fetched"
	done
	countersign holds --repo "$server" >"$out" 2>&1
	said "$open"
	push stopped:main
	expect denied
	said 'stopped'
}

# finished AT: when it has run once more.
finished()
{
	exits 0 countersign tidy --repo "$server"
	exits 0 countersign log verify --repo "$server"
	for one in "$landed" "$dropped"; do
		! on_server rev-parse -q --verify "refs/countersign/holds/$one" >/dev/null || fail "at $1: the hold $one stays"
	done
	same "approvals at $1" '' "$(refs_of "refs/countersign/approvals/$landed/")"
	countersign log --json --repo "$server" | grep '"kind":"kept"' | grep -q "$landed" || fail "at $1: an approval is not kept"
	countersign holds --repo "$server" >"$out" 2>&1
	said "$open"
	said "$orphan"
	exits 0 countersign tidy --repo "$server"
	! grep -q 'archived' "$out" || fail "at $1: it is never done"
	push clean:main
	expect landed
}

# swept SHIFT ERROR|kill COMMAND...: runs it with that at points spread over all that it does.
swept()
{
	shift_by=$1 error=$2
	shift 2
	again
	no_fault "$error"
	under_fault "$program" "$@" --repo "$server" >"$out" 2>&1 || fail "it fails by itself: $*"
	calls=$(calls)
	[ "$calls" -gt 50 ] || fail "few calls are seen: $calls"
	for point in $(points "$calls" "$shift_by"); do
		again
		fault "$error" "$point"
		under_fault "$program" "$@" --repo "$server" >"$out" 2>&1 || :
		met "$point"
		nothing_lost "$error $point"
		finished "$error $point"
	done
}

sentence "Tidying that is killed loses nothing, and the next one finishes it"
neglected
swept 0 kill tidy
all_met

sentence "Whatever fails in tidying, nothing is lost, and the next one finishes it"
neglected
shift_by=0
for each in $errors; do
	shift_by=$((shift_by + 13))
	swept "$shift_by" "$each" tidy
done
all_met
