#!/bin/sh
# Where credentials hide: encodings, wrappings, messages, names, fields and merges.
. "${0%/*}/lib.sh"

token=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

governed()
{
	server
	policy <<JSON
{ "version": 1, "refs": ["HEAD"],
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "groups": ["security"] } },
  "rules": [ { "name": "credentials", "content": ["class:credentials"], "action": "deny", "approvers": ["security"], "refs": ["refs/**"] } ] }
JSON
	agent claude-code
}

# denied: of the last push, and neither the token nor the last key is told.
denied()
{
	expect denied
	said 'credentials'
	unsaid "${token#ghp_}"
}

# file PATH: $story/content as it is, in a commit of the agent's that is pushed.
file()
{
	mkdir -p "$(dirname "$work/$1")"
	cp "$story/content" "$work/$1"
	in_work add -f -- "$1"
	record "Change $1"
	push main
}

# withheld: nothing of ours tells the token (git's own client tells the name of the ref).
withheld()
{
	! grep 'countersign:' "$out" | grep -q -F -e "${token#ghp_}" || fail 'the token is told'
}

# undo: as if the last commit had not been made.
undo()
{
	in_work reset -q --hard HEAD~1
}

# key [rsa]: made here, so that no scanner finds it in this file; the long one takes a while, and is made once.
key()
{
	if [ -n "${1:-}" ]; then
		printf '%s\n' "$rsa"
	else
		openssl genpkey -algorithm ed25519 2>/dev/null
	fi
}
rsa=$(openssl genpkey -algorithm rsa 2>/dev/null)

sentence "UTF-16 and UTF-32 are read, with a byte order mark or without"
governed
for encoding in UTF-16 UTF-16LE UTF-16BE UTF-32 UTF-32LE UTF-32BE; do
	printf '[service]\nuser = builder\ntoken = %s\n' "$token" | iconv -t $encoding >"$story/content"
	file "config/$encoding.ini"
	denied
	undo
done
printf '[service]\nuser = builder\nshift = none\n' | iconv -t UTF-16 >"$story/content"
file config/none.ini
expect landed

sentence "A mark in front, and other text or bytes around, hide no encoding"
governed
for mark in '\377\376' 'plain\n'; do
	{ printf "$mark"; printf 'token = %s\n' "$token"; } >"$story/content"
	file a.bin
	denied
	undo
	{ printf "$mark"; head -c 5000 /dev/zero | tr '\0' '\200'; printf 'token = %s\n' "$token" | iconv -t UTF-16BE; } >"$story/content"
	file a.bin
	denied
	undo
done

sentence "Thousands of weak ones before it hide no token"
governed
{ yes 'password = "summer"' | head -n 12000; echo "token = $token"; } >"$story/content"
file a.py
denied
said 'a.py:12001'

sentence "Windows line ends, and a key with them, are read"
governed
printf 'user: builder\r\ntoken: %s\r\n' "$token" >"$story/content"
file a.yml
denied
undo
key | sed 's/$/\r/' >"$story/content"
file key.txt
denied

sentence "A key is found wrapped in base64, in one line or in many"
governed
key | base64 -w 0 | sed 's/^/key: /' >"$story/content"
file secret.yml
denied
undo
{ echo 'data:'; echo '  key: |'; key rsa | base64 | sed 's/^/    /'; } >"$story/content"
file secret.yml
denied
undo

sentence "A key is found folded in YAML, and escaped in JSON and in code"
governed
{ echo 'key: >-'; key | sed 's/^/  /'; } >"$story/content"
file a.yml
denied
undo
{ echo 'key: |'; key rsa | sed 's/^/  /'; } >"$story/content"
file a.yml
denied
undo
printf '{"private_key": "%s"}\n' "$(key rsa | awk '{ printf "%s\\n", $0 }')" >"$story/content"
file a.json
denied
undo
key rsa | sed 's/.*/  "&\\n"/' >"$story/content"
file a.c
denied

sentence "A binary file is read, and so is a key store"
governed
{ printf '\000\001\002\377\376\200'; head -c 3000 /dev/zero; printf '\003%s\000' "$token"; head -c 3000 /dev/zero; } >"$story/content"
file a.bin
denied
undo
key rsa >"$story/key"
openssl req -x509 -key "$story/key" -subj /CN=x -days 1 -out "$story/cert" 2>/dev/null
openssl pkcs12 -export -inkey "$story/key" -in "$story/cert" -passout pass:x >"$story/content"
file keys.p12
denied

sentence "A line of 30 MB is read to its end; one of 50 MB is over the limit, and denied"
governed
{ head -c 30000000 /dev/zero | tr '\0' 'x'; printf ' %s ' "$token"; } >"$story/content"
file long.txt
denied
undo
head -c 50000000 /dev/zero | tr '\0' 'x' >"$story/content"
file long.txt
expect denied
said 'larger than the policy'

