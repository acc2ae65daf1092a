# What README shows of a push is what a push says, and README is as short as it promises to be.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

# masked: ids of any kind as X, and no blanks at the end, which git adds on the way.
masked()
{
	sed 's/[0-9a-f]\{12,64\}/X/g; s/ *$//'
}

sentence "The transcript in README is what a real push of an agent says"
server
policy <<JSON
{ "version": 1, "people": { "alice": { "emails": ["alice@example.com"], "groups": ["reviewers"], "keys": ["$(key_of alice)"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": ["reviewers"] } ] }
JSON
person robot
agent claude-code
branch work main
commit .github/workflows/ci.yml 'on: push'
push work:main
expect held
sed -n 's/^remote: \(countersign: .*\)/\1/p' "$out" | masked >"$story/really"
sed -n '/^countersign: refs\/heads\/main is held/,/^```/p' "$SOURCE_DIR/README.md" | sed '/^```/d' | masked >"$story/shown"
cmp "$story/shown" "$story/really" >"$out" 2>&1 || fail "they differ: $(diff "$story/shown" "$story/really")"

sentence "README has fewer than 150 lines, and what it links to is there"
[ "$(wc -l <"$SOURCE_DIR/README.md")" -lt 150 ] || fail "it has $(wc -l <"$SOURCE_DIR/README.md")"
for link in $(grep -o '](docs/[a-z./-]*)' "$SOURCE_DIR/README.md" | tr -d '()]'); do
	[ -f "$SOURCE_DIR/$link" ] || fail "$link is not there"
done

sentence "README counts the kinds of misuse that rehearse plays"
kinds=$(find "$SOURCE_DIR/hooks/report/rehearse" -name '[1-9][0-9]-*.sh' | wc -l)
grep -q "# $kinds kinds of misuse" "$SOURCE_DIR/README.md" || fail "there are $kinds"

sentence "The commands under 'Install it', one after the other by one person, end in a held push that lands once approved"
prefix=$story/prefix
copy_prefix
PATH=$prefix/bin:$PATH
HOME=$story/home
mkdir -p "$HOME/.ssh"
export HOME PATH
git config --global user.name Alice
git config --global user.email alice@example.com
ssh-keygen -q -t ed25519 -N '' -f "$HOME/.ssh/id_ed25519"
# told: the commands of that section, without comments, of which `site` is done already.
told()
{
	sed -n '/^## Install it/,/^## /p' "$SOURCE_DIR/README.md" | sed -n '/^```/,/^```/p' | sed '/^```/d; /install.sh site/d; s/  *#.*//' |
		sed "s|sudo ./install.sh|$prefix/bin/countersign-install|"
}
told | grep -v 'git co' >"$story/admin"
same 'commands of the admin' "$(grep -c . "$story/admin")" 3
sh -e "$story/admin" >"$out" 2>&1 || fail 'the repository is not guarded'
git clone -q "$HOME/app.git" "$story/clone" 2>/dev/null
cd "$story/clone" || exit
git commit -q --allow-empty -m 'First'
git push -q origin HEAD:main
line=$(grep -o 'Co-Authored-By: Claude <noreply@anthropic.com>' "$SOURCE_DIR/README.md" | head -n 1)
mkdir -p .github/workflows
echo 'on: push' >.github/workflows/ci.yml
git add .github
git commit -q -m 'Add CI' -m "$line"
! git push origin HEAD:main >"$out" 2>&1 || fail 'it is not held'
id=$(sed -n 's/^remote: countersign: refs.heads.main is held: \([0-9a-f]*\).*/\1/p' "$out")
told | grep 'git co' | sed "s/ ID/ $id/" >"$story/reviewer"
sh -e "$story/reviewer" >"$out" 2>&1 </dev/null || fail 'it is not approved'
said 'now: approved: push again'
git push -q origin HEAD:main >"$out" 2>&1 || fail 'it does not land'
said 'refs/heads/main is allowed: approved by alice'
