#!/bin/sh
# Objects that a push sends and that no ref would lead to: out all the same, since they can be fetched by id.
. "${0%/*}/lib.sh"

token=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
person='A <a@example.com> 1700000000 +0000'
agents='\n\nCo-authored-by: Claude <noreply@anthropic.com>\n'

governed()
{
	server
	policy <<JSON
{ "version": 1, "refs": ["HEAD"], ${1:-}
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "groups": ["security"] } },
  "agents": { "release-bot": { "owner": "alice", "accounts": ["release-bot"], "scope": ["*"], "refs": ["refs/heads/**"] } },
  "rules": [ { "name": "credentials", "content": ["class:credentials"], "action": "deny", "approvers": ["security"], "refs": ["refs/**"] } ] }
JSON
	main=$(ref_of refs/heads/main)
}

# A push of one innocent commit whose message ends in $1, and of what standard input names besides.
sends()
{
	ends=$1
	{
		printf 'known main %s\nblob b hello\ntree t 100644 file\\x00#{b}\n' "$main"
		printf 'commit c tree @{t}\\nparent @{main}\\nauthor %s\\ncommitter %s\\n\\nIt%s\n' "$person" "$person" "$ends"
		cat
		printf 'command %s c refs/heads/main\n' "$main"
	} >"$story/sent"
	raw <"$story/sent"
}

refused_and_gone()
{
	expect refused
	said 'credentials'
	unsaid "${token#ghp_}"
	! on_server cat-file -e "$(id x)" 2>/dev/null || fail 'the object is in the repository'
}

sentence "A blob that nothing leads to is looked into where an agent's commit is pushed"
governed
sends "$agents" <<OBJECTS
blob x key = $token
OBJECTS
refused_and_gone

sentence "And where an agent's account pushes, whatever its commits say"
governed
account=release-bot
sends '' <<OBJECTS
blob x key = $token
OBJECTS
refused_and_gone

sentence "So is a commit's and a tag's message, and a name in a tree"
governed
sends "$agents" <<OBJECTS
commit x tree @{t}\\nauthor $person\\ncommitter $person\\n\\n$token\\n
OBJECTS
refused_and_gone
sends "$agents" <<OBJECTS
tag x object @{c}\\ntype commit\\ntag v1\\ntagger $person\\n\\n$token\\n
OBJECTS
refused_and_gone
sends "$agents" <<OBJECTS
tree x 100644 $token\\x00#{b}
OBJECTS
refused_and_gone

sentence "A blob that only such a tree leads to is found as well"
governed
sends "$agents" <<OBJECTS
blob x key = $token
tree y 100644 file\\x00#{x}
commit z tree @{y}\\nauthor $person\\ncommitter $person\\n\\nhi\\n
OBJECTS
refused_and_gone

sentence "A larger one than the policy allows to read is denied"
governed '"limits": { "blob": "1KiB" },'
sends "$agents" <<OBJECTS
blob x $(printf '%02000d' 7)
OBJECTS
expect refused
said 'is denied'
said 'larger than the policy'

sentence "More objects than the policy allows are denied"
governed '"limits": { "changes": 5 },'
sends "$agents" <<OBJECTS
blob x 1
blob y 2
blob z 3
OBJECTS
expect refused
said 'is denied'
said 'more objects than'

sentence "Innocent ones land, and so does a person's push, which nobody looks into"
governed
sends "$agents" <<OBJECTS
blob x nothing to see
OBJECTS
expect landed
governed
sends '' <<OBJECTS
blob x key = $token
OBJECTS
expect landed

sentence "What refs of the same push lead to, and what a delta is built on, counts as reached"
governed
as alice
commit base.txt "$(seq 1 3000; printf 'key = %s' "$token")"
push main
expect landed
agent claude-code
commit base.txt "$(seq 1 3001)"
branch other
commit docs/other.md x
in_work tag -a -m one v1
push main other v1
expect landed

sentence "A folder that is reached is not looked into for what stood there before"
governed
as alice
agent none
commit "docs/$token" x
push main
expect landed
agent claude-code
commit docs/other.md y
push main
expect landed
