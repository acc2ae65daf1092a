# gitolite 3 as Debian packages it, over sshd: common hooks, the update side as a VREF, GL_USER for the account.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/ssh.inc"
. "${0%/*}/../push/signing.inc"
. "${0%/*}/gitolite.inc"

install()
{
	exits 0 env HOME="$host/home" "$SOURCE_DIR/install.sh" "$@" --prefix "$prefix" --build "$BUILD_DIR" "$server"
	cp "$out" "$story/installed"
}

# A fresh project on it, not guarded yet, with a first commit.
project()
{
	rm -rf "$server" "$work"
	conf <<CONF
$usual
CONF
	rm -f "$host"/home/.gitolite/hooks/common/p*-receive "$host"/home/local/VREF/countersign
	rm -f "$server"/hooks/p*-receive
	cp -a "$made/work" "$work"
	in_work remote set-url origin "ssh://127.0.0.1:$port/project"
	as_user "$host_user" git --git-dir="$server" symbolic-ref HEAD refs/heads/main
	as alice
	push main
	expect landed
}

# The rules that install.sh asks for, and more if they are given.
asked()
{
	conf <<CONF
@reviewers = alice bob carol dev1
${2:-repo project}
    -   VREF/countersign = @all
    RW+ refs/countersign/approvals/ = @reviewers
$usual
${1:-}
CONF
}

# All branches are governed, and the clone is where the server is.
afresh()
{
	governed
	sed -i 's/"refs": [[][^]]*[]],//' "$server/countersign/policy.json"
	in_work fetch -q origin
	in_work checkout -q -B main origin/main
	person robot
	agent claude-code
}

gitolite_start
local_code

sentence "It goes into gitolite's common hooks and says what its configuration lacks; a second time nothing changes"
project
install repo
said '(gitolite)'
said '-   VREF/countersign = @all'
install repo
unsaid 'write'
unsaid 'link'

sentence "Without that rule a held ref refuses the others"
afresh
as bob
branch other
commit src/a.c 1
branch held main
commit infra/main.tf 1
push held other
expect held refs/heads/held
unmoved refs/heads/other
said 'the other refs are refused with it'
exits 0 countersign status --repo "$server"
said 'note: VREF/countersign: is in no rule'

sentence "With the rules it asks for, installing has nothing more to say, and the repository is guarded"
asked
install repo
unsaid 'VREF'
exits 0 countersign status --repo "$server"
said 'guarded (gitolite'
unsaid 'note:'

sentence "A VREF whose program is gone, not executable or another's is told, and put back by the repair"
for way in 'rm -f' 'chmod -x' 'sed -i s/exec/:/'; do
	$way "$host/home/local/VREF/countersign"
	exits 1 countersign status --repo "$server"
	said "VREF/countersign: is named by gitolite's rules, and its program is not there"
	install status --repair
	exits 0 countersign status --repo "$server"
done
if [ "$(command id -u)" = 0 ]; then
	exits 0 env HOME="$host/home" "$prefix/bin/countersign" status --repo "$server"
	said 'guarded (gitolite'
	unsaid 'note:'
fi

sentence "A rule that lets reviewers read more than what is guarded is told, and so are commands that move HEAD"
for wide in 'repo @all' 'repo @team' 'repo pro..*'; do
	asked '@team = project other' "$wide"
	exits 1 countersign status --repo "$server"
	said "gitolite's rules: \`$wide ... RW+ refs/countersign/approvals/ = @reviewers\`"
done
conf <<CONF
repo @all
    -   VREF/countersign = @all
    RW+ refs/countersign = alice bob
$usual
CONF
exits 1 countersign status --repo "$server"
said "gitolite's rules: \`repo @all ... RW+ refs/countersign = "
asked '@team = project team/..*' 'repo @team'
exits 1 countersign status --repo "$server"
said 'lets them read team/..*, which is not guarded'
asked '@team = project' 'repo @team'
exits 0 countersign status --repo "$server"
asked 'repo secret
    RW+ refs/countersign/approvals/ = @reviewers
repo secret/two
    R refs/countersign = bob
repo 3
    RW refs/countersign/ = @all'
exits 1 countersign status --repo "$server"
for grant in 'secret ... RW+ refs/countersign/approvals/ = @reviewers' 'secret/two ... R refs/countersign = bob' \
	'3 ... RW refs/countersign/ = @all'; do
	said "gitolite's rules: \`repo $grant\` lets them read it, and it is not guarded"
done
asked 'repo secret
    - VREF/countersign = @all
    RW+ refs/countersigned = bob
repo secret/two
    - refs/countersign/ = bob
    RW+ = alice'
