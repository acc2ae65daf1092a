# The page on backups, as somebody follows it.
. "${0%/*}/lib.sh"
own_prefix

sentence "A night's backup of every repository, restored on another machine, goes on where it was"
server
policy <<'JSON'
{ "version": 1, "rules": [ { "name": "infra", "paths": ["/infra/"], "action": "hold", "approvers": [] } ] }
JSON
printf '%s\n' "$server" >"$prefix/etc/countersign/repositories"
person robot
agent claude-code
branch work origin/main
commit infra/main.tf 'resource'
push work:main
expect held
exits 0 countersign stop cursor --reason 'Lost its key.' --repo "$server"
# As the page has it, with this story's folders.
mkdir -p "$story/backup"
sed -n '/^cut -f1/,/^done/p' "$SOURCE_DIR/docs/backup.md" |
	sed "s|/etc/countersign/repositories|$prefix/etc/countersign/repositories|; s|\"/backup/|\"$story/backup/|; s|\tcountersign |\t'$prefix/bin/countersign' |" >"$story/night.sh"
[ "$(wc -l <"$story/night.sh")" -eq 4 ] || fail 'the page has no such lines'
exits 0 sh "$story/night.sh"
saved=$(ls "$story"/backup/*.db)
tip=$(countersign log verify --repo "$server" | sed -n 's/.* \([0-9a-f]\{64\}\).*/\1/p')
mv "$server" "$story/lost.git"
cp -a "$story/lost.git" "$server"
rm "$server/countersign/state.db"
push work:main
expect refused
said 'countersign state restore FILE'
exits 0 countersign state restore "$saved" --repo "$server"
exits 0 countersign log verify --tip "$tip" --repo "$server"
exits 0 install repo "$server"
exits 0 countersign status --repo "$server"
exits 0 countersign holds --repo "$server"
said "$hold"
agent cursor
branch stopped origin/main
commit docs/stopped 'by who is stopped'
push stopped:main
expect denied
agent none
branch clean origin/main
commit docs/clean 'clean'
push clean:main
expect landed

sentence "What was there after the copy is told, taken up, and nothing of the copy is lost"
agent claude-code
branch later origin/main
commit infra/later.tf 'later'
push later:main
expect held
exits 0 countersign state restore "$saved" --repo "$server"
said 'older than 1 hold'
exits 0 countersign tidy --repo "$server"
exits 0 countersign holds --repo "$server"
said "$hold"
exits 0 countersign status --repo "$server"
