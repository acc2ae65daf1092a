# Root works in a repository of somebody's who wants root to work elsewhere: two real users, links, pipes and races.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/hands.inc"

# untouched: nothing of it was read into a repository, written, moved or given away; and bob's is guarded all the same.
untouched()
{
	same 'what lies outside' "$before" "$(all_of "$outside")"
	same 'what was copied' '' "$(grep -rl 'the secret of root' "$host/srv")"
	same "what is root's or others' in alice's folder" '' "$(find "$host/srv/alice" ! -user "$alice" ! -type l)"
	exits 0 install status "$innocent"
}

# each_call: what root does with the two, while `trap_set` has set its trap.
each_call()
{
	for call in repo status\ --repair remove; do
		afresh
		[ "$call" = repo ] || install repo "$server" >/dev/null
		trap_set
		before=$(all_of "$outside")
		install repo "$innocent" >/dev/null || fail "bob's cannot be guarded"
		# shellcheck disable=SC2086 # two words
		install $call "$server" >"$out" 2>&1 || :
		untouched
	done
}

sentence "Hooks that lead to a folder of root's: nothing is written there, and the owner is told why"
trap_set()
{
	rm -rf "$server/hooks"
	ln -s "$outside/folder" "$server/hooks"
}
each_call
exits 1 install repo "$server"
said 'hooks is a symbolic link'

sentence "Previous settings that lead to a secret: its text goes nowhere"
trap_set()
{
	mkdir -p "$server/countersign"
	rm -f "$server/countersign/previous-settings"
	ln -s "$outside/secret" "$server/countersign/previous-settings"
	chown -hR "$alice:" "$server/countersign"
}
each_call
exits 1 install repo "$server"
said 'previous-settings is a symbolic link'

sentence "A hook of root's is not moved into a repository, nor a repository's hook to where a link leads"
trap_set()
{
	mkdir -p "$server/countersign"
	rm -rf "$server/hooks" "$server/countersign/chained"
	ln -s "$outside/folder" "$server/hooks"
	ln -s "$outside/folder" "$server/countersign/chained"
	chown -hR "$alice:" "$server/countersign"
}
each_call
trap_set()
{
	mkdir -p "$server/countersign"
	ln -sfn "$outside/folder" "$server/countersign/chained"
	printf '#!/bin/sh\n' >"$server/hooks/update"
	chown -hR "$alice:" "$server/countersign" "$server/hooks"
}
each_call

sentence "A folder of Countersign's that leads elsewhere, and settings that do, are refused"
trap_set()
{
	rm -rf "$server/countersign"
	ln -s "$outside/folder" "$server/countersign"
}
each_call
trap_set()
{
	ln -sf "$outside/repository.git/config" "$server/config"
}
each_call
exits 1 install repo "$server"
said 'config is a symbolic link'

sentence "What the owner's settings and programs would have git run, git does not run as root"
trap_set()
{
	for setting in core.fsmonitor core.sshCommand core.pager core.editor diff.external; do
		git config --file "$server/config" "$setting" "id -u >$host/home/ran; cp $outside/secret $server/stolen"
	done
	chown "$alice:" "$server/config"
}
each_call
same 'as whom it was run' '' "$(cat "$host/home/ran" 2>/dev/null)"

sentence "What root asks countersign status of a repository, and to prove it, is done as its owner"
afresh
printf '#!/bin/sh\nid -un >>%s\n' "$host/home/asked" >"$server/hooks/pre-receive"
chmod 755 "$server/hooks/pre-receive"
chown "$alice:" "$server/hooks/pre-receive"
exits 0 install repo --chain first "$server"
exits 0 "$prefix/bin/countersign" status --canary --repo "$server"
said 'the canary push was refused, as expected'
same 'as whom its hook ran' "$alice" "$(sort -u "$host/home/asked")"
rm "$server/countersign/policy.json"
ln -s "$outside/secret" "$server/countersign/policy.json"
exits 1 "$prefix/bin/countersign" status --repo "$server"
unsaid 'the secret'
said 'policy.json is a symbolic link, not a regular file'

sentence "A repository swapped for a link to one of root's is not mistaken for it, listed or given"
afresh
exits 0 install repo "$server" "$innocent"
mv "$server" "$host/srv/alice/away"
ln -s "$outside/repository.git" "$server"
before=$(all_of "$outside")
exits 1 install status --repair
said 'is a link by now'
exits 1 install repo "$server"
said 'is a link'
exits 1 install remove "$server"
untouched
rm "$server"
mv "$outside/repository.git" "$server"
before=$(all_of "$outside")
exits 1 install status --repair
said "is root's, and lies in a folder that others may write in"
same 'hooks' '' "$(ls "$server/hooks")"
mv "$server" "$outside/repository.git"

sentence "A pipe in the place of settings stops nobody else, and is told"
afresh
exits 0 install repo "$server" "$innocent"
rm "$server/config" "$innocent/hooks/update"
mkfifo "$server/config"
chown "$alice:" "$server/config"
exits 1 install status --repair --seconds 5
said "$server"
exits 0 install status "$innocent"
for pipe in HEAD packed-refs objects/info/alternates; do
	afresh
	exits 0 install repo "$innocent"
	rm -f "$server/$pipe"
	mkfifo "$server/$pipe"
	chown "$alice:" "$server/$pipe"
	install repo "$server" --seconds 3 >"$out" 2>&1 || :
	exits 0 install status "$innocent"
done
afresh
same 'what is left in /tmp' '' "$(find /tmp -maxdepth 1 -name 'countersign-hands-*' -user "$alice")"

sentence "A repository of root's that a group may write in: its files are root's, and git runs there without root's rights"
afresh
team=$(command id -gn "$alice")
git init -q --bare --shared=group "$host/srv/team.git"
chgrp -R "$team" "$host/srv/team.git"
rm -f "$host"/srv/team.git/hooks/*.sample
git config --file "$host/srv/team.git/config" core.hooksPath ''
printf '#!/bin/sh\nid -u >>%s\n' "$host/home/ran" >"$host/srv/team.git/hooks/pre-receive"
chmod 755 "$host/srv/team.git/hooks/pre-receive"
git config --file "$host/srv/team.git/config" --unset core.hooksPath
exits 0 install repo --chain first "$host/srv/team.git"
said 'the canary push was refused'
same 'who owns' "root $team" "$(find "$host/srv/team.git" -exec stat -c '%U %G' {} + | sort -u)"
same 'as whom a hook of theirs ran' 65534 "$(sort -u "$host/home/ran")"
rm -rf "$host/srv/team.git"
server=$story/server.git
