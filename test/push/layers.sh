# Layers: the file in the default branch is delegated to the people whom a layer above names, and no layer loosens one above.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

# delegated [REFS]: alice and bob may change the delegated file; rules govern only tags.
delegated()
{
	policy <<JSON
{ "version": 1, "refs": ["refs/tags/**"], "delegates": ["owners"],
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "keys": ["$(key_of alice)"] },
              "bob": { "emails": ["bob@example.com"], "accounts": ["bob"], "groups": ["owners"], "keys": ["$(key_of bob)"] } } }
JSON
}

sentence "Whoever changes the delegated file needs the delegates' approval, whatever else is governed"
own_prefix
server
site_policy <<'JSON'
{ "version": 1, "refs": ["refs/tags/**"] }
JSON
delegated
person alice
branch work origin/main
commit .countersign.json '{ "version": 1, "refs": ["HEAD"], "rules": [ { "name": "docs", "paths": ["/docs/"], "by": "anyone", "action": "deny" } ] }'
as alice
push work:main
expect held
said 'changes the delegated policy'
said 'needs 1 approval from owners'
digest=$(digest_of "$hold")
approve bob
push_again alice
expect landed
commit docs/a.md 'x'
push work:main
expect denied
said 'docs  docs/a.md'
in_work reset -q --hard HEAD~1
commit src/a.c 'x'
push work:main
expect landed

sentence "Nor can it be changed back, or away, by moving the branch; where the file stays, a person may rewind"
on_server config receive.denyDeleteCurrent ignore
person alice
as alice
push --force origin/main~1:main
expect landed
in_work fetch -q origin
push --force origin/main~1:main
expect denied
said 'would replace or remove the delegated policy'
push :main
expect denied
said 'would replace or remove the delegated policy'

sentence "Without delegates the file is ignored, and status says so"
server
policy <<'JSON'
{ "version": 1 }
JSON
commit .countersign.json 'nonsense'
push main
expect landed
commit src/a.c 'x'
push main
expect landed
exits 1 countersign status --repo "$server"
said '.countersign.json in the default branch is ignored: no layer above it has '
delegated
exits 1 countersign status --repo "$server"
said '.countersign.json:1:1: $: a policy is a JSON object'

sentence "A delegated file that would be wrong is refused when it is pushed, with line and column"
server
echo '{ "version": 1, "refs": ["refs/tags/**"] }' | site_policy
delegated
person alice
as alice
branch work origin/main
commit .countersign.json '{ "version": 1,
  "ruels": [] }'
push work:main
expect denied
said "it would be no good policy: .countersign.json:2:3: \$.ruels: unknown key 'ruels' (did you mean 'rules'?)"
push work:refs/heads/topic
expect landed
commit .countersign.json '{ "version": 1, "rules": [ { "name": "r", "paths": ["/a/"], "action": "hold", "approvers": ["mallory"] } ] }'
push work:main
expect denied
said "unknown person or group 'mallory'"
commit .countersign.json '{ "version": 1 }'
push work:main
expect held
digest=$(digest_of "$hold")
approve bob
push_again alice
expect landed
branch topic origin/main
commit src/b.c 'b'
push topic:main
expect landed

sentence "Nor can a link, a folder or a submodule take its place: who approves it would approve no policy"
server
echo '{ "version": 1, "refs": ["refs/tags/**"] }' | site_policy
delegated
person alice
as alice
link()
{
	ln -s other.json "$work/.countersign.json"
	in_work add -A
}
folder()
{
	mkdir "$work/.countersign.json"
	echo '{ "version": 1 }' >"$work/.countersign.json/policy.json"
	in_work add -A
}
submodule()
{
	in_work update-index --add --cacheinfo "160000,$(in_work rev-parse HEAD),.countersign.json"
}
for make in link folder submodule; do
	branch "by-$make" origin/main
	$make
	record "Delegate by $make"
	push "by-$make:main"
	expect denied
	said 'it would be a link, a folder or a submodule: a policy is a file'
	rm -rf "$work/.countersign.json"
	in_work reset -q --hard
done

sentence "One that is wrong and in force keeps nobody from pushing, is told by status, and can be mended by a push"
server
delegated
echo '{ "version": 1, "mode": "observe", "refs": ["refs/tags/**"] }' | site_policy
sed -i 's/"version": 1,/"version": 1, "mode": "observe",/' "$server/countersign/policy.json"
person alice
as alice
commit .countersign.json '{ "version": 1, "refs": ["HEAD"], "ruels": [],
  "rules": [ { "name": "docs", "paths": ["/docs/"], "by": "anyone", "action": "deny" } ] }'
