# countersign check: judges a range and changes nothing, wherever the refs are now.
. "${0%/*}/lib.sh"

# within FOLDER COMMAND...: the command, run there.
within()
{
	folder=$1
	shift
	(cd "$folder" && "$@")
}

sentence "A range is judged whether it has landed or not, with the exit status of its decision"
server
policy <<'JSON'
{ "version": 1, "agents": { "*": { "scope": ["/src/", "/.github/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
agent claude-code
commit src/a.c 'x'
commit .github/workflows/ci.yml 'on: push'
commit docs/a.md 'x'
before=$(cksum <"$server/countersign/state.db")
git --git-dir="$server" fetch -q "$work" main:refs/heads/main --update-head-ok
exits 0 countersign check --repo "$server" main~3..main~2
exits 3 countersign check --repo "$server" main~2..main~1
said 'infrastructure'
exits 1 countersign check --repo "$server" main~1..main
said 'scope'
exits 2 countersign check --repo "$server" nothing..main
exits 2 countersign check --repo "$server" --ref main main~1..main
said "'main' is not a ref's full name, such as refs/heads/main"
exits 3 within "$server" countersign check main~2..main~1
exits 3 within "$server/objects" countersign check main~2..main~1
same "the state" "$before" "$(cksum <"$server/countersign/state.db")"

sentence "A long range is judged alike by one process and by two, whether the state remembers anybody or not"
server
policy <<'JSON'
{ "version": 1, "people": { "alice": { "accounts": ["alice"] } }, "agents": { "bot": { "owner": "alice", "accounts": ["bot"] } } }
JSON
as bot
commit src/a.c 'x'
push main
expect landed
AGENTS=yes sh "$SOURCE_DIR/test/bench/make-history" "$story/long.git" 700 300
mkdir "$story/long.git/countersign"
last=$(git --git-dir="$story/long.git" -c user.name=A -c user.email=a@example.com commit-tree -p main \
	-m 'Nothing' -m 'Co-Authored-By: Codex <codex@openai.com>' 'main^{tree}')
git --git-dir="$story/long.git" update-ref refs/heads/main "$last"
on_server fetch -q "$story/long.git" base:refs/heads/base main:refs/heads/long
# judged LIMIT ACTION DECISION: as many processors as there are tell the same as one, and it is that.
judged()
{
	cat >"$story/long.json" <<JSON
{ "version": 1, "limits": { "changes": $1 }, "agents": { "*": { "scope": ["/**"] } },
  "rules": [ { "name": "tests", "paths": ["/t/"], "action": "$2" } ] }
JSON
	for repo in "$story/long.git base..main" "$server base..long"; do
		cp "$story/long.json" "${repo% *}/countersign/policy.json"
		taskset -c 0 "$prefix/bin/countersign" check --repo "${repo% *}" --json "${repo#* }" >"$story/alone" || :
		countersign check --repo "${repo% *}" --json "${repo#* }" >"$story/both" || :
		cmp -s "$story/alone" "$story/both" || fail "the verdicts on $1 changes differ"
		same 'the decision' "$3" "$("$tools/story-json" decision <"$story/both")"
		[ "$1" = 400 ] || grep -q codex "$story/both" || fail 'the agent of the last commit is not named'
	done
}
judged 100000 deny deny
judged 100000 warn allow
judged 400 hold deny
