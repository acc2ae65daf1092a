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

# What git calls for a hook, as a shell reads it.
hook_call()
{
	case $1 in
	update) printf '"%s/libexec/countersign/update"' "$prefix" ;;
	*) printf '"%s/bin/countersign" hook %s' "$prefix" "$1" ;;
	esac
}

# The text of a hook: a program that is gone fails and so refuses, where a dangling link would be skipped in silence.
shim_text()
{
	printf '#!/bin/sh\n%s\nexec %s "$@"' "$mark" "$(hook_call "$1")"
}

shim_is_ours()
{
	[ -f "$1" ] && [ "$(sed -n 2p "$1")" = "$mark" ]
}

# Where hooks that were there before are kept: those that run before Countersign judges, those that run after it has
# allowed.
kept_in()
{
	case $2 in
	first) printf '%s/countersign/chained-first\n' "$1" ;;
	*) printf '%s/countersign/chained\n' "$1" ;;
	esac
}

is_there()
{
	[ -e "$1" ] || [ -L "$1" ]
}

hook_move()
{
	privileged "$1" mkdir -p "$(dirname "$2")" && privileged "$1" mv "$1" "$2"
}

# hook_keep GIT_DIR HOOK TARGET: chains what lies in our place, or moves what is chained to where --chain wants it.
hook_keep()
{
	for when in first after; do
		kept=$(kept_in "$1" "$when")/$2
		is_there "$kept" || continue
		if is_there "$3" && ! shim_is_ours "$3"; then
			die "$3 and $kept are both hooks of somebody else's: make one of them in $kept, and remove $3"
		elif [ "${chain:-$when}" != "$when" ]; then
			step "let the $2 hook that was there run $chain: move it to $(kept_in "$1" "$chain")/$2" \
				hook_move "$kept" "$(kept_in "$1" "$chain")/$2"
		fi
		return 0
	done
	if is_there "$3" && ! shim_is_ours "$3"; then
		kept=$(kept_in "$1" "${chain:-after}")
		put_folder "$kept" 755 "$1"
		step "chain the $2 hook that is there, to run ${chain:-after}: move it to $kept/$2" hook_move "$3" "$kept/$2"
	fi
}

hook_put()
{
	target=$1/$("host_place_$kind" "$2")
	[ "$target" != "$1/" ] || return 0
	put_folder "$(dirname "$target")" 755 "$1"
	hook_keep "$1" "$2" "$target"
	put_text "$target" 755 "$1" "$(shim_text "$2")"
}

# Takes out what lies where a forge would call it, and this host is none of that kind: somebody named the wrong one, or
# the repository has moved.
hooks_elsewhere_take()
{
	for hook in $hooks; do
		for other in gitea gitlab; do
			target=$1/$("host_place_$other" "$hook")
			[ "$other" != "$kind" ] && shim_is_ours "$target" || continue
			step "remove $target, where only $other has hooks" privileged "$target" rm -f "$target"
		done
	done
}

hooks_put()
{
	if [ "$kind" = gitolite ]; then
		gitolite_put "$1"
	else
		for hook in $hooks; do
			hook_put "$1" "$hook"
		done
	fi
	hooks_elsewhere_take "$1"
}

