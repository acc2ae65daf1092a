# What people read on a terminal: tables that fit it.  What programs read through a pipe stays as it was.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

command -v script >/dev/null || { echo '1..0 # SKIP no script(1)'; exit 77; }

# on_terminal COLUMNS COMMAND...: what it shows there, in $out.
on_terminal()
{
	columns=$1
	shift
	COLUMNS=$columns LANG=C.UTF-8 TZ=UTC script -qec "$prefix/bin/countersign $*" /dev/null </dev/null | tr -d '\r' >"$out"
}

# plain: what it showed, without colours.
plain()
{
	sed "s/$(printf '\033')\\[[0-9]*[mK]//g" "$out"
}

# widest: columns of the widest line, without colours; LANG is not told to the program, so that a cut is one byte.
widest()
{
	plain | awk '{ if (length > most) most = length } END { print most }'
}

sentence "The log on a terminal has a heading, fits 80 columns, and tells approvals, rejections and withdrawals apart"
server
governed
hold_change infra/a/very/long/way/down/to/the/cluster/that/nobody/should/touch/main.tf
decide bob reject
# Of two decisions of one second the stricter stands.
GIT_COMMITTER_DATE="$(($(date +%s) + 2)) +0000"
export GIT_COMMITTER_DATE
decide bob withdraw
unset GIT_COMMITTER_DATE
approve alice
push_again
person robot
agent claude-code
branch other origin/main
commit infra/other.tf 'another'
push other:main
for width in 80 120; do
	on_terminal "$width" log --repo "$server"
	[ "$(widest)" -le "$width" ] || fail "$(widest) columns on a terminal of $width"
	head -n 1 "$out" | grep -q '^.\{0,8\}WHEN .*WHAT .*REF .*RULE .*PATH' || fail 'no heading'
	for word in rejected withdrawn approved landed held infrastructure; do
		[ "$width" = 80 ] && [ "$word" = infrastructure ] || said "$word"
	done
	said 'main.tf'
	said "$(printf '\033[32m')"
	unsaid "$(date -u +%Y)-"
done
on_terminal 80 log --repo "$server" --iso --color never
said "$(date -u +%Y-%m-)"
unsaid "$(printf '\033')"
NO_COLOR=1 on_terminal 80 log --repo "$server"
unsaid "$(printf '\033')"
exits 2 countersign log --repo "$server" --color sometimes
said "--color is auto, always or never, not 'sometimes'"

sentence "What waits is a table there, newest last, and lines elsewhere"
on_terminal 80 holds --repo "$server"
[ "$(widest)" -le 80 ] || fail "$(widest) columns"
said 'HOLD'
said 'infra/other.tf'
said '0 of 1, needs pl'
countersign holds --repo "$server" >"$out"
unsaid 'HOLD '
unsaid "$(printf '\033')"
said '  refs/heads/main  claude-code  infra/other.tf'
countersign log --repo "$server" >"$out"
unsaid 'WHEN'
said '  refs/heads/main  dev1  '

sentence "Every command fits a terminal of 80 and of 120 columns, also about the push that install tried, which has no path"
server
governed
hold_change infra/a/very/long/way/down/to/the/cluster/that/nobody/should/touch/main.tf
decide bob reject
countersign stop github-copilot --reason 'It went wrong in the night, and stays out until those who look after it have found out why' --repo "$server" >/dev/null
policy_file=$(printf '%s/countersign/policy.json' "$server")
sed 's|"paths": \["/|"paths": ["/ops/", "/|' "$policy_file" >"$story/new.json"
! cmp -s "$policy_file" "$story/new.json" || fail 'the policies are the same'
chmod 600 "$story/new.json"
for width in 80 120; do
	for words in 'holds --all' 'holds' "holds show $hold" 'log' 'log verify' 'status' 'events' 'stop' 'policy show' 'version' \
		'policy classes' 'policy explain infra/main.tf --agent claude-code' "policy diff $policy_file $story/new.json" \
		'agents' 'agents --seen'; do
		# shellcheck disable=SC2086
		on_terminal "$width" $words --repo "$server" || fail "$words: exit status $?"
		[ -s "$out" ] || fail "$words: nothing is shown"
		# a name or a number that is longer than the terminal, less what is said of it, cannot be broken
		plain | awk -v width="$width" 'length > width { for (i = 1; i <= NF; i++) long = length($i) > width - 14 ? 1 : long; bad = bad || !long; long = 0 } END { exit bad }' ||
			fail "$words: $(widest) columns on a terminal of $width"
	done
