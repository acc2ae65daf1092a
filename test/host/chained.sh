# Hooks that were there before: they run first or after, as the admin says, and see what git would have given them.
. "${0%/*}/../push/lib.sh"

# A repository with hooks of its own that tell on standard error and in files what they were given.
telling()
{
	rm -rf "$server" "$work"
	git init -q --bare "$server"
	rm -f "$server"/hooks/*.sample
	for hook in pre-receive update post-receive; do
		cat >"$server/hooks/$hook" <<END
#!/bin/sh
input=\$([ $hook = update ] || cat)
{
	printf 'arguments:'
	printf ' <%s>' "\$@"
	printf '\ninput: %s\nfolder: %s\n' "\$input" "\$(pwd -P)"
	env | grep -v -e '^_=' -e '^SHLVL=' -e QUARANTINE -e OBJECT_DIRECTORIES -e GIT_OBJECT_DIRECTORY | sort
} >"\${TELL:-$story}/$hook.told"
echo "$hook was here"
END
		chmod +x "$server/hooks/$hook"
	done
	cp -a "$made/work" "$work"
	: >"$out"
}

sentence "A kept hook has the arguments, input, folder and environment that git would have given it"
mkdir "$story/bare" "$story/kept"
export ODD_NAME="odd
value" LC_MESSAGES=de_DE.UTF-8
own_prefix
telling
on_server config receive.advertisePushOptions true
TELL=$story/bare push --push-option=one=two main
expect landed
telling
exits 0 install repo "$server"
TELL=$story/kept push --push-option=one=two main
expect landed
for hook in pre-receive update post-receive; do
	said "$hook was here"
	same "what $hook was told" "$(sed 's/^TELL=.*//' "$story/bare/$hook.told")" \
		"$(sed 's/^TELL=.*//' "$story/kept/$hook.told")"
done
grep -q '^ODD_NAME=odd$' "$story/kept/update.told" || fail "the environment is not the original one"
unset ODD_NAME LC_MESSAGES

sentence "Run after, they do not see what is refused; run first, they do, and status says the order"
telling
exits 0 install repo "$server"
exits 0 countersign status --repo "$server"
said 'pre-receive: Countersign, then the hook that was there'
push main
agent claude-code
commit .github/workflows/ci.yml 'on: push'
push main
expect held
unsaid 'pre-receive was here'
exits 0 install repo --chain first "$server"
said 'let the pre-receive hook that was there run first'
exits 0 countersign status --repo "$server"
said 'pre-receive: the hook that was there, then Countersign'
push main
expect held
said 'pre-receive was here'
exits 0 install repo --chain first "$server"
unsaid 'move'
exits 0 install repo "$server"
unsaid 'move'
exits 0 install remove "$server"
[ -x "$server/hooks/pre-receive" ] || fail "the hook did not come back"
same 'what is kept' '' "$(ls -d "$server"/countersign/chained* 2>/dev/null)"

# refusing WHEN HOOK: that one refuses branches, and nothing else.
refusing()
{
	telling
	printf '#!/bin/sh\ncase $1$(cat) in\n*refs/heads/*) echo "%s says no"; exit 7 ;;\nesac\n' "$2" >"$server/hooks/$2"
	exits 0 install repo --chain "$1" "$server"
	push main
	expect refused
	said "$2 says no"
	said "hook declined"
}

sentence "A kept hook that refuses, refuses, first or after, pre-receive or update"
refusing first update
refusing after pre-receive
telling
exits 0 install repo "$server"
push main
expect landed

sentence "A kept hook that does not begin with #! is run by the shell, as by git, and its answer counts"
for hook in pre-receive update post-receive; do
	telling
	printf 'echo "%s is told $# words, $(wc -l) lines"\n[ -z "$1" ] || [ "$1" != refs/heads/no ]\n' "$hook" >"$server/hooks/$hook"
	exits 0 install repo "$server"
	commit "src/$hook.c" 1
	push main
	expect landed
	case $hook in
	update) said 'update is told 3 words, 0 lines' ;;
	*) said "$hook is told 0 words, 1 lines" ;;
	esac
	[ "$hook" != update ] || {
		push main:no
		expect refused refs/heads/no
	}
done
telling
printf 'cat >/dev/null; exit 3\n' >"$server/hooks/pre-receive"
exits 0 install repo "$server"
commit src/refused.c 1
push main
expect refused

sentence "Kept hooks that read part of their input or none, print much, or are links, are borne"
telling
printf '#!/bin/sh\nread -r line\necho "first: $line"\nexit 0\n' >"$server/hooks/pre-receive"
printf '#!/bin/sh\nexec <&-\ni=0\nwhile [ $i -lt 3000 ]; do echo "line $i of many, and every one of them is told"; i=$((i + 1)); done\n' \
	>"$story/elsewhere"
chmod +x "$story/elsewhere"
ln -sf "$story/elsewhere" "$server/hooks/post-receive"
exits 0 install repo "$server"
in_work checkout -q -B other
i=0
while [ $i -lt 20 ]; do
	printf 'create refs/heads/a-branch-with-a-long-name-%s HEAD\n' $i
	i=$((i + 1))
done | in_work update-ref --stdin
push 'refs/heads/*:refs/heads/*'
same 'refs' 22 "$(refs_of refs/heads | wc -l | tr -d ' ')"
said "first: $zeros"
said 'line 2999 of many'
exits 0 countersign status --repo "$server"
exits 0 install remove "$server"
[ -L "$server/hooks/post-receive" ] || fail "the link did not come back as one"

sentence "A kept hook that is not executable is passed over, as by git, and status says so"
telling
chmod -x "$server/hooks/pre-receive"
exits 0 install repo "$server"
exits 0 countersign status --repo "$server"
said 'pre-receive: Countersign, then nothing, since the hook that was there is not executable'
push main
expect landed
unsaid 'pre-receive was here'

sentence "Two hooks of somebody else's are never made one: which is kept, is for people to say"
telling
exits 0 install repo "$server"
printf '#!/bin/sh\nexit 0\n' >"$server/hooks/pre-receive"
exits 1 install repo "$server"
said 'are both hooks of somebody else'
grep -q 'was here' "$server/countersign/chained/pre-receive" || fail "the kept hook was lost"