push main
expect landed
said "unknown key 'ruels'"
echo '{ "version": 1, "refs": ["refs/tags/**"] }' | site_policy
delegated
branch topic origin/main
commit src/a.c 'a'
push topic:main
expect landed
branch docs origin/main
commit docs/a.md 'what is good of the file counts'
push docs:main
expect denied
said 'docs  docs/a.md'
exits 1 countersign status --repo "$server"
said "policy: .countersign.json:1:35: \$.ruels: unknown key 'ruels'"
said 'push a mended .countersign.json'
branch work origin/main
commit .countersign.json '{ "version": 1, "refs": ["HEAD"],
  "rules": [ { "name": "docs", "paths": ["/docs/"], "by": "anyone", "action": "deny" } ] }'
push work:main
expect held
digest=$(digest_of "$hold")
approve bob
push_again alice
expect landed
countersign status --repo "$server" >"$out" || :
unsaid 'ruels'

# put_in_force JSON: the delegates approve it as the file.
put_in_force()
{
	branch work origin/main
	commit .countersign.json "$1"
	push work:main
	expect held
	cp "$out" "$story/told"
	digest=$(digest_of "$hold")
	approve bob
	as alice
	push work:main
	expect landed
	in_work fetch -q origin
}

# mends: a push of another file and nothing else is held for the delegates, who can let it land, and then people can push.
mends()
{
	branch work origin/main
	commit .countersign.json '{ "version": 1 }'
	as "${1:-alice}"
	push work:main
	expect held
	said 'needs 1 approval from owners'
	digest=$(digest_of "$hold")
	approve bob
	expect landed
	as alice
	push work:main
	expect landed
	in_work fetch -q origin
	branch topic origin/main
	commit src/mended.c "$hold"
	push topic:main
	expect landed
}

sentence "A delegated file that denies everything to everyone is told when it is pushed and in status, and can be mended by a push that does nothing else"
server
echo '{ "version": 1, "refs": ["refs/tags/**"] }' | site_policy
delegated
person alice
as alice
put_in_force '{ "version": 1, "refs": ["HEAD"], "rules": [ { "name": "all", "paths": ["**"], "by": "anyone", "action": "deny" } ] }'
cp "$story/told" "$out"
said 'its rule all lets nobody change the file itself: a push that changes nothing else is judged by the layers above alone'
exits 1 countersign status --repo "$server"
said '.countersign.json: its rule all lets nobody change the file itself'
branch topic origin/main
commit src/a.c 'a'
push topic:main
expect denied
commit .countersign.json '{ "version": 1 }'
push topic:main
expect denied
in_work reset -q --hard HEAD~2
in_work reset -q --hard origin/main
commit .countersign.json '{ "version": 1 }'
push topic:main topic:refs/tags/t
expect denied
mends
exits 0 countersign status --repo "$server"

sentence "So can one that holds for nobody, one with rules for messages, limits and terms that nothing meets, and one that is an agent's to mend"
server
delegated
as alice
for file in '"rules": [ { "name": "all", "paths": ["**"], "by": "anyone", "action": "hold" } ]' \
	'"rules": [ { "name": "words", "message": { "require": ["Nobody-says-this"] }, "by": "anyone", "action": "deny" } ]' \
	'"limits": { "changes": 1, "commits": 1, "seconds": 1, "holds": 1, "blob": "1KiB" }, "approval": { "presence": true, "expires": "1s", "accept": ["tag"] }' \
	'"unattributed": "deny", "agents": { "*": { "scope": ["/nowhere/"] } }' \
	"\"people\": { \"bob\": { \"keys\": [ { \"key\": \"$(key_of bob)\", \"revoked\": true } ] } }"; do
	case $file in
	*people*) # may not be said by the file
		branch work origin/main
		commit .countersign.json "{ \"version\": 1, $file }"
		push work:main
		expect denied
		continue
		;;
	esac
	put_in_force "{ \"version\": 1, \"refs\": [\"HEAD\"], $file }"
	mends
done
put_in_force '{ "version": 1, "refs": ["HEAD"], "rules": [ { "name": "all", "paths": ["**"], "by": "anyone", "action": "deny" } ] }'
agent claude-code
branch theirs origin/main
commit .countersign.json '{ "version": 1 }'
as dev1
push theirs:main
expect held
commit src/theirs.c 'beside it'
push theirs:main
expect denied
agent none
mends

sentence "A push that changes nothing, goes by a folder or a link in the file's place, or has a commit of nothing beside it, is judged by the file, too"
server
delegated
as alice
strict='{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "refs": ["refs/heads/agents/**"] } } }'
put_in_force "$strict"
agent claude-code
as dev1
# judged_by_it: what was committed is denied by the file's own word.
judged_by_it()
{
	push theirs:main
	expect denied
	said 'agent-refs by claude-code'
	branch theirs origin/main
}
branch theirs origin/main
record 'Nothing'
judged_by_it
commit .countersign.json '{ "version": 1 }'
record 'Nothing behind it'
judged_by_it
in_work rm -q .countersign.json
commit .countersign.json/a.sh 'what no file of policy is'
judged_by_it
in_work rm -q .countersign.json
commit .countersign.json/a.sh 'what no file of policy is'
in_work rm -qr .countersign.json
commit .countersign.json '{ "version": 1 }'
judged_by_it
in_work rm -q .countersign.json
ln -s /etc/passwd "$work/.countersign.json"
in_work add .countersign.json
record 'A link'
judged_by_it
commit .countersign.json '{ "version": 1 }'
push theirs:main
expect held
agent none
mends

