# Who made it: traces of an agent wherever they are, and people who only look like one.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/words.inc"

mark='Co-authored-by: Claude <noreply@anthropic.com>'

# found MESSAGE: a commit with that message is an agent's, so its change waits.
found()
{
	forget
	entry infra/main.tf
	message "$1"
	push main
	expect held
	said 'by claude-code'
}

# nobodys MESSAGE: a commit with that message is a person's, so its change lands on a branch of its own.
number=0
nobodys()
{
	number=$((number + 1))
	forget
	entry "infra/$number.tf"
	message "$1"
	push "main:refs/heads/release/$number"
	expect landed
}

sentence "A trailer is found in the middle, without an empty line, and behind what cuts messages off"
guarded
found "Fix it\n\nSome text.\n\n$mark\n\nMore text, and another paragraph.\n"
found "Fix it\n$mark\n"
found "Fix it\n\n---\n\n$mark\n"
found "Fix it\n\n# ------------------------ >8 ------------------------\n# Do not touch\n$mark\n"
found "Squash of two\n\n* First\n\n$mark\n\n* Second\n\nSigned-off-by: Alice <alice@example.com>\n"
forget
innocent

sentence "A trailer is found in odd case, with a space before the colon, folded, and with the line ends of Windows"
guarded
found "Fix it\n\nCO-AUTHORED-BY: claude <NoReply@Anthropic.com>\n"
found "Fix it\n\nCo-authored-by : Claude <noreply@anthropic.com>\n"
found "Fix it\n\nCo-authored-by:\n Claude <noreply@anthropic.com>\n"
found "Fix it\r\n\r\n$mark\r\n"
found "\357\273\277$mark\n"
forget
innocent

sentence "A trailer is found with literal line ends, escaped for HTML, and with signs and letters that only look the same"
guarded
found "Fix it\\\\\\\\n\\\\\\\\n$mark\n"
found "Fix it\n\nCo-authored-by: Claude &lt;noreply@anthropic.com&gt;\n"
found "Fix it\n\nCo-authored-by\357\274\232 Claude <noreply@anthropic.com>\n"
found "Fix it\n\nCo-\342\200\213authored-by: Clau\342\200\213de <noreply@anthropic.com>\n"
found "Fix it\n\nC\320\276-authored-by: Cl\320\260ude <noreply@anthropic.com>\n"
forget
innocent

sentence "A person called Claude, a sentence about an assistant, and a quotation are nobody's but the person's"
guarded
export GIT_AUTHOR_NAME='Claude Monet' GIT_AUTHOR_EMAIL=claude.monet@example.com
nobodys 'Fix it\n\nCo-authored-by: Claude Debussy <claude.debussy@example.com>\n'
nobodys 'Say how Copilot is switched off\n\nCopilot and Claude Code read AGENTS.md, and we have none.\n'
nobodys "Describe the trailer\n\nTools write a line like\n\n    $mark\n\nunder their commits.\n"
person alice
found "Fix it\n\n$mark\n"
forget
innocent

sentence "An agent's account is the agent's, whoever is named as author and committer"
guarded
person alice
as bot
entry infra/main.tf
message 'Fix it\n\nSigned-off-by: Alice <alice@example.com>\n'
push main
expect held
said 'by bot (account)'
as dev1
push main
expect held
said 'by bot'
forget
innocent

sentence "An amended message and a commit made anew are the account's all the same, while it pushes"
guarded
as bot
entry infra/main.tf
message "Fix it\n\n$mark\n"
push main:refs/heads/work
expect landed
in_work commit -q --amend -m 'Fix it, by hand'
push main
expect held
said 'by bot'
forget
innocent

sentence "More agents are named than one: all of them answer, and the strictest holds"
guarded
policy <<'JSON'
{ "version": 1, "refs": ["HEAD"],
  "agents": { "claude-code": { "scope": ["/src/", "/docs/"] }, "cursor": { "scope": ["/docs/"] } } }
JSON
entry src/a.c
message "Fix it\n\n$mark\nCo-authored-by: Cursor <cursoragent@cursor.com>\n"
push main
expect denied
said 'scope  src/a.c'
forget
entry docs/a.md
message "Fix it\n\n$mark\nCo-authored-by: Cursor <cursoragent@cursor.com>\n"
push main
expect landed
innocent

sentence "What nothing tells the maker of is denied where the policy says so, but for people's accounts"
guarded '"unattributed": "deny",'
commit src/a.c 1
as dev1
push main
expect denied
said unattributed
as alice
push main
expect landed
innocent
