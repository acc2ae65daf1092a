# No room: on the disk, in a file (ulimit -f), or for open files (ulimit -n).  A push is then refused, or it landed and is in the log; the next one, with
# room, lands (threats G).
if [ -z "${ALONE:-}" ]; then
	unshare -m true 2>/dev/null && exec unshare -m env ALONE=yes sh "$0"
	echo "skipped: no mount of its own can be had"
	exit 77
fi
. "${0%/*}/../push/lib.sh"

governed()
{
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/", "/.github/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
	agent claude-code
}

rows()
{
	countersign log --json --repo "$server" | grep -c '"kind":"decision"' || :
}

# settled BEFORE: the last push came to one of the two, and the log is whole.
settled()
{
	if [ "$(ref_of refs/heads/main)" = "$pushed_new" ]; then
		landed=$((landed + 1))
		[ "$(rows)" -gt "$1" ] || fail "it landed and is not in the log"
	else
		refused=$((refused + 1))
		expect refused
	fi
	exits 0 countersign log verify --repo "$server"
	whole
}

sentence "On a full disk an agent's push is refused, and lands when there is room"
server
governed
mkdir "$story/small"
mount -t tmpfs -o size=2m tmpfs "$story/small"
cp -a "$server" "$story/small/server.git"
server=$story/small/server.git
in_work remote set-url origin "$server"
landed=0 refused=0
for room in 0 16 48 64 96 128 160 192 224 256 320 400; do
	head -c 4000 /dev/urandom | base64 >"$work/src/main.c"
	in_work add src/main.c
	record "With $room KiB"
	dd if=/dev/zero of="$story/small/filler" bs=4096 2>/dev/null || :
	truncate -s $(($(stat -c %s "$story/small/filler") - room * 1024)) "$story/small/filler"
	before=$(rows)
	push main
	rm "$story/small/filler"
	settled "$before"
done
printf '# refused %d, landed %d\n' $refused $landed
[ $refused -gt 0 ] || fail "all of them found room"
push main
expect landed
commit src/main.c 'int main(void) { return 1; }'
push main
expect landed
whole
umount -l "$story/small"

sentence "A limit to the size of files refuses an agent's push, which lands without it"
server=$story/server.git
server
governed
landed=0 refused=0
for blocks in 1 4 16 64 100 112 113 116 120 128; do
	commit src/main.c "int main(void) { return $blocks; }"
	before=$(rows)
	refs_of >"$story/refs-before"
	pushed main
	pushed_status=0
	(
		ulimit -S -f $blocks
		COUNTERSIGN_USER=$account git -C "$work" push origin main
	) >"$story/said" 2>&1 || pushed_status=$?
	ref=$pushed_ref
	settled "$before"
done
printf '# refused %d, landed %d\n' $refused $landed
[ $refused -gt 0 ] || fail "no limit was met"
push main
expect landed

sentence "Where files cannot be opened nothing that is denied lands, and it goes on when they can"
server
governed
landed=0 refused=0
for files in 10 11 12 13 14 15 16 18 24; do
	commit infra/main.tf "$files"
	before=$(rows)
	refs_of >"$story/refs-before"
	pushed main
	pushed_status=0
	(
		ulimit -S -n "$files"
		COUNTERSIGN_USER=$account git -C "$work" push origin main
	) >"$story/said" 2>&1 || pushed_status=$?
	ref=$pushed_ref
	settled "$before"
	in_work reset -q --hard HEAD~1
done
[ $landed -eq 0 ] || fail "$landed of them landed"
commit src/main.c 'int main(void) { return 2; }'
push main
expect landed
