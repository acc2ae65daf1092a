# Refs of Countersign's that git hides, however and wherever that is said: git is asked by a push and a fetch, and status is of its mind.
. "${0%/*}/../push/lib.sh"
own_prefix
unset GIT_CONFIG_NOSYSTEM
export GIT_CONFIG_SYSTEM="$story/system" GIT_CONFIG_GLOBAL="$story/global"
: >"$story/system"
: >"$story/global"
server
policy <<'JSON'
{ "version": 1, "people": { "alice": { "accounts": ["alice"] } },
  "rules": [ { "name": "infra", "paths": ["/infra/"], "action": "hold", "approvers": ["alice"] } ] }
JSON
person robot
agent claude-code
branch work origin/main
commit infra/main.tf 1
in_work push -q origin work:main >"$out" 2>&1 && fail 'it was not held'
held=$(on_server for-each-ref --format='%(refname)' refs/countersign/holds)
cp "$server/config" "$story/config"
asked=0
hiding=0

# tried WHERE VALUE...: with these values in that file (repository, user, machine, included, included-if), and what was there before,
# git refuses approvals or not, and shows holds or not; status says which.
tried()
{
	where=$1
	key=$2
	shift 2
	cp "$story/config" "$server/config"
	: >"$story/system"
	: >"$story/global"
	rm -f "$server/more"
	case $where in
	repository) file=$server/config ;;
	user) file=$story/global ;;
	machine) file=$story/system ;;
	included) file=$server/more && printf '[include]\n\tpath = more\n' >>"$server/config" ;;
	included-if) file=$server/more && printf '[includeIf "gitdir:**/server.git"]\n\tpath = more\n' >>"$server/config" ;;
	esac
	for value in "$@"; do
		git config --file "$file" --add "$key" "$value"
	done
	what="$where $key $*"
	asked=$((asked + 1))
	in_work push -q origin "main:refs/countersign/approvals/${held##*/}/alice" >"$story/answer" 2>&1 || :
	countersign status --repo "$server" >"$out" 2>&1 || :
	if grep -q 'hidden ref' "$story/answer"; then
		hiding=$((hiding + 1))
		grep -q 'hides refs/countersign/approvals, so that git refuses every approval' "$out" || fail "not told that approvals are hidden: $what"
	else
		! grep -q 'hides refs/countersign/approvals' "$out" || fail "told that approvals are hidden: $what"
	fi
	if git ls-remote "$server" 'refs/countersign/holds/*' 2>/dev/null | grep -q .; then
		! grep -q 'hides refs/countersign/holds from fetches' "$out" || fail "told that holds are hidden: $what"
	else
		hiding=$((hiding + 1))
		grep -q 'hides refs/countersign/holds from fetches' "$out" || fail "not told that holds are hidden: $what"
	fi
}

sentence "Whatever hides approvals from pushes or holds from fetches is told, and nothing else is"
for key in receive.hideRefs transfer.hideRefs uploadpack.hideRefs; do
	for value in refs refs/countersign refs/countersign/ refs/countersign// refs/countersign/approvals refs/countersign/holds \
		^refs/countersign ^refs/countersign/approvals/ refs/count REFS/countersign '!refs/countersign' ^ '!' / refs/countersigned \
		'!^refs' '^!refs' '!!refs' '*' 'refs/*' 'refs/countersign/approvals/*'; do
		tried repository "$key" "$value"
	done
done
tried repository receive.hideRefs refs/countersign '!refs/countersign/approvals'
tried repository receive.hideRefs '!refs/countersign/approvals' refs/countersign
tried repository receive.hideRefs refs '!refs/countersign'
tried repository receive.hideRefs refs '!^refs/countersign/'
tried repository receive.hideRefs refs/countersign '!refs'
tried repository transfer.hideRefs refs/countersign '!refs/countersign' ^refs/countersign/holds
tried repository RECEIVE.HIDEREFS refs/countersign
for where in user machine included included-if; do
	for key in receive.hideRefs transfer.hideRefs uploadpack.hideRefs; do
		tried "$where" "$key" refs/countersign
		tried "$where" "$key" refs '!refs/countersign/approvals'
	done
done
[ "$asked" -ge 90 ] || fail "no more than $asked were tried"
[ "$hiding" -ge 50 ] || fail "no more than $hiding hid anything"

sentence "Where the machine hides them all, holds are made all the same, and what the repository says last counts"
cp "$story/config" "$server/config"
printf '[transfer]\n\thideRefs = refs/countersign\n' >"$story/system"
agent claude-code
branch other origin/main
commit infra/other.tf 2
push other:main
expect held
on_server config --add receive.hideRefs '!refs/countersign/approvals'
in_work push -q origin "main:refs/countersign/approvals/$hold/alice" >"$out" 2>&1 || :
unsaid 'hidden ref'

sentence "Who pushes to a ref that the server hides is told so, and not that it is new"
server
on_server update-ref refs/heads/secret main
on_server config --add receive.hideRefs refs/heads/secret
commit docs/hidden.md x
push main:refs/heads/secret
said 'the server hides it'
[ "$(on_server rev-parse secret)" != "$(in_work rev-parse main)" ] || fail 'it moved'
