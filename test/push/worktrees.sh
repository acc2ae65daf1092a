# A repository is one and has one gate, whichever of its paths a push names: a linked worktree's folder, the working
# tree itself, or a link.
. "${0%/*}/lib.sh"

# A guarded server of which an admin has made a linked worktree.
with_worktree()
{
	server
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD"],
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"] } },
  "agents": { "*": { "scope": ["/src/", "/.github/"] } },
  "rules": [ { "name": "ci", "paths": [".github/"], "action": "hold", "approvers": ["alice"] } ] }
JSON
	rm -rf "${server%/*}/tree"
	on_server worktree add -q -b side "${server%/*}/tree" main 2>/dev/null
	[ -z "${THROUGH:-}" ] || given "$host_user" "$server"
	url=$(in_work remote get-url origin)
	rows=$(countersign log --repo "$server" --json | wc -l)
}

# written DECISION: what the last row of the repository's own log says.
written()
{
	[ "$(countersign log --repo "$server" --json | wc -l)" -gt "$rows" ] || fail "no row was written"
	same 'the decision' "$1" "$(countersign log --repo "$server" --json | tail -n 1 | "$tools/story-json" decision)"
}

# by SUFFIX: pushes name that path below the repository's from now on.
by()
{
	in_work remote set-url --push origin "$url$1"
}

