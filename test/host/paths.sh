# Where repositories lie, and who installs: names that shells stumble over, and places that may not be written.
. "${0%/*}/../push/lib.sh"

sentence "A repository whose name has spaces, quotes, dollars, globs and backslashes is guarded, told and taken out like any"
own_prefix
rm -rf "$server"
odd="$story/a \"b\" 'c' \$d \`e\` *[f]\\g;h&i"
mkdir -p "$odd"
server="$odd/app server.git"
git init -q --bare "$server"
rm -f "$server"/hooks/*.sample
printf '#!/bin/sh\necho "kept"\n' >"$server/hooks/update"
chmod 700 "$server/hooks/update"
before=$(cat "$server/config" && ls -l "$server/hooks")
exits 0 install repo --dry-run "$server"
same 'what a dry run left' "$before" "$(cat "$server/config" && ls -l "$server/hooks")"
exits 0 "$SOURCE_DIR/install.sh" site --dry-run --prefix "$story/fresh" --build "$BUILD_DIR"
same 'steps that are told twice' '' "$(sort "$out" | uniq -d)"
exits 0 install repo "$server"
said 'the canary push was refused'
exits 0 install status --canary "$server"
cp -a "$made/work" "$work"
in_work remote set-url origin "$server"
push main
expect landed
said 'kept'
agent claude-code
commit .github/workflows/ci.yml 'on: push'
push main
expect held
chmod -x "$server/hooks/pre-receive"
exits 0 install status --repair
exits 0 install remove "$server"
same 'what was there' "$before" "$(cat "$server/config" && ls -l "$server/hooks")"
rm -rf "$odd"

sentence "A name that is not UTF-8 is a name: it stays on the list, with those behind it, and status tells of it as JSON"
list=$prefix/etc/countersign/repositories
: >"$list"
latin=$(printf '%s/caf\351.git' "$story")
for server in "$latin" "$story/next.git" "$story/last.git"; do
	git init -q --bare "$server"
	exits 0 env LC_ALL=C.UTF-8 "$SOURCE_DIR/install.sh" repo --prefix "$prefix" --build "$BUILD_DIR" "$server"
done
exits 0 env LC_ALL=C.UTF-8 "$SOURCE_DIR/install.sh" remove --prefix "$prefix" --build "$BUILD_DIR" "$story/last.git"
same 'the list' "$latin
$story/next.git" "$(cat "$list")"
exits 0 countersign status --json --repo "$latin"
same 'guarded' true "$("$tools/story-json" guarded <"$out")"
exits 0 install remove "$latin" "$story/next.git"
server=$story/server.git

sentence "A newline in a name is refused, by repo, all, status and remove, and nothing is written"
server="$story/two
lines.git"
git init -q --bare "$server"
before=$(cd "$server" && find . -type f -exec cksum {} + | sort)
for call in repo remove status; do
	exits 2 install "$call" "$server"
	said 'a path with a newline in it cannot be guarded'
done
mkdir "$story/root"
mv "$server" "$story/root"
exits 1 install all "$story/root"
said 'two?lines.git: a path with a newline in it cannot be guarded'
same 'the repository' "$before" "$(cd "$story/root/two
lines.git" && find . -type f -exec cksum {} + | sort)"
server=$story/server.git

sentence "A prefix that hooks cannot carry, a missing installation, and a folder that is no repository are named with the remedy"
exits 2 install repo --prefix "$story/with space" "$story/work"
said '--prefix has a character that hooks cannot carry'
exits 2 install repo --prefix "$story/empty" "$story/work"
said "nothing is installed below $story/empty: run"
mkdir "$story/nothing"
exits 1 install repo "$story/nothing"
said "$story/nothing is not a git repository"
exits 2 install repo --chain sometimes "$story/nothing"
said '--chain is first or after'
exits 1 install status "$story/nowhere"
said "no repository $story/nowhere, and none of that name is guarded"
exits 2 install nonsense
said 'usage: install.sh COMMAND'

sentence "Who may not write is told so, and nothing is half done"
if [ "$(command id -u)" = 0 ] && ! command -v sudo >/dev/null 2>&1; then
	open=$(mktemp -d /tmp/countersign-paths.XXXXXX)
	at_end "rm -rf '$open'"
	chmod 755 "$open"
	cp -a "$prefix" "$open/prefix"
	server=$open/app.git
	git init -q --bare "$server"
	before=$(cat "$server/config" && ls -l "$server/hooks")
	exits 1 setpriv --reuid=65534 --regid=65534 --clear-groups env -C / HOME=/nonexistent \
		"$open/prefix/bin/countersign-install" repo "$server"
	said "run this as root, or install sudo"
	same 'what was there' "$before" "$(cat "$server/config" && ls -l "$server/hooks")"
	chown -R 65534:65534 "$server"
	exits 1 setpriv --reuid=65534 --regid=65534 --clear-groups env -C / HOME=/nonexistent \
		"$open/prefix/bin/countersign-install" repo "$server"
	said "may not write $open/prefix/etc/countersign/repositories"
	same 'what was there' "$before" "$(cat "$server/config" && ls -l "$server/hooks" | sed 's/nobody nogroup/root root/')"
	server=$story/server.git
else
	skip 'needs root, and a machine without sudo'
fi
