# Taking the programs away again, and what install.sh says and leaves when it cannot go on.
. "${0%/*}/lib.sh"

# fresh: an installation of the next sentence's own.
fresh()
{
	rm -rf "$story/fresh" "$server" "$work"
	prefix=$story/fresh
	exits 0 install site
}

# files: what is below the prefix, without the site's own folder.
files()
{
	(cd "$prefix" && find . -path ./etc -prune -o ! -type d -print | LC_ALL=C sort)
}

sentence "What was installed is taken away, folders, too, and what was not stays"
fresh
[ "$(files | wc -l)" -gt 30 ] || fail 'few files were installed'
: >"$prefix/bin/other"
exits 0 install uninstall --dry-run
said 'would take away the'
[ -x "$prefix/bin/countersign" ] || fail 'a dry run takes programs away'
exits 0 install uninstall
same 'what is left' './bin/other' "$(files)"
same 'folders' "$prefix $prefix/bin $prefix/etc $prefix/etc/countersign" "$(find "$prefix" -type d | LC_ALL=C sort | xargs)"
said "kept: $prefix/etc/countersign"
exits 2 install uninstall
said 'no list of what was installed'

sentence "The site's key for logs is made with the host's name, kept when installed again, and not by a dry run"
rm -rf "$story/fresh"
prefix=$story/fresh
exits 0 install site --dry-run
said "would create the key that signs logs and attestations, $prefix/etc/countersign/log.key"
[ ! -e "$prefix" ] || fail 'a dry run made something'
exits 0 install site
key=$(cat "$prefix/etc/countersign/log.key")
same 'its mode' 600 "$(stat -c %a "$prefix/etc/countersign/log.key")"
case $("$prefix/bin/countersign" key show) in
"$(timeout 2 hostname -f)+"* | "$(uname -n)+"*) ;;
*) fail "it is not called as the host: $("$prefix/bin/countersign" key show)" ;;
esac
exits 0 install site
unsaid 'key'
same 'the key' "$key" "$(cat "$prefix/etc/countersign/log.key")"

sentence "A host whose name has letters that no key takes is installed, its key called by those that are left"
rm -rf "$story/fresh"
prefix=$story/fresh
mkdir "$story/odd"
printf '#!/bin/sh\nprintf -- "-b\\303\\266rn +box.example\\n"\n' >"$story/odd/hostname"
chmod 755 "$story/odd/hostname"
PATH=$story/odd:$PATH exits 0 install site
case $("$prefix/bin/countersign" key show) in
"brnbox.example+"*) ;;
*) fail "it is called: $("$prefix/bin/countersign" key show)" ;;
esac

sentence "A file of an earlier version goes, too, and no name in the list leads out of the prefix"
fresh
: >"$prefix/bin/old"
: >"$story/outside"
printf '%s\n' bin/old ../outside "$story/outside" bin/../../outside >>"$prefix/share/countersign/installed"
exits 0 install site
exits 0 install uninstall
same 'what is left' '' "$(files)"
[ -e "$story/outside" ] || fail 'it took away what is outside'

sentence "While a repository is guarded it refuses, names it, and pushes are judged as before"
fresh
git init -q --bare "$story/it's guarded.git"
exits 0 install repo "$story/it's guarded.git"
exits 1 install uninstall
said "remove '$story/it'\\\\''s guarded.git'"
same 'the program' yes "$([ -x "$prefix/bin/countersign" ] && echo yes)"
exits 0 countersign status --repo "$story/it's guarded.git"
exits 1 "$prefix/bin/countersign-install" uninstall
exits 0 install remove "$story/it's guarded.git"
exits 0 "$prefix/bin/countersign-install" uninstall
same 'what is left' '' "$(files)"
[ -d "$story/it's guarded.git/countersign" ] || fail 'the repository has lost its log'

sentence "A repository that was deleted keeps nobody"
fresh
git init -q --bare "$story/gone.git"
exits 0 install repo "$story/gone.git"
rm -rf "$story/gone.git"
exits 0 install uninstall

sentence "Hooks by git's settings keep it, until they are taken out"
fresh
git config --file "$story/gitconfig" hook.countersign-update.event update
git config --file "$story/gitconfig" hook.countersign-update.command "\"$prefix/libexec/countersign/update\""
exits 1 install uninstall --config "$story/gitconfig"
said 'host-remove'
git config --file "$story/gitconfig" --remove-section hook.countersign-update
exits 0 install uninstall --config "$story/gitconfig"

sentence "Lines for cron are printed where there are no timers, and do what timers would"
fresh
exits 0 install site
said 'left to you, without systemd'
sed -n 's/^  *\(\*\|\*\/5\) \* \* \* \* //p' "$out" >"$story/lines"
same 'lines' 2 "$(wc -l <"$story/lines" | tr -d ' ')"
while IFS= read -r line; do
	exits 0 sh -c "$line"
done <"$story/lines"

# few: programs as a machine has them that lacks sudo and what builds.
few()
{
	mkdir -p "$story/few"
	for file in /usr/bin/* /bin/*; do
		case ${file##*/} in
		sudo | cmake | ninja | doas) ;;
		*) [ -e "$story/few/${file##*/}" ] || ln -s "$file" "$story/few/${file##*/}" ;;
		esac
	done
}

# as_nobody COMMAND...
as_nobody()
{
	(cd / && setpriv --reuid=65534 --regid=65534 --clear-groups env PATH="$story/few" TMPDIR="$story/tmp" "$@")
}

sentence "Who is not root and has no sudo is told at once, in words, and nothing is left"
if [ "$(command id -u)" != 0 ]; then
	skip 'only root can become somebody else'
elif ! others_enter; then
	skip 'other users cannot enter the folder that this was built in'
else
	few
	mkdir -m 1777 -p "$story/tmp"
	chmod 755 "$story"
	mkdir "$story/source"
	cp -r "$SOURCE_DIR/install.sh" "$SOURCE_DIR/CMakeLists.txt" "$story/source"
	mkdir -p "$story/source/hooks/host"
	cp -r "$SOURCE_DIR/hooks/host/install" "$story/source/hooks/host"
	chmod -R a+rX "$story/source"
	for call in site demo test; do
		exits 2 as_nobody sh "$story/source/install.sh" "$call" --prefix /usr/local/nowhere
		said 'run this as root'
		unsaid 'not found'
	done
	exits 0 as_nobody sh "$story/source/install.sh" site --dry-run --prefix /usr/local/nowhere
	said 'would install the packages'
	fresh
	chmod 755 "$prefix/etc/countersign"
	exits 2 as_nobody sh "$story/source/install.sh" uninstall --prefix "$prefix"
	said 'run this as root'
	unsaid 'not found'
	same 'what is left in the folder for temporary files' '' "$(ls "$story/tmp")"
fi

sentence "After a failure half-way no temporary folder is left, and the same call goes on"
fresh
rm "$prefix/bin/countersign"
mkdir -p "$prefix/bin/countersign/in-the-way" "$story/temporary"
exits 2 env TMPDIR="$story/temporary" "$SOURCE_DIR/install.sh" site --prefix "$prefix" --build "$BUILD_DIR"
said 'could not write'
same 'temporary folders' '' "$(ls "$story/temporary")"
same 'half-written files' '' "$(find "$prefix" -name 'countersign.??????')"
rm -r "$prefix/bin/countersign"
exits 0 install site
exits 0 "$prefix/bin/countersign" version
