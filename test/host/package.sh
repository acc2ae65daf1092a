# The Debian package: what it holds, and that it works from where it is unpacked.
. "${0%/*}/../push/lib.sh"

for program in cpack dpkg-deb dpkg-shlibdeps file; do
	command -v "$program" >/dev/null 2>&1 || {
		printf '1..0 # SKIP %s is not on this machine\n' "$program"
		trap - EXIT
		rm -rf "$story"
		exit 77
	}
done

files()
{
	(cd "$1" && find . -type f | LC_ALL=C sort)
}

sentence "The package holds what install.sh site installs, the units, and what Debian asks for"
(cd "$story" && cpack -G DEB -D CPACK_DEBIAN_COMPRESSION_TYPE=gzip --config "$BUILD_DIR/CPackConfig.cmake" -B "$story/made") >"$out" 2>&1 || fail "cpack failed"
package=$(ls "$story"/made/countersign_*.deb)
reviewers=$(ls "$story"/made/git-countersign_*_all.deb)
dpkg-deb -x "$package" "$story/server-root"
dpkg-deb -x "$reviewers" "$story/desk"
cp -a "$story/server-root" "$story/root"
cp -a "$story/desk/." "$story/root"
dpkg-deb -e "$package" "$story/control"
files "$stage/prefix" | grep -v -e '^./etc/' -e '^./share/countersign/installed$' -e '^./share/countersign/tried$' >"$story/installed"
{
	sed 's|share/zsh/site-functions|share/zsh/vendor-completions|' "$story/installed"
	printf './lib/systemd/system/%s\n' countersign-deliver.service countersign-deliver.timer countersign-repair.service \
		countersign-repair.timer countersign-fleet.service
	printf './share/doc/countersign/%s\n' changelog.gz copyright
	printf './share/doc/git-countersign/%s\n' changelog.gz copyright
	printf './share/lintian/overrides/countersign\n'
} | LC_ALL=C sort >"$story/wanted"
files "$story/root/usr" >"$story/packed"
same 'files' "$(cat "$story/wanted")" "$(cat "$story/packed")"
same 'what lies outside of /usr' '' "$(find "$story/root" -type f ! -path "$story/root/usr/*")"
while IFS= read -r file; do
	[ -e "$stage/prefix/$file" ] || continue
	same "the mode of $file" "$(stat -c %a "$stage/prefix/$file")" "$(stat -c %a "$story/root/usr/$file")"
done <"$story/wanted"

sentence "What reviewers need is a package of its own, which no file of the server's is in, and works alone"
same 'its files' "./bin/git-countersign
./share/bash-completion/completions/git-countersign
./share/doc/git-countersign/changelog.gz
./share/doc/git-countersign/copyright
./share/man/man1/git-countersign.1.gz
./share/zsh/vendor-completions/_git-countersign" "$(files "$story/desk/usr")"
same 'in both' '' "$({ files "$story/desk" && files "$story/server-root"; } | sort | uniq -d)"
same 'its name' git-countersign "$(dpkg-deb -f "$reviewers" Package)"
same 'what it needs' 'git (>= 1:2.34)' "$(dpkg-deb -f "$reviewers" Depends)"
dpkg-deb -f "$package" Recommends >"$out"
said 'git-countersign'
same 'its scripts' '' "$(dpkg-deb -I "$reviewers" | grep -e postinst -e prerm -e postrm)"
server
policy <<'JSON'
{ "version": 1, "people": { "bob": { "accounts": ["bob"] } },
  "rules": [ { "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["bob"] } ] }
JSON
agent claude-code
commit infra/main.tf 'x'
push main
expect held
(cd "$work" && PATH=$story/desk/usr/bin:$PATH git countersign list) >"$out" 2>&1 || fail "it does not work"
said "$hold"

sentence "Units call the programs where they are, and the package's scripts touch no repository"
same 'what is called' '/usr/bin/countersign-deliver
/usr/bin/countersign-fleet
/usr/bin/countersign-install' "$(cat "$story"/root/usr/lib/systemd/system/*.service | sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' | sort)"
for script in postinst prerm postrm; do
	exits 0 sh -n "$story/control/$script"
	same "what $script calls of ours" '' "$(grep -v '^#' "$story/control/$script" | grep -e 'countersign-install' | grep -v echo)"
done
if command -v lintian >/dev/null 2>&1; then
	lintian --allow-root "$package" 2>/dev/null >"$out" || :
	same 'errors that lintian finds' '' "$(grep '^E:' "$out")"
fi

sentence "Unpacked anywhere it guards, keeps guarding, and is taken out again"
prefix=$story/root/usr
rm -rf "$server" "$work"
git init -q --bare "$server"
rm -f "$server"/hooks/*.sample
before=$(cat "$server/config")
exits 0 "$prefix/bin/countersign-install" repo "$server"
said 'the canary push was refused'
cp -a "$made/work" "$work"
push main
expect landed
agent claude-code
commit .github/workflows/ci.yml 'on: push'
push main
expect held
rm "$server/hooks/update"
exits 1 "$prefix/bin/countersign-install" status
exits 0 "$prefix/bin/countersign-install" status --repair
exits 0 "$prefix/bin/countersign-install" status
exits 0 "$prefix/bin/countersign-install" remove "$server"
same 'the settings' "$before" "$(cat "$server/config")"
same 'hooks' '' "$(ls "$server/hooks")"
exits 2 "$prefix/bin/countersign-install" site
said 'is for the source of Countersign'
exits 0 "$prefix/bin/countersign-install"
said 'usage: countersign-install COMMAND'

# dpkg_there ARGUMENT...: Debian's own hand at a root that holds nothing else.
dpkg_there()
{
	dpkg --root="$story/dpkg" --log="$story/dpkg.log" --force-depends --force-script-chrootless "$@" >"$out" 2>&1 ||
		fail "dpkg $* failed"
}

sentence "Installed, upgraded and removed by dpkg, it keeps policy and lists; purged, only the list of repositories that still call it"
if [ "$(command id -u)" = 0 ]; then
	mkdir -p "$story/dpkg/var/lib/dpkg/info" "$story/dpkg/var/lib/dpkg/updates"
	: >"$story/dpkg/var/lib/dpkg/status"
	etc=$story/dpkg/etc/countersign
	before=$(ls -d /etc/countersign 2>&1) || :
	dpkg_there --install "$package"
	exits 0 countersign policy check "$etc/policy.json"
	printf '{ "version": 1, "mode": "observe" }\n' >"$etc/policy.json"
	printf '/srv/git/a.git\n' >"$etc/repositories"
	dpkg_there --install "$package"
	git config --file "$story/dpkg/etc/gitconfig" hook.countersign-update.event update
	dpkg_there --remove countersign
	said 'so every repository of this machine will refuse every push'
	said 'countersign-install host-remove'
	rm "$story/dpkg/etc/gitconfig"
	said '1 guarded repositories will refuse every push'
	said "countersign-install remove '/srv/git/a.git'"
	same 'the policy' '{ "version": 1, "mode": "observe" }' "$(cat "$etc/policy.json")"
	same 'the list' /srv/git/a.git "$(cat "$etc/repositories")"
	dpkg_there --purge countersign
	said 'repositories still refuse every push'
	same 'what is left' "$etc/repositories" "$(find "$etc" -type f 2>/dev/null)"
	same 'the list' /srv/git/a.git "$(cat "$etc/repositories")"
	dpkg_there --install "$package"
	: >"$etc/repositories"
	dpkg_there --remove countersign
	unsaid 'refuse every push'
	dpkg_there --purge countersign
	same 'what is left' '' "$(find "$etc" 2>/dev/null)"
	same "the machine's own" "$before" "$(ls -d /etc/countersign 2>&1 || :)"
else
	skip 'needs root'
fi
