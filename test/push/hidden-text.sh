# Hidden text: characters that no reader sees, text that runs the other way, letters that only look like others.
. "${0%/*}/lib.sh"

asked()
{
	policy <<'JSON'
{ "version": 1,
  "people": { "alice": { "accounts": ["alice"] } },
  "rules": [ { "name": "unseen", "content": ["class:hidden-text"], "action": "hold", "approvers": ["alice"] } ] }
JSON
}

# text FORMAT: what printf makes of it.
text()
{
	# shellcheck disable=SC2059 # it is a format
	printf "$1"
}

sentence "Where a rule asks for it, hidden text of an agent is held in any text file, and decoded"
server
asked
agent claude-code
commit src/a.c "$(text '// ok\363\240\201\250\363\240\201\251')"
push main
expect held
said 'unseen  src/a.c:1'
said 'which says: hi'
branch two origin/main
commit src/b.c "$(text 'if (a) { /*\342\200\256 } */ }')"
push two:main
expect held
said 'text forced right to left (U+202E)'
branch three origin/main
commit src/c.py "$(text 's\321\201ope = 1')"
push three:main
expect held
said "a name with a letter (U+0441) that only looks like 'c'"

sentence "Other scripts, emoji, and files that are no text are let through, and so is what was there"
server
asked
agent none
commit old.txt "$(text 'a\342\200\213b')"
push main
expect landed
agent claude-code
commit docs/ru.md "$(text '\320\241\320\276\321\200\320\260 SQL\320\267\320\260\320\277\321\200\320\276\321\201')"
commit docs/emoji.md "$(text '\360\237\221\251\342\200\215\360\237\222\273')"
commit old.txt "$(text 'a\342\200\213b\nmore')"
write logo.bin x
printf 'PNG\000\342\200\213' >"$work/logo.bin"
in_work add logo.bin
record 'A picture'
push main
expect landed

sentence "A person's is let through, unless the rule is about anyone"
server
asked
agent none
commit src/a.c "$(text 'x\342\200\213')"
push main
expect landed
