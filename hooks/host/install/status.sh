# shellcheck shell=sh
# Telling whether the guarded repositories are still guarded, and mending those that are not: what a timer runs, so that
# repositories that a forge makes tomorrow are guarded, too, and upgrades of host or Countersign leave no gap for long.

# As the owner where we may be, since git and the state's files ask who we are.
status_of()
{
	repo=$(repo_git_dir "$1")
	if [ "$(id -u)" = 0 ]; then
		# shellcheck disable=SC2086 # one word an option
		as_owner "$repo" "$prefix/bin/countersign" status --repo "$repo" $status_options
	else
		# shellcheck disable=SC2086 # one word an option
		"$prefix/bin/countersign" status --repo "$repo" $status_options
	fi
}

# The same, told only where something is not as it should be, or where the admin asked for it: a timer that tells every
# five minutes that all is well is one that nobody reads.
status_if_bad()
{
	if told=$(status_of "$1" 2>&1); then
		[ -z "$status_options" ] || printf '%s\n' "$told"
		return 0
	fi
	return 1
}

# A repository that is listed: told, or mended.  One that its host has deleted only leaves the list.
status_listed()
{
	if [ ! -e "$1" ]; then
		list_has repositories "$1" || die "there is no repository $1, and none of that name is guarded"
		[ "$repair" = yes ] || {
			say "$1: IS NOT THERE ANY MORE; $self status --repair takes it off the list"
			return 1
		}
		say "repository: $1"
		list_drop repositories "$1"
		return 0
	fi
	if [ "$repair" = no ]; then
		status_of "$1"
	elif ! status_if_bad "$1"; then
		repo_install "$1"
		[ "$dry_run" = yes ] || status_if_bad "$1" || {
			printf '%s\n' "$told"
			return 1
		}
	fi
}

# A repository below a root that is on no list.
status_new()
{
	if [ "$repair" = yes ]; then
		repo_install "$1"
	else
		say "$1: NOT GUARDED; it is new below a folder that was given to $self all: $self status --repair guards it"
		return 1
	fi
}

new_below_roots()
{
	[ ! -f "$(list_file roots)" ] || while IFS= read -r root; do
		[ ! -d "$root" ] || repos_below "$root"
	done <"$(list_file roots)" | while IFS= read -r found; do
		list_has repositories "$found" || list_has left-out "$found" || printf '%s\n' "$found"
	done
}

status_each()
{
	if list_has repositories "$1"; then
		status_listed "$1"
	else
		status_new "$1"
	fi
}

call_status()
{
	site_needed
	[ "$repair" = no ] || alone "$(site_etc)"
	if [ $# -gt 0 ]; then
		each_path "$@" | each status_listed
		return
	fi
	[ -s "$(list_file repositories)" ] || [ "$repair" = yes ] || say "no repository is guarded by $prefix"
	{
		[ ! -f "$(list_file repositories)" ] || cat "$(list_file repositories)"
		new_below_roots
	} | each status_each
}
