# shellcheck shell=sh
# The kinds of hosts.  A row: name, how a repository of it is told (host_is_NAME), and where its hooks go
# (host_place_NAME HOOK), relative to the git directory.  The first row that fits is taken; plain fits all.

hosts='gitea gitlab gitolite plain'
hooks='pre-receive update post-receive'

# Gitea and Forgejo write delegates that run every program in HOOK.d.
host_is_gitea()
{
	[ -e "$1/hooks/pre-receive.d/gitea" ] || [ -e "$1/hooks/pre-receive.d/forgejo" ]
}

host_place_gitea()
{
	printf 'hooks/%s.d/countersign\n' "$1"
}

# Gitaly runs custom_hooks/HOOK and what lies in custom_hooks/HOOK.d.
host_is_gitlab()
{
	git config --file "$1/config" --get gitlab.fullpath >/dev/null 2>&1 ||
		case $1 in */@hashed/*) true ;; *) false ;; esac
}

host_place_gitlab()
{
	printf 'custom_hooks/%s.d/countersign\n' "$1"
}

# gitolite owns hooks/update: the update side is a VREF of its configuration (gitolite.sh puts all of it in place; where a
# repository's hooks are links to, `gitolite setup` decides).
host_is_gitolite()
{
	[ -e "$1/hooks/update" ] && grep -q -s Gitolite "$1/hooks/update"
}

host_place_gitolite()
{
	case $1 in
	update) printf '\n' ;;
	*) printf 'hooks/%s\n' "$1" ;;
	esac
}

host_is_plain()
{
	true
}

host_place_plain()
{
	printf 'hooks/%s\n' "$1"
}

# Finds out the kind of a repository, unless --host said it.
host_of()
{
	if [ -n "$host" ]; then
		printf '%s\n' "$host"
		return 0
	fi
	for kind in $hosts; do
		if "host_is_$kind" "$1"; then
			printf '%s\n' "$kind"
			return 0
		fi
	done
}
