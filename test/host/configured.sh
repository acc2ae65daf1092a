# Hooks by git's own settings (git 2.54 and up): every repository of a machine at once.  Which git this is, is found out.
. "${0%/*}/../push/lib.sh"

# The settings of the user that git runs as stand for the machine's.
machine()
{
	rm -rf "$server" "$work" "$story/home"
	mkdir "$story/home"
	cp "$stage/home/.gitconfig" "$story/home/.gitconfig"
	export HOME="$story/home"
	git init -q --bare "$server"
	rm -f "$server"/hooks/*.sample
	cp -a "$made/work" "$work"
	: >"$out"
}

own_prefix
sentence "Where the user's settings lead git past our update hook, a held ref refuses the others, by whose pre-receive whatever"
machine
for state in usual elsewhere off; do
	case $state in
	usual) server ;;
	elsewhere)
		mkdir "$story/elsewhere"
		cp -p "$server/hooks/pre-receive" "$story/elsewhere/"
		git config --global core.hooksPath "$story/elsewhere"
		;;
	off)
		git config --global --unset core.hooksPath
		git config --global hook.update.enabled false
		;;
	esac
	policy <<'END'
{ "version": 1, "refs": ["refs/heads/**"], "rules": [ { "name": "ci", "paths": ["/.github/"], "action": "hold" } ] }
END
	agent none
	branch "innocent-$state" origin/main
	commit "src/$state.c" 1
	agent claude-code
	branch "held-$state" origin/main
	commit .github/workflows/ci.yml "on: $state"
	push "held-$state" "innocent-$state"
	expect held "refs/heads/held-$state"
	if [ "$state" = usual ]; then
		expect landed refs/heads/innocent-usual
	else
		unmoved "refs/heads/innocent-$state"
		said 'the other refs are refused with it'
	fi
done
agent none

if git --git-dir="$stage/server.git" -c hook.probe.event=pre-receive -c hook.probe.command=true hook list pre-receive >/dev/null 2>&1; then
	known=yes
else
	known=no
fi

sentence "What is written for a machine is taken back, and each setting is as it was"
machine
mkdir "$story/newer"
cat >"$story/newer/git" <<END
#!/bin/sh
# Says, as git 2.54 does, that it knows hooks by configuration.
case " \$* " in *' hook list '*) echo probe ;; *) exec $(command -v git) "\$@" ;; esac
END
chmod 755 "$story/newer/git"
git config --global core.fsync objects
before=$(cat "$HOME/.gitconfig")
exits 0 env PATH="$story/newer:$PATH" "$prefix/bin/countersign-install" host --config "$HOME/.gitconfig"
same 'core.fsync' all "$(git config --global core.fsync)"
same 'the call' "\"$prefix/libexec/countersign/update\" --answer \"\$@\"" "$(git config --global hook.countersign-update.command | sed -n 2p)"
exits 0 install host-remove --config "$HOME/.gitconfig"
same 'the settings' "$before" "$(cat "$HOME/.gitconfig")"

# shellcheck source=../../hooks/host/install/host.sh
. "${0%/*}/../../hooks/host/install/host.sh"

sentence "What the settings call allows nothing where another file has the program's name, whatever its date"
server
for hook in pre-receive update post-receive; do
	call=$(hook_call "$hook")
	[ "$hook" = pre-receive ] && program=bin/countersign || program=libexec/countersign/update
	mv "$prefix/$program" "$story/away"
	for text in '' 'exit 0' 'exit 64' '#!/bin/true'; do
		printf '%s\n' "$text" >"$prefix/$program"
		chmod 755 "$prefix/$program"
		touch -d 2001-01-01 "$prefix/$program"
		exits 1 env -C "$server" GIT_DIR=. sh -c "$call \"\$@\"" "$call" refs/heads/main "$zeros" "$zeros"
		said "countersign: its $program is missing on this server, or cannot run"
	done
	mv "$story/away" "$prefix/$program"
done

if [ "$known" = no ]; then
	sentence "A git that runs no hooks by configuration is told so, and nothing is written for it"
	machine
	before=$(cat "$HOME/.gitconfig")
	exits 2 install host --config "$HOME/.gitconfig"
	said 'cannot run hooks by configuration (2.54 and up can)'
	same 'the settings' "$before" "$(cat "$HOME/.gitconfig")"

	sentence "Hooks that are only configured are not taken for guarding where git does not run them"
	machine
	for hook in pre-receive update post-receive; do
		git config --global "hook.countersign-$hook.event" "$hook"
		git config --global "hook.countersign-$hook.command" "$(hook_call "$hook")"
	done
	exits 1 countersign status --canary --repo "$server"
	said 'this git does not run hooks by configuration: pushes go through without them'
	said 'THE PUSH WAS NOT REFUSED BY COUNTERSIGN'
else
	sentence "Every repository is guarded by the machine's settings, a new one and one whose hooks lie elsewhere, too"
	machine
	before=$(cat "$HOME/.gitconfig")
	exits 0 install host --config "$HOME/.gitconfig"
	after=$(cat "$HOME/.gitconfig")
	exits 0 install host --config "$HOME/.gitconfig"
	same 'the settings after another time' "$after" "$(cat "$HOME/.gitconfig")"
	printf '#!/bin/sh\ncat\n' >"$server/hooks/pre-receive"
	chmod +x "$server/hooks/pre-receive"
	site_policy <<'END'
{ "version": 1, "rules": [ { "name": "ci", "paths": ["/.github/"], "action": "hold" },
                           { "name": "keys", "paths": ["/keys/"], "action": "deny", "by": "anyone" } ] }
END
	exits 0 countersign status --canary --repo "$server"
	said 'the canary push was refused'
	push main
	expect landed
	said "$zeros"
	agent claude-code
	commit .github/workflows/ci.yml 'on: push'
	push main
	expect held
	on_server config core.hooksPath /nowhere
	push main
	expect held
	exits 0 countersign status --canary --repo "$server"
	branch other origin/main
	commit keys/one 'x'
	push other
	expect denied

	sentence "A hook that is switched off by its name is told"
	git config --global hook.countersign-update.enabled false
	exits 1 countersign status --repo "$server"
	git config --global --unset hook.countersign-update.enabled

	sentence "Taken back, the settings are as they were"
	exits 0 install host-remove --config "$HOME/.gitconfig"
	same 'the settings' "$before" "$(cat "$HOME/.gitconfig")"
fi
