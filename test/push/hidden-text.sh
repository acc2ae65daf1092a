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

sentence "Text in UTF-16 is read as what it says"
server
asked
agent claude-code
u16()
{
	write "$1" ''
	text "$2" | iconv -f UTF-8 -t "$3" >"$work/$1"
	in_work add "$1"
	record "Add $1"
}
for code in UTF-16 UTF-16LE UTF-16BE; do
	branch "$code" origin/main
	u16 src/w.txt 'name = 1; // \342\200\256 sdrawkcab\n' "$code"
	push "$code:main"
	expect held
	said 'unseen  src/w.txt:1'
done
branch plain16 origin/main
u16 src/plain.txt 'name = 1; // nothing is hidden here\n' UTF-16
push plain16:main
expect landed

sentence "Letters that are symbols are written as physicists write them"
server
asked
agent claude-code
commit src/physics.py "$(text '\317\203_x = 1\n\317\201_air = 2\n\316\275_e = \317\203x\n\317\207_sq = \316\261_b * \316\263_xy\n\302\265s = 1')"
push main
expect landed
for word in '\317\201assword' 'x_\316\277' 'p\320\260y_load' 'user_\320\260'; do
	branch try origin/main
	commit src/other.py "$(text "$word = 1")"
	push try:main
	expect held
done

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
