# What could not be judged is told to whoever pushes without a path of the server (which every push of every story looks
# for, test/push/lib.sh), and still says what is wrong; syslog has the whole of it.
. "${0%/*}/lib.sh"

# faulty WHAT TEXT: a push could not be judged, and says so, in JSON too.
faulty()
{
	branch work origin/main
	commit "src/file.c" "int main(void) { return $told; }"
	push --push-option=countersign=json work:main
	[ "$pushed_status" -ne 0 ] || fail 'the push was not refused'
	said "$1"
	unsaid "$server"
	unsaid "${server%/*}"
	unsaid "$prefix"
}

sentence "A policy of the repository that is wrong"
server
policy <<'JSON'
{ "version": 1, "rulse": [] }
JSON
faulty "countersign/policy.json:1:17: \$.rulse: unknown key 'rulse'"

sentence "A policy of the site that is wrong"
own_prefix
site_policy <<'JSON'
{ "version": 2 }
JSON
faulty 'policy.json:1:'

sentence "A policy that others can write, and one that is a folder"
server
site_policy <<'JSON'
{ "version": 1 }
JSON
policy <<'JSON'
{ "version": 1 }
JSON
chmod 666 "$server/countersign/policy.json"
faulty 'countersign/policy.json'
rm "$server/countersign/policy.json"
mkdir "$server/countersign/policy.json"
faulty 'countersign/policy.json'

sentence "A policy that was there and is gone"
server
policy <<'JSON'
{ "version": 1 }
JSON
agent claude-code
branch other origin/main
commit src/a.c 'int a;'
push other
agent none
rm "$server/countersign/policy.json"
faulty 'policy.json'

sentence "A state that cannot be read"
server
rm -f "$server"/countersign/state.db*
printf 'rubbish, no database\n' >"$server/countersign/state.db"
faulty 'could not be judged'

sentence "A repository below a folder with a blank and a colon"
mkdir -p "$story/a folder: ours"
server
mv "$server" "$story/a folder: ours/server.git"
in_work remote set-url origin "$story/a folder: ours/server.git"
printf '{ "version": 1, "rulse": [] }\n' >"$story/a folder: ours/server.git/countersign/policy.json"
branch work origin/main
commit src/file.c 'int x;'
COUNTERSIGN_USER=dev1 in_work push origin work:main >"$out" 2>&1 && fail 'the push was not refused'
said "countersign/policy.json:1:17: \$.rulse: unknown key 'rulse'"
grep countersign: "$out" | grep -q -F 'ours' && fail 'the folder is told'
in_work remote set-url origin "$server"
rm -rf "$story/a folder: ours"

sentence "A chained hook that cannot be run"
server
mkdir -p "$server/countersign/chained-first"
printf '#!/no/such/interpreter\n' >"$server/countersign/chained-first/pre-receive"
chmod 755 "$server/countersign/chained-first/pre-receive"
faulty 'countersign'
