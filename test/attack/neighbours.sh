# What git and the programs around it do that is easily got wrong.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/words.inc"

sentence "A command for an object that nobody has refuses the push"
guarded
as bot
raw <<SCRIPT
known main $main
known gone $absent
command 0 gone refs/heads/x
SCRIPT
expect refused
unmoved refs/heads/x
innocent

sentence "What was denied is not to be had from the server, by its id either"
guarded
on_server config uploadpack.allowAnySHA1InWant true
commit payments/x 1
denied=$(in_work rev-parse main)
push main
expect denied
git init -q "$story/other"
exits 128 git -C "$story/other" -c protocol.version=2 fetch -q "$server" "$denied"
innocent

sentence "A signature that stands in the message is not that of the commit"
guarded
. "${0%/*}/../push/signing.inc"
key alice
policy <<JSON
{ "version": 1, "approval": { "accept": ["commit"] },
  "people": { "alice": { "emails": ["alice@example.com"], "groups": ["platform"], "keys": ["$(key_of alice)"] } },
  "rules": [ { "name": "infrastructure", "paths": ["/infra/"], "action": "hold", "approvers": ["platform"] } ] }
JSON
person robot
agent claude-code
write infra/main.tf 'x'
signs alice
in_work commit -q -S -m 'Change it' -m "$trailer"
push main:refs/heads/signed
expect landed
in_work cat-file commit HEAD >"$story/signed"
{
	sed '/^gpgsig/,/END SSH/d; /^$/,$d' "$story/signed"
	printf '\n'
	sed -n '/^gpgsig/,/END SSH/p' "$story/signed"
	printf '\n%s\n' "$trailer"
} >"$story/moved"
moved=$(in_work hash-object -t commit -w --stdin <"$story/moved")
push "$moved:refs/heads/moved"
expect held
push main
expect landed
innocent

sentence "What stands behind the armour of a signature, or two armours, makes the commit malformed"
guarded
. "${0%/*}/../push/signing.inc"
signs alice
in_work commit -q -S --allow-empty -m 'Signed'
in_work cat-file commit HEAD >"$story/signed"
sed 's/^ -----END SSH SIGNATURE-----$/&\n rubbish/' "$story/signed" >"$story/behind"
sed '/^gpgsig/,/END SSH/!d; s/^gpgsig[^ ]* / /' "$story/signed" >"$story/armour"
sed "/^ -----END SSH SIGNATURE-----\$/r $story/armour" "$story/signed" >"$story/twice"
for way in behind twice; do
	bad=no
	push "$(in_work hash-object -t commit -w --stdin <"$story/$way"):refs/heads/main"
	expect denied refs/heads/main
	said malformed
done
push main
expect landed
innocent

sentence "Certificates and options of a push that the client's environment makes up count for nothing"
guarded
agent claude-code
commit infra/main.tf 'x'
export GIT_PUSH_CERT_STATUS=G GIT_PUSH_CERT_KEY=alice GIT_PUSH_CERT_SIGNER=alice GIT_PUSH_OPTION_COUNT=1 \
	GIT_PUSH_OPTION_0=countersign=json GIT_QUARANTINE_PATH=/tmp GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=user.name \
	GIT_CONFIG_VALUE_0=alice
push main
unset GIT_PUSH_CERT_STATUS GIT_PUSH_CERT_KEY GIT_PUSH_CERT_SIGNER GIT_PUSH_OPTION_COUNT GIT_PUSH_OPTION_0 \
	GIT_QUARANTINE_PATH GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0
expect held
unsaid countersign-json
innocent

sentence "Where history may be cut off nothing is judged, until it is whole again"
guarded
commit src/a.c 1
commit src/b.c 1
push main
expect landed
on_server rev-parse main >"$server/shallow"
commit src/c.c 1
push main
expect refused
said shallow
rm "$server/shallow"
push main
expect landed
on_server config receive.shallowUpdate true
git clone -q --depth 1 "file://$server" "$story/cut" 2>/dev/null
git -C "$story/cut" commit -q --allow-empty -m 'On a cut history'
git -C "$story/cut" push -q origin HEAD:refs/heads/cut >"$out" 2>&1 || :
[ ! -e "$server/shallow" ] || fail "the server's history was cut off"
on_server config receive.shallowUpdate false
innocent

sentence "A governed ref that leads to a damaged commit, and an alternate that is gone, refuse what they would hide"
guarded
agent claude-code
commit src/a.c 1
push main:refs/heads/release/1
expect landed
tip=$(in_work rev-parse main)
file=$server/objects/$(printf '%s' "$tip" | sed 's|..|&/|')
chmod u+w "$file"
cp "$file" "$story/kept"
echo damaged >"$file"
commit src/b.c 1
push main:refs/heads/release/2
expect refused
unmoved refs/heads/release/2
cp "$story/kept" "$file"
echo "$story/no:where/objects" >"$server/objects/info/alternates"
push main:refs/heads/release/2
expect refused
unmoved refs/heads/release/2
rm "$server/objects/info/alternates"
push main:refs/heads/release/2
expect landed
innocent

sentence "A repository with SHA-256 ids is guarded or refused, and never passed over"
guarded
git init -q --bare --object-format=sha256 "$story/sha256.git"
cp -a "$server/hooks" "$server/countersign" "$story/sha256.git/"
git init -q --object-format=sha256 "$story/sha256"
mkdir "$story/sha256/payments"
echo x >"$story/sha256/payments/x"
git -C "$story/sha256" add .
git -C "$story/sha256" commit -q -m 'Change it'
exits 1 git -C "$story/sha256" push -q ../sha256.git HEAD:refs/heads/main
same 'refs' "$(git -C "$story/sha256.git" for-each-ref)" ''
innocent

