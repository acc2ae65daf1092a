# shellcheck shell=sh
# Putting the hooks into a repository, proving that they are in the way, and taking them out again.

mark='# Countersign: installed by install.sh; see countersign status'

# The git directory of PATH: a bare repository, or the .git of a working tree.
repo_git_dir()
{
	for candidate in "$1" "$1/.git"; do
		if [ -f "$candidate/HEAD" ] && [ -d "$candidate/objects" ] && [ -d "$candidate/refs" ]; then
			(cd "$candidate" && pwd -P)
			return 0
		fi
	done
	die "$1 is not a git repository"
}

# Refuses what Countersign could not guard.
repo_check()
{
	[ ! -e "$1/shallow" ] ||
		die "$1 is shallow: part of its history is hidden; run git fetch --unshallow in it first"
	format=$(git config --file "$1/config" --get extensions.objectFormat) || format=sha1
	[ "$format" = sha1 ] || die "$1 names its objects by $format; only sha1 can be judged so far"
	storage=$(git config --file "$1/config" --get extensions.refStorage) || storage=files
	[ "$storage" = files ] || die "$1 keeps its refs in $storage; only files can be judged so far"
	elsewhere=$(as_owner "$1" git --git-dir="$1" config --get core.hooksPath) || elsewhere=
	case $elsewhere in
	'' | "$1/hooks") ;;
	*) die "$1: core.hooksPath names $elsewhere, so git would never run $1/hooks; unset it first" ;;
	esac
}

# The text of a hook: a program that is gone fails and so refuses, where a dangling link would be skipped in silence.
shim_text()
{
	case $1 in
	update) call="\"$prefix/libexec/countersign/update\"" ;;
	*) call="\"$prefix/bin/countersign\" hook $1" ;;
	esac
	printf '#!/bin/sh\n%s\nexec %s "$@"' "$mark" "$call"
}

shim_is_ours()
{
	[ -f "$1" ] && [ "$(sed -n 2p "$1")" = "$mark" ]
}


hook_put()
{
	target=$1/$("host_place_$kind" "$2")
	[ "$target" != "$1/" ] || return 0
	put_folder "$(dirname "$target")" 755 "$1"
	if { [ -e "$target" ] || [ -L "$target" ]; } && ! shim_is_ours "$target"; then
		put_folder "$1/countersign/chained" 755 "$1"
		step "chain the $2 hook that is there: move it to $1/countersign/chained/$2" \
			privileged "$target" mv "$target" "$1/countersign/chained/$2"
	fi
	put_text "$target" 755 "$1" "$(shim_text "$2")"
}

repo_policy()
{
	target=$1/countersign/policy.json
	if [ -n "$policy" ]; then
		"$prefix/bin/countersign" policy check "$policy" || die "$policy has errors; nothing was done to $1"
		put_copy "$target" 644 "$1" "$policy"
	elif [ ! -e "$target" ]; then
		put_text "$target" 644 "$1" "$(sed "s|@PREFIX@|$prefix|" "$here/hooks/install/repo-policy.json")"
	fi
}

reviewer_add()
{
	as_owner "$1" "$prefix/bin/countersign" reviewer --policy "$1/countersign/policy.json" "${2%%=*}" - <"${2#*=}"
}

