# shellcheck shell=sh
# Repositories are for countersign-hands alone: it gives up root's rights before it looks into one.  Nothing of install.sh
# reads, writes or runs git in a repository.

hosts='gitea gitlab gitolite plain'
hooks='pre-receive update post-receive'

# hands_may PATH...: whether we can work on these as who we are: the lists may be written, and the repositories are ours.
hands_may()
{
	[ "$(id -u)" != 0 ] || return 0
	[ -w "$(existing_above "$(site_etc)/repositories")" ] || return 1
	for path in "$@"; do
		[ ! -e "$path" ] || [ -O "$path" ] || return 1
	done
}

# hands CALL PATH...: with the options that were given.
hands()
{
	call=$1
	shift
	become=
	if [ "$call $repair" != 'status no' ] && [ "$dry_run" = no ] && ! hands_may "$@" && command -v sudo >/dev/null 2>&1; then
		become='sudo --'
	fi
	[ "$dry_run" = no ] || set -- --dry-run "$@"
	[ "$repair" = no ] || set -- --repair "$@"
	[ -z "$host" ] || set -- --host "$host" "$@"
	[ -z "$chain" ] || set -- --chain "$chain" "$@"
	[ -z "$policy" ] || set -- --policy "$policy" "$@"
	[ -z "$seconds" ] || set -- --seconds "$seconds" "$@"
	while [ -n "$reviewers" ]; do
		set -- --reviewer "${reviewers%%"$newline"*}" "$@"
		reviewers=${reviewers#*"$newline"}
	done
	# shellcheck disable=SC2086 # words
	exec $become "$prefix/libexec/countersign/hands" --called "$(basename "$self")" $status_options "$call" "$@"
}
