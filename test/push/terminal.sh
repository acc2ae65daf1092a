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

# widest: columns of the widest line, without colours; LANG is not told to the program, so that a cut is one byte.
widest()
{
	sed "s/$(printf '\033')\\[[0-9]*m//g" "$out" | awk '{ if (length > most) most = length } END { print most }'
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