sentence "A policy with a key twice, or with bytes that are no text, refuses every push"
guarded
cp "$server/countersign/policy.json" "$story/policy"
commit src/a.c 1
sed 's/"version": 1,/"version": 1, "mode": "enforce", "mode": "observe",/' "$story/policy" | policy
push main
expect refused
said 'policy.json:1:'
sed 's/"payments"/"pay\xff"/' "$story/policy" | policy
push main
expect refused
policy <"$story/policy"
push main
expect landed
innocent

sentence "Update hooks that all run before any ref has moved give the verdicts that they give one by one"
guarded
as bot
commit infra/main.tf 1
on_server fetch -q "$work" main
tip=$(in_work rev-parse main)
# one REF: the update hook alone, of a commit that is stored.
one()
{
	exits "$1" sh -c 'cd "$1" && shift && GIT_DIR=. COUNTERSIGN_USER=dev1 hooks/update "$@"' sh "$server" "$2" "$3" "$4"
}
nothing=$zeros
on_server update-ref refs/heads/release/1 main
agent claude-code
commit infra/agent.tf 1
on_server fetch -q "$work" main
tip=$(in_work rev-parse main)
one 1 refs/heads/main "$main" "$tip"
one 1 refs/heads/release/1 "$main" "$tip"
one 1 refs/heads/release/2 "$nothing" "$tip"
one 0 refs/heads/free "$nothing" "$tip"
one 1 refs/heads/main "$main" "$tip"
innocent

sentence "Deleting through a symbolic ref is deleting what it leads to"
guarded
on_server symbolic-ref refs/heads/alias refs/heads/release/1
on_server update-ref refs/heads/release/1 main
as bot
push :alias
expect denied
said 'agent-rewrite'
unmoved refs/heads/release/1
innocent

sentence "Five thousand folders in each other are refused"
guarded
agent claude-code
{
	printf 'known main %s\nblob b x\ntree t0 100644 f\\x00#{b}\n' "$main"
	seq 5000 | while read -r n; do printf 'tree t%d 40000 d\\x00#{t%d}\n' "$n" $((n - 1)); done
	printf 'commit c tree @{t5000}\\nparent @{main}\\nauthor A <a@example.com> 1700000000 +0000\\n'
	printf 'committer A <a@example.com> 1700000000 +0000\\n\\nhi\\n\\n%s\\n\n' "$trailer"
	printf 'command %s c refs/heads/main\n' "$main"
} >"$story/deep"
raw <"$story/deep"
expect refused
innocent

sentence "The same ref twice in one push, by its own name or a symbolic one, refuses all of it"
guarded
git --git-dir="$server" symbolic-ref refs/heads/alias refs/heads/main
for again in refs/heads/main refs/heads/alias; do
	raw <<SCRIPT
known main $main
blob b x
tree t 100644 f\x00#{b}
commit c tree @{t}\nparent @{main}\nauthor A <alice@example.com> 1700000000 +0000\ncommitter A <alice@example.com> 1700000000 +0000\n\nhi\n
command 0 c refs/heads/beside
command $main c refs/heads/main
command $main c $again
SCRIPT
	expect refused
	said 'refs/heads/main stands twice in one push'
	unmoved refs/heads/beside
done
innocent

sentence "Entries that a file system would take for the folder above, itself or git's own are malformed, whatever git would check"
guarded
on_server config receive.fsckObjects false
for name in . .. '.git.' '.git ' '.GIT' 'GIT~1' '.g\xe2\x80\x8cit' '.git::$INDEX_ALLOCATION' 'a/b' ''; do
	for mode in '100644' '40000'; do
		raw <<SCRIPT
known main $main
blob b x
tree i 100644 f\x00#{b}
tree t $mode $name\x00#{$([ "$mode" = 40000 ] && echo i || echo b)}
commit c tree @{t}\nparent @{main}\nauthor A <alice@example.com> 1700000000 +0000\ncommitter A <alice@example.com> 1700000000 +0000\n\nhi\n
command $main c refs/heads/main
SCRIPT
		expect denied
		said 'malformed'
	done
done
innocent

sentence "Where objects may be missing on purpose nothing is judged, and status says so"
guarded
on_server config core.repositoryFormatVersion 1
on_server config extensions.partialClone origin
agent claude-code
commit src/a.c 1
push main
expect refused
said 'extensions.partialclone'
exits 2 countersign status --repo "$server"
said 'extensions.partialclone'
on_server config --unset extensions.partialClone
push main
expect landed
innocent

sentence "A state that somebody keeps locked refuses an agent's push after ten seconds, and the next one is judged"
if command -v sqlite3 >/dev/null; then
	guarded
	agent claude-code
	commit infra/a.tf 1
	mkfifo "$story/in" "$story/locked"
	sqlite3 "$server/countersign/state.db" <"$story/in" >"$story/locked" &
	locker=$!
	exec 8>"$story/in"
	echo 'BEGIN EXCLUSIVE; SELECT 1;' >&8
	read -r _ <"$story/locked"
	push main
	expect refused
	said 'locked by another process'
	same 'holds' "$(refs_of refs/countersign/holds | wc -l)" 0
	echo 'ROLLBACK;' >&8
	exec 8>&-
	wait "$locker"
	push main
	expect held
	forget
	innocent
else
	skip 'there is no sqlite3'
fi