# Whether the policy has that person and that key already.
reviewer_there()
{
	[ -f "$1/countersign/policy.json" ] && grep -q -F -e "\"${2%%=*}\"" "$1/countersign/policy.json" &&
		grep -q -F -e "$(sed -n 1p "${2#*=}")" "$1/countersign/policy.json"
}

repo_reviewers()
{
	printf '%s' "$reviewers" | while IFS= read -r line; do
		reviewer_there "$1" "$line" || step "add the reviewer ${line%%=*} with ${line#*=} to $1/countersign/policy.json" reviewer_add "$1" "$line"
	done
}

# The list of guarded repositories, which `status` without paths goes through.
registry_file()
{
	printf '%s/repositories\n' "$(site_etc)"
}

registry_has()
{
	[ -f "$(registry_file)" ] && grep -q -x -F -e "$1" "$(registry_file)"
}

registry_write()
{
	file=$(registry_file)
	{
		[ ! -f "$file" ] || grep -v -x -F -e "$2" "$file"
		[ "$1" = drop ] || printf '%s\n' "$2"
	} | write_file "$file" 644 ''
}

# Tries to land a commit on a reserved ref by a real push, and tells what came back; run by the repository's owner.
# shellcheck disable=SC2016 # it is the inner shell that expands
canary_script='
	unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
	cd "$1" || exit 1
	scratch=$(mktemp -d) || exit 1
	trap "rm -rf \"$scratch\"" EXIT
	git init -q "$scratch" &&
		tree=$(git -C "$scratch" mktree </dev/null) &&
		commit=$(git -C "$scratch" -c user.name=canary -c user.email=canary@countersign.invalid \
			commit-tree -m "This push must be refused." "$tree") &&
		LC_ALL=C git -C "$scratch" push "$1" "$commit:refs/countersign/canary" 2>&1
'

canary()
{
	said=$(as_owner "$1" sh -c "$canary_script" sh "$1") && landed=yes || landed=no
	if [ "$landed" = no ] && printf '%s\n' "$said" | grep -q '^remote: countersign: refs/countersign/canary is denied'; then
		say "  the canary push was refused, as it must be"
		return 0
	fi
	warn "$1: THE CANARY PUSH WAS NOT REFUSED BY COUNTERSIGN; what came back:"
	printf '%s\n' "$said" >&2
	return 1
}

repo_install()
{
	repo=$(repo_git_dir "$1")
	repo_check "$repo"
	kind=$(host_of "$repo")
	say "repository: $repo ($kind)"
	put_folder "$repo/countersign" "$(stat -c %a "$repo")" "$repo"
	repo_policy "$repo"
	repo_reviewers "$repo"
	settings_put "$repo"
	for hook in $hooks; do
		hook_put "$repo" "$hook"
	done
	registry_has "$repo" || step "add $repo to $(registry_file)" registry_write add "$repo"
	if [ "$dry_run" = yes ]; then
		say "  would try a push to refs/countersign/canary, which must be refused"
	else
		canary "$repo"
	fi
}

hook_take()
{
	target=$1/$("host_place_$kind" "$2")
	[ "$target" != "$1/" ] || return 0
	if shim_is_ours "$target"; then
		step "remove $target" privileged "$target" rm -f "$target"
	fi
	chained=$1/countersign/chained/$2
	if { [ -e "$chained" ] || [ -L "$chained" ]; } && { [ ! -e "$target" ] || [ "$dry_run" = yes ]; }; then
		step "put back $target, as it was" privileged "$target" mv "$chained" "$target"
	fi
}

repo_remove()
{
	repo=$(repo_git_dir "$1")
	kind=$(host_of "$repo")
	say "repository: $repo ($kind)"
	for hook in $hooks; do
		hook_take "$repo" "$hook"
	done
	settings_restore "$repo"
	if [ -d "$repo/countersign/chained" ]; then
		step "remove $repo/countersign/chained" privileged "$repo" rmdir "$repo/countersign/chained"
	fi
	if registry_has "$repo"; then
		step "take $repo off $(registry_file)" registry_write drop "$repo"
	fi
	[ ! -d "$repo/countersign" ] || say "  kept: $repo/countersign (policy, log, holds)"
}

# Every repository below ROOT; those inside of another are left alone.
repos_below()
{
	find "$1" -type d -exec sh -c 'test -f "$1/HEAD" && test -d "$1/objects" && test -d "$1/refs"' sh {} \; -prune -print |
		LC_ALL=C sort | while IFS= read -r found; do
		if [ "$(git config --file "$found/config" --get core.bare)" = true ]; then
			printf '%s\n' "$found"
		fi
	done
}

# each COMMAND: runs it for every line of input in a shell of its own; fails if one did, after all were tried.
each()
{
	worst=0
	while IFS= read -r line; do
		set +e
		(
			set -e
			"$1" "$line"
		) </dev/null
		[ $? -eq 0 ] || worst=1
		set -e
	done
	return $worst
}

status_of()
{
	"$prefix/bin/countersign" status --repo "$1"
}
