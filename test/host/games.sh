# The owner of a repository plays games against root, at random: GAMES=1000 for many rounds, SEED for the same again.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/hands.inc"

# games WHOSE ROUNDS
games()
{
	"$tools/meddler" "$server" "$outside" "$1" "$2" "${SEED:-$$}" "$prefix/libexec/countersign/hands" "${server%/*}" >"$out" ||
		fail "root did something outside (SEED=${SEED:-$$})"
	printf '# %s\n' "$(tail -n 1 "$out")"
}

sentence "The owner swaps names, links and the repository while root works: nothing outside is read, written or moved"
afresh
before=$(all_of "$outside")
games "$alice" "${GAMES:-40}"
same 'what lies outside' "$before" "$(all_of "$outside")"
same 'what was copied' '' "$(grep -rl 'the secret of root' "$host/srv" 2>/dev/null)"
rm -rf "$server"

sentence "So does one of a group that may write in a repository of root's, and nothing outside is touched either"
mkdir "$host/srv/team"
server=$host/srv/team/app.git
before=$(all_of "$outside")
games "+$alice" "${GAMES:-20}"
same 'what lies outside' "$before" "$(all_of "$outside")"
same 'what was copied' '' "$(grep -rl 'the secret of root' "$host/srv" 2>/dev/null)"
rm -rf "$server"
server=$story/server.git
