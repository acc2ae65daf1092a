# shellcheck shell=sh
# The language that stories are told in.
#
#	. "${0%/*}/lib.sh"
#	sentence "An agent's commit outside its scope is denied, and one inside it lands"
#	server
#	agent claude-code
#	commit infra/main.tf 'resource {}'
#	push main
#	expect denied
#	said 'scope'
#
# A file is a story; a sentence is one behaviour, with a server of its own, and is reported as a line of TAP.  Whatever
# fails inside a sentence is told on standard error, and the sentence is `not ok`.  Nothing is judged by the text
# alone: `expect` compares the server's refs and objects from before and after.
#
# Where things are: $server the guarded bare repository, $work a clone of it, $story a folder of this story's own,
# $prefix the installation under test, $out what the last push said, $hold the id of the last hold.  With FORMAT=sha256
# in the environment every repository is one of that object format; $zeros is git's word for no object in it, $absent
# the id of one that is not there.  With REFS=reftable every repository keeps its refs so.
set -eu

: "${SOURCE_DIR:=$(cd "$(dirname "$0")/../.." && pwd -P)}"
: "${BUILD_DIR:=$SOURCE_DIR/build}"
export SOURCE_DIR BUILD_DIR
stage=$BUILD_DIR/stage
prefix=$stage/prefix
tools=$BUILD_DIR/test
[ -d "$stage/server.git" ] || sh "$SOURCE_DIR/test/push/stage.sh" >/dev/null

: "${FORMAT:=sha1}"
: "${REFS:=files}"
export GIT_DEFAULT_HASH="$FORMAT" GIT_DEFAULT_REF_FORMAT="$REFS"
made=$stage
[ "$REFS" = files ] || made=$stage/$REFS
case $FORMAT in
sha256) zeros=0000000000000000000000000000000000000000000000000000000000000000 made=$made/sha256 ;;
*) zeros=0000000000000000000000000000000000000000 ;;
esac
[ -d "$made" ] || {
	printf '1..0 # SKIP %s has no %s (2.45 and up have)\n' "$(git --version)" "$REFS"
	exit 77
}
absent=$(printf '%s' "$zeros" | sed 's/0000/1234/g') # an object that nobody has

story=$(mktemp -d "$BUILD_DIR/stories.XXXXXX")
server=$story/server.git
work=$story/work
out=$story/out
hold=
hold_store=
told=0
failed=0
title=
bad=no
account=dev1
trailer=
endings=
transport=

# Nothing of the machine's or the user's may play a part.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY COUNTERSIGN_USER GL_USER GL_USERNAME \
	GITEA_PUSHER_NAME FORGEJO_PUSHER_NAME REMOTE_USER SSH_ORIGINAL_COMMAND
export HOME="$stage/home" GIT_CONFIG_NOSYSTEM=1 LC_ALL=C TZ=UTC GIT_TERMINAL_PROMPT=0

# ---- sentences

sentence()
{
	sentence_end
	title=$1
	bad=no
	account=dev1
	trailer=
	person alice
}

sentence_end()
{
	[ -n "$title" ] || return 0
	[ ! -d "$server" ] || whole
	told=$((told + 1))
	if [ "$bad" = no ]; then
		printf 'ok %d - %s\n' "$told" "$title"
	else
		failed=$((failed + 1))
		printf 'not ok %d - %s\n' "$told" "$title"
	fi
	title=
}

# at_end COMMAND: is run when the story is over, however it ends; the last one first.
at_end()
{
	endings="$1
$endings"
}

story_end()
{
	status=$?
	trap - EXIT
	eval "$endings" || :
	if [ "$status" -eq 77 ] && [ "$told" -eq 0 ] && [ -z "$title" ]; then # what it needs is not here
		rm -rf "$story"
		exit 77
	fi
	[ "$status" -eq 0 ] || fail "the story broke off (exit status $status)"
	sentence_end
	printf '1..%d\n' "$told"
	if [ -n "${KEEP:-}" ]; then
		printf '# kept: %s\n' "$story"
	else
		rm -rf "$story"
	fi
	[ "$failed" -eq 0 ] && [ "$told" -gt 0 ] || exit 1
	exit 0
}
trap story_end EXIT
trap 'exit 130' INT TERM