exits 0 countersign status --repo "$server"
asked "@both = project secret" 'repo @both'
exits 1 countersign status --repo "$server"
said 'lets them read secret, which is not guarded'
rm -rf "$base/secret.git" "$base/secret" "$base/3.git"
for command in symbolic-ref config; do
	sed -i.was "s/^            'help',/            'help', '$command',/" "$host/home/.gitolite.rc"
	exits 1 countersign status --repo "$server"
	said "gitolite's command $command: lets"
	cat "$host/home/.gitolite.rc.was" >"$host/home/.gitolite.rc"
done
asked
exits 0 countersign status --repo "$server"

sentence "Repositories that gitolite alone has linked our hooks into are told, and guarded by the repair like the others"
asked 'repo beside
    RW+ = @all'
gitolite setup
exits 1 env HOME="$host/home" "$SOURCE_DIR/install.sh" status --prefix "$prefix" "$server"
said "$base/beside.git: NOT GUARDED; it has our hooks by gitolite's links alone"
install status --repair
exits 0 countersign status --repo "$base/beside.git"
same 'settings' true "$(git --git-dir="$base/beside.git" config receive.fsckObjects)"
grep -q -x "$base/beside.git" "$prefix/etc/countersign/repositories" || fail 'it is not listed'
exits 0 env HOME="$host/home" "$SOURCE_DIR/install.sh" status --prefix "$prefix" "$server"

sentence "gitolite's own repository is guarded with a rule for its configuration and keys, and status tells where there is none"
admin=$base/gitolite-admin.git
grep -q '"gitolite"' "$admin/countersign/policy.json" || fail 'the first policy has no rule for gitolite'
exits 0 countersign policy explain keydir/mallory.pub --repo "$admin" --agent claude-code
said hold
printf '{ "version": 1 }\n' >"$admin/countersign/policy.json"
exits 1 countersign status --repo "$admin"
said 'conf/gitolite.conf: can be changed by agents'
said 'keydir/someone.pub: can be changed by agents'
for one in $(grep "^$base/" "$prefix/etc/countersign/repositories" | grep -v -x "$server"); do
	exits 0 env HOME="$host/home" "$SOURCE_DIR/install.sh" remove --prefix "$prefix" "$one"
	rm -rf "$one/countersign" "$one/countersign.had-state" "$one/countersign.had-policy"
done

sentence "The account is gitolite's user; a held ref is refused alone, by the VREF"
as bob
push --push-option=countersign=json held other
expect held refs/heads/held
verdict account bob refs/heads/held
expect landed refs/heads/other
unsaid 'the other refs are refused'
same 'how often it is told' 1 "$(grep -c 'refs/heads/held is held' "$out")"
unsaid FATAL
said 'hook declined to update refs/heads/held'

sentence "Where gitolite's checks are bypassed its VREF is, too, and so a held ref refuses the others again"
afresh
branch more main
commit src/b.c 1
refs_of >"$story/refs-before"
cp -a "$work" "$host/clone"
given "$host_user" "$host/clone"
as_user "$host_user" env GL_BYPASS_ACCESS_CHECKS=1 GL_REPO=project GL_USER=bob git -C "$host/clone" push "$server" held more >"$out" 2>&1 ||
	said 'the other refs are refused with it'
unmoved refs/heads/held
unmoved refs/heads/more

sentence "Reviewers approve through gitolite, and nobody else may push there"
afresh
hold_change
as release-bot
tag_as bob approve
push "+approval:refs/countersign/approvals/$hold/bob"
expect refused
said 'DENIED by fallthru'
approved bob
push_again
expect landed

sentence "It is still in the way after gitolite setup and compile, and in a repository made later"
afresh
gitolite setup
gitolite compile
exits 0 countersign status --repo "$server"
as bob
commit infra/other.tf 1
push main
expect held
asked 'repo later
    RW+ = @all'
same 'what is linked' "$host/home/.gitolite/hooks/common/pre-receive" "$(readlink "$base/later.git/hooks/pre-receive")"

sentence "An agent's account is told by its gitolite user"
afresh
policy <<'JSON'
{ "version": 1, "people": { "alice": { "accounts": ["alice"] } },
  "agents": { "release-bot": { "owner": "alice", "accounts": ["release-bot"], "scope": ["/docs/"] } } }
JSON
agent none
as release-bot
commit src/a.c 1
push main
expect denied
said 'by release-bot (account)'
in_work reset -q --hard HEAD~1
commit docs/a 1
push main
expect landed

sentence "Removing takes out what installing put in, and gitolite goes on without it"
afresh
conf <<CONF
$usual
CONF
install remove
same 'what is left' '' "$(find "$host/home/local/VREF" "$host/home/.gitolite/hooks/common" "$server/hooks" -name countersign -o -name 'p*-receive')"
as bob
commit infra/main.tf 2
push main
expect landed
