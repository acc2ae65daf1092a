# gitolite's own user guards its repositories without root: it finishes, or does nothing at all and says why.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/ssh.inc"
. "${0%/*}/../push/signing.inc"
. "${0%/*}/gitolite.inc"
given "$host_user" "$prefix"

# by_user CALL...: the user's own installation.
by_user()
{
	as_user "$host_user" "$prefix/bin/countersign-install" "$@"
}

# everything: all that is the user's, by what it is and says, but for the lock, what gitolite logs of questions, and
# the log's rows of the canary.
everything()
{
	find "$host/home" "$prefix" \( -name .lock -o -path "$host/home/.gitolite/logs" \) -prune -o -printf '%p %y %m %u %g %l\n' | sort
	find "$host/home" "$prefix" -type f ! -name .lock ! -path "$host/home/.gitolite/logs/*" ! -name 'state.db*' -exec cksum {} + | sort
}

# does_nothing WORDS CALL...: it fails, says that, and nothing is another than before.
does_nothing()
{
	words=$1
	shift
	everything >"$story/before"
	by_user "$@" >"$out" 2>&1 && fail "$* succeeds"
	said "$words"
	everything >"$story/after"
	cmp -s "$story/after" "$story/before" || fail "$* changed $(diff "$story/before" "$story/after" | head -9)"
}

# A project with a first commit, not guarded.
project()
{
	rm -rf "$server" "$work"
	conf <<CONF
$usual
CONF
	cp -a "$made/work" "$work"
	in_work remote set-url origin "ssh://127.0.0.1:$port/project"
	as_user "$host_user" git --git-dir="$server" symbolic-ref HEAD refs/heads/main
	as alice
	push main
	expect landed
}

gitolite_start
code=$(dirname "$(readlink -f "$(command -v gitolite)")")

sentence "Without a folder for gitolite's own code that is the user's, nothing is done"
project
if as_user "$host_user" test -w "$code" || as_user "$host_user" test -w "$code/VREF"; then
	skip "gitolite's own folder is this user's"
else
	does_nothing 'LOCAL_CODE' repo "$server"
	does_nothing 'LOCAL_CODE' repo "$base/gitolite-admin.git"
	does_nothing 'LOCAL_CODE' repo --dry-run "$server"
	as bob
	branch other
	commit src/a.c 1
	push other
	expect landed
fi

sentence "Where gitolite's common hooks, its settings or the list cannot be written or read, nothing is done"
local_code
mkdir -p "$host/home/.gitolite/hooks/common"
for path in "$host/home/.gitolite/hooks/common" "$host/home/local" "$prefix/etc/countersign"; do
	mkdir -p "$path"
	mode=$(stat -c %a "$path")
	owner=$(stat -c %u "$path")
	chown root "$path" 2>/dev/null || :
	chmod 555 "$path"
	does_nothing "may not write" repo "$server"
	chmod "$mode" "$path"
	chown "$owner" "$path" 2>/dev/null || :
done
mv "$host/home/.gitolite.rc" "$host/home/.rc"
for rc in 'this is no perl (' ''; do
	[ -z "$rc" ] || printf '%s\n' "$rc" >"$host/home/.gitolite.rc"
	does_nothing '' repo "$server"
	rm -f "$host/home/.gitolite.rc"
done
mv "$host/home/.rc" "$host/home/.gitolite.rc"

sentence "With one it finishes: the canary push is refused, and status finds nothing"
exits 0 by_user repo "$server"
said '(gitolite)'
said 'the canary push was refused, as expected'
conf <<CONF
@reviewers = alice bob carol dev1
repo project
    -   VREF/countersign = @all
    RW+ refs/countersign/approvals/ = @reviewers
$usual
CONF
exits 0 by_user status "$server"
said 'guarded (gitolite'
unsaid 'note:'
everything >"$story/before"
exits 0 by_user repo "$server"
everything | cmp -s - "$story/before" || fail "a second time changes $(everything | diff - "$story/before" | head -9)"
[ -z "$(find "$host/home" "$prefix" ! -user "$host_user")" ] || fail 'something is another user'"'"'s'

sentence "Through sshd a push is held alone, approved and lands, as with root's installation"
governed
sed -i 's/"refs": [[][^]]*[]],//' "$server/countersign/policy.json"
in_work fetch -q origin
in_work checkout -q -B main origin/main
person robot
agent claude-code
as bob
branch free main
commit src/b.c 2
branch work main
commit infra/main.tf 1
push work:held free
expect held refs/heads/held
expect landed refs/heads/free
said 'git countersign approve'
digest=$(digest_of "$hold")
approve alice
expect landed
as bob
push work:held
expect landed
said 'approved by alice'

sentence "status --repair puts back what was taken out, and remove takes all out again"
rm -f "$host/home/.gitolite/hooks/common/pre-receive"
exits 1 by_user status "$server"
exits 0 by_user status --repair
exits 0 by_user status "$server"
exits 0 by_user remove "$server"
grep -r -l countersign "$host/home/.gitolite/hooks" "$server/hooks" "$host/home/local" >"$story/left" 2>/dev/null && fail "left: $(cat "$story/left")"
conf <<CONF
$usual
CONF
as bob
in_work fetch -q origin
branch last origin/main
commit infra/main.tf 'resource'
push last
expect landed
