# Where an agent's session can be read: a rule asks for it, the log and the attestation keep it, and nobody is trusted for it.
. "${0%/*}/lib.sh"

# governed SESSION [MORE]: an agent's commit has to say where, as one of these.
governed()
{
	policy <<JSON
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/"] } },
  "rules": [ { "name": "session", "message": { "session": [$1], "say": "link the session" }, "action": "deny" } ]${2:-} }
JSON
	agent claude-code
}

# says TEXT: a commit of the agent's with that in its message lands or is denied, as the second word says.
says()
{
	number=$((number + 1))
	write src/a.c "number $number"
	in_work commit -q -m 'A change' -m "$1" -m "$trailer"
	push main
	if [ "$2" = lands ]; then
		expect landed
		kept "${3:-${1#*: }}"
	else
		expect denied
		said "session"
		said "${3:-link the session: neither the message nor an attribution note says where the session can be read}"
	fi
	in_work reset -q --hard origin/main
}

# kept WHERE: the last row of the log has it, of the commit that was pushed.
kept()
{
	same 'what the log keeps' "$(in_work rev-parse HEAD) $1" "$(countersign log --json --repo "$server" | grep '"kind":"decision"' | tail -n 1 |
		python3 -c 'import json, sys
for s in json.loads(sys.stdin.read())["verdict"].get("sessions", []): print(s["commit"], s["where"])')"
}

number=0

sentence "An agent's commit without an address of its session is denied, with one it lands, and a person's needs none"
server
governed '"https://sessions.example.com/"'
commit src/a.c 'one'
push main
expect denied
said 'link the session: neither the message nor an attribution note says where the session can be read'
in_work reset -q --hard origin/main
says 'Agent-Session: https://sessions.example.com/s/0f3c1e52' lands
says 'Claude-Session: HTTPS://Sessions.Example.COM/s/0F3C1E52?turn=3#end' lands 'https://sessions.example.com/s/0F3C1E52?turn=3#end'
says '[View the session](https://sessions.example.com/s/7)' lands 'https://sessions.example.com/s/7'
says 'https://sessions.example.com/sessions/8' lands 'https://sessions.example.com/sessions/8'
says 'Claude-Session: https://sessions.example.com/code/session_01LkJm7QpWx9RtYv2BnCz4HdS' lands
says 'Agent-Session: https://sessions.example.com/0f3c1e52-7b1d-4c2a-9e4f-5d6a7b8c9d0e' lands
agent none
commit docs/a.md 'by a person'
push main
expect landed

sentence "What is no such address counts for nothing"
server
governed '"https://sessions.example.com/team/"'
for text in 'Agent-Session: 0f3c1e52' 'Agent-Session: https://sessions.example.com/other/1' 'Fixes: https://sessions.example.com/team/1' \
	'Agent-Session: https://sessions.example.com.evil.org/team/1' 'Agent-Session: https://sessions.example.com@evil.org/team/1' \
	'Agent-Session: https://bob:pw@sessions.example.com/team/1' 'Agent-Session: http://sessions.example.com/team/1' \
	'Agent-Session: https://sessions.example.com/team/../other/1' 'Agent-Session: https://sessions.example.com/team/%2e%2e/other/1' \
	'Agent-Session: https://sessions.example.com/team/..?session=1' 'Agent-Session: https://sessions.example.com/team/.#1' \
	'Agent-Session: https://sessions.example.com/team/..%2Fother/1' 'Agent-Session: https://sessions.example.com/team/x%2F/other/1' \
	'One of the sessions that were about it: https://sessions.example.com/team/1' \
	'Agent-Session: https://sessions.example.com:8443/team/1' 'Agent-Session: https://xn--sessions.example.com/team/1' \
	'Agent-Session: https://sessions%2Eexample.com/team/1' 'Agent-Session: https:/\\sessions.example.com/team/1' \
	'Agent-Session: https://sessions.example.cöm/team/1' 'Agent-Session: https://sessions.example.com/TEAM/1' \
	'The session at https://sessions.example.com/team/1 was about something else' \
	"Agent-Session: https://sessions.example.com/team/$(head -c 600 /dev/zero | tr '\0' a)"; do
	says "$text" denied
done
token=$(printf 'ghp_%s' 16C7e42F292c6912E7710c838347Ae178B4a0GPX1z | head -c 40)
says "Agent-Session: https://sessions.example.com/team/?key=$token" denied 'the address of its session holds a credential'
countersign log --json --repo "$server" >"$out"
unsaid "$token"
says 'Agent-Session: https://sessions.example.com/team/1' lands

sentence "An attribution note says it, too: git-ai's with an address of messages, Agent Trace's with one of a conversation"
server
governed '"https://sessions.example.com/"'
note()
{
	in_work reset -q --hard origin/main # what was denied before
	write src/a.c "noted $1"
	record 'A change'
	printf '%s' "$1" | in_work notes --ref refs/notes/ai add -f -F -
	push main refs/notes/ai
}
note 'src/a.c
  abc 1-3
---
{ "schema_version": "authorship/3.0.0", "prompts": { "abc": { "agent_id": { "tool": "claude", "id": "1", "model": "m" },
  "messages_url": "https://sessions.example.com/m/1" } } }'
