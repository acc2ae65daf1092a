# shellcheck shell=sh
# gitolite owns its repositories' hooks: what lies in its folder of common hooks it links into each of them, whenever
# one is made and at every `gitolite setup`.  So that is where ours go, and they are in the way in every repository.
# hooks/update is its own; there it runs programs that its configuration names, and VREF/countersign is ours.

# The folder of common hooks, told by where the repository's update hook leads.
gitolite_common()
{
	dirname "$(readlink -f "$1/hooks/update")"
}

# gitolite_asks GIT_DIR ARGUMENT...: gitolite's own command, as the user it runs as.
gitolite_asks()
{
	place=$1
	shift
	as_owner "$place" gitolite "$@"
}

# The folder of VREF programs: the site's own code if it has any, else gitolite's.
gitolite_vrefs()
{
	code=$(gitolite_asks "$1" query-rc LOCAL_CODE 2>/dev/null) || code=
	[ -n "$code" ] || code=$(gitolite_asks "$1" query-rc GL_BINDIR) || return 1
	printf '%s/VREF\n' "$code"
}

# gitolite hands over seven arguments and more; the first three are what git gives an update hook.
# shellcheck disable=SC2016 # it is the program that expands
gitolite_vref_text()
{
	printf '#!/bin/sh\n%s\nexec "%s/libexec/countersign/update" "$1" "$2" "$3"' "$mark" "$prefix"
}

gitolite_link()
{
	as_owner "$1" ln -sfn "$2" "$3"
}

# gitolite_put GIT_DIR: all three.
gitolite_put()
{
	common=$(gitolite_common "$1")
	[ "$common" != "$1/hooks" ] || die "$1/hooks/update is no link to gitolite's: run gitolite setup first"
	for hook in pre-receive post-receive; do
		if is_there "$common/$hook" && ! shim_is_ours "$common/$hook"; then
			die "$common/$hook is a hook of all repositories and not ours: take it out of there, and chain it in each repository that needs it (countersign/chained/$hook)"
		fi
		put_text "$common/$hook" 755 "$common" "$(shim_text "$hook")"
		[ "$(readlink "$1/hooks/$hook")" != "$common/$hook" ] || continue
		hook_keep "$1" "$hook" "$1/hooks/$hook"
		step "link $1/hooks/$hook to $common/$hook, as gitolite does" gitolite_link "$1" "$common/$hook" "$1/hooks/$hook"
	done
	vrefs=$(gitolite_vrefs "$1") || die "gitolite does not tell where its programs lie (gitolite query-rc GL_BINDIR)"
	put_folder "$vrefs" 755 "$(dirname "$vrefs")"
	put_text "$vrefs/countersign" 755 "$vrefs" "$(gitolite_vref_text)"
	gitolite_rules "$1"
}

# Whether the rules let everybody's pushes to a repository meet the VREF.  (Its exit status does not tell a rule from none.)
gitolite_has_rule()
{
	name=$(gitolite_asks "$1" query-rc GL_REPO_BASE) && name=${1#"$(readlink -f "$name")"/} && name=${name%.git} &&
		[ "$(gitolite_asks "$1" access "$name" anyone W VREF/countersign 2>/dev/null)" = \
			"W VREF/countersign $name anyone DENIED by VREF/countersign" ]
}

# Says what gitolite's configuration lacks: only its admin can write there.
gitolite_rules()
{
	gitolite_has_rule "$1" || say "  a held ref refuses the refs pushed with it until conf/gitolite.conf of gitolite-admin says, for all repositories
  or for this one ($name), and reviewers can approve only where they may push:
      repo @all
          -   VREF/countersign = @all
          RW+ refs/countersign/approvals/ = @reviewers"
}

# The other guarded repositories of the same gitolite.
gitolite_others()
{
	[ ! -f "$(list_file repositories)" ] || while IFS= read -r other; do
		[ "$other" = "$1" ] || [ ! -e "$other/hooks/update" ] || [ "$(gitolite_common "$other")" != "$2" ] || printf '%s\n' "$other"
	done <"$(list_file repositories)"
}

# gitolite_take GIT_DIR: the links, and with the last guarded repository what they lead to.
gitolite_take()
{
	common=$(gitolite_common "$1")
	for hook in pre-receive post-receive; do
		[ "$(readlink "$1/hooks/$hook")" != "$common/$hook" ] ||
			step "remove $1/hooks/$hook" as_owner "$1" rm -f "$1/hooks/$hook"
		hook_take "$1" "$hook"
	done
	if [ -n "$(gitolite_others "$1" "$common")" ]; then
		say "  kept: $common, since other repositories are guarded; gitolite setup links it into this one again"
		return 0
	fi
	vrefs=$(gitolite_vrefs "$1") || vrefs=
	for file in "$common/pre-receive" "$common/post-receive" "$vrefs/countersign"; do
		! shim_is_ours "$file" || step "remove $file" privileged "$(dirname "$file")" rm -f "$file"
	done
	! gitolite_has_rule "$1" ||
		say "  take VREF/countersign out of conf/gitolite.conf: gitolite refuses pushes while its program is gone"
}