repo_policy()
{
	target=$1/countersign/policy.json
	if [ -n "$policy" ]; then
		"$prefix/bin/countersign" policy check "$policy" || die "$policy has errors; nothing was done to $1"
		put_copy "$target" 644 "$1" "$policy"
	elif [ ! -e "$target" ]; then
		put_text "$target" 644 "$1" "$(sed "s|@PREFIX@|$prefix|" "$here/hooks/host/install/repo-policy.json")"
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

# Lists of paths beside the site's policy: `repositories` that are guarded, `roots` below which all are to be, and
# `left-out`, those below a root that were taken out on purpose.
list_file()
{
	printf '%s/%s\n' "$(site_etc)" "$1"
}

list_has()
{
	[ -f "$(list_file "$1")" ] && grep -q -x -F -e "$2" "$(list_file "$1")"
}

list_write()
{
	file=$(list_file "$2")
	{
		[ ! -f "$file" ] || grep -v -x -F -e "$3" "$file"
		[ "$1" = drop ] || printf '%s\n' "$3"
	} | write_file "$file" 644 ''
}

list_add()
{
	put_folder "$(site_etc)" 755 ''
	list_has "$1" "$2" || step "add $2 to $(list_file "$1")" list_write add "$1" "$2"
}

list_drop()
{
	! list_has "$1" "$2" || step "take $2 off $(list_file "$1")" list_write drop "$1" "$2"
}

# Tries to land a commit on a reserved ref by a real push, and tells what came back.  What git may leave running, like
# its housekeeping, is not to keep others waiting for our lock.
canary()
{
	if said=$(as_owner "$1" "$prefix/libexec/countersign/canary" "$1" 9>&-); then
		say "  the canary push was refused, as it must be"
		return 0
	fi
	warn "$1: THE CANARY PUSH WAS NOT REFUSED BY COUNTERSIGN; what came back:"
	printf '%s\n' "$said" >&2
	return 1
}

# The version that the hooks are of, for `countersign status`.
repo_version()
{
	version=$("$prefix/bin/countersign" version | sed -n 's/^countersign //p')
	put_text "$1/countersign/installed" 644 "$1" "$version"
}

# Refuses at once who may not write the lists, before anything is done that they would have to name.
lists_needed()
{
	[ "$dry_run" = yes ] || list_has repositories "$1" || privileged "$(list_file repositories)" true
}

# HEAD in a policy means the branch that HEAD names, and a new repository often names one that nobody will push.
head_told()
{
	head=$(as_owner "$1" git --git-dir="$1" symbolic-ref -q HEAD) || return 0
	as_owner "$1" git --git-dir="$1" show-ref -q --verify "$head" ||
		say "note: HEAD names ${head#refs/heads/}, which is not there yet; what a policy says of HEAD counts for that branch and no other. If the main one is another: git --git-dir=$1 symbolic-ref HEAD refs/heads/NAME"
}

repo_install()
{
	repo=$(repo_git_dir "$1")
	repo_check "$repo"
	lists_needed "$repo"
	kind=$(host_of "$repo")
	say "repository: $repo ($kind)"
	put_folder "$repo/countersign" "$(stat -c %a "$repo")" "$repo"
	repo_policy "$repo"
	repo_reviewers "$repo"
	settings_put "$repo/config" "$repo/countersign"
	hooks_put "$repo"
	repo_version "$repo"
	list_add repositories "$repo"
	list_drop left-out "$repo"
	head_told "$repo"
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
	vacant=yes
	if shim_is_ours "$target"; then
		step "remove $target" privileged "$target" rm -f "$target"
	elif is_there "$target"; then
		vacant=no
	fi
	for when in first after; do
		kept=$(kept_in "$1" "$when")/$2
		is_there "$kept" || continue
		if [ "$vacant" = yes ]; then
			step "put back $target, as it was" privileged "$target" mv "$kept" "$target"
			vacant=no
		else
			say "note: $target is somebody else's by now, and stays; the hook that was there before stays in $kept"
			staying="$staying $when"
		fi
	done
}

hooks_take()
{
	if [ "$kind" = gitolite ]; then
		gitolite_take "$1"
	else
		for hook in $hooks; do
			hook_take "$1" "$hook"
		done
	fi
	hooks_elsewhere_take "$1"
}

# Whether a repository lies below a root, so that it would be guarded anew.
is_below_a_root()
{
	[ -f "$(list_file roots)" ] || return 1
	while IFS= read -r root; do
		case $1 in
		"${root%/}"/*) return 0 ;;
		esac
	done <"$(list_file roots)"
	return 1
}

repo_remove()
{
	repo=$(repo_git_dir "$1")
	kind=$(host_of "$repo")
	! list_has repositories "$repo" || [ "$dry_run" = yes ] || privileged "$(list_file repositories)" true
	say "repository: $repo ($kind)"
	staying=
	hooks_take "$repo"
	settings_restore "$repo/config" "$repo/countersign"
	for when in first after; do
		kept=$(kept_in "$repo" "$when")
		case "$staying " in
		*" $when "*) continue ;;
		esac
		[ ! -d "$kept" ] || step "remove $kept" privileged "$repo" rmdir "$kept"
	done
	[ ! -e "$repo/countersign/installed" ] ||
		step "remove $repo/countersign/installed" privileged "$repo" rm -f "$repo/countersign/installed"
	list_drop repositories "$repo"
	! is_below_a_root "$repo" || list_add left-out "$repo"
	[ ! -d "$repo/countersign" ] || say "  kept: $repo/countersign (policy, log, holds)"
}

# Every repository below ROOT; those inside of another are left alone, and so is what GitLab keeps for itself, which
# nobody pushes to.  A newline in a name is told as `?`, so that
# such a repository is a fault, and not passed over.
repos_below()
{
	find "$1" -type d \( -name @pools -o -name +gitaly \) -prune -o -type d -exec sh -c 'test -f "$1/HEAD" && test -d "$1/objects" && test -d "$1/refs"' sh {} \; -prune \
		-exec sh -c 'test "$(git config --file "$1/config" --get core.bare)" = true' sh {} \; \
		-exec sh -c 'printf %s "$1" | tr "\n" "?"; echo' sh {} \; | LC_ALL=C sort
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
