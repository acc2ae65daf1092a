# shellcheck shell=sh
# Taking the programs away again.  What an installation consists of is in a list that `site` writes beside it; what is
# not in the list stays.  The site's policy and its lists stay, too: they are the admin's.

installed_list()
{
	printf '%s/share/countersign/installed\n' "$prefix"
}

# Every file that `site` has ever put below this prefix, this list among them.
installed_write()
{
	known=
	[ ! -f "$(installed_list)" ] || known=$(cat "$(installed_list)")
	put_text "$(installed_list)" 644 '' "$(printf '%s\n' "$known" "$(site_files)" share/countersign/installed \
		share/countersign/tried | grep . | LC_ALL=C sort -u)"
}

# The repositories whose hooks call the programs; those that are gone call nothing.
still_guarded()
{
	[ -s "$(site_etc)/repositories" ] || return 0
	cut -f 1 "$(site_etc)/repositories" | while IFS= read -r repository; do
		[ ! -d "$repository" ] || printf '%s\n' "$repository"
	done
}

# Refuses while anything calls the programs: every push to it would be refused from then on.
uninstall_allowed()
{
	[ ! -e "$(site_etc)/repositories" ] || [ -r "$(site_etc)/repositories" ] ||
		die "may not read $(site_etc)/repositories, which tells what is guarded: run this as root"
	guarded=$(still_guarded)
	if [ -n "$guarded" ]; then
		warn "still guarded, and every push to these would be refused; first take Countersign out of them:"
		printf '%s\n' "$guarded" | while IFS= read -r repository; do
			printf "    %s remove '%s'\n" "$self" "$(printf '%s\n' "$repository" | sed "s/'/'\\\\\\\\''/g")" >&2
		done
		exit 1
	fi
	for hook in $hooks; do
		case $(setting_get "$config" "hook.countersign-$hook.command") in
		*"$prefix/"*)
			warn "$config still has git call the programs for every repository; first run: $self host-remove"
			exit 1
			;;
		esac
	done
}

# Timers that call these programs, and no others.
timers_remove()
{
	for name in countersign-deliver countersign-repair; do
		service=/etc/systemd/system/$name.service
		! grep -q -s -F "=$prefix/bin/" "$service" || step "stop and take away the timer $name.timer" timer_remove "$name"
	done
	service=/etc/systemd/system/countersign-fleet.service
	! grep -q -s -F "=$prefix/bin/" "$service" || step "stop and take away countersign-fleet.service" fleet_remove
}

fleet_remove()
{
	[ ! -d /run/systemd/system ] || privileged /etc/systemd/system systemctl disable --now countersign-fleet.service || return 1
	privileged /etc/systemd/system rm -f /etc/systemd/system/countersign-fleet.service
}

timer_remove()
{
	[ ! -d /run/systemd/system ] || privileged /etc/systemd/system systemctl disable --now "$1.timer" || return 1
	privileged /etc/systemd/system rm -f "/etc/systemd/system/$1.timer" "/etc/systemd/system/$1.service" &&
		{ [ ! -d /run/systemd/system ] || privileged /etc/systemd/system systemctl daemon-reload; }
}

# Whether an empty folder, relative to the prefix, goes with what lay in it: not those that every machine has.
folder_is_ours()
{
	case $prefix:$1 in
	*:*countersign*) ;;
	/usr:* | /usr/local:*) return 1 ;;
	esac
}

# Every folder on the way to the files of the list, deepest first.
installed_folders()
{
	while IFS= read -r file; do
		while [ "$file" != "${file%/*}" ]; do
			file=${file%/*}
			printf '%s\n' "$file"
		done
	done <"$1" | LC_ALL=C sort -u -r
}

# The list goes last: after an interruption the same call goes on.
files_remove()
{
	list=$(mktemp "${TMPDIR:-/tmp}/countersign-list.XXXXXX") || return 1
	trap 'rm -f "$list"' EXIT
	trap 'exit 130' INT TERM
	grep -v -e '^/' -e '^\.\./' -e '/\.\./' "$(installed_list)" >"$list" || return 1
	grep -v -x share/countersign/installed "$list" | while IFS= read -r file; do
		privileged "$prefix/bin" rm -f "$prefix/$file" || exit 1
	done || return 1
	privileged "$prefix/bin" rm -f "$(installed_list)" || return 1
	installed_folders "$list" | while IFS= read -r folder; do
		[ ! -d "$prefix/$folder" ] || ! folder_is_ours "$folder" ||
			privileged "$prefix/$folder" rmdir "$prefix/$folder" 2>/dev/null || :
	done
}

# What refers to the programs, and is not ours to change.
uninstall_rest()
{
	for file in /etc/nginx/snippets/countersign-review.conf /etc/apache2/conf-available/countersign-review.conf \
		/etc/lighttpd/conf-available/50-countersign-review.conf; do
		! grep -q -s -F "$prefix/bin/countersign-review" "$file" ||
			say "  left to you: $file is of the review page: take it out of the web server's configuration"
	done
	for file in /etc/crontab /etc/cron.d/*; do
		! grep -q -s -F "$prefix/bin/countersign" "$file" || say "  left to you: $file calls the programs"
	done
	[ ! -d "$(site_etc)" ] ||
		say "  kept: $(site_etc), with the policy, the key for logs and the lists; and in each repository policy, log and holds"
}

uninstall()
{
	say "uninstall: $prefix"
	[ -f "$(installed_list)" ] ||
		die "found no list of what was installed below $prefix: if it was by install.sh, run $self site first; a package is removed by its own tools"
	uninstall_allowed
	root_needed "$prefix/bin"
	timers_remove
	step "take away the $(wc -l <"$(installed_list)" | tr -d ' ') files below $prefix" files_remove
	uninstall_rest
}
