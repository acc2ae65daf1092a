# shellcheck shell=sh
# The git settings that the hooks rely on.  What was set before is kept in countersign/previous-settings, one
# `name value` or `-name` (it was unset) a line, and put back on removal.

settings='
receive.shallowUpdate        false
receive.fsckObjects          true
receive.advertisePushOptions true
core.fsync                   all
'

setting_get()
{
	git config --file "$1/config" --get "$2"
}

setting_put()
{
	kept=$1/countersign/previous-settings
	if before=$(setting_get "$1" "$2"); then
		line="$2 $before"
	else
		line=-$2
	fi
	if [ -f "$kept" ] && grep -q -i -e "^-$2\$" -e "^$2 " "$kept"; then
		line=
	fi
	{
		[ ! -f "$kept" ] || cat "$kept"
		[ -z "$line" ] || printf '%s\n' "$line"
	} | write_file "$kept" 644 "$1" || return 1
	as_owner "$1" git config --file "$1/config" "$2" "$3"
}

settings_put()
{
	printf '%s' "$settings" | while read -r name value; do
		if [ -n "$name" ] && [ "$(setting_get "$1" "$name")" != "$value" ]; then
			step "set $name to $value in $1/config" setting_put "$1" "$name" "$value"
		fi
	done
}

setting_restore()
{
	case $2 in
	-*) as_owner "$1" git config --file "$1/config" --unset-all "${2#-}" ;;
	*) as_owner "$1" git config --file "$1/config" "${2%% *}" "${2#* }" ;;
	esac
}

settings_restore()
{
	kept=$1/countersign/previous-settings
	[ -f "$kept" ] || return 0
	while IFS= read -r line; do
		case $line in
		-*) step "unset ${line#-} in $1/config, as it was" setting_restore "$1" "$line" ;;
		*) step "set ${line%% *} back to ${line#* } in $1/config" setting_restore "$1" "$line" ;;
		esac
	done <"$kept"
	step "remove $kept" privileged "$1/countersign" rm -f "$kept"
}
