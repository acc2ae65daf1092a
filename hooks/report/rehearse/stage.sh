# shellcheck shell=sh
# Sets the stage of a rehearsal: an installation of its own, a copy of the repository, and keys for those who play.
# Called once, with
#	REHEARSAL		an empty folder of ours
#	REHEARSAL_GIT_DIR	the repository that is copied; only read
#	REHEARSAL_PREFIX	the installation whose programs play
#	REHEARSAL_BRANCH	full name of the branch that HEAD names
#	REHEARSAL_REVIEWERS	how many people are needed who may approve
set -eu
umask 022

prefix=$REHEARSAL/prefix
server=$REHEARSAL/server.git

# The programs as they are installed; nobody is told of a rehearsal, so its deliverer does nothing.
mkdir -p "$prefix/bin" "$prefix/libexec/countersign" "$prefix/etc/countersign" "$REHEARSAL/home" "$REHEARSAL/keys"
cp -L "$REHEARSAL_PREFIX/bin/countersign" "$prefix/bin/"
cp -L "$REHEARSAL_PREFIX"/libexec/countersign/* "$prefix/libexec/countersign/"
printf '#!/bin/sh\nexit 0\n' >"$prefix/bin/countersign-deliver"
chmod 755 "$prefix/bin/countersign-deliver"

# The repository: refs copied, objects borrowed.  Holds, approvals and state are not: each play begins without.
git init -q --bare --object-format="$(git --git-dir="$REHEARSAL_GIT_DIR" rev-parse --show-object-format)" "$server"
printf '%s\n' "$REHEARSAL_GIT_DIR/objects" >"$server/objects/info/alternates"
git --git-dir="$REHEARSAL_GIT_DIR" for-each-ref --format='%(objectname) %(refname)' |
	sed -e '/ refs\/countersign\//d' -e '/ refs\/replace\//d' >"$server/packed-refs"
git --git-dir="$server" symbolic-ref HEAD "$REHEARSAL_BRANCH"
git --git-dir="$server" config receive.advertisePushOptions true
git --git-dir="$server" config receive.certNonceSeed "rehearsal-$(head -c 18 /dev/urandom | base64)"
git --git-dir="$server" config receive.shallowUpdate false
git --git-dir="$server" config receive.fsckObjects true
# Whether git itself would refuse such things is not what is rehearsed.
git --git-dir="$server" config receive.denyDeleteCurrent ignore
git --git-dir="$server" config gc.auto 0
git --git-dir="$server" config receive.autogc false
mkdir "$server/countersign"

if ! git --git-dir="$server" rev-parse -q --verify "$REHEARSAL_BRANCH" >/dev/null; then
	blob=$(printf 'An empty repository.\n' | git --git-dir="$server" hash-object -w --stdin)
	tree=$(printf '100644 blob %s\tREADME.md\n' "$blob" | git --git-dir="$server" mktree)
	begin=$(GIT_AUTHOR_NAME=rehearsal GIT_AUTHOR_EMAIL=person@rehearsal.invalid GIT_COMMITTER_NAME=rehearsal \
		GIT_COMMITTER_EMAIL=person@rehearsal.invalid git --git-dir="$server" commit-tree -m 'Begin' "$tree")
	git --git-dir="$server" update-ref "$REHEARSAL_BRANCH" "$begin"
fi

# Hooks that were there are not played: they may do things elsewhere.
rm -rf "$server/hooks"
mkdir "$server/hooks"
for hook in pre-receive update post-receive; do
	printf '#!/bin/sh\nexec "%s/bin/countersign" hook %s "$@"\n' "$prefix" "$hook" >"$server/hooks/$hook"
	chmod 755 "$server/hooks/$hook"
done

reviewer=1
who='bot owner person'
while [ "$reviewer" -le "$REHEARSAL_REVIEWERS" ]; do
	who="$who reviewer$reviewer"
	reviewer=$((reviewer + 1))
done
for name in $who; do
	ssh-keygen -q -t ed25519 -N '' -C '' -f "$REHEARSAL/keys/$name"
done
