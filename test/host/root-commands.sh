# Root looks at a repository of somebody else's by the commands: what lies in it is opened as its owner alone.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/hands.inc"

# A state and a policy that only root may read, with something of another repository in them.
other=$host/other.git
afresh
owned root "$other"
mkdir "$other/countersign"
printf '{ "version": 1, "people": { "THE-SECRET": {} } }\n' >"$other/countersign/policy.json"
person alice
rm -rf "$story/work2"
git clone -q "$stage/server.git" "$story/work2"
install repo "$other" >/dev/null
(
	cd "$story/work2"
	printf 'x\n' >x.tf
	git add x.tf
	git commit -q -m 'Change it' -m 'Co-authored-by: Claude <noreply@anthropic.com>'
	COUNTERSIGN_USER=THE-SECRET git push -q "$other" HEAD:main
) >"$out" 2>&1 || :
"$prefix/bin/countersign" log --repo "$other" | grep -q THE-SECRET || {
	cat "$out" >&2
	exit 1
}
chmod 700 "$other" "$other/countersign"

# each_command: of root's about alice's repository; none shows what is only root's.
each_command()
{
	before=$(all_of "$outside" && all_of "$other")
	for words in log 'log verify' holds 'holds show 0123456789abcdef' events evidence 'policy show' 'policy check' \
		'check HEAD..HEAD' replay 'scan --range HEAD..HEAD' 'agents --seen' stop 'state save /dev/null' status; do
		# shellcheck disable=SC2086 # words
		timeout 60 "$prefix/bin/countersign" $words --repo "$server" >"$out" 2>&1 </dev/null || :
		unsaid THE-SECRET
		unsaid 'the secret of root'
		[ -z "$(find "$server" -user root ! -type l)" ] || fail "countersign $words left something of root's"
	done
	same 'what is elsewhere' "$before" "$(all_of "$outside" && all_of "$other")"
}

sentence "A state that is a link to root's, or to another repository's, is not read as root"
afresh
install repo "$server" >/dev/null
rm -rf "$server/countersign"
ln -s "$other/countersign" "$server/countersign"
chown -h "$alice:" "$server/countersign"
each_command

sentence "Nor is a policy, a ref or the settings"
afresh
install repo "$server" >/dev/null
ln -sf "$other/countersign/policy.json" "$server/countersign/policy.json"
ln -sf "$outside/secret" "$server/refs/heads/main"
printf '[include]\n\tpath = %s\n' "$outside/secret" >>"$server/config"
ln -sf "$outside/secret" "$server/packed-refs"
each_command
rm -rf "$server"

sentence "A pipe in the place of a file keeps no command of root's for ever, and the timers go on to the others"
for pipe in config countersign/state.db HEAD countersign/policy.json; do
	afresh
	install repo "$server" >/dev/null
	install repo "$innocent" >/dev/null
	rm -f "$server/$pipe"
	mkfifo "$server/$pipe"
	chown "$alice:" "$server/$pipe"
	for words in log holds 'policy check' 'state save /dev/null' stop tidy; do
		ended=0
		# shellcheck disable=SC2086 # words
		timeout 30 "$prefix/bin/countersign" $words --repo "$server" >"$out" 2>&1 </dev/null || ended=$?
		[ "$ended" -ne 124 ] || fail "countersign $words waits for a pipe, $pipe"
	done
	timeout 60 "$prefix/bin/countersign" tidy --all >"$out" 2>&1 || [ $? -ne 124 ] || fail "tidy --all waits for $pipe"
	said "$innocent: 0 settled"
	timeout 60 "$prefix/bin/countersign-deliver" --list "$prefix/etc/countersign/repositories" >"$out" 2>&1 || [ $? -ne 124 ] ||
		fail "countersign-deliver --list waits for $pipe"
done
rm -rf "$server"

sentence "In a good one they show the same to root as to its owner"
afresh
install repo "$server" >/dev/null
exits 0 "$prefix/bin/countersign" log --repo "$server"
exits 0 "$prefix/bin/countersign" holds --repo "$server"
(cd "$server/hooks" && "$prefix/bin/countersign" holds) >"$out" 2>&1 || fail 'not from within it'
exits 0 "$prefix/bin/countersign" policy check --repo "$server"

# alices REF [MESSAGE]: alice pushes a new commit to that ref; whether it landed.
alices()
{
	said=${2:-Go on}
	rm -rf "$host/alices"
	as_user "$alice" git clone -q "$server" "$host/alices" 2>/dev/null || fail 'alice cannot clone'
	(
		cd "$host/alices"
		as_user "$alice" git -c user.name=alice -c user.email=alice@example.com commit -q --allow-empty -m "$said"
		as_user "$alice" env COUNTERSIGN_USER=alice git push -q origin "HEAD:$1"
	) >"$out" 2>&1
}