# fail TEXT: the sentence is not true.
fail()
{
	bad=yes
	printf '# %s: %s\n' "$title" "$1" >&2
	if [ -s "$out" ]; then
		sed 's/^/#   | /' "$out" >&2
	fi
}

# skip WHY: the sentence cannot be tried on this machine.
skip()
{
	title="$title # SKIP $1"
}

# others_enter: whether another user may enter the story's folder; below /root none does.
others_enter()
{
	chmod 755 "$story"
	setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$story" 2>/dev/null
}

# ---- the stage

# A fresh guarded server with a first commit on main, and a clone of it.
server()
{
	rm -rf "$server" "$work" 2>/dev/null || rm -rf "$server" "$work" # the last push's deliverer may be writing yet
	cp -a "$made/server.git" "$server"
	cp -a "$made/work" "$work"
	: >"$out"
	if [ "$prefix" != "$stage/prefix" ]; then
		sed -i "s|$stage/prefix/|$prefix/|g" "$server"/hooks/*
	fi
}

# An installation of this story's own, for stories that change it; servers made afterwards use it.
own_prefix()
{
	[ "$prefix" = "$stage/prefix" ] || return 0
	prefix=$story/prefix
	copy_prefix
	server
}

# copy_prefix: $prefix is made as the stage's is, which shares the programs, and no file that a story may write.
copy_prefix()
{
	cp -al "$stage/prefix" "$prefix" 2>/dev/null || cp -a "$stage/prefix" "$prefix"
	rm -rf "$prefix/etc"
	cp -a "$stage/prefix/etc" "$prefix/etc"
	rm -f "$prefix/etc/countersign/repositories" # what it lists is the stage
}

# hook_under HOOK WORDS: from now on WORDS, of a shell, run that hook's program.
hook_under()
{
	sed "1s|^#!\($prefix/[^ ]*\) \(.*\)|#!/bin/sh\n$2 \"\1\" \2; exit|; s|^\"$prefix/|$2 &|" "$server/hooks/$1" >"$story/hook"
	! cmp -s "$story/hook" "$server/hooks/$1" || fail "the hook $1 has no line that runs its program"
	cat "$story/hook" >"$server/hooks/$1"
}

# install CALL ARGUMENT...: install.sh for the installation under test.
install()
{
	call=$1
	shift
	"$SOURCE_DIR/install.sh" "$call" --prefix "$prefix" --build "$BUILD_DIR" "$@"
}

# policy [<<JSON]: the repository's policy.
policy()
{
	cat >"$server/countersign/policy.json"
	chmod 644 "$server/countersign/policy.json"
}

# site_policy [<<JSON]: the site's; needs own_prefix.
site_policy()
{
	rm -f "$prefix/etc/countersign/policy.json"
	cat >"$prefix/etc/countersign/policy.json"
}

# no_site_policy: takes it away on purpose, as an admin would.
no_site_policy()
{
	rm -f "$prefix/etc/countersign/policy.json" "$prefix/etc/countersign/countersign.had-policy"
}

# on_server ARGUMENT...: git in the server's repository; in_work: in the clone.
on_server()
{
	git --git-dir="$server" "$@"
}

# on_holds ARGUMENT...: git where holds are kept: in the server's repository, or in $hold_store.
on_holds()
{
	git --git-dir="${hold_store:-$server}" "$@"
}

in_work()
{
	git -C "$work" "$@"
}

countersign()
{
	"$prefix/bin/countersign" "$@"
}

# ---- who does it

# person NAME: authors and commits from now on.
person()
{
	export GIT_AUTHOR_NAME="$1" GIT_AUTHOR_EMAIL="$1@example.com" GIT_COMMITTER_NAME="$1" \
		GIT_COMMITTER_EMAIL="$1@example.com"
	trailer=
}

# as ACCOUNT: pushes from now on.
as()
{
	account=$1
}

# agent NAME: writes its trailer under every commit from now on; `none`: nobody does.
agent()
{
	case $1 in
	claude-code) trailer='Co-authored-by: Claude <noreply@anthropic.com>' ;;
	copilot) trailer='Co-authored-by: Copilot <198982749+Copilot@users.noreply.github.com>' ;;
	cursor) trailer='Co-authored-by: Cursor <cursoragent@cursor.com>' ;;
	none) trailer= ;;
	*) trailer="Agent: $1" ;;
	esac
}

# ---- what is done

# write PATH TEXT: puts a file into the clone's working tree and index.
write()
{
	mkdir -p "$(dirname "$work/$1")"
	printf '%s\n' "$2" >"$work/$1"
	in_work add -f -- "$1"
}

# commit PATH TEXT [SUBJECT]: one change, one commit.
commit()
{
	write "$1" "$2"
	record "${3:-Change $1}"
}

# record SUBJECT: commits what is in the index, with the agent's trailer if there is one.
record()
{
	if [ -n "$trailer" ]; then
		in_work commit -q --allow-empty -m "$1" -m "$trailer"
	else
		in_work commit -q --allow-empty -m "$1"
	fi
}

# branch NAME [START]: goes on a new branch; switch NAME: back to one.
branch()
{
	in_work checkout -q -B "$@"
}

switch()
{
	in_work checkout -q "$1"
}

refs_of()
{
	on_server for-each-ref --format='%(refname) %(objectname)' "$@"
}

ref_of()
{
	on_server rev-parse -q --verify "$1" || printf '%s\n' "$zeros"
}

# push [OPTION...] REFSPEC...: as the account; what it says goes to $out.  The first refspec is what `expect` is about.
push()
{
	refs_of >"$story/refs-before"
	pushed_ref=
	pushed_new=
	stored_before=no
	for word in "$@"; do
		case $word in
		-*) continue ;;
		esac
		[ -n "$pushed_ref" ] || pushed "$word"
	done
	pushed_status=0
	COUNTERSIGN_USER=$account in_work push origin "$@" >"$out" 2>&1 || pushed_status=$?
	no_server_paths
}

# Where things lie on the server is told to no pusher, whatever went wrong; but for a store of holds, which is fetched from.
no_server_paths()
{
	if grep 'countersign\(-json\)\{0,1\}: ' "$out" | grep -v -e '--holds ' -e 'review   git fetch ' -e '"held_at":' | grep -q -F -e "$BUILD_DIR" -e "$story"; then
		fail 'the pusher is told a path of the server'
	fi
}

# Takes a refspec apart: what would move, and where to.
pushed()
{
	spec=${1#+}
	from=${spec%%:*}
	to=${spec#*:}
	case $to in
	refs/*) pushed_ref=$to ;;
	"$spec") pushed_ref=$(in_work rev-parse --symbolic-full-name "$from") ;;
	*) pushed_ref=refs/heads/$to ;;
	esac
	if [ -n "$from" ]; then
		pushed_new=$(in_work rev-parse "$from")
	else
		pushed_new=$zeros
	fi
	if on_server cat-file -e "$pushed_new" 2>/dev/null; then
		stored_before=yes
	fi
}

# raw <<SCRIPT: pushes with raw-push, whose language it is; `expect` is about the last command.  id NAME: of its object.
raw()
{
	refs_of >"$story/refs-before"
	stored_before=no
	cat >"$story/script"
	pushed_status=0
	# shellcheck disable=SC2086 # a program or none
	COUNTERSIGN_USER=$account "$tools/raw-push" "$server" $transport <"$story/script" >"$out" 2>&1 || pushed_status=$?
	no_server_paths
	pushed_ref=$(sed -n 's/^command [^ ]* [^ ]* //p' "$story/script" | tail -n 1)
	pushed_new=$(id "$(sed -n 's/^command [^ ]* \([^ ]*\) .*/\1/p' "$story/script" | tail -n 1)")
}

