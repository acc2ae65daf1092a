# Many repositories at once: each is proved by a push of its own, a whole one for the first of an owner.
. "${0%/*}/../push/lib.sh"
own_prefix
root=$story/root
mkdir "$root"
for i in $(seq -w 30); do
	git clone -q --bare --no-local "$server" "$root/r$i.git"
	git --git-dir="$root/r$i.git" remote remove origin
done
rm -rf "$server"
mkdir "$root/r17.git/countersign"
echo '{ "version": 1, "rules": 5 }' >"$root/r17.git/countersign/policy.json"

# traced COMMAND...: and what git was called for, in $story/asked; else just the command.
traced()
{
	if command -v strace >/dev/null 2>&1; then
		traced_status=0
		mkdir -p "$story/traced"
		strace -ff -qq -s 400 -e trace=execve -e signal=none -o "$story/traced/t" "$@" || traced_status=$?
		cat "$story/traced"/t.* | grep '= 0$' | grep -o '/git", \[.*\]' >"$story/asked" || :
		rm -rf "$story/traced"
		return "$traced_status"
	else
		"$@"
	fi
}

traced_install()
{
	traced "$SOURCE_DIR/install.sh" "$@" --prefix "$prefix" --build "$BUILD_DIR"
}

sentence "Of thirty, the one whose pushes are not judged is named, and the others are guarded"
exits 1 traced_install all "$root"
said "$root/r17.git: the canary push was refused, and so is every other, since none can be judged here"
same 'refused canaries' 29 "$(grep -c 'the canary push was refused, as expected' "$out")"
same 'guarded repositories' 30 "$(grep -c "^$root/" "$prefix/etc/countersign/repositories")"
for path in "$root"/*.git; do
	[ -z "$(git --git-dir="$path" for-each-ref refs/countersign)" ] || fail "a canary landed in $path"
done

sentence "git is called three times for each, and not at all to find what is plainly bare"
if [ -f "$story/asked" ]; then
	same pushes 30 "$(grep -c 'receive-pack' "$story/asked")"
	same 'questions to find one' 0 "$(grep -c 'rev-parse' "$story/asked")"
	same 'whole pushes' 1 "$(grep -c 'unpack-objects' "$story/asked")"
	[ "$(wc -l <"$story/asked")" -le 95 ] || fail "git was called $(wc -l <"$story/asked") times"
fi

sentence "Where all is as it was, a repair calls git for none of them"
rm -rf "$root/r17.git/countersign/policy.json"* "$root/r17.git/countersign.had"*
exits 0 install status --repair
exits 0 traced_install status --repair
[ ! -f "$story/asked" ] || same 'calls of git' '' "$(cat "$story/asked")"

sentence "On a terminal a bar shows how far it is"
if command -v script >/dev/null 2>&1; then
	script -qec "sh $SOURCE_DIR/install.sh status --prefix $prefix" "$story/typed" >/dev/null </dev/null || fail "status fails on a terminal"
	tr '\r' '\n' <"$story/typed" | grep -q '^\[###*  *\] [0-9]* of 30 repositories' || fail "no bar: $(tr '\r' '\n' <"$story/typed" | head -3)"
fi
