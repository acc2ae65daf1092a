# Pushes by others than git: what is allowed lands, and of what is held or denied each shows the reason.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/http.inc"
needs nginx fcgiwrap openssl
account bot
programs=$SOURCE_DIR/test/host
nginx_start

# client_NAME REF: pushes; as the account bot.
client_dulwich()
{
	/usr/bin/python3 "$programs/push_dulwich.py" "$work" "http://bot:$(password bot)@${address#http://}" "$1"
}

client_jgit()
{
	java -cp "$(printf '%s:' /usr/share/java/*.jar)" "$programs/PushJgit.java" "$work" "$address" "$1" bot "$(password bot)"
}

client_isomorphic()
{
	node "$programs/push_isomorphic.js" "$work" "$address" "$1" bot "$(password bot)"
}

# What each needs on this machine: Debian's python3-dulwich; its libjgit-java and a JDK; isomorphic-git where node finds it (NODE_PATH).
has_dulwich()
{
	/usr/bin/python3 -c 'import dulwich' 2>/dev/null
}

has_jgit()
{
	[ -e /usr/share/java/org.eclipse.jgit.jar ] && ! missing java javac >/dev/null
}

has_isomorphic()
{
	! missing node >/dev/null && node -e "require('isomorphic-git')" 2>/dev/null
}

# push_by CLIENT REF: as push of lib.sh.
push_by()
{
	refs_of >"$story/refs-before"
	stored_before=no
	pushed "$2"
	pushed_status=0
	"client_$1" "$2" >"$out" 2>&1 || pushed_status=$?
}

told_by()
{
	sentence "$2 pushes what is allowed, and shows why something is held or denied"
	if ! "has_$1"; then
		skip "$2 is not on this machine"
		return 0
	fi
	server
	policy <<'JSON'
{ "version": 1, "people": { "alice": { "accounts": ["alice"] } },
  "agents": { "bot": { "owner": "alice", "accounts": ["bot"], "scope": ["/src/", "/.github/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": ["alice"] } ] }
JSON
	commit src/a.c 1
	push_by "$1" main
	expect landed
	branch held
	commit .github/workflows/ci.yml 'on: push'
	push_by "$1" held
	expect held
	said 'git countersign approve'
	branch denied main
	commit payments/x.c 1
	push_by "$1" denied
	expect denied
	said 'scope  payments/x.c'
}

told_by dulwich dulwich
told_by jgit JGit
told_by isomorphic isomorphic-git
