# Where the installer can write no more: what is immutable, and a disk that is full.  It says what and where, the others are
# guarded, and when that is mended a repair goes on.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/hands.inc"
needs chattr mount
chmod 1777 "$host"
printf '[safe]\n\tdirectory = *\n' >"$host/home/.gitconfig" # bob pushes what is alice's, too
touch "$host/tried"
chattr +i "$host/tried" 2>/dev/null || skip_story 'nothing can be made immutable on this file system'
chattr -i "$host/tried"

all()
{
	"$prefix/bin/countersign-install" all "$host/srv" >"$out" 2>&1
}

status()
{
	"$prefix/bin/countersign-install" status "$@" >"$out" 2>&1
}

# Whose push is judged: a denied one.
judged()
{
	! git --git-dir="$1" cat-file -e refs/countersign/canary 2>/dev/null || fail 'the canary landed'
	! as_user "$(stat -c %U "$1")" env COUNTERSIGN_USER=alice git --git-dir="$host/pusher.git" push -q "$1" main:refs/countersign/x >"$out" 2>&1 ||
		fail "pushes to $1 are not judged"
	said 'refs/countersign/x is denied'
}
git clone -q --bare "$stage/server.git" "$host/pusher.git"
git clone -q --bare "$stage/server.git" "$host/filled.git"
chown -R "$alice:" "$host/pusher.git"
innocent=$host/srv/bob.git

for what in config hooks objects . HEAD; do
	sentence "With an immutable $what a repository is told of, and the one beside it guarded; then it is mended and guarded"
	afresh
	at_end "chattr -i '$server/$what' 2>/dev/null"
	chattr +i "$server/$what"
	if [ "$what" = HEAD ]; then # nothing of ours is written there
		all || fail 'all fails'
	else
		! all || fail 'all tells nothing'
		unsaid 'WAS NOT REFUSED'
		grep -E -q "$server.*(Operation not permitted; is it immutable|the canary push was refused, and so is every other.*temporary object)" "$out" ||
			fail "$what is not told: $(cat "$out")"
		! status || fail 'status tells nothing'
	fi
	judged "$innocent"
	chattr -i "$server/$what"
	status --repair || :
	status || fail "it is not mended: $(cat "$out")"
	judged "$server"
done

sentence "An immutable hook that is guarded already stays, and a repair that cannot mend beside it says so"
afresh
all || fail 'all fails'
at_end "chattr -i '$server/hooks' 2>/dev/null"
rm "$server/hooks/update"
chattr +i "$server/hooks"
! status --repair || fail 'the repair is content'
said 'hooks/update: Operation not permitted; is it immutable'
judged "$server"
chattr -i "$server/hooks"
status --repair || :
status || fail 'it is not mended'

sentence "What its owner may not write by its modes is told with what mends it, and so is what was not looked at"
afresh
all || fail 'all fails'
for place in . objects refs/heads logs/refs/heads countersign; do
	chmod 555 "$server/$place"
	! as_user "$alice" "$prefix/bin/countersign" status --repo "$server" >"$out" 2>&1 || fail "$place: status finds nothing"
	said "its owner may not write to $place (mode 0555, 1 such in all)"
	said "chmod u+rwX $server/$place"
	! status || fail "$place: status of all finds nothing"
	chmod u+rwX "$server/$place"
	status || fail "$place: it is not mended: $(cat "$out")"
done
as_user "$alice" sh -c 'cd "$1/logs" && mkdir many && cd many && seq 200001 | xargs touch' sh "$server"
status || fail 'many logs are a problem'
said 'logs: has more entries than were looked at'
rm -rf "$server"

sentence "On a full disk it is told, the one beside it is guarded, no push lands unjudged, and with room a repair goes on"
mkdir "$host/srv/disk"
mount -t tmpfs -o size=16m,mode=755 tmpfs "$host/srv/disk" 2>/dev/null || skip 'no file system can be mounted here'
at_end "umount '$host/srv/disk' 2>/dev/null"
if mountpoint -q "$host/srv/disk"; then
	for room in 0 4 8 24 40 64 96 128 256; do
		rm -rf "$host/srv/disk"/*
		afresh
		owned "$alice" "$host/srv/disk/full.git"
		cp -a "$host/filled.git/objects" "$host/filled.git/packed-refs" "$host/srv/disk/full.git/"
		chown -R "$alice:" "$host/srv/disk/full.git"
		dd if=/dev/zero of="$host/srv/disk/fill" bs=4k 2>/dev/null || :
		[ "$room" = 0 ] || truncate -s "-${room}K" "$host/srv/disk/fill"
		if all; then
			judged "$host/srv/disk/full.git"
		else
			grep -E -q 'full.git.*(No space left on device|disk is full|temporary object directory|unpack)' "$out" ||
				fail "with $room KB: $(cat "$out")"
			as_user "$alice" env COUNTERSIGN_USER=alice git --git-dir="$host/pusher.git" push -q "$host/srv/disk/full.git" \
				main:refs/countersign/x >"$out" 2>&1 || :
			if [ -e "$host/srv/disk/full.git/hooks/pre-receive" ]; then
				! git --git-dir="$host/srv/disk/full.git" rev-parse -q --verify refs/countersign/x >/dev/null || fail "with $room KB it landed"
			fi
		fi
		judged "$innocent"
		rm "$host/srv/disk/fill"
		status --repair || :
		status || fail "with $room KB it is not mended: $(cat "$out")"
		judged "$host/srv/disk/full.git"
	done
fi
