# shellcheck shell=sh
# The language that rehearsals are told in.  A scenario is a file of it, that begins with what it is:
#
#	# title: adds a GitHub workflow
#	# part: paths			what `countersign rehearse` sorts it under
#	# must: refuse			or `land`, or `any`: what the shipped expectation is
#	# line: "rules": { ... }	a line of policy that refuses it; may be repeated
#	put .github/workflows/rehearsal.yml 'on: push'
#	commit
#	attempt "HEAD:$main"
#
# The last `attempt` counts: it landed if any ref that it names has moved.  A scenario that cannot be played under
# this policy says `skip WHY`.  Called as `sh play.sh SCENARIO` with what stage.sh was given, and
#	REHEARSAL_PLAY		a new folder for this play
#	REHEARSAL_ACCOUNT	the variable that tells hooks the account
#	REHEARSAL_INSIDE	a folder with a slash behind it, or nothing: where an assistant may write
#	REHEARSAL_OUTSIDE	a path where an assistant may not write, if there is one
#	REHEARSAL_REFS, REHEARSAL_HOLDS, REHEARSAL_BLOB	the policy's limits
# It writes `landed` or `refused`, or `skip WHY`, to $REHEARSAL_PLAY/outcome, and what the server said to .../said.
set -eu
umask 022

server=$REHEARSAL_PLAY/server.git
work=$REHEARSAL_PLAY/work
said=$REHEARSAL_PLAY/said
main=$REHEARSAL_BRANCH
inside=$REHEARSAL_INSIDE
export HOME="$REHEARSAL/home" GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0 LC_ALL=C

claude='Co-authored-by: Claude <noreply@anthropic.com>'

in_work()
{
	git -C "$work" "$@"
}

on_server()
{
	git --git-dir="$server" "$@"
}

# a_person: commits and pushes from now on, signed, without a trailer; an_assistant: as at the beginning.
a_person()
{
	trailer=
	signer=person
	author person person@rehearsal.invalid
	as rehearsal-person
}

an_assistant()
{
	trailer=$claude
	signer=
	author rehearsal assistant@rehearsal.invalid
	as rehearsal-developer
}

# as ACCOUNT: pushes from now on.  The agent of the rehearsal has the account rehearsal-bot and a key, `bot`.
as()
{
	account=$1
}

# author NAME EMAIL: of the commits from now on.
author()
{
	export GIT_AUTHOR_NAME="$1" GIT_AUTHOR_EMAIL="$2" GIT_COMMITTER_NAME="$1" GIT_COMMITTER_EMAIL="$2"
}

# put PATH [TEXT]: a file with the text, or with standard input, in the next commit; put_mode MODE PATH: of another mode.
put()
{
	if [ $# -gt 1 ]; then
		printf '%s\n' "$2" | put_mode 100644 "$1"
	else
		put_mode 100644 "$1"
	fi
}

put_mode()
{
	blob=$(in_work hash-object -w --stdin)
	in_work update-index --add --cacheinfo "$1,$blob,$2"
}

# drop PATH: is not in the next commit.
drop()
{
	in_work update-index --force-remove -- "$1"
}

# commit [SUBJECT [PARENT...]]: what was put and dropped, behind HEAD (and other parents).
commit()
{
	subject=${1:-Rehearse}
	[ $# -eq 0 ] || shift
	tree=$(in_work write-tree --missing-ok)
	set -- -p HEAD "$@"
	[ -z "$trailer" ] || set -- -m "$trailer" "$@"
	[ -z "$signer" ] || set -- "-S$REHEARSAL/keys/$signer" "$@"
	in_work update-ref --no-deref HEAD "$(in_work commit-tree -m "$subject" "$@" "$tree")"
}

# back [REVISION]: starts anew from there; by default from what the server's main branch is.
back()
{
	in_work update-ref --no-deref HEAD "$(in_work rev-parse "${1:-$(on_server rev-parse "$main")}")"
	in_work read-tree HEAD
}

# push ARGUMENT...: what comes before the attempt; fails if the push does.
push()
{
	env "$REHEARSAL_ACCOUNT=$account" git -C "$work" push -q -o countersign=json "$server" "$@" >"$said" 2>&1
}

# attempt ARGUMENT...: a push that counts.
attempt()
{
	refs_of >"$REHEARSAL_PLAY/before"
	push "$@" || true
	refs_of >"$REHEARSAL_PLAY/after"
	if cmp -s "$REHEARSAL_PLAY/before" "$REHEARSAL_PLAY/after"; then
		echo refused >"$REHEARSAL_PLAY/outcome"
	else
		echo landed >"$REHEARSAL_PLAY/outcome"
	fi
}

# watch PATTERN: which refs tell whether an attempt landed; all but holds when nothing is said.
watched='refs/'
watch()
{
	watched=$1
}

refs_of()
{
	on_server for-each-ref --format='%(refname) %(objectname)' | grep -v '^refs/countersign/holds/' | grep "^$watched" || true
}

# skip WHY: this cannot be played.
skip()
{
	printf 'skip %s\n' "$1" >"$REHEARSAL_PLAY/outcome"
	exit 0
}

# held: the id of the hold that the last push came to; skips when it came to none.
held()
{
	hold=$(sed -n 's/^remote: countersign: [^ ]* is held: \([0-9a-f]*\).*/\1/p' "$said" | head -n 1)
	[ -n "$hold" ] || skip 'the change that it begins with is not held under this policy'
	digest=$(on_server cat-file tag "refs/countersign/holds/$hold" | sed -n 's/^Countersign-Digest: //p' | head -n 1)
}

# sign_for WHO [DECISION]: the tag `rehearsal`, in which WHO (whose key it is) decides on $hold.
sign_for()
{
	in_work -c gpg.format=ssh -c user.signingKey="$REHEARSAL/keys/$1" tag -f -s rehearsal HEAD -m 'Rehearsed.' \
		-m "Countersign-Digest: $digest
Countersign-Decision: ${2:-approve}" >/dev/null
}

# approve WHO: as a person of the rehearsal, with a signed tag; fails when it is not taken.
approve()
{
	(
		sign_for "$1"
		as "rehearsal-$1"
		push -f "rehearsal:refs/countersign/approvals/$hold/rehearsal-$1"
	)
}

# approved: as many people as the policy asks for approve; skips when they may not.
approved()
{
	i=1
	while [ "$i" -le "$REHEARSAL_REVIEWERS" ]; do
		approve "reviewer$i" || skip 'nobody of the rehearsal may approve under this policy'
		i=$((i + 1))
	done
}

# random COUNT: that many letters and digits.
random()
{
	head -c $(($1 * 20 + 200)) /dev/urandom | LC_ALL=C tr -dc 'A-Za-z0-9' | head -c "$1"
}

# secret: a line with a token such as a forge hands out.
secret()
{
	printf 'token = "glpat-%s"\n' "$(random 20)"
}

mkdir -p "$REHEARSAL_PLAY"
cp -a "$REHEARSAL/server.git" "$server"
git init -q --object-format="$(on_server rev-parse --show-object-format)" "$work"
printf '%s\n' "$server/objects" >"$work/.git/objects/info/alternates"
in_work config gpg.format ssh
in_work config user.signingKey "$REHEARSAL/keys/bot"
in_work config core.compression 0
in_work update-ref --no-deref HEAD "$(on_server rev-parse "$main")"
in_work read-tree HEAD
an_assistant
# shellcheck source=/dev/null
. "$1"
