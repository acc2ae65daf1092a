# Every way of not being in the way: made, told by status, mended by --repair, and whole again.
. "${0%/*}/../push/lib.sh"

whole_again()
{
	exits 0 install status --repair "$server"
	exits 0 install status --canary "$server"
	said 'the canary push was refused, as expected'
}

# broken SAID COMMAND...: after the command status tells SAID; --repair makes it whole.
broken()
{
	told_so=$1
	shift
	server
	"$@"
	exits 1 countersign status --repo "$server"
	said "$told_so"
	whole_again
}

sentence "A hook that git would pass over in silence is told and put back"
own_prefix
broken 'pre-receive: is not executable' chmod -x "$server/hooks/pre-receive"
broken 'update: is not there' rm "$server/hooks/update"
broken 'pre-receive: is a dangling link' ln -sf /nowhere "$server/hooks/pre-receive"
broken 'post-receive: is empty' truncate -s 0 "$server/hooks/post-receive"
broken 'update: can be written by anybody' chmod o+w "$server/hooks/update"
broken 'pre-receive: belongs to another installation, or was modified' sed -i 's/exec/: exec/' "$server/hooks/pre-receive"

sentence "The repair tells what it changes, and nothing where all is well"
server
exits 0 install status --repair "$server"
same 'what it tells of a whole one' '' "$(cat "$out")"
rm "$server/hooks/update"
exits 0 install status --repair "$server"
same 'what it tells' "repository: $server (plain)
  write $server/hooks/update
  the canary push was refused, as expected" "$(cat "$out")"

sentence "A hook that somebody put in our place is told, and chained by the repair"
server
printf '#!/bin/sh\nexit 0\n' >"$server/hooks/pre-receive"
exits 1 install status "$server"
said "pre-receive: is not Countersign's"
mv "$server/hooks/update" "$story/update"
exits 1 countersign status --canary --repo "$server"
said 'THE PUSH WAS NOT REFUSED BY COUNTERSIGN'
for word in 'could not be judged: declined' 'unpack declined'; do
	printf '#!/bin/sh\nyes "%s" | head -c 9000\n' "$word" >"$server/hooks/pre-receive"
	exits 1 countersign status --canary --repo "$server"
	said 'THE PUSH WAS NOT REFUSED BY COUNTERSIGN'
done
printf '#!/bin/sh\nexit 0\n' >"$server/hooks/pre-receive"
same 'a ref that the canary left' '' "$(refs_of refs/countersign/canary)"
mv "$story/update" "$server/hooks/update"
whole_again
said 'pre-receive: Countersign, then the hook that was there'

sentence "A setting that hides history, loses pushes or says no to options is told and put right"
broken 'receive.shallowUpdate: is true' on_server config receive.shallowUpdate true
broken 'receive.fsckObjects: is false' on_server config receive.fsckObjects false
broken 'receive.advertisePushOptions: is not set' on_server config --unset receive.advertisePushOptions
broken 'core.fsync: is committed' on_server config core.fsync committed

sentence "core.hooksPath elsewhere is told wherever it was said, and where that was"
server
on_server config core.hooksPath /nowhere
exits 1 countersign status --repo "$server"
said "core.hooksPath: points elsewhere, to /nowhere (file:$server/config)"
on_server config --unset core.hooksPath
mkdir "$story/home"
printf '[core]\n\thooksPath = /nowhere\n' >"$story/home/.gitconfig"
exits 1 env HOME="$story/home" "$prefix/bin/countersign" status --repo "$server"
said "(file:$story/home/.gitconfig)"
exits 1 env HOME="$story/home" "$prefix/bin/countersign" status --canary --repo "$server"
said 'THE PUSH WAS NOT REFUSED BY COUNTERSIGN'
mv "$story/home/.gitconfig" "$story/system"
exits 1 env -u GIT_CONFIG_NOSYSTEM GIT_CONFIG_SYSTEM="$story/system" "$prefix/bin/countersign" status --repo "$server"
said "(file:$story/system)"
exits 1 env GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=/nowhere \
	"$prefix/bin/countersign" status --repo "$server"
said '(command line:)'
on_server config core.hooksPath hooks
exits 0 countersign status --repo "$server"
on_server config --unset core.hooksPath

# sshd [<<CONFIG]: what sshd is configured with.
sshd()
{
	cat >"$story/sshd_config"
	mkdir -p "$story/sshd.d"
}

# sees STATUS SAID: what status says of that sshd.
sees()
{
	exits "$1" countersign status --repo "$server" --sshd-config "$story/sshd_config"
	said "$2"
}