expect landed
kept https://sessions.example.com/m/1
note '{ "version": "0.1", "files": [ { "path": "src/a.c", "conversations": [ { "url": "https://sessions.example.com/c/2",
  "contributor": { "type": "ai", "model_id": "anthropic/claude" } } ] } ] }'
expect landed
kept https://sessions.example.com/c/2
note '{ "schema_version": "authorship/3.0.0", "prompts": { "abc": { "agent_id": { "tool": "claude", "id": "1", "model": "m" } } } }'
expect denied
note '{ "schema_version": "authorship/3.0.0", "prompts": {} }'
expect denied
note '{ "schema_version": "authorship/3.0.0", "prompts": { "abc": { "messages_url": "https://sessions.example.com.evil.org/m/1" } } }'
expect denied
note "{ \"schema_version\": \"authorship/3.0.0\", \"prompts\": { \"abc\": { \"messages_url\": \"https://sessions.example.com/?key=$token\" } } }"
expect denied
said 'the address of its session holds a credential'
note '{ "schema_version": "authorship/3.0.0", "prompts": { "abc": { "messages_url": "https://sessions.example.com/m/1 and more" } } }'
expect denied
note 'https://sessions.example.com/c/2'
expect denied
note '{ "prompts": '
expect denied

sentence "With the word note such a note is enough, also one that was pushed before"
server
governed '"note"'
branch work origin/main
write src/a.c 'noted'
record 'A change'
printf '{ "schema_version": "authorship/3.0.0", "prompts": { "abc": { "agent_id": { "tool": "claude", "id": "1", "model": "m" } } } }' |
	in_work notes --ref refs/notes/ai add -f -F -
push work refs/notes/ai
expect landed
push work:main
expect landed
kept refs/notes/ai
in_work checkout -q -B main origin/main
for text in '{ "schema_version": "authorship/3.0.0", "prompts": {} }' '{ "prompts": ' '{ "prompts": 1 }' 'a session' '[]'; do
	note "$text"
	expect denied
	said 'link the session: neither the message nor an attribution note says where the session can be read'
done

sentence "It makes nobody trusted: a commit that names its session keeps to its scope, and one of nobody's becomes an agent's"
server
governed '"https://"'
says 'https://work.example.com/1' denied
says 'Agent-Session: https://bob:pw@work.example.com/1' denied
commit infra/main.tf 'resource {}' 'Agent-Session: https://sessions.example.com/1'
push main
expect denied
said 'scope'
in_work reset -q --hard origin/main
agent none
write infra/main.tf 'resource {}'
in_work commit -q -m 'A change' -m 'Claude-Session: https://sessions.example.com/1'
push main
expect denied
said 'by claude-code'

sentence "A warning asks without refusing, and of many commits the first sixty-four are kept"
server
governed '"https://"'
sed -i 's/"action": "deny"/"action": "warn"/' "$server/countersign/policy.json"
commit src/a.c 'no session'
push main
expect landed
said 'link the session'
i=0
while [ $i -lt 66 ]; do
	i=$((i + 1))
	in_work commit -q --allow-empty -m 'A change' -m "Agent-Session: https://sessions.example.com/$i" -m "$trailer"
done
push main
expect landed
countersign log --json --repo "$server" | grep '"kind":"decision"' | tail -n 1 >"$out"
said '"more_sessions":true'
same 'sessions' 64 "$(grep -o '"where"' "$out" | wc -l)"

sentence "A policy that names no address says so"
server
for wrong in '"sessions.example.com"' '"https://sessions.example.com"' '"https://Sessions.example.com/"' '"ftp://x/"' '""' ''; do
	governed "$wrong"
	exits 1 countersign policy check --repo "$server"
done
governed '"https://sessions.example.com/", "note"'
exits 0 countersign policy check --repo "$server"
exits 0 countersign policy show --repo "$server"
said 'https://sessions.example.com/'

sentence "The attestation has it, and a clone shows it"
if python3 -c 'import cryptography' 2>/dev/null; then
	. "${0%/*}/attest.inc"
	host
	governed '"https://sessions.example.com/"'
	write src/a.c 'attested'
	in_work commit -q -m 'A change' -m 'Agent-Session: https://sessions.example.com/s/1' -m "$trailer"
	push main
	expect landed
	attested
	exits 0 countersign attest verify HEAD --key "$story/pub" --repo "$work"
	said 'sessions   https://sessions.example.com/s/1'
	exits 0 countersign attest verify HEAD --key "$story/pub" --repo "$work" --json
	said "\"sessions\":[{\"commit\":\"$(in_work rev-parse HEAD)\",\"where\":\"https://sessions.example.com/s/1\"}]"

	sentence "Of many sessions whose addresses are as long as may be, the attestation has the first sixty-four, and says that there were more"
	host
	governed '"https://sessions.example.com/"'
	long=$(head -c 460 /dev/zero | tr '\0' a)
	i=0
	while [ $i -lt 66 ]; do
		i=$((i + 1))
		in_work commit -q --allow-empty -m 'A change' -m "Agent-Session: https://sessions.example.com/$i/$long" -m "$trailer"
	done
	push main
	expect landed
	attested
	exits 0 countersign attest verify HEAD --key "$story/pub" --repo "$work" --json
	said '"more_sessions":true'
	same 'sessions' 64 "$(grep -o '"where"' "$out" | wc -l)"
fi
