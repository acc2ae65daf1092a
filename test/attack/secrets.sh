# Secrets: what is nowhere to be found afterwards, however it came.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/words.inc"

# A key made here, so that no scanner finds it in this file.
secret()
{
	openssl genpkey -algorithm ed25519 2>/dev/null
}

# kept: whether a line of $key is in any object, the state, or what was said.
nowhere()
{
	line=$(printf '%s\n' "$key" | sed -n 2p)
	on_server cat-file --batch-all-objects --batch >"$story/objects"
	for place in "$story/objects" "$server/countersign/state.db" "$out"; do
		! grep -a -q -F -e "$line" "$place" || fail "the secret is in $place"
	done
}

# denied: the push to a branch that nothing else governs is denied, and the secret is nowhere.
denied()
{
	push "${1:-main}:refs/heads/free"
	expect denied
	said credentials
	nowhere
	forget
}

sentence "A secret that people brought to another branch is found when an agent brings it again"
guarded
key=$(secret)
as alice
commit src/key.pem "$key"
push main:refs/heads/peoples
expect landed
forget
as dev1
agent claude-code
commit src/again.pem "$key"
push main:refs/heads/free
expect denied
said credentials
forget
innocent

sentence "A secret is found in the first of many commits, in a merge, and below a folder that is ignored"
guarded
agent claude-code
key=$(secret)
commit src/key.pem "$key"
for n in 1 2 3 4 5; do commit "src/key.pem" "nothing $n"; done
denied
commit src/a.c 1
branch side origin/main
commit src/b.c 1
in_work merge -q --no-commit main >/dev/null 2>&1
write src/slipped.pem "$key"
record 'Merge'
denied side
in_work checkout -q -f main
forget
printf 'vendor/\n*.pem\n' >"$work/.gitignore"
printf '*.pem binary -diff filter=none\n' >"$work/.gitattributes"
printf '[allowlist]\npaths = [".*"]\n' >"$work/.gitleaks.toml"
mkdir -p "$work/vendor"
printf '%s # gitleaks:allow pragma: allowlist secret nosec\n' "$key" >"$work/vendor/key.pem"
in_work add -f .
record 'Look away'
denied
innocent

sentence "A secret is found in UTF-16, with the line ends of Windows, between bytes, and wrapped in base64"
guarded
agent claude-code
key=$(secret)
mkdir -p "$work/src"
printf '%s\n' "$key" | iconv -t UTF-16 >"$work/src/wide"
in_work add src
record 'Wide'
denied
printf '%s\n' "$key" | sed 's/$/\r/' >"$work/src/windows"
in_work add src
record 'Windows'
denied
{
	head -c 5000 /dev/zero
	printf '\377\376\000%s\n' "$key"
	head -c 5000 /dev/zero
} >"$work/src/binary"
in_work add src
record 'Binary'
denied
printf '%s\n' "$key" | base64 -w 0 >"$work/src/base64"
in_work add src
record 'Base64'
denied
innocent

sentence "A secret in a message, a tag and the text of an object that nothing leads to is found"
guarded
agent claude-code
key=$(secret)
entry src/a.c
message "Fix it\n\n$key\n\nCo-authored-by: Claude <noreply@anthropic.com>\n"
denied
commit src/a.c 1
in_work tag -a -m "$key" -m "$trailer" leak main
push leak:refs/tags/leak
expect denied
nowhere
forget
main=$(ref_of refs/heads/main)
{
	printf 'known main %s\nblob b x\n' "$main"
	printf 'blob loose %s\n' "$(printf '%s\n' "$key" | sed 's/$/\\n/' | tr -d '\n')"
	printf 'tree t 100644 f\\x00#{b}\n'
	printf 'commit c tree @{t}\\nparent @{main}\\nauthor A <a@example.com> 1700000000 +0000\\n'
	printf 'committer A <a@example.com> 1700000000 +0000\\n\\nhi\\n\\n%s\\n\n' "$trailer"
	printf 'command 0 c refs/heads/free\n'
} >"$story/script.loose"
raw <"$story/script.loose"
expect denied
nowhere
innocent