sentence "An sshd that lets clients switch hooks off, or say who they are, is told, with the line that does"
server
sshd <<'END'
Port 22
#AcceptEnv GIT_*
AcceptEnv LANG LC_* GIT_PROTOCOL # GIT_*
AcceptEnv GIT_AUTHOR_NAME GIT_COMMITTER_*
END
sees 0 guarded
unsaid sshd
printf 'Match User git\n\tacceptenv="LANG" git_* GIT_*\n' >>"$story/sshd_config"
sees 1 "sshd: AcceptEnv GIT_* ($story/sshd_config, line 6) lets clients set GIT_CONFIG_COUNT, and so disable hooks"
sshd <<END
Include $story/sshd.d/*.conf $story/nowhere
END
sees 0 guarded
printf 'AcceptEnv COUNTERSIGN_USER' >"$story/sshd.d/50-ours.conf"
sees 1 "AcceptEnv COUNTERSIGN_USER ($story/sshd.d/50-ours.conf, line 1) lets clients set COUNTERSIGN_USER, and so say who they are"
sshd <<END
Include $story/sshd_config
END
sees 0 'note: sshd: '
said 'too many files include each other'
rm "$story/sshd_config"
sees 0 guarded
unsaid sshd

sentence "A hook that newer git would not run by configuration is told"
server
on_server config hook.pre-receive.enabled false
exits 1 countersign status --repo "$server"
said 'hook.pre-receive.enabled: is false'
on_server config hook.pre-receive.enabled true
exits 0 countersign status --repo "$server"

sentence "A policy that refuses every push is told"
server
chmod 666 "$server/countersign/policy.json"
exits 1 countersign status --repo "$server"
said 'is writable by others'
server
printf '{ "version": 1, "moed": "enforce" }\n' >"$server/countersign/policy.json"
exits 1 countersign status --repo "$server"
said 'moed'
server
rm "$server/countersign/policy.json"
mkdir "$server/countersign/policy.json"
exits 1 countersign status --repo "$server"
said 'policy: '

sentence "A delegated policy file that counts for nothing is told"
server
commit .countersign.json '{ "version": 1 }'
push main
expect landed
exits 1 countersign status --repo "$server"
said '.countersign.json in the default branch is ignored: no layer above it has '
policy <<'END'
{ "version": 1, "people": { "alice": { "accounts": ["alice"] } }, "delegates": ["alice"] }
END
exits 0 countersign status --repo "$server"

sentence "Events that never arrived, and events that nobody sends, are told"
server
# by no push, whose deliverer might try it while we look
"$tools/statetool" "$server" event 1 '{"format":"json","url":"http://127.0.0.1:1/hook"}'
exits 0 countersign status --repo "$server"
printf 'UPDATE event SET due = 1000, created = 1000' >"$story/sql"
"$tools/statetool" "$server" sql "$story/sql"
exits 1 countersign status --repo "$server"
said 'outbox: queued events that nothing delivers: 1'
printf "UPDATE event SET status = 'dead'" >"$story/sql"
"$tools/statetool" "$server" sql "$story/sql"
exits 1 countersign status --repo "$server"
said 'outbox: 1 event never arrived'

sentence "Hooks of another version than the programs are told and renewed"
broken 'version: 0.0.1 was installed here' sh -c "echo 0.0.1 >'$server/countersign/installed'"
broken 'version: the installed version is not recorded' rm "$server/countersign/installed"

# earlier HOOK: what earlier versions installed for it, the oldest first, one after another; N says which.
earlier()
{
	called=$prefix/bin/countersign
	call="\"$called\" hook $1"
	[ "$1" != update ] || called=$prefix/libexec/countersign/update call="\"$prefix/libexec/countersign/update\""
	gone="{ echo \"countersign: its program is missing on this server, so pushes are refused\" >&2; exit 1; }"
	printf '#!/bin/sh\n# Countersign: installed by install.sh; see countersign status\n'
	case $2 in
	2) printf '[ -x "%s" ] || %s\n' "$called" "$gone" ;;
	3) printf '[ -x "%s" ] && [ -s "%s" ] ||\n%s\n' "$called" "$called" "$gone" ;;
	esac
	printf 'exec %s "$@"\n' "$call"
}

# of_two_refs: pushes an agent's change that is held on main, and one that nothing is found in.
of_two_refs()
{
	agent claude-code
	branch held
	commit .github/workflows/ci.yml "on: push # $1"
	branch fine main
	commit src/fine.c "$1"
	push held:main fine:fine
	agent none
}

sentence "Hooks of an earlier version refuse a held ref alone until the repair renews them, but not with an update program that cannot run"
for version in 1 2 3; do
	server
	for hook in pre-receive update post-receive; do
		earlier "$hook" "$version" >"$server/hooks/$hook"
	done
	of_two_refs "$version"
	expect held refs/heads/main
	expect landed refs/heads/fine
	unsaid 'the other refs are refused with it'
done
mv "$prefix/libexec/countersign/update" "$story/update"
for program in '#!/bin/sh' ''; do
	server
	earlier update 2 >"$server/hooks/update"
	printf '%s\n' "$program" >"$prefix/libexec/countersign/update"
	chmod 755 "$prefix/libexec/countersign/update"
	of_two_refs 2
	expect held refs/heads/main
	expect refused refs/heads/fine
	said 'may not run Countersign'"'"'s update hook, which refuses just the held refs; `countersign status` on the server says why'
done
rm "$prefix/libexec/countersign/update"
mv "$story/update" "$prefix/libexec/countersign/update"
server
earlier update 2 | sed 's|^exec .*|& \|\| :|' >"$server/hooks/update"
of_two_refs 2
expect held refs/heads/main
expect refused refs/heads/fine
for hook in pre-receive update post-receive; do
	earlier "$hook" 2 >"$server/hooks/$hook"
done
whole_again

sentence "A state that a later version wrote is told, since every push would be refused"
server
agent claude-code
commit src/a.c 'x'
push main
expect landed
printf 'PRAGMA user_version = 99' >"$story/sql"
"$tools/statetool" "$server" sql "$story/sql"
exits 1 countersign status --repo "$server"
said 'written by a later Countersign'
agent none

sentence "What status knows is there for programs, too"
server
exits 0 countersign status --json --canary --repo "$server"
same 'guarded' true "$("$tools/story-json" guarded <"$out")"
same 'refused' true "$("$tools/story-json" canary_refused <"$out")"
chmod -x "$server/hooks/update"
exits 1 countersign status --json --repo "$server"
same 'guarded' false "$("$tools/story-json" guarded <"$out")"
same 'what' update "$("$tools/story-json" problems.0.what <"$out")"