done
on_terminal 80 holds show "$hold" --repo "$server"
said 'rejected by bob'
said '  ref      refs/heads/main'
on_terminal 80 holds --all --repo "$server"
said 'denied'
on_terminal 80 log --repo "$server"
said 'It went wro>'

sentence "Agents, who is stopped, and notifications are tables on a terminal that fit it, and lines elsewhere"
server
governed
on_terminal 80 events --repo "$server"
said 'no notifications'
on_terminal 80 holds --repo "$server"
said 'nothing is held'
hold_change infra/main.tf
countersign stop github-copilot --reason 'It went wrong in the night, and stays out until those who look after it have found out why' --repo "$server" >/dev/null
for width in 80 120; do
	for words in agents 'agents --seen' stop; do
		# shellcheck disable=SC2086
		on_terminal "$width" $words --repo "$server"
		[ "$(widest)" -le "$width" ] || fail "$words: $(widest) columns on a terminal of $width"
		plain | grep -q -e '^STOPPED  *NAME' -e '^AGENT  *VENDOR' -e '^AGENT  *COMMITS  *LAST SEEN  *HELD  *DENIED' ||
			fail "$words: no heading"
	done
	said "$(printf '\033[31mgithub-copilot')"
	unsaid "$(date -u +%Y)-"
done
on_terminal 80 stop --repo "$server" --iso --color never
said "$(date -u +%Y-%m-)"
unsaid "$(printf '\033')"
on_terminal 80 agents --seen --repo "$server"
said 'NEEDS ATTENTION'
unsaid "$(date -u +%Y)-"
on_terminal 80 agents --seen --repo "$server" --iso
said "$(date -u +%Y-%m-)"
countersign agents --seen --repo "$server" >"$out"
unsaid 'NEEDS ATTENTION'
unsaid "$(printf '\033')"
said '    ! claims-only: '
countersign stop --repo "$server" >"$out"
unsaid 'STOPPED'
said 'agent github-copilot  here  since 2'
exits 2 countersign stop --repo "$server" github-copilot --reason x --iso
said 'are for the list of who is stopped'
exits 2 countersign agents --color sometimes
said "--color is auto, always or never, not 'sometimes'"

sentence "What status says of a repository is broken between words on a terminal, and one line each elsewhere"
server
chmod -x "$server/hooks/update"
on_terminal 80 status --repo "$server"
[ "$(plain | grep -v / | awk 'length > 80' | wc -l)" -eq 0 ] || fail 'it does not fit'
plain | tr -s '\n ' '  ' >"$story/flat"
broken=$(wc -l <"$out")
exits 1 countersign status --repo "$server"
[ "$(wc -l <"$out")" -lt "$broken" ] || fail 'nothing was broken'
same 'the words' "$(tr -s '\n ' '  ' <"$out")" "$(cat "$story/flat")"

sentence "Names that strangers gave to refs, and keys that they wrote into the delegated policy, reach no terminal as they are"
server
policy <<'JSON'
{ "version": 1, "refs": ["refs/heads/**"], "delegates": ["alice"], "people": { "alice": { "accounts": ["alice"] } } }
JSON
commit src/x.txt x
push main
expect landed
write .countersign.json '{ "version": 1, "k\u001b[2J\u202e": 1 }'
record 'Odd keys'
git clone -q --bare "$work" "$story/beside.git"
on_server fetch -q "$story/beside.git" '+main:main' "+main:refs/heads/$(printf 'a\302\233b')"
for how in on_terminal\ 80 countersign; do
	# shellcheck disable=SC2086
	$how status --repo "$server" >>"$out" 2>&1 || :
	said 'unknown key'
	said 'k\x1b[2J\u{202e}'
	said 'refs/heads/a\u{009b}b'
	unsaid "$(printf '\033[2J')"
	unsaid "$(printf '\302\233')"
	unsaid "$(printf '\342\200\256')"
done
