# shellcheck shell=sh
# The git settings that the hooks rely on, for a file of settings of the whole machine.  What was set before is kept in countersign/previous-settings, one
# `name value` or `-name` (it was unset) a line, and put back on removal.

settings='
receive.shallowUpdate        false
receive.fsckObjects          true
core.logAllRefUpdates        always
receive.advertisePushOptions true
core.fsync                   all
receive.hideRefs             refs/countersign/holds
receive.fsck.badTimezone ignore
receive.fsck.zeroPaddedDate ignore
receive.fsck.zeroPaddedFilemode ignore
receive.fsck.badFilemode ignore
receive.fsck.missingSpaceBeforeEmail ignore
'

# The functions take a file of git's settings and the folder that previous-settings lies in.

# settings_owner FILE COMMAND...: as whoever's the file is, or the folder that it will lie in.
settings_owner()
{
	file=$1
	shift
	[ ! -L "$file" ] || die "$file is a symbolic link: name the file that it leads to"
	[ -e "$file" ] || file=$(dirname "$file")
	if [ -w "$file" ] && [ "$(id -u)" != 0 ]; then
		"$@"
	else
		as_owner "$file" "$@"
	fi
}

# What anybody may read takes nobody's rights.
setting_get()
{
	[ -f "$1" ] || return 1
	if [ "$(id -u)" != 0 ] && [ -r "$1" ]; then
		git config --file "$1" --get "$2"
	else
		settings_owner "$1" git config --file "$1" --get "$2"
	fi
}

# setting_write FILE ARGUMENT...: git config as who may write it.
setting_write()
{
	written=$1
	shift
	settings_owner "$written" git config --file "$written" "$@"
}

setting_put()
{
	kept=$2/previous-settings
	if before=$(setting_get "$1" "$3"); then
		line="$3 $before"
	else
		line=-$3
	fi
	if [ -f "$kept" ] && grep -q -i -e "^-$3\$" -e "^$3 " "$kept"; then
		line=
	fi
	{
		[ ! -f "$kept" ] || cat "$kept"
		[ -z "$line" ] || printf '%s\n' "$line"
	} | write_file "$kept" 644 "$2" || return 1
	setting_write "$1" "$3" "$4"
}

settings_put()
{
	printf '%s' "$settings" | while read -r name value; do
		if [ -n "$name" ] && [ "$(setting_get "$1" "$name")" != "$value" ]; then
			step "set $name to $value in $1" setting_put "$1" "$2" "$name" "$value"
		fi
	done
}

# The value that settings_put gives NAME.
setting_ours()
{
	printf '%s' "$settings" | while read -r name value; do
		[ "$name" != "$1" ] || printf '%s\n' "$value"
	done
}

# What somebody has changed or unset since is theirs, and stays.
settings_restore()
{
	kept=$2/previous-settings
	[ -f "$kept" ] || return 0
	while IFS= read -r line; do
		name=${line#-}
		name=${name%% *}
		[ "$(setting_get "$1" "$name")" = "$(setting_ours "$name")" ] || continue
		case $line in
		-*) step "unset ${line#-} in $1, as it was" setting_write "$1" --unset-all "${line#-}" ;;
		*) step "set ${line%% *} back to ${line#* } in $1" setting_write "$1" "${line%% *}" "${line#* }" ;;
		esac
	done <"$kept"
	step "remove $kept" privileged "$2" rm -f "$kept"
}