sentence "A push by a linked worktree's path is held as any other, in the repository's own state"
with_worktree
by /worktrees/side
[ -d "$server/worktrees/side" ] || by "/worktrees/$(ls "$server/worktrees")"
agent claude-code
commit .github/workflows/ci.yml 'on: push'
push main
expect held
written hold
[ ! -e "$server"/worktrees/*/countersign ] || fail "the worktree has a state of its own"
first=$hold
by ''
push main
expect held
same 'the hold' "$first" "$hold"

sentence "And what may land lands by it"
with_worktree
by "/worktrees/$(ls "$server/worktrees")"
agent claude-code
commit src/main.c 'int main(void) { return 2; }'
push main
expect landed
written allow

sentence "HEAD is the repository's, not the worktree's"
with_worktree
by "/worktrees/$(ls "$server/worktrees")"
agent claude-code
commit infra/main.tf 'not in its scope'
push main
expect denied
push main:refs/heads/free
expect landed

sentence "Commands that are given a worktree are about the repository"
with_worktree
agent claude-code
commit .github/workflows/ci.yml 'on: push'
push main
expect held
tree=$server/worktrees/$(ls "$server/worktrees")
exits 0 countersign holds --repo "$tree"
said "$hold"
exits 0 countersign status --repo "$tree"
said "$server"
countersign log --repo "$server" >"$story/log"
exits 0 countersign log --repo "$tree"
same 'the log' "$(cat "$story/log")" "$(cat "$out")"

if [ -z "${THROUGH:-}" ]; then
	sentence "The working tree's own path is one, too, and so is a link"
	with_worktree
	ln -sfn "$server" "$story/other-name.git"
	for path in "$story/tree" "$story/other-name.git" "$story/other-name.git/worktrees/$(ls "$server/worktrees")"; do
		in_work remote set-url --push origin "$path"
		agent claude-code
		commit .github/workflows/ci.yml "on: push # $path"
		push main
		expect held
	done
	rm "$story/other-name.git"
	written hold

	sentence "GIT_COMMON_DIR says where a git directory's refs are, and so where everything is"
	with_worktree
	mkdir -p "$story/thin"
	echo 'ref: refs/heads/main' >"$story/thin/HEAD"
	agent claude-code
	commit .github/workflows/ci.yml 'on: push'
	in_work push -q origin main:refs/heads/parked
	exits 1 sh -c 'cd "$3" && echo "$1 $2 refs/heads/main" | GIT_DIR=. GIT_COMMON_DIR="$4" "$4/hooks/pre-receive"' \
		sh "$(ref_of refs/heads/main)" "$(in_work rev-parse main)" "$story/thin" "$server"
	said 'is held'
	written hold
fi

if [ -z "${THROUGH:-}" ]; then
	sentence "Status tells where hooks would not run for pushes that name a worktree, and only there"
	with_worktree
	exits 0 countersign status --repo "$server"
	on_server config core.hooksPath hooks
	exits 1 countersign status --repo "$server"
	said "core.hooksPath: for pushes that name worktrees/$(ls "$server/worktrees"): points elsewhere, to hooks"
	on_server config core.hooksPath "$server/hooks"
	exits 0 countersign status --repo "$server"
	on_server config --unset core.hooksPath
	on_server config extensions.worktreeConfig true
	git -C "$story/tree" config --worktree core.hooksPath /nowhere
	exits 1 countersign status --repo "$server"
	said "points elsewhere, to /nowhere (file:$server/worktrees/"
	git -C "$story/tree" config --worktree --unset core.hooksPath
	git -C "$story/tree" config --worktree receive.shallowUpdate true
	exits 1 countersign status --repo "$server"
	said 'receive.shallowUpdate: for pushes that name worktrees/'
	on_server config receive.shallowUpdate true
	exits 1 countersign status --repo "$server"
	unsaid 'receive.shallowUpdate: for pushes'
	on_server config receive.shallowUpdate false
	git -C "$story/tree" config --worktree --unset receive.shallowUpdate
	on_server worktree remove --force "$story/tree"
	on_server config core.hooksPath hooks
	exits 0 countersign status --repo "$server"
fi

if [ -z "${THROUGH:-}" ]; then
	sentence "Worktrees of odd names are told of by them, escaped, and those that cannot be read by theirs; many are counted"
	with_worktree
	on_server config extensions.worktreeConfig true
	made_by_hand()
	{
		mkdir "$server/worktrees/$1"
		cp "$server/HEAD" "$server/worktrees/$1/HEAD"
		printf '../..\n' >"$server/worktrees/$1/commondir"
		printf "$2" >"$server/worktrees/$1/config.worktree"
	}
	elsewhere='[core]\n\thooksPath = /nowhere\n'
	made_by_hand .x "$elsewhere"
	made_by_hand "$(printf 'a\nb')" "$elsewhere"
	made_by_hand "$(printf 'esc\033[31m')" "$elsewhere"
	made_by_hand "$(printf 'bad\377')" "$elsewhere"
	made_by_hand broken '[core\n'
	ln -s loop "$server/worktrees/loop"
	mkdir "$server/worktrees/half-gone"
	in_work push -q "$server/worktrees/.x" main:refs/countersign/x 2>"$out" || fail 'git runs hooks there'
	on_server update-ref -d refs/countersign/x
	exits 1 countersign status --repo "$server"
	for name in .x 'a\nb' 'esc\x1b[31m' 'bad\\xff'; do
		said "core.hooksPath: for pushes that name worktrees/$name: points elsewhere, to /nowhere"
	done
	said 'worktrees: broken: git config: fatal: bad config line 1 in file'
	unsaid loop
	unsaid half-gone
	same 'control characters' '' "$(tr -d '\n -\377' <"$out")"
	rm -rf "$server/worktrees"
	mkdir "$server/worktrees"
	for i in $(seq 50); do
		made_by_hand "w$i" "$elsewhere"
	done
	exits 1 countersign status --repo "$server"
	said 'worktrees: 30 more problems of linked worktrees'
	rm -rf "$server/worktrees"
	: >"$server/worktrees"
	exits 1 countersign status --repo "$server"
	said 'worktrees: Not a directory'

	sentence "Worktrees that git waits in keep status for no longer than one does"
	rm "$server/worktrees"
	mkdir "$server/worktrees"
	for i in 1 2 3; do
		made_by_hand "$i" ''
		rm "$server/worktrees/$i/config.worktree"
		mkfifo "$server/worktrees/$i/config.worktree"
	done
	exits 1 timeout 39 "$prefix/bin/countersign" status --repo "$server"
	said 'git did not end within 20 seconds'
	said 'worktrees: could not look at all of them in 20 seconds'
	rm -rf "$server/worktrees"
fi

if [ -z "${THROUGH:-}" ]; then
	sentence "The installer, given a worktree, puts the hooks into the repository"
	own_prefix
	with_worktree
	rm "$server"/hooks/pre-receive "$server"/hooks/update
	exits 0 install repo "$server/worktrees/$(ls "$server/worktrees")"
	[ -x "$server/hooks/pre-receive" ] || fail "no hook was put in"
	rm "$server"/hooks/pre-receive
	exits 0 install repo "${server%/*}/tree"
	[ -x "$server/hooks/pre-receive" ] || fail "no hook was put in"
	same 'what is guarded' "$server" "$(cat "$prefix/etc/countersign/repositories")"
	exits 0 install status "${server%/*}/tree"
	said "$server"
fi