id()
{
	sed -n "s/^id $1 //p" "$out"
}

# ---- what must have come of it

before_of()
{
	sed -n "s|^$1 ||p" "$story/refs-before"
}

# unmoved REF: is as it was before the push.
unmoved()
{
	was=$(before_of "$1")
	[ "$(ref_of "$1")" = "${was:-$zeros}" ] || fail "$1 moved"
}

# expect landed|denied|held|fault|refused [REF]: of the last push.
expect()
{
	ref=${2:-$pushed_ref}
	case $1 in
	landed) expect_landed ;;
	denied) expect_refused "is denied" && expect_nothing_stored ;;
	held) expect_held ;;
	fault) expect_refused "could not be judged" && expect_nothing_stored ;;
	refused) expect_refused "" ;;
	*) fail "no such outcome: $1" ;;
	esac
}

expect_landed()
{
	if [ "$ref" = "$pushed_ref" ]; then
		[ "$(ref_of "$ref")" = "$pushed_new" ] || fail "$ref did not land"
	elif [ "$(ref_of "$ref")" = "$(before_of "$ref")" ]; then
		fail "$ref did not land"
	fi
}

expect_refused()
{
	[ "$pushed_status" -ne 0 ] || fail "the push of $ref was not refused"
	unmoved "$ref"
	[ -z "$1" ] || grep -q -F -e "countersign: $ref $1" "$out" || fail "it is not said that $ref $1"
}

