# The review page of one host lists what waits on the others, and leads to the page of the host that has it.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/../push/signing.inc"
. "${0%/*}/postgres.inc"
command -v curl >/dev/null 2>&1 || {
	printf '1..0 # SKIP curl is not on this machine\n'
	exit 77
}
engine

# page HOST [OPTION...]: serves its review page; $address_HOST is where.
page()
{
	at=$1
	shift
	mkfifo "$story/$at.address"
	"$story/$at/prefix/bin/countersign" review --listen 127.0.0.1:0 "$@" >"$story/$at.address" 2>"$story/$at.page" &
	eval "paging_$at=$!"
	at_end "unpage $at"
	read -r address <"$story/$at.address" || address=
	rm -f "$story/$at.address"
	eval "address_$at=\$address"
}

unpage()
{
	eval "pid=\${paging_$1:-}"
	[ -z "$pid" ] || {
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	}
	eval "paging_$1="
}

get()
{
	curl -s -o "$out" "$1" || fail "no answer from $1"
}

once()
{
	"$story/$1/prefix/bin/countersign-fleet" serve --once >"$out" 2>&1 || fail "$1 fails"
}

sentence "A hold of another host is on the page with a link, which leads to that host's page of it"
for at in git1 git2; do
	host "$at"
	governed
	once "$at"
	person robot
	agent claude-code
	branch work
	commit "infra/$at.tf" x
	push work:main
	expect held
	eval "hold_$at=$hold"
done
page git2
# shellcheck disable=SC2154 # set by eval
sed -i "s|\"version\": 1,|&\"review\": \"${address_git2%/}\",|" "$story/git2/prefix/etc/countersign/fleet.json"
once git2
once git1
page git1 --fleet
# shellcheck disable=SC2154 # set by eval
get "$address_git1"
said 'On other hosts'
said "holds/$hold_git1"
said 'claude-code'
said 'platform'
link=$(sed -n 's|.*href="\(http://127[^"]*\)".*|\1|p' "$out" | head -n 1)
# shellcheck disable=SC2154 # set by eval
case $link in
*/holds/"$hold_git2") ;;
*) fail "the link is '$link'" ;;
esac
get "$link"
said 'infra/git2.tf'

sentence "A page that was not told to shows nothing of other hosts"
unpage git1
page git1
get "$address_git1"
said "holds/$hold_git1"
unsaid 'On other hosts'
unsaid "$hold_git2"

sentence "What another host says of a hold is text, and a link leads to the web or nowhere"
unpage git1
echo "UPDATE countersign.host SET review = '' WHERE name = 'git2';
UPDATE countersign.hold SET agents = '<script>alert(1)</script>', verdict = 'no JSON' WHERE host = 'git2'" | sql git2 >"$out" 2>&1 || :
echo "UPDATE countersign.hold SET agents = '<script>alert(1)</script>', verdict = 'no JSON', ref = '\"><b>' WHERE host = 'git2'" | sql git2
echo "SELECT countersign.review_is('javascript:alert(1)')" | sql git2 >"$out" 2>&1 || :
said 'violates check constraint'
page git1 --fleet
get "$address_git1"
said 'On other hosts'
said '&lt;script&gt;'
unsaid '<script>alert'
unsaid '"><b>'

sentence "While the engine cannot be asked the page shows what waits here, and says what is missing"
engine_kill
get "$address_git1"
said "holds/$hold_git1"
said 'cannot be shown now'
engine_start 2>/dev/null
get "$address_git1"
said "$hold_git2"