sentence "A delegated file of many megabytes, or one that is not JSON, keeps nobody from pushing"
server
delegated
head -c 5000000 /dev/zero | tr '\0' ' ' >"$work/.countersign.json"
in_work add -f .countersign.json
record 'A large one'
push main
expect denied
said '.countersign.json:1:1: $: is larger than 4 MiB'
in_work reset -q --hard HEAD~1
for content in large nonsense; do
	branch "$content" origin/main
	[ "$content" = large ] || printf 'nonsense' >"$work/.countersign.json"
	[ "$content" = nonsense ] || head -c 5000000 /dev/zero | tr '\0' ' ' >"$work/.countersign.json"
	in_work add -f .countersign.json
	record "$content"
	on_server fetch -q --update-head-ok "$work" "+$content:refs/heads/main"
	in_work fetch -q origin
	branch "after-$content" origin/main
	commit "src/$content.c" 'x'
	push "after-$content:main"
	expect landed
	exits 1 countersign status --repo "$server"
	said '.countersign.json:1:'
done

sentence "An allowance of the repository's does not loosen the site's rule about credentials"
server
site_policy <<'JSON'
{ "version": 1, "rules": [ { "name": "credentials", "content": ["class:credentials"], "by": "anyone", "action": "deny" } ] }
JSON
policy <<'JSON'
{ "version": 1, "allow": [ { "kind": "private-key", "paths": ["*"], "reason": "ours" } ] }
JSON
commit src/key.txt "$(openssl genpkey -algorithm ed25519 2>/dev/null)"
push main
expect denied
said 'credentials  src/key.txt'
in_work reset -q --hard HEAD~1
site_policy <<'JSON'
{ "version": 1 }
JSON
policy <<'JSON'
{ "version": 1, "allow": [ { "kind": "private-key", "paths": ["*"], "reason": "ours" } ],
  "rules": [ { "name": "credentials", "content": ["class:credentials"], "by": "anyone", "action": "deny" } ] }
JSON
commit src/key.txt "$(openssl genpkey -algorithm ed25519 2>/dev/null)"
push main
expect landed

sentence "Whom a layer above knows by an account, a layer below cannot make unknown"
server
site_policy <<'JSON'
{ "version": 1, "people": { "alice": { "accounts": ["alice"] } },
  "agents": { "release-bot": { "owner": "alice", "accounts": ["release-bot"], "scope": ["/docs/"] } } }
JSON
policy <<'JSON'
{ "version": 1, "account_env": ["NOBODY_SETS_THIS"] }
JSON
as release-bot
commit src/a.c 'x'
push main
expect refused
said '$.account_env: a layer above names accounts: only it can say where they come from'
echo '{ "version": 1 }' | policy
push main
expect denied
said 'by release-bot (account)'
echo '{ "version": 1 }' | site_policy
policy <<'JSON'
{ "version": 1, "account_env": ["NOBODY_SETS_THIS"] }
JSON
push main
expect landed

sentence "Nobody becomes a code owner for a rule above by a name in a layer below"
server
echo '{ "version": 1 }' | site_policy
policy <<JSON
{ "version": 1, "refs": ["HEAD"], "delegates": ["alice"],
  "people": { "alice": { "emails": ["alice@example.com"], "keys": ["$(key_of alice)"] },
              "bob": { "emails": ["bob@example.com"], "keys": ["$(key_of bob)"] } },
  "rules": [ { "name": "owned", "paths": ["/src/"], "action": "hold", "approvers": ["codeowners"] } ] }
JSON
write CODEOWNERS '/src/ carol@example.com bob@example.com'
write .countersign.json '{ "version": 1, "people": {
    "mallory": { "emails": ["carol@example.com"], "approval_keys": ["'"$(key_of mallory)"'"] },
    "trent": { "emails": ["bob@example.com"] } },
  "rules": [ { "name": "theirs", "paths": ["/src/b.c"], "action": "hold", "approvers": ["codeowners"] } ] }'
record 'Owners, and who they are said to be'
on_server fetch -q --update-head-ok "$work" +main:refs/heads/main
in_work fetch -q origin
hold_change src/a.c x
said 'needs 1 approval from bob'
said 'code owners whom the policy does not know: carol@example.com'
approve mallory
push_again
expect held
approve bob
push_again
expect landed
exits 0 countersign policy explain src/b.c --agent claude-code --repo "$server"
said 'rule theirs (delegated): hold'
said 'needs 1 approval from mallory'
