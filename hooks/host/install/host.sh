# shellcheck shell=sh
# All repositories of a host at once, by git's own settings: git 2.54 and up runs hooks that are configured, before those
# that lie in a repository, whatever core.hooksPath says.  Whether this git does is found out, not read off its version.

# What git calls for a hook, as a shell reads it; the same text as that of shim_call() in common/facts/shim.c, which says why.
hook_call()
{
	case $1 in
	update) program=libexec/countersign/update && start="\"$prefix/$program\" --answer" ;;
	post-receive) program=libexec/countersign/update && start="\"$prefix/$program\" --answer $1" ;;
	*) program=bin/countersign && start="\"$prefix/$program\" hook --answer $1" ;;
	esac
	printf 'judge() {\n%s "$@"\nsaid=$?; [ $said -ge 90 ] && [ $said -le 125 ] && exit $((said - 90))\n' "$start"
	printf 'echo "countersign: its %s is missing on this server, or cannot run, so pushes are refused: ' "$program"
	printf 'ask its admin to install Countersign again, or to take its hooks out" >&2\nexit 1\n}\njudge'
}

# git lists them in a repository only.
git_has_configured_hooks()
(
	scratch=$(mktemp -d) || die "could not make a scratch folder"
	trap 'rm -rf "$scratch"' EXIT
	trap 'exit 130' HUP INT TERM
	git init -q --bare "$scratch" || die "could not make a scratch repository"
	listed=$(git --git-dir="$scratch" -c hook.probe.event=pre-receive -c hook.probe.command=true hook list pre-receive 2>/dev/null) ||
		listed=
	printf '%s\n' "$listed" | grep -q -x probe
)

configured_hook_put()
{
	event=hook.countersign-$1.event
	command=hook.countersign-$1.command
	if [ "$(setting_get "$config" "$event")" != "$1" ] ||
		[ "$(setting_get "$config" "$command")" != "$(hook_call "$1")" ]; then
		step "configure the $1 hook in $config" configured_hook_write "$1"
	fi
}

configured_hook_write()
{
	setting_write "$config" "$event" "$1" && setting_write "$config" "$command" "$(hook_call "$1")"
}

host_install()
{
	site_needed
	git_has_configured_hooks ||
		die "$(git version) cannot run hooks by configuration (2.54 and up can): guard the repositories with $self all ROOT"
	say "host: $config"
	put_folder "$(site_etc)" 755 ''
	settings_put "$config" "$(site_etc)"
	for hook in $hooks; do
		configured_hook_put "$hook"
	done
}

host_remove()
{
	say "host: $config"
	for hook in $hooks; do
		! setting_get "$config" "hook.countersign-$hook.command" >/dev/null ||
			step "take the $hook hook out of $config" setting_write "$config" --remove-section "hook.countersign-$hook"
	done
	settings_restore "$config" "$(site_etc)"
}