sentence "A ref that root's git makes is logged by root: status tells, a repair takes the log back, and its owner can push there"
afresh
chmod 1777 "$host"
install repo "$server" >/dev/null
install repo "$innocent" >/dev/null
alices refs/heads/main || fail 'alice cannot push at all'
exits 0 "$prefix/bin/countersign" status --repo "$server"
main=$(git --git-dir="$server" rev-parse main)
git --git-dir="$server" update-ref -m 'by root' refs/heads/release "$main"
git --git-dir="$server" tag v1 main
git --git-dir="$server" symbolic-ref -m 'by root' HEAD refs/heads/main
same 'the owner of the log' root "$(stat -c %U "$server/logs/refs/heads/release")"
! alices refs/heads/release || fail 'the log is no hindrance'
said 'unable to append to'
exits 1 "$prefix/bin/countersign" status --repo "$server"
said "owner: user $(command id -u "$alice") may not write to logs/refs/"
said 'which belongs to user 0'
said "chown -R --reference=$server $server/logs"
install status --repair >"$out" 2>&1 || :
said "put a copy of user 0's $server/logs/refs/heads/release in its place"
same 'what is not alices' '' "$(find "$server/logs" ! -user "$alice")"
same 'what the log says' 'by root' "$(git --git-dir="$server" reflog show --format=%gs refs/heads/release)"
alices refs/heads/release || fail 'alice cannot push there'

sentence "A folder of root's, of a ref, its log or of objects, is told with the command that gives it back"
afresh
install repo "$server" >/dev/null
alices refs/heads/main || fail 'alice cannot push at all'
git --git-dir="$server" update-ref refs/heads/team/one main
for place in logs refs objects; do
	[ "$place" != objects ] || mkdir "$server/objects/00" 2>/dev/null || chown root: "$server/objects/00"
	exits 1 "$prefix/bin/countersign" status --repo "$server"
	said "may not write to $place/"
	sh -c "$(sed -n 's/^.*: \(chown -R .*\)$/\1/p' "$out" | head -1)"
done
exits 0 "$prefix/bin/countersign" status --repo "$server"
alices refs/heads/team/two || fail 'alice cannot push there'

sentence "A log of root's in a folder that its owner may not write either is left and told, and hooks are installed all the same"
afresh
mkdir -p "$server/logs/refs/heads/kept"
chown -R "$alice:" "$server/logs"
echo x >"$server/logs/refs/heads/kept/x"
chmod 555 "$server/logs/refs/heads/kept"
exits 0 install repo "$server"
said 'note: that could not be done: logs/refs/heads/kept/x: Permission denied'
said 'the canary push was refused'
exits 1 "$prefix/bin/countersign" status --repo "$server"
said 'its owner may not write to logs/refs/heads/kept (mode 0555, 2 such in all)'

sentence "A state that its owner may not write is told: nothing that has to be recorded lands"
by_agent='Go on

Co-authored-by: Claude <noreply@anthropic.com>'
for what in 'chown root: state.db' 'chmod 444 state.db' 'chmod 444 state.db-journal' 'rm state.db-journal; chown root: .'; do
	afresh
	install repo "$server" >/dev/null
	alices refs/heads/main && alices refs/heads/main "$by_agent" || fail 'alice cannot push at all'
	exits 0 "$prefix/bin/countersign" status --repo "$server"
	(cd "$server/countersign" && chmod 644 state.db && eval "$what")
	exits 1 "$prefix/bin/countersign" status --repo "$server"
	said "state: user $(command id -u "$alice") may not write to $server/countersign"
	! alices refs/heads/main "$by_agent" || fail "$what is no hindrance"
	said 'could not be judged: recording'
done

sentence "Of somebody else's state nobody is told that they may not write it"
afresh
install repo "$server" >/dev/null
alices refs/heads/main && alices refs/heads/main "$by_agent" || fail 'alice cannot push at all'
chmod 644 "$server/countersign/state.db"
as_user "$bob" git -C / config --global safe.directory '*'
as_user "$bob" "$prefix/bin/countersign" status --repo "$server" >"$out" 2>&1 || fail 'it is not guarded'
unsaid 'may not write'

sentence "What leads out of the repository is neither looked at nor copied"
afresh
install repo "$server" >/dev/null
alices refs/heads/main || fail 'alice cannot push at all'
ln -s "$outside/secret" "$server/logs/refs/heads/x"
ln -s "$outside" "$server/logs/refs/heads/y"
ln -s "$outside" "$server/objects/zz"
install status --repair >"$out" 2>&1 || :
unsaid outside
[ -L "$server/logs/refs/heads/x" ] || fail 'a link was replaced'
