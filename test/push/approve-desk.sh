# git countersign works wherever a reviewer stands, in each shell, and signs with whatever their git is set up to sign with.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"
desk=$story/desk
shell=sh

# desk_of WAY...: what bob has of the server, made by git WAY.
desk_of()
{
	person bob
	rm -rf "$desk"
	git "$@" "$server" "$desk" >"$out" 2>&1 || fail "git $* failed"
	git -C "$desk" config gpg.format ssh
	git -C "$desk" config user.signingkey "$keys/bob.pub"
	git -C "$desk" config countersign.person bob
}

# at FOLDER COMMAND...: git countersign there, from bob's account.
at()
{
	(
		cd "$desk/$1" && shift
		# shellcheck disable=SC2086 # a shell and its options
		COUNTERSIGN_USER=bob exec $shell "$prefix/bin/git-countersign" "$@"
	)
}

# approves FOLDER: the hold is listed and shown there, approved, and lands; nothing else came to the server, nothing is left behind.
approves()
{
	refs_of refs/tags >"$story/tags"
	exits 0 at "$1" list
	said "$hold"
	exits 0 at "$1" show "$hold"
	said '+resource'
	exits 0 at "$1" approve "$hold"
	said "approve: $hold, as bob"
	same 'tags at the server' "$(refs_of refs/tags)" "$(cat "$story/tags")"
	same 'tags at the desk' "$(git -C "$desk" tag)" ''
	push_again
	expect landed
	said 'approved by bob'
}

# agent_starts, agent_stops: bob's key is held by an ssh-agent.
agent_starts()
{
	eval "$(ssh-agent -s -a "$story/agent")" >/dev/null
	ssh-add -q "$keys/bob" 2>"$out" || fail 'the agent does not take the key'
}

agent_stops()
{
	ssh-agent -k >/dev/null
	unset SSH_AUTH_SOCK SSH_AGENT_PID
}
at_end '[ -z "${SSH_AGENT_PID:-}" ] || kill "$SSH_AGENT_PID" 2>/dev/null'

sentence "dash, bash and busybox, in a clone"
for shell in dash 'bash --posix' bash 'busybox sh'; do
	command -v "${shell%% *}" >/dev/null || fail "there is no ${shell%% *}"
	server
	governed
	hold_change
	desk_of clone
	approves .
done
shell=sh

sentence "A folder below the top of a worktree"
server
governed
hold_change
desk_of clone
git -C "$desk" worktree add -q ../desk-2 -b reading 2>/dev/null
mkdir -p "$story/desk-2/src/deep"
approves ../desk-2/src/deep
rm -rf "$story/desk-2"

sentence "A bare clone, a mirror, and a clone of one branch with little history"
for way in --bare --mirror --depth=1; do
	server
	governed
	hold_change
	case $way in
	--depth=1)
		desk_of clone --no-local --depth=1
		;;
	*) desk_of clone "$way" ;;
	esac
	approves .
done

sentence "No branch, and the server by its address alone"
server
governed
hold_change
desk_of clone
git -C "$desk" checkout -q --detach
approves .
server
governed
hold_change
desk_of clone
git -C "$desk" remote remove origin
exits 0 at . approve "$hold" --remote "$server"
push_again
expect landed

sentence "Whatever the reviewer's git is set to do besides"
server
governed
hold_change
desk_of clone
for setting in push.followTags diff.relative diff.noprefix log.showSignature tag.gpgSign tag.forceSignAnnotated color.ui=always \
	fetch.prune diff.external=false diff.renames=copies core.pager=false tag.sort=-taggerdate push.default=nothing \
	remote.origin.mirror=false status.showUntrackedFiles=no diff.wsErrorHighlight=all diff.submodule=log \
	diff.ignoreSubmodules=all diff.orderFile=/nowhere core.quotePath=false commit.gpgSign push.useForceIfIncludes \
	log.diffMerges=off push.recurseSubmodules=on-demand fetch.recurseSubmodules=on-demand fetch.all=true; do
	case $setting in
	*=*) git -C "$desk" config "${setting%%=*}" "${setting#*=}" ;;
	*) git -C "$desk" config "$setting" true ;;
	esac
done
approves src

sentence "An SSH key as it is written in authorized_keys, held by ssh-agent alone"
for written in '' key::; do
	server
	governed
	hold_change
	desk_of clone
	agent_starts
	git -C "$desk" config user.signingkey "$written$(key_of bob)"
	approves .
	agent_stops
done

sentence "The SSH key that a program tells, and the private key's own file"
server
governed
hold_change
desk_of clone
git -C "$desk" config user.signingkey "$keys/bob"
approves .
server
governed
hold_change
desk_of clone
git -C "$desk" config --unset user.signingkey
printf '#!/bin/sh\nprintf "key::%%s\\n" "$(cat "%s")"\n' "$keys/bob.pub" >"$story/tells"
chmod 755 "$story/tells"
git -C "$desk" config gpg.ssh.defaultKeyCommand "$story/tells"
agent_starts
approves .
agent_stops

sentence "Without a key to sign with, and without a name, it says what to set, and nothing is pushed"
server
governed
hold_change
desk_of clone
git -C "$desk" config --unset user.signingkey
exits 2 at . approve "$hold"
said 'git config --global user.signingkey'
git -C "$desk" config --unset countersign.person
exits 2 at . approve "$hold"
said 'git config --global countersign.person NAME'
same 'approvals' "$(refs_of refs/countersign/approvals)" ''