# Of a denied push no object may stay that was not there before.
expect_nothing_stored()
{
	if [ -n "$pushed_new" ] && [ "$stored_before" = no ] && on_server cat-file -e "$pushed_new" 2>/dev/null; then
		fail "$pushed_new was denied and is in the repository"
	fi
}

expect_held()
{
	expect_refused "is held"
	hold=$(sed -n "s|^.*countersign: $ref is held: \\([0-9a-f]\\{16\\}\\) *\$|\\1|p" "$out" | head -n 1)
	if [ -z "$hold" ]; then
		fail "no hold is named"
	elif [ "$(on_holds cat-file -t "refs/countersign/holds/$hold" 2>/dev/null)" != tag ]; then
		fail "the hold $hold cannot be fetched"
	elif [ "$ref" = "$pushed_ref" ] && [ "$(on_holds rev-parse "refs/countersign/holds/$hold^{}")" != "$(in_work rev-parse "$pushed_new^{}")" ]; then
		fail "the hold $hold is of another object"
	fi
}

# said TEXT, unsaid TEXT: whether the pusher was told so.
said()
{
	grep -q -F -e "$1" "$out" || fail "it does not say: $1"
}

unsaid()
{
	! grep -q -F -e "$1" "$out" || fail "it says: $1"
}

# verdict PATH VALUE [REF]: of the verdict object, for a push with `-o countersign=json`.
verdict()
{
	found=$(sed -n 's/^.*countersign-json: //p' "$out" | "$tools/story-json" "$1" ${3:+ref "$3"}) || found=
	[ "$found" = "$2" ] || fail "the verdict's $1 is '$found', not '$2'"
}

# account_was NAME: of the last push that was written about.
account_was()
{
	same 'the account' "$1" "$(countersign log --repo "$server" --json | tail -n 1 | "$tools/story-json" account)"
}

# same WHAT A B
same()
{
	[ "$2" = "$3" ] || fail "$1: '$2' is not '$3'"
}

# exits STATUS COMMAND...: its output goes to $out.
exits()
{
	wanted=$1
	shift
	got=0
	"$@" >"$out" 2>&1 || got=$?
	[ "$got" -eq "$wanted" ] || fail "exit status $got, not $wanted, of: $*"
}

# After every sentence: the repository is whole, and nothing was left behind.
whole()
{
	on_server fsck --strict --no-dangling >"$story/fsck" 2>&1 || {
		cat "$story/fsck" >"$out"
		fail "the repository is not whole"
	}
	if ls -d "$server"/objects/tmp_objdir-* "$server"/objects/incoming-* >/dev/null 2>&1; then
		fail "a quarantine was left behind"
	fi
}

# THROUGH=ssh or THROUGH=http: the same story by way of a real server, told in the words of test/host.
# shellcheck source=test/host/through.inc
[ -z "${THROUGH:-}" ] || . "$SOURCE_DIR/test/host/through.inc"
