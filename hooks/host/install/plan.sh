# shellcheck shell=sh
# What everything in install.sh is made of: a step is one line of the plan, in words.  With --dry-run steps are told
# and not taken, so the plan is exactly what would be done.  A step is only made where something has to change.

dry_run=no
newline='
'
planned_folders=$newline

say()
{
	printf '%s\n' "$*"
}

warn()
{
	printf '%s: %s\n' "$(basename "$self")" "$*" >&2
}

die()
{
	warn "$@"
	exit 2
}

# step WORDS COMMAND...: tells the step and takes it.
step()
{
	words=$1
	shift
	if [ "$dry_run" = yes ]; then
		say "  would $words"
		return 0
	fi
	say "  $words"
	"$@" || die "could not $words"
}

# The nearest folder at or above PATH that exists.
existing_above()
{
	above=$1
	while [ ! -e "$above" ]; do
		above=$(dirname "$above")
	done
	printf '%s\n' "$above"
}

# Whether we are root, or can become it: sudo asks for a password only where somebody can type one.
root_possible()
{
	[ "$(id -u)" = 0 ] || { command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; }; }
}

root_words()
{
	if command -v sudo >/dev/null 2>&1; then
		printf 'run this as root; sudo asks for a password, and nobody can type one here\n'
	else
		printf 'run this as root, or install sudo\n'
	fi
}

# root_needed PATH...: says so at once, before long work that would be for nothing, where one may not be written.
root_needed()
{
	for path in "$@"; do
		[ "$dry_run" = yes ] || [ -w "$(existing_above "$path")" ] || root_possible ||
			die "may not write $path: $(root_words)"
	done
}

# privileged PATH COMMAND...: runs it as we are where we may write PATH, else through sudo.
privileged()
{
	if [ -w "$(existing_above "$1")" ]; then
		shift
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		shift
		sudo -- "$@"
	else
		die "may not write $1: $(root_words)"
	fi
}

# still_at WHAT FILE COMMAND...: runs a command that takes its time, and says now and then that it is still at it, with how
# far FILE says it is.
still_at()
{
	what=$1 progress=$2
	shift 2
	# What waits between two words holds nothing of ours open.
	(while sleep 15 >/dev/null 2>&1 </dev/null; do
		say "    still at $what $(grep -s -o '^\[[0-9]*/[0-9]*\]' "$progress" | tail -n 1)"
	done) &
	ticker=$!
	trap 'kill "$ticker" 2>/dev/null || :' EXIT
	trap 'exit 130' INT TERM
	"$@" && status=0 || status=$?
	trap - EXIT INT TERM
	kill "$ticker" 2>/dev/null || :
	wait "$ticker" 2>/dev/null || :
	return "$status"
}

# as_owner PATH COMMAND...: runs it as the user who owns PATH, so that git finds nothing dubious and what it
# writes belongs to the repository's owner; and where PATH is, since the owner may not even look into our folder.
as_owner()
{
	owner=$(stat -L -c %u "$1")
	place=$1
	[ -d "$place" ] || place=$(dirname "$place")
	shift
	if [ "$owner" = "$(id -u)" ]; then
		"$@"
	elif [ "$(id -u)" = 0 ]; then
		home=$(getent passwd "$owner" | cut -d: -f6)
		(cd "$place" && env HOME="${home:-/nonexistent}" setpriv --reuid="$owner" \
			--regid="$(id -g "$(id -nu "$owner")")" --init-groups -- "$@")
	else
		(cd "$place" && sudo -H -u "#$owner" -- "$@")
	fi
}

# What follows is for files of the installation, which are root's or whoever's it is, in folders that nobody else may write.

# write_file TARGET MODE LIKE: writes standard input to TARGET, all at once, owned as LIKE is ("" for ourselves).  However
# it ends, nothing half-written is left.
write_file()
(
	fresh=$(privileged "$1" mktemp "$1.XXXXXX") || exit 1
	target=$1
	trap 'privileged "$target" rm -f "$fresh"' EXIT
	trap 'exit 130' HUP INT TERM
	privileged "$1" tee "$fresh" >/dev/null &&
		privileged "$1" chmod "$2" "$fresh" &&
		{ [ -z "$3" ] || privileged "$1" chown --reference="$3" "$fresh"; } &&
		privileged "$1" mv -f -T "$fresh" "$1" || exit 1
	trap - EXIT
)

write_text()
{
	printf '%s\n' "$4" | write_file "$1" "$2" "$3"
}

copy_file()
{
	write_file "$1" "$2" "$3" <"$4"
}

# put_text TARGET MODE LIKE TEXT: a step if the file does not have that text and mode already.
put_text()
{
	if [ -f "$1" ] && [ ! -L "$1" ] && [ "$(stat -c %a "$1")" = "${2#0}" ] &&
		[ "$(cat "$1")" = "$4" ]; then
		return 0
	fi
	step "write $1" write_text "$@"
}

# put_copy TARGET MODE LIKE SOURCE: likewise with the bytes of a file.
put_copy()
{
	if [ -f "$1" ] && [ ! -L "$1" ] && [ "$(stat -c %a "$1")" = "${2#0}" ] && cmp -s "$1" "$4"; then
		return 0
	fi
	step "write $1" copy_file "$@"
}

# put_folder TARGET MODE LIKE: a step if there is no such folder; one that is only told of is told once.
put_folder()
{
	[ ! -d "$1" ] || return 0
	case $planned_folders in
	*"$newline$1$newline"*) ;;
	*)
		step "make the folder $1" make_folder "$@"
		planned_folders=$planned_folders$1$newline
		;;
	esac
}

# Folders on the way to it are for everybody to go through, whatever the umask: hooks run as other users.
make_folder()
{
	(umask 022 && privileged "$1" mkdir -p "$1") &&
		{ [ -z "$3" ] || privileged "$1" chown --reference="$3" "$1"; } &&
		privileged "$1" chmod "$2" "$1"
}
