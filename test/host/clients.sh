# Pushes by others than git: what is allowed lands, and of what is held or denied each shows the reason.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/http.inc"
. "${0%/*}/clients.inc"
needs nginx fcgiwrap openssl
account bot
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

# Where node finds it (NODE_PATH).
has_isomorphic()
{
	! missing node >/dev/null && node -e "require('isomorphic-git')" 2>/dev/null
}

told_by dulwich dulwich
told_by jgit JGit
told_by isomorphic isomorphic-git
