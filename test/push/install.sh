# Putting Countersign into a repository, seeing that it is there, and taking it out (install.sh).
. "${0%/*}/lib.sh"

# A bare repository that nobody has touched yet.
bare()
{
	rm -rf "$server" "$work"
	git init -q --bare "$server"
	rm -f "$server"/hooks/*.sample
	: >"$out"
}

snapshot()
{
	(cd "$1" && find . -type f ! -path './countersign/state.db*' -exec stat -c '%n %a' {} + \
		-exec cksum {} + | LC_ALL=C sort)
}

sentence "A dry run changes nothing and tells every step that is then taken"
own_prefix
bare
before=$(snapshot "$server" && snapshot "$prefix/etc")
exits 0 install repo --dry-run --host=plain "$server"
same 'the files' "$before" "$(snapshot "$server" && snapshot "$prefix/etc")"
sed -n 's/^  would //p' "$out" | grep -v canary >"$story/plan"
exits 0 install repo "$server"
sed -n 's/^  //p' "$out" | grep -v canary >"$story/taken"
same 'the plan' "$(cat "$story/plan")" "$(cat "$story/taken")"

sentence "Installing twice changes nothing the second time"
bare
exits 0 install repo "$server"
before=$(snapshot "$server")
exits 0 install repo "$server"
same 'the repository' "$before" "$(snapshot "$server")"
said 'the canary push was refused, as expected'
unsaid 'write'

sentence "Hooks that are there run after Countersign, and come back byte for byte"
bare
git --git-dir="$server" config receive.fsckObjects false
before=$(cat "$server/config")
printf '#!/bin/sh\necho "old hook: $(cat)"\n' >"$server/hooks/pre-receive"
chmod 750 "$server/hooks/pre-receive"
old=$(snapshot "$server/hooks")
exits 0 install repo "$server"
cp -a "$made/work" "$work"
push main
expect landed
said "old hook: $zeros"
exits 0 install remove "$server"
same 'the hooks' "$old" "$(snapshot "$server/hooks")"
same 'the settings' "$before" "$(cat "$server/config")"

sentence "What somebody has set or unset since is theirs, and removing goes through all the same, also after an interruption"
bare
exits 0 install repo "$server"
git --git-dir="$server" config --unset core.fsync
git --git-dir="$server" config receive.fsckObjects false
exits 0 install remove "$server"
same 'the settings' 'receive.fsckobjects=false' "$(git config --file "$server/config" --list | grep -v -e '^core' -e '^extensions')"
same 'what is left of it' policy.json "$(ls "$server/countersign" | grep -v '^state.db')"
bare
exits 0 install repo "$server"
git --git-dir="$server" config --remove-section receive
exits 0 install remove "$server"

sentence "A hook that somebody has put over ours stays, and so does the one that was kept; all else is taken out"
bare
git init -q --bare "$story/never.git"
exits 0 install remove "$story/never.git"
said 'Countersign was not installed here'
printf '#!/bin/sh\nexit 0\n' >"$server/hooks/update"
chmod 755 "$server/hooks/update"
old=$(cat "$server/hooks/update")
exits 0 install repo "$server"
printf '#!/bin/sh\nexit 1\n' >"$server/hooks/update"
exits 0 install remove --dry-run "$server"
said "note: $server/hooks/update was replaced by another hook"
unsaid 'put back'
exits 0 install remove "$server"
said "is still in $server/countersign/chained/update"
same 'the kept hook' "$old" "$(cat "$server/countersign/chained/update")"
same 'what is left of it' 'chained policy.json' "$(ls "$server/countersign" | grep -v '^state.db' | xargs)"
rm "$server/hooks/update"
exits 0 install remove "$server"
same 'the hook' "$old" "$(cat "$server/hooks/update")"

sentence "A hook put where another kind of host would run it is taken out again, by repo and by remove"
for call in repo remove; do
	bare
	exits 1 install repo --host gitea "$server"
	exits 0 install "$call" "$server"
	same "what $call left there" '' "$(find "$server/hooks" -path '*.d/*')"
done
exits 0 install repo "$server"
exits 0 countersign status --repo "$server"
said 'guarded (plain'

sentence "A HEAD that names no branch is told when installing, and by status once there is another branch"
bare
on_server symbolic-ref HEAD refs/heads/trunk
exits 0 install repo "$server"
said 'note: HEAD points to trunk, which does not exist yet'
exits 0 countersign status --repo "$server"
cp -a "$made/work" "$work"
push main
expect landed
exits 1 countersign status --repo "$server"
said 'HEAD: names refs/heads/trunk, which is not there'
on_server symbolic-ref HEAD refs/heads/main
exits 0 countersign status --repo "$server"
exits 0 install repo "$server"
unsaid 'note: HEAD'

sentence "What status calls guarded is not so without a hook, its bit, or its program"
server
exits 0 countersign status --repo "$server"
chmod -x "$server/hooks/update"
exits 1 countersign status --repo "$server"
said 'update: is not executable'
chmod +x "$server/hooks/update"
rm "$server/hooks/post-receive"
exits 1 countersign status --repo "$server"
said 'post-receive: is not there'
server
ln -sf /nowhere "$server/hooks/pre-receive"
exits 1 countersign status --repo "$server"
said 'pre-receive: is a dangling link'
server
on_server config core.hooksPath /nowhere
exits 1 countersign status --repo "$server"
said 'core.hooksPath'
server
on_server config receive.shallowUpdate true
exits 1 countersign status --repo "$server"
said 'receive.shallowUpdate'
server
printf '{' >"$server/countersign/policy.json"
exits 1 countersign status --repo "$server"
said 'policy'

sentence "A hook whose program is gone refuses, and the repaired one lets the push land"
own_prefix
server
commit src/a.c 'x'
mv "$prefix/bin/countersign" "$prefix/bin/away"
push main
expect refused
mv "$prefix/bin/away" "$prefix/bin/countersign"
push main
expect landed

sentence "A repository whose hooks git would never run is not called guarded"
bare
git --git-dir="$server" config core.hooksPath "$story/elsewhere"
exits 1 install repo "$server"
said 'core.hooksPath'

sentence "A policy with errors is not installed"
bare
printf '{ "version": 1, "moed": "enforce" }\n' >"$story/bad.json"
exits 1 install repo --policy "$story/bad.json" "$server"
said 'moed'
same 'a policy' no "$(test -e "$server/countersign/policy.json" && echo yes || echo no)"

sentence "The starter policy holds an agent's workflow, and the named reviewer is the one who can approve it"
bare
ssh-keygen -q -t ed25519 -N '' -f "$story/key"
exits 0 install repo --reviewer "carol=$story/key.pub" "$server"
exits 0 countersign policy check "$server/countersign/policy.json"
said "without 'emails' an unsigned commit of 'carol' is not known as theirs"
exits 0 countersign reviewer --policy "$server/countersign/policy.json" --email carol@example.com carol "$story/key.pub"
exits 0 countersign policy check "$server/countersign/policy.json"
unsaid 'warning'
before=$(cat "$server/countersign/policy.json")
exits 0 countersign reviewer --policy "$server/countersign/policy.json" --json carol "$story/key.pub"
said '"person":"carol"'
said '"changed":false'
said '"groups":["reviewers"]'
exits 2 countersign reviewer --policy "$server/countersign/policy.json" dave "$story/key.pub"
said "nothing was written, since it would be wrong: "
said "this key belongs to person 'carol' already"
exits 2 countersign reviewer --policy "$server/countersign/policy.json" reviewers "$story/key.pub"
exits 2 countersign reviewer --policy "$server/countersign/policy.json" 'no name' "$story/key.pub"
same 'policies' 1 "$(find "$server/countersign" -name 'policy.json*' | wc -l)"
cp "$server/countersign/policy.json" "$story/kept.json"
chmod 640 "$story/kept.json"
[ "$(command id -u)" != 0 ] || chown 65534:65534 "$story/kept.json"
kept=$(stat -c '%a %u %g' "$story/kept.json")
exits 0 countersign reviewer --policy "$story/kept.json" --email carol@example.org carol "$story/key.pub"
! cmp -s "$server/countersign/policy.json" "$story/kept.json" || fail 'nothing was added'
same 'its mode and owner' "$kept" "$(stat -c '%a %u %g' "$story/kept.json")"
exits 2 countersign reviewer --policy "$server/countersign/policy.json" --email 'carol, dave@example.com' carol "$story/key.pub"
same 'the policy' "$before" "$(cat "$server/countersign/policy.json")"
cp -a "$made/work" "$work"
push main
expect landed
agent claude-code
commit .github/workflows/ci.yml 'on: push'
push main
expect held
said 'needs 1 approval from reviewers'

sentence "What is no public key is refused as a reviewer's, and the policy stays"
bare
exits 0 install repo "$server"
before=$(cat "$server/countersign/policy.json")
echo 'ssh-ed25519 AAAA dave' >"$story/broken.pub"
exits 1 install repo --reviewer "dave=$story/broken.pub" "$server"
exits 1 install repo --reviewer "dave=$story/key" "$server"
said 'that is a private key; name the file that ends in .pub'
exits 2 countersign reviewer --policy "$server/countersign/policy.json" dave /dev/null
said 'it has no key'
same 'the policy' "$before" "$(cat "$server/countersign/policy.json")"
exits 0 countersign status --repo "$server"

sentence "Every bare repository below a folder is guarded, and status goes through all"
own_prefix
mkdir -p "$story/root/team"
git init -q --bare "$story/root/one.git"
git init -q --bare "$story/root/team/two.git"
git init -q "$story/root/three"
rm -f "$prefix/etc/countersign/repositories"
exits 0 install all "$story/root"
same 'the list' 2 "$(wc -l <"$prefix/etc/countersign/repositories" | tr -d ' ')"
exits 0 install status
rm "$story/root/team/two.git/hooks/update"
exits 1 install status
said 'two.git: NOT SAFELY GUARDED'
exits 0 install repo "$story/root/team/two.git"
exits 0 install status

sentence "Whatever the umask of who installs, other users can call what was installed"
exits 0 sh -c "umask 077 && exec '$SOURCE_DIR/install.sh' site --prefix '$story/strict/local' --build '$BUILD_DIR'"
same 'what others cannot reach' '' "$(find "$story/strict" ! -perm -005 -type d)"
