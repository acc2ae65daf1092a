# countersign policy init: a first policy from what a repository looks like.
. "${0%/*}/lib.sh"

sentence "It tells of languages, classes, folders, assistants and people, passes policy check, and only observes"
server
for n in 1 2 3; do commit "src/a$n.c" "int a$n;"; done
commit docs/a.md 'words'
commit 'odd folder*/x.c' 'int x;'
commit .github/workflows/ci.yml 'on: push'
commit "evil
name/Dockerfile" 'FROM x'
commit package.json '{ "name": "x" }'
commit .github/CODEOWNERS '* @bob'
agent claude-code
commit src/b.c 'int b;'
person 'Bob <&> "x"'
export GIT_AUTHOR_EMAIL='Bob.X+y@example.com'
commit src/d.c 'int d;'
on_server fetch -q --update-head-ok "$work" +main:refs/heads/main
on_server update-ref refs/heads/release/1 refs/heads/main
exits 0 countersign policy init --repo "$server" --output "$story/first.json"
cp "$story/first.json" "$out"
said '"mode": "observe"'
said 'among them C ('
said '"claude-code": {'
said 'Made 1 of the last'
said '"/src/"'
said '"/docs/"'
said '"/odd folder\\*/"'
said 'such as .github/workflows/ci.yml'
said 'evil\\nname/Dockerfile'
said '"refs/heads/release/**"'
said 'Whoever owns a path by .github/CODEOWNERS may approve'
said '"codeowners"'
said '"bob.x-y": {'
said '"alice@example.com"'
exits 0 countersign policy check "$story/first.json"
said 'first.json: good'
exits 0 countersign replay --repo "$server" --policy "$story/first.json" main~1..main
policy <"$story/first.json"
agent claude-code
commit .github/workflows/ci.yml 'on: tag'
push main
expect landed
said 'is allowed (observe mode; it would be held)'

sentence "What it cannot place is in the scope, with a note: an assistant may go on working everywhere"
server
for path in tcl/a.tcl haskell/A.hs apple/a.m julia/a.jl groovy/a.groovy web/a.svelte cxx/a.cxx node/a.cjs tests/run Makefile data/a.bin LICENSE; do
	commit "$path" 'x'
done
on_server fetch -q --update-head-ok "$work" +main:refs/heads/main
exits 0 countersign policy init --repo "$server" --output "$story/all.json"
cp "$story/all.json" "$out"
for pattern in /tcl/ /haskell/ /apple/ /julia/ /groovy/ /web/ /cxx/ /node/ /tests/ /Makefile /data/ /LICENSE; do
	said "\"$pattern\""
done
said 'Not recognised, and in the scope all the same: '
said '/data/'
said 'Haskell'
unsaid 'same: /tcl/'
sed 's/"mode": "observe"/"mode": "enforce"/' "$story/all.json" | policy
agent claude-code
branch work main
for path in tcl/b.tcl tests/more data/b.bin; do
	commit "$path" 'y'
done
push work:main
expect landed

sentence "A file that is there is never touched"
echo mine >"$story/mine.json"
exits 2 countersign policy init --repo "$server" --output "$story/mine.json"
said 'is there already: it was not touched'
same 'the file' mine "$(cat "$story/mine.json")"
ln -s "$story/nowhere" "$story/link.json"
exits 2 countersign policy init --repo "$server" --output "$story/link.json"
[ ! -e "$story/nowhere" ] || fail "it wrote through a dangling link"
same "what is left beside" "$story/mine.json" "$(ls "$story"/mine.json*)"

sentence "Where there is nothing to look at, it says so with exit status 2"
git init -q --bare -b main "$story/empty.git"
exits 2 countersign policy init --repo "$story/empty.git"
said 'has no commits yet'
exits 2 countersign policy init --repo "$story/none"
said 'No such file or directory'

sentence "Authors whose addresses make no person of a policy are left out, and the others are told"
server
for email in codeowners@x.example reviewers@x.example a..b@x.example x.lock@x.example 'at home@x.example' "$(printf 'a\020b@x.example')" \
	"$(printf 'red\033@x.example')" none@; do
	export GIT_AUTHOR_EMAIL="$email"
	for n in 1 2; do in_work commit -q --allow-empty -m "$n"; done
done
person alice
for n in 1 2 3; do in_work commit -q --allow-empty -m "$n"; done
GIT_AUTHOR_EMAIL=.last.@x.example in_work commit -q --allow-empty -m last
on_server fetch -q --update-head-ok "$work" +main:refs/heads/main
exits 0 countersign policy init --repo "$server"
same "who is told" '"alice": {
"last": {' "$(sed -n '/"people"/,/"agents"/s/^    \(".*": {\)$/\1/p' "$out")"

sentence "A scope is whole or is not written: too many folders, and folders with words in their names"
server
commit 'Source Code (old)/x.c' 'int x;'
on_server fetch -q --update-head-ok "$work" +main:refs/heads/main
exits 0 countersign policy init --repo "$server"
said '"/Source Code (old)/"'
for name in 'ünï' '[brk]' 'qu?st' 'st*r' 'back\slash' ' lead' 'trail ' '#hash' '!bang'; do
	commit "./$name/a.c" 'int a;'
	commit "./$name.c" 'int a;'
done
commit "./$(printf 'tab\t.c')" 'int a;'
commit "./$(printf 'bad\377.c')" 'int a;'
on_server fetch -q --update-head-ok "$work" +main:refs/heads/main
exits 0 countersign policy init --repo "$server" --output "$story/named.json"
in_work ls-files -z | tr '\0' '\n' >"$story/files"
chmod 600 "$story/named.json"
while IFS= read -r file; do
	countersign policy explain "$file" --agent aider --policy "$story/named.json" --repo "$server" >"$out" 2>&1 ||
		fail "$file: exit status $?"
	case $file in
	tab* | bad*) ! grep -q 'permits it' "$out" || fail "$file is in the scope" ;;
	*) grep -q 'permits it' "$out" || fail "$file is not in the scope" ;;
	esac
done <"$story/files"
cp "$story/named.json" "$out"
said 'Left out, since no pattern can name it: /bad'
said 'tab'
n=0
while [ $((n += 1)) -le 64 ]; do write "folder$n/a.c" 'int a;'; done
commit .forgejo/CODEOWNERS '^src/.* @bob'
on_server fetch -q --update-head-ok "$work" +main:refs/heads/main
exits 0 countersign policy init --repo "$server"
said 'No \"scope\" yet: there is too much at the top to list. Name the paths'
unsaid '"scope":'
said 'Whoever owns a path by .forgejo/CODEOWNERS may approve'

sentence "Where there is no policy, every command that asks for one tells of it"
own_prefix
server
rm -f "$server/countersign/policy.json" "$server/countersign.had-policy"
no_site_policy
for command in 'policy show' 'policy explain a' 'policy check' replay; do
	# shellcheck disable=SC2086
	exits 2 countersign $command --repo "$server"
	said "no policy found: write $server/countersign/policy.json (countersign policy init makes a first one)"
done
