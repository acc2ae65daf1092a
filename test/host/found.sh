# What git would take a push to below a root: guarded, or named with the reason.
. "${0%/*}/../push/lib.sh"
own_prefix
rm -rf "$server"
root=$story/root
list=$prefix/etc/countersign/repositories
mkdir "$root"

# bare NAME: a bare repository below the root.
bare()
{
	git init -q --bare "$root/$1"
	rm -f "$root/$1"/hooks/*.sample
}

git init -q "$story/probe"
git -C "$story/probe" -c user.name=p -c user.email=p@example.com commit -q --allow-empty -m x

# takes PATH: git itself takes a push there.
takes()
{
	git -C "$story/probe" push -q "$1" HEAD:refs/heads/probe >"$out" 2>&1
}

# afresh: nothing is guarded, and nothing lies below the root.
afresh()
{
	rm -rf "$root"
	mkdir "$root"
	rm -f "$list" "$prefix/etc/countersign/roots" "$prefix/etc/countersign/left-out" "$prefix/etc/countersign/.looked"
}

sentence "Whatever way core.bare is said, what git has for bare is guarded by all"
afresh
for value in true 1 yes on TRUE; do
	bare "$value.git"
	git config --file "$root/$value.git/config" core.bare "$value"
done
bare valueless.git
printf '[core]\n\tbare\n' >"$root/valueless.git/config"
bare unset.git
git config --file "$root/unset.git/config" --unset core.bare
bare empty.git
: >"$root/empty.git/config"
bare included.git
printf '[core]\n\tbare = yes\n' >"$root/included.git/more"
printf '[include]\n\tpath = more\n' >"$root/included.git/config"
bare born.git
rm "$root/born.git/HEAD"
ln -s refs/heads/main "$root/born.git/HEAD"
bare outer.git
bare outer.git/inner.git
mkdir -p "$root/deep/er/still"
bare deep/er/still/far.git
for path in "$root"/*.git "$root/outer.git/inner.git" "$root/deep/er/still/far.git"; do
	takes "$path" || fail "git takes no push to $path"
	git --git-dir="$path" update-ref -d refs/heads/probe
	printf '%s\n' "$path"
done | LC_ALL=C sort >"$story/taken"
exits 0 install all "$root"
same 'what is guarded' "$(cat "$story/taken")" "$(LC_ALL=C sort "$list")"
exits 0 install status
while IFS= read -r path; do
	takes "$path"
	git --git-dir="$path" rev-parse -q --verify refs/heads/probe >/dev/null || fail "an innocent push to $path did not land"
	git --git-dir="$path" update-ref -d refs/heads/probe
	! git -C "$story/probe" push -q "$path" HEAD:refs/countersign/x >"$out" 2>&1 || fail "$path is not guarded"
done <"$story/taken"

sentence "What is new is found by status, whatever its settings say, and guarded by the repair"
bare late.git
git config --file "$root/late.git/config" core.bare on
bare outer.git/late.git
exits 1 install status
said "$root/late.git: NOT GUARDED"
said "$root/outer.git/late.git: NOT GUARDED"
exits 0 install status --repair
exits 0 install status

sentence "What is not guarded, and could be pushed to, is named with the reason"
git init -q "$root/work"
git init -q --bare "$story/elsewhere.git"
ln -s "$story/elsewhere.git" "$root/linked.git"
mkdir "$story/folder"
ln -s "$story/folder" "$root/more"
bare odd.git
git config --file "$root/odd.git/config" core.bare false
exits 0 install all "$root"
said "note: $root/work: not guarded, since it has a working tree"
said "note: $root/linked.git: NOT GUARDED; it is a link to $story/elsewhere.git"
said "note: $root/more: a link to $story/folder, which is not looked into"
said "note: $root/odd.git: not guarded, since git has it for a repository with a working tree"
exits 1 install status
said "note: $root/linked.git: NOT GUARDED"
exits 0 install repo "$story/elsewhere.git"
exits 0 install status
unsaid "$root/linked.git"
bare broken.git
printf '[core\n' >"$root/broken.git/config"
exits 0 install all "$root"
said "note: $root/broken.git: not guarded, since git cannot open it"

sentence "A repair passes over what has not changed, and sees each hook, setting and program that has"
afresh
bare one.git
bare two.git
exits 0 install all "$root"
exits 0 install status --repair
same 'what is kept of them' 2 "$(grep -c "$root" "$prefix/etc/countersign/.looked")"
for change in 'rm HOOK' 'chmod -x HOOK' 'sed -i s/exec/:/ HOOK' 'touch -d 2001-01-01 HOOK'; do
	eval "$(printf '%s' "$change" | sed "s|HOOK|$root/one.git/hooks/update|")"
	exits 0 install status --repair
	exits 0 install status
done
git --git-dir="$root/two.git" config core.fsync none
exits 0 install status --repair
said 'set core.fsync to all'
unsaid one.git
exits 0 install status --repair
same 'what it tells' '' "$(cat "$out")"

sentence "A hook whose program is gone, or is another file of whatever date, says what is missing and whom to ask, and refuses"
cp -a "$made/work" "$work"
in_work remote set-url origin "$root/one.git"
# broken PROGRAM HOW: what the pusher reads is one line of ours, without a path.
broken()
{
	! in_work push -q origin main >"$out" 2>&1 || fail "$2: the push landed"
	said "countersign: its $1 is missing on this server, or cannot run, so pushes are refused: ask its admin"
	same "$2: lines of the server" 1 "$(grep '^remote: [^ ]' "$out" | grep -v -c 'error: hook declined')"
	unsaid "$prefix"
}
for program in bin/countersign libexec/countersign/update; do
	away=$prefix/${program%/*}/away
	mv "$prefix/$program" "$away"
	broken "$program" missing
	for how in ': >FILE' 'head -c 100000 /dev/zero >FILE' 'echo "# nothing" >FILE' 'echo exit 0 >FILE' \
		'head -c 5000 /dev/urandom >FILE' 'head -c 5000 AWAY >FILE' 'cp AWAY FILE; printf "\267" | dd of=FILE bs=1 seek=18 conv=notrunc status=none' \
		'mkdir FILE'; do
		eval "$(printf '%s' "$how" | sed "s|FILE|$prefix/$program|; s|AWAY|$away|; s|FILE|$prefix/$program|")"
		chmod 755 "$prefix/$program"
		broken "$program" "$how"
		rm -rf "${prefix:?}/$program"
	done
	for how in ': >FILE' 'echo "# nothing" >FILE' 'echo exit 0 >FILE' 'echo exit 64 >FILE' 'cp AWAY FILE; truncate -s 0 FILE; truncate -r AWAY FILE' \
		'printf "#!/bin/sh\\nexit 0\\n" >FILE' 'cp /bin/true FILE' 'head -c 5000 AWAY >FILE' 'cp /bin/sh FILE'; do
		eval "$(printf '%s' "$how" | sed "s|FILE|$prefix/$program|g; s|AWAY|$away|g")"
		chmod 755 "$prefix/$program"
		touch -d 2001-01-01 "$prefix/$program" # it looks as if it had been tried
		! in_work push -q origin main >"$out" 2>&1 || fail "$how of old: the push landed"
		said "countersign: its $program is missing on this server, or cannot run, so pushes are refused: ask its admin"
		! install status >"$out" 2>&1 || fail "$how of old: countersign-install status finds nothing"
		[ "$program" = bin/countersign ] || said 'update: calls a program that cannot run'
		rm -f "${prefix:?}/$program"
	done
	mv "$away" "$prefix/$program"
done
touch "$prefix/bin/countersign" # newer than when it was tried: it is tried again, and runs
in_work push -q origin main >"$out" 2>&1 || fail 'the push does not land'

sentence "A repository whose HEAD names no branch: it is said that no push can be judged, and what mends it"
server
git clone -q --bare "$made/server.git" "$root/detached.git"
git --git-dir="$root/detached.git" update-ref --no-deref HEAD "$(git --git-dir="$root/detached.git" rev-parse main)"
exits 1 install repo "$root/detached.git"
said 'the canary push was refused, and so is every other, since none can be judged here: HEAD names no branch'
unsaid 'NOT REFUSED'
exits 2 countersign status --canary --repo "$root/detached.git"
said 'HEAD names no branch: git symbolic-ref HEAD refs/heads/NAME mends that'
printf '{' >"$server/countersign/policy.json"
exits 1 countersign status --canary --repo "$server"
said 'canary: was refused, and no push can be judged: countersign/policy.json'
unsaid 'NOT REFUSED'
git --git-dir="$root/detached.git" symbolic-ref HEAD refs/heads/main
exits 0 install repo "$root/detached.git"
