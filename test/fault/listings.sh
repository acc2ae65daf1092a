# A folder that cannot be read to its end is not one that ends there: what lies in it is not taken for missing.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/../push/signing.inc"
. "${0%/*}/fault.inc"

needs failat

# listing POINT COMMAND...: runs it while the folder that it reads on in at that point cannot be read.
listing()
{
	fault EIO "$1@list"
	shift
	under_fault "$prefix/bin/countersign" "$@" --repo "$server" >"$out" 2>&1
}

sentence "Tidying that cannot read a folder of refs keeps each approval: its ref, or its row in the log"
approved_lands
cp -a "$server" "$story/landed.git"
listing 0 tidy || fail 'it fails by itself'
calls=$(calls)
[ "$calls" -gt 10 ] || fail "few folders are read: $calls"
for point in $(seq 1 "$calls"); do
	rm -rf "$server"
	cp -a "$story/landed.git" "$server"
	listing "$point" tidy || :
	met "$point"
	on_server rev-parse -q --verify "refs/countersign/approvals/$hold/bob" >/dev/null ||
		countersign log --json --repo "$server" | grep '"kind":"kept"' | grep -q "$hold" || fail "at $point: the approval is lost"
	exits 0 countersign tidy --repo "$server"
	same "refs at $point" '' "$(refs_of refs/countersign/)"
	countersign log --json --repo "$server" | grep '"kind":"kept"' | grep -q "$hold" || fail "at $point: the approval is not kept"
done
all_met
