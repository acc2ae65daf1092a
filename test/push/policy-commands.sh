# countersign policy check, show, explain, classes, test: what they say, and their exit statuses.
. "${0%/*}/lib.sh"

governed()
{
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD", "refs/tags/**"],
  "classes": { "infrastructure.ci": ["/pipelines/"], "payments": ["/ledger/"] },
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "groups": ["platform"] },
              "bob": { "accounts": ["bob"], "groups": ["platform"] } },
  "agents": { "*": { "scope": ["/src/", "/ledger/", "/.github/", "!/src/crypto/"], "refs": ["refs/heads/**"] },
              "claude-code": { "owner": "alice", "scope": ["!/src/secret/"] },
              "release-bot": { "owner": "alice", "accounts": ["release-bot"], "scope": ["/CHANGELOG.md"] } },
  "rules": [
    { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": ["platform"], "approvals": 2 },
    { "name": "money", "paths": ["class:payments"], "by": "anyone", "action": "deny" },
    { "name": "makefiles", "paths": ["Makefile"], "by": ["release-bot"], "action": "warn" },
    { "name": "touch", "paths": ["/src/keys/"], "action": "hold", "approvers": ["bob"], "presence": true,
      "mode": "observe" } ] }
JSON
}

ask()
{
	wanted_status=$1
	shift
	exits "$wanted_status" countersign policy "$@" --repo "$server"
}

# ---- check

sentence "check says that a policy is good, and exits 0"
server
governed
ask 0 check
said 'the policy in force is good'
exits 0 countersign policy check "$server/countersign/policy.json"
said "$server/countersign/policy.json: good"

sentence "check tells every error with file, line, column, JSON path and what was meant, and exits 1"
printf '{ "version": 1,\n  "rulse": [],\n  "rules": [\n    { "name": "a", "paths": ["class:infrastructur"], "action": "hodl" } ] }\n' \
	>"$story/bad.json"
exits 1 countersign policy check "$story/bad.json"
said "$story/bad.json:2:3: \$.rulse: unknown key 'rulse' (did you mean 'rules'?)"
said "$story/bad.json:4:30: \$.rules[0].paths[0]: unknown class 'infrastructur' (did you mean 'infrastructure'?)"
said "$story/bad.json:4:64: \$.rules[0].action: unknown word 'hodl' (did you mean 'hold'?)"
unsaid 'good'

sentence "check of several files tells which are good, and exits 1 when one is not"
exits 1 countersign policy check "$server/countersign/policy.json" "$story/bad.json"
said "$server/countersign/policy.json: good"
said "$story/bad.json:2:3:"

sentence "check warns of what can hold for ever, and still exits 0"
echo '{"version":1,"rules":[{"name":"a","paths":["/a/"],"action":"hold"}]}' >"$story/warned.json"
exits 0 countersign policy check "$story/warned.json"
said "\$.rules[0]: warning: nobody can approve what 'a' holds"

sentence "check warns of who could approve their own commits, since no address is known for theirs"
echo '{"version":1,"people":{"bob":{"accounts":["bob"]},"eve":{"accounts":["eve"],"emails":["e@example.com"]},"joe":{"accounts":["joe"]}},
 "rules":[{"name":"a","paths":["/a/"],"action":"hold","approvers":["bob","eve"]}]}' >"$story/warned.json"
exits 0 countersign policy check "$story/warned.json"
said "\$.people.bob: warning: without 'emails' an unsigned commit of 'bob' is not known as theirs"
same warnings "$(grep -c warning "$out")" 1

sentence "check reads no pipe and no folder, and waits for nobody"
mkfifo "$story/pipe"
exits 2 timeout 10 "$prefix/bin/countersign" policy check "$story/pipe"
said "$story/pipe is not a regular file"
exits 2 countersign policy check "$story"
said "$story is not a regular file"

sentence "check --layer delegated refuses what a delegated file cannot say"
exits 1 countersign policy check --layer delegated "$server/countersign/policy.json"
said 'a delegated file cannot say this: it may only tighten'

sentence "check exits 2 for a file that is not there, and for a layer that is none"
exits 2 countersign policy check "$story/nothing.json"
said "$story/nothing.json"
exits 2 countersign policy check --layer lower "$story/bad.json"

sentence "check of a policy in force that is wrong exits 1, and every push is refused until it is mended"
server
governed
cp "$server/countersign/policy.json" "$story/good.json"
policy <"$story/bad.json"
ask 1 check
said "policy.json:2:3: \$.rulse:"
commit docs/a.md 'a'
push main
expect refused
said 'the push could not be judged: '
said "policy.json:2:3: \$.rulse: unknown key 'rulse'"
policy <"$story/good.json"
push main
expect landed

# ---- show

sentence "show tells layers, people, agents, rules and settings of the policy in force"
server
governed
ask 0 show
said "  site       $prefix/etc/countersign/policy.json"
said '  delegated  none'
said "  repository $server/countersign/policy.json"
said '  alice (repository): 0 keys, 0 approval keys'
said '  claude-code, owner alice: 0 keys'
said '    scope (repository, deny): !/src/secret/'
said '  infrastructure (repository): hold, 2 approvals'
said '  touch (repository): hold (observed only), 1 approval with presence'
said '    refs: HEAD refs/tags/**'
said '    expires: 1209600 s'
said '    by: anyone'
said '    by: release-bot'

sentence "show tells how an agent is recognised and until when, and who is told what, without the address"
policy <<'JSON'
{ "version": 1, "people": { "alice": {} },
  "agents": { "robot": { "owner": "alice", "emails": ["robot@example.com"], "trailers": ["Agent: robot"], "expires": "2031-06-30" } },
  "webhooks": [ { "url": "https://chat.example.com/hooks/abc", "format": "slack", "events": ["held", "denied"] } ] }
JSON
ask 0 show
said '    expires: 2031-06-30T00:00:00Z'
said '    emails: robot@example.com'
said '    trailers: Agent: robot'
said 'webhook (repository): slack'
said '    events: held denied'
unsaid 'hooks/abc'

sentence "show and explain exit 2 where the policy cannot be loaded, and say why"
policy <"$story/bad.json"
ask 2 show
said "unknown key 'rulse'"
ask 2 explain src/main.c
said "unknown key 'rulse'"

# ---- explain

sentence "explain names the class, its entry and why it is there, the rule and what would be needed"
server
governed
ask 0 explain .github/workflows/ci.yml --agent claude-code
said '.github/workflows/ci.yml on refs/heads/main, changed by claude-code (claimed)'
said '    class:infrastructure.ci  '
said '  rule infrastructure (repository): hold'
said '    needs 2 approvals from platform'
said 'decision: hold'

sentence "explain tells of refs, content, expiry, people and the delegated file; as JSON, too"
policy <<'JSON'
{ "version": 1, "delegates": ["alice"], "people": { "alice": {} },
  "agents": { "*": { "refs": ["refs/heads/**", "!refs/heads/main"] }, "claude-code": { "expires": "2020-01-01" } },
  "rules": [ { "name": "credentials", "content": ["class:credentials"], "action": "deny" },
             { "name": "kube", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
ask 0 explain cfg/a.yaml --agent cursor
said '  refs of agents."*" (repository)'
said '    pattern  !refs/heads/main'
said '    do not permit refs/heads/main'
said '    what the file says may yet make it one of class:credentials'
said '    what the file says may yet make it one of class:infrastructure'
said 'decision: deny'
ask 0 explain src/a.c --agent claude-code --ref refs/heads/topic
said '    permit refs/heads/topic'
said '  agents."claude-code" has expired: it may push nothing'
said 'decision: deny'
ask 0 explain .countersign.json --person
said '.countersign.json on refs/heads/main, changed by a person'
said '  rule delegated (built in): hold, whoever changes it'
said '    needs 1 approval from alice'
said 'decision: hold'
ask 0 explain .countersign.json --person --json
same decision hold "$("$tools/story-json" decision <"$out")"
same reasons '    needs 1 approval from alice' "$("$tools/story-json" because.5 <"$out")"
ask 2 explain a --person --agent cursor
governed

sentence "explain names a pattern that the policy added to a class, and one of a class of its own"
ask 0 explain pipelines/run.sh --agent claude-code
said '    class:infrastructure.ci  /pipelines/  (added by the policy)'
ask 0 explain ledger/book.c --agent claude-code
said '    pattern  /ledger/'
said '  rule money (repository): deny'
said '    no approval can help'
said 'decision: deny'

sentence "explain tells which scope permits and which does not, pattern by pattern"
ask 0 explain src/crypto/aes.c --agent claude-code
said '  scope of agents."*" (repository)'
said '    pattern  /src/'
said '    pattern  !/src/crypto/'
said '    does not permit it'
said 'decision: deny'
ask 0 explain src/secret/a.c --agent claude-code
said '  scope of agents."claude-code" (repository)'
said 'decision: deny'
ask 0 explain src/main.c --agent claude-code
unsaid 'does not permit it'
said 'decision: allow'

sentence "explain tells apart an agent that claims a name from one that is verified"
ask 0 explain CHANGELOG.md --agent release-bot
said 'decision: deny'
ask 0 explain CHANGELOG.md --agent release-bot --verified
said 'changed by release-bot (verified)'
said 'decision: allow'

sentence "explain says which rules are not about the agent and which do not govern the ref"
ask 0 explain src/Makefile --agent claude-code
said '    is not about claude-code'
ask 0 explain ledger/a.c --agent claude-code --ref refs/heads/free
said '    does not govern refs/heads/free'
said 'decision: allow'

sentence "explain tells of a rule that only observes as a warning"
ask 0 explain src/keys/a.pub --agent claude-code
said '  rule touch (repository): hold, observed only'
said '    needs 1 approval from bob, with a touched hardware key'
said 'decision: allow, with a warning'

sentence "explain shows control characters in a path escaped"
ask 0 explain "$(printf 'src/\033[2Ja')" --agent claude-code
unsaid "$(printf '\033')"

# ---- classes

sentence "classes prints each class with its patterns and why, and which is off unless named"
exits 0 countersign policy classes
said 'class:infrastructure.ci  '
said '  /.github/workflows/'
said 'class:infrastructure.migrations'
said '(off unless named itself)'
said 'class:credentials  '

sentence "classes NAME prints just that class and its parts, with or without class: in front"
exits 0 countersign policy classes infrastructure.migrations
said 'class:infrastructure.migrations'
same 'classes printed' "$(grep -c '^class:' "$out")" 1
exits 0 countersign policy classes class:infrastructure
[ "$(grep -c '^class:infrastructure\.' "$out")" -gt 5 ] || fail 'no parts'
unsaid 'class:dependencies'
for content in credentials build-steps hidden-text; do
	exits 0 countersign policy classes "$content"
	same 'lines' "$(wc -l <"$out")" 1
done
exits 1 countersign policy classes infra tests
said "no class comes with it that is called 'infra'"
said 'class:tests'

# ---- test

rows()
{
	cat >"$story/rows.json"
}

sentence "test exits 0 when every row is as expected, with people, agents, refs and warnings"
server
governed
rows <<'JSON'
[ { "agent": "claude-code", "path": ".github/workflows/ci.yml", "expect": "hold", "description": "CI is reviewed" },
  { "agent": "claude-code", "path": "src/main.c", "expect": "allow" },
  { "agent": "claude-code", "path": "src/keys/a", "expect": "warn" },
  { "agent": "release-bot", "verified": true, "path": "CHANGELOG.md", "expect": "allow" },
  { "agent": "release-bot", "verified": false, "path": "CHANGELOG.md", "expect": "deny" },
  { "agent": "claude-code", "ref": "refs/heads/free", "path": "ledger/a", "expect": "allow" },
  { "path": "ledger/a", "expect": "deny" },
  { "path": ".github/workflows/ci.yml", "expect": "allow" } ]
JSON
ask 0 test "$story/rows.json"
said '8 of 8 as expected'

sentence "test exits 1 and tells each row that is not so"
rows <<'JSON'
[ { "agent": "claude-code", "path": "src/main.c", "expect": "deny" }, { "path": "README.md", "expect": "allow" } ]
JSON
ask 1 test "$story/rows.json"
said 'src/main.c by claude-code on refs/heads/main: expected deny, is allow'
said '1 of 2 as expected'

sentence "test exits 2 for rows that it does not understand, wherever they are wrong"
for row in '[{"path":"a"}]' '[{"path":"a","expect":"allowed"}]' '[{"path":"a","expect":"allow","agent":5}]' \
	'[{"path":"a","expect":"allow","verified":"yes"}]' '[{"path":"a","expect":"allow","exepct":"deny"}]' '{"path":"a","expect":"allow"}' '[1]' '['; do
	echo "$row" | rows
	ask 2 test "$story/rows.json"
	said "$story/rows.json"
done

# ---- usage

sentence "What is no subcommand, no option, or a word too many is a usage error, exit status 2"
for words in '' 'chekc' 'explain' 'explain a b' 'show x' 'test' 'explain --agent' 'show --verbose'; do
	# shellcheck disable=SC2086 # words
	exits 2 countersign policy $words
	said 'usage: countersign policy'
done

sentence "What is misspelt gets no answer, in explain and in test: an agent, a ref, a path"
server
governed
tries()
{
	exits 2 countersign policy explain "$2" --agent "$1" --ref "$3" --repo "$server"
	said "$4"
	printf '[ { "path": "src/a.c", "expect": "allow" },\n  { "agent": "%s", "path": "%s", "ref": "%s", "expect": "allow" } ]\n' \
		"$1" "$2" "$3" >"$story/table.json"
	exits 2 countersign policy test "$story/table.json" --repo "$server"
	said "table.json: \$[1]: $4"
}
tries claud-code src/a.c refs/heads/main "neither the policy nor the catalogue knows an agent 'claud-code' (did you mean 'claude-code'?)"
tries claude-code src/a.c main "'main' is not a ref's full name, such as refs/heads/main"
for path in /src/a.c src/ ./src/a.c src//a.c ../a.c ''; do
	tries claude-code "$path" refs/heads/main "'$path' is not a file's path from the top of the tree"
done
exits 0 countersign policy explain ...a/.b --agent release-bot --ref refs/heads/main --repo "$server"
exits 0 countersign policy explain src/a.c --agent cursor --ref refs/heads/main --repo "$server"

sentence "show, explain and test answer for the policy that is being written, and show as JSON, too"
server
echo '{ "version": 1 }' | policy
cat >"$story/next.json" <<'JSON'
{ "version": 1, "rules": [ { "name": "docs", "paths": ["/docs/"], "action": "deny" } ] }
JSON
echo '[ { "agent": "claude-code", "path": "docs/a", "expect": "deny" } ]' >"$story/rows.json"
exits 0 countersign policy explain --repo "$server" docs/a
said 'decision: allow'
exits 0 countersign policy explain --repo "$server" --policy "$story/next.json" docs/a
said 'decision: deny'
exits 1 countersign policy test --repo "$server" "$story/rows.json"
exits 0 countersign policy test --repo "$server" --policy "$story/next.json" "$story/rows.json"
exits 0 countersign policy show --repo "$server" --policy "$story/next.json" --json
said '"name":"docs","layer":"repository","action":"deny"'
exits 0 countersign policy show --repo "$server" --policy "$story/next.json"
said 'docs (repository): deny'
exits 2 countersign policy show --repo "$server" --policy "$story/nowhere.json"
said 'nowhere.json: No such file'

sentence "check --repo tells what matches nothing of the repository, and what was probably meant"
server
cat >"$story/next.json" <<'JSON'
{ "version": 1, "refs": ["HEAD", "refs/heads/mian"], "agents": { "*": { "scope": ["/scr/", "/docs/"] } } }
JSON
exits 0 countersign policy check "$story/next.json"
unsaid "'/scr/'"
exits 0 countersign policy check --repo "$server" "$story/next.json"
said "\$.refs[1]: warning: 'refs/heads/mian' matches no ref of this repository (did you mean 'refs/heads/main'?)"
said "scope[0]: warning: '/scr/' matches no file of this repository (did you mean '/src/'?)"
unsaid "'/docs/'"
said 'next.json: good'

sentence "check --repo ends where names in the repository begin with a dot, a dash or a colon"
server
echo '{ "version": 1 }' | policy
for name in .github -github :github ..x; do
	mkdir "$work/./$name"
	echo x >"$work/./$name/x"
done
in_work add -A
record 'Names that begin with a mark'
push main
expect landed
cat >"$story/next.json" <<'JSON'
{ "version": 1, "rules": [ { "name": "a", "paths": ["/migrations/", "/github", "/git-hub/", "/-/", "/github-x/y"], "action": "deny" } ] }
JSON
exits 0 timeout 60 "$prefix/bin/countersign" policy check --repo "$server" "$story/next.json"
said "'/migrations/' matches no file of this repository"
said "'/github' matches no file of this repository (did you mean '"
said 'next.json: good'

sentence "check --json tells each problem with file, line, column, path and level"
cat >"$story/odd.json" <<'JSON'
{ "version": 1, "refs": ["refs/head/main"] }
JSON
exits 0 countersign policy check --json "$story/odd.json"
said '"good":true,"problems":[{"file":"'
said '"line":1,"column":26,"path":"$.refs[0]","level":"warning"'
echo '{ "version": 1, "ruels": [] }' >"$story/odd.json"
exits 1 countersign policy check --json "$story/odd.json"
said '"good":false'
said '"level":"error","text":"unknown key '