sentence "A path, the name of a branch, and the name of a tag are read, and shown to nobody"
governed
commit "docs/$token/readme.txt" x
push main
denied
undo
commit docs/readme.txt x
push "main:refs/heads/$token"
expect refused
said 'credentials'
withheld
for form in '' --json; do
	exits 0 countersign holds --all $form --repo "$server"
	unsaid "${token#ghp_}"
	said withheld
done
commit 'lib/password=vB4nRt6Yw1/x.py' x
push main
expect refused
said 'withheld'
unsaid vB4nRt6Yw1
undo
in_work tag -a -m one "v-$token"
push "v-$token"
expect refused
withheld
push main
expect landed

sentence "The messages of commits and of tags are read"
governed
record "Add it: $token"
push main
denied
undo
commit docs/readme.txt x
in_work tag -a -m "Released with $token" -m "$trailer" v1
push v1
denied
push main
expect landed

sentence "A tag's message is an agent's where the commit that it leads to is; other rules go by the tag alone"
governed
commit docs/readme.txt x
agents_commit=$(in_work rev-parse HEAD)
person alice
commit docs/readme.txt y
push main
expect landed
tag_of()
{
	in_work tag -f -a -m "$2" "$1" "$3" 2>/dev/null
	push "$1"
}
tag_of v1 "The key is $token" "$agents_commit"
denied
tag_of v2 "Our first release" "$agents_commit"
expect landed
tag_of v3 "The key is $token" HEAD
expect landed
in_work tag -f -a -m "The key is $token" inner "$agents_commit"
tag_of v4 "A tag of a tag" inner
denied
exits 0 countersign stop claude-code --reason 'no more of it' --repo "$server"
tag_of v5 "Our second release" "$agents_commit"
expect landed

sentence "Author and committer are read"
governed
write docs/a.md x
GIT_AUTHOR_NAME="$token" record 'Author'
push main
denied
undo
write docs/a.md x
GIT_COMMITTER_EMAIL="$token@example.com" record 'Committer'
push main
denied

sentence "What a merge itself brings in is read, and what it merges is not its finding"
governed
agent none
commit src/main.py "key = $token"
as alice
push main
expect landed
agent claude-code
branch topic HEAD~1
commit src/topic.txt x
in_work merge -q -m "Merge main" -m "$trailer" main
push topic
expect landed
in_work checkout -q -B other HEAD~1
in_work merge -q --no-commit main
write src/slipped.py "$(key)"
in_work commit -q -m "Merge main" -m "$trailer"
push other
expect refused
said 'src/slipped.py'
unsaid 'src/main.py'

sentence "A line that was touched is a finding, one that was moved down or stands there still is not"
governed
agent none
commit a.env "$(printf 'A=1\nTOKEN=%s\nB=2' "$token")"
as alice
push main
expect landed
agent claude-code
commit a.env "$(printf 'A=1\nC=3\n\nTOKEN=%s\nB=2' "$token")"
push main
expect landed
commit a.env "$(printf 'A=1\nTOKEN=%s # ours\nB=2' "$token")"
push main
denied

sentence "An ignore file, a vendored folder and an odd extension hide nothing"
governed
write .gitleaks.toml '[allowlist]
paths = [".*"]'
write .secretlintignore '**'
commit node_modules/x/dist/x.min.map "{\"k\":\"$token\"}"
push main
denied
undo
commit vendor/lib/a.png "$token # pragma: allowlist secret"
push main
denied

sentence "A ref that names a blob or a tree, itself or through tags, is read"
server
policy <<JSON
{ "version": 1, "refs": ["HEAD"], "allow": [ { "kind": "github-token", "paths": ["/kept/"], "reason": "made up" } ],
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "groups": ["security"] } },
  "agents": { "bot": { "owner": "alice", "accounts": ["bot"], "scope": ["*"], "refs": ["refs/**"] } },
  "rules": [ { "name": "credentials", "content": ["class:credentials"], "action": "deny", "approvers": ["security"], "refs": ["refs/**"] } ] }
JSON
as bot
blob=$(echo "key = $token" | in_work hash-object -w --stdin)
tree=$(printf '100644 blob %s\tfile\n' "$blob" | in_work mktree)
kept=$(printf '040000 tree %s\tkept\n' "$tree" | in_work mktree)
clean=$(echo nothing | in_work hash-object -w --stdin)
for object in "$blob" "$tree"; do
	push "$object:refs/other/it"
	denied
	in_work tag -f -a -m one it "$object"
	in_work tag -f -a -m two it it 2>/dev/null
	push it
	denied
done
push "$kept:refs/other/kept"
expect landed
push "$clean:refs/other/clean"
expect landed
