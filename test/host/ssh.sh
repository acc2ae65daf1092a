# A bare repository behind sshd: one user of the machine, a key an account.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/ssh.inc"
account alice
account bob command
account bot
sshd_option 'AcceptEnv LANG LC_* GIT_PROTOCOL GIT_PUSH_OPTION_* COUNTERSIGN_USER GL_USER REMOTE_USER'
sshd_start

# What every push can be made with; the client's own git does not see it.
forged()
{
	hostile <<'END'
export COUNTERSIGN_USER=alice GL_USER=alice GL_USERNAME=alice GITEA_PUSHER_NAME=alice REMOTE_USER=alice LOGNAME=alice USER=alice
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=/dev/null GIT_QUARANTINE_PATH= GIT_DIR=/nowhere
export LD_PRELOAD=libm.so.6 LD_LIBRARY_PATH=/nowhere LC_ALL=xx_XX GIT_ALTERNATE_OBJECT_DIRECTORIES=/nowhere
export GIT_PUSH_OPTION_COUNT=1000000 GIT_PUSH_OPTION_0=countersign=json
END
}

sentence "The account is the key's, by environment= or by a forced command"
for who in alice bob; do
	bot_and_alice
	as "$who"
	agent claude-code
	commit "src/$who.c" 1
	push --push-option=countersign=json main
	expect landed
	verdict account "$who"
done

sentence "What the pusher is told of held and denied refs comes through, and only what was allowed lands"
bot_and_alice
hold_and_denial_are_told

sentence "A client's environment changes neither who pushes nor what is judged, even where sshd lets it in"
bot_and_alice
forged
as bot
commit payments/x.c 1
push main
expect denied
said 'by bot (account)'
in_work reset -q --hard HEAD~1
commit src/x.c 1
push --push-option=countersign=json main
expect landed
verdict account bot
rm "$story/hostile"

sentence "Neither does it where a command is forced"
bot_and_alice
forged
as bob
agent claude-code
commit src/x.c 1
push --push-option=countersign=json main
expect landed
verdict account bob
rm "$story/hostile"

sentence "A key that only says who it is cannot call git without hooks where git-shell is the login shell, as docs/hosts.md says"
if [ "$(command id -u)" = 0 ]; then
	bot_and_alice
	usermod --shell "$(command -v git-shell)" "$host_user"
	as alice
	agent claude-code
	commit .github/workflows/ci.yml 'on: push'
	push --receive-pack='git -c core.hooksPath=/dev/null receive-pack' main
	expect refused
	said 'unrecognized command'
	push main
	expect held
	usermod --shell /bin/sh "$host_user"
else
	skip 'needs root, to choose a login shell'
fi

sentence "Neither can one whose command is forced, where sh is"
bot_and_alice
as bob
agent claude-code
commit .github/workflows/ci.yml 'on: push'
push --receive-pack='git -c core.hooksPath=/dev/null receive-pack' main
expect refused
push main
expect held
