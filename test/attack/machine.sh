# The machine: policies, locks, clocks and environments that are not as they should be.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/words.inc"

sentence "A policy that is half written, empty, gone, a link or a folder refuses every push, and says which"
guarded
cp "$server/countersign/policy.json" "$story/policy"
commit src/a.c 1
head -c 300 "$story/policy" | policy
push main
expect refused
said "countersign/policy.json"
: | policy
push main
expect refused
said "countersign/policy.json"
rm "$server/countersign/policy.json"
ln -s nowhere "$server/countersign/policy.json"
push main
expect refused
said "countersign/policy.json"
rm "$server/countersign/policy.json"
mkdir "$server/countersign/policy.json"
push main
expect refused
said "countersign/policy.json"
rmdir "$server/countersign/policy.json"
policy <"$story/policy"
push main
expect landed
innocent

sentence "A policy that everybody may write to, or that is somebody else's, refuses every push"
guarded
commit src/a.c 1
chmod 666 "$server/countersign/policy.json"
push main
expect refused
said "countersign/policy.json"
chmod 644 "$server/countersign/policy.json"
if [ "$(command id -u)" -eq 0 ]; then
	chown 12345 "$server/countersign/policy.json"
	push main
	expect refused
	said "countersign/policy.json"
	chown 0 "$server/countersign/policy.json"
fi
push main
expect landed
innocent

sentence "A state that is rubbish, or that cannot be written, refuses an agent's push, and the next one lands"
guarded
agent claude-code
commit src/a.c 1
cp "$server/countersign/state.db" "$story/state"
printf 'rubbish%.0s' $(seq 2000) >"$server/countersign/state.db"
push main
expect refused
said state.db
rm -f "$server/countersign"/state.db*
mkdir "$server/countersign/state.db"
push main
expect refused
rmdir "$server/countersign/state.db"
cp "$story/state" "$server/countersign/state.db"
push main
expect landed
innocent

sentence "Libraries, languages, homes and proxies of the client's environment have no effect"
guarded
agent claude-code
commit infra/main.tf 1
mkdir -p "$story/home/.config/git"
printf '[core]\n\thooksPath = /nonexistent\n' >"$story/evil"
kept=$HOME
export HOME="$story/home" XDG_CONFIG_HOME="$story/home/.config" LD_LIBRARY_PATH=/nonexistent LC_ALL=tr_TR.UTF-8 \
	TZ=Pacific/Kiritimati http_proxy=http://127.0.0.1:1 SQLITE_TMPDIR=/nonexistent TMPDIR=/nonexistent \
	GIT_ALTERNATE_OBJECT_DIRECTORIES=/nonexistent GIT_TRACE=0 GIT_GRAFT_FILE=/nonexistent
push main
unset XDG_CONFIG_HOME LD_LIBRARY_PATH http_proxy SQLITE_TMPDIR TMPDIR GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_TRACE GIT_GRAFT_FILE
export HOME="$kept" LC_ALL=C TZ=UTC
expect held
forget
innocent

sentence "What stood in a hook's own standard input twice is one push, with one bad line refusing all of it"
guarded
commit src/a.c 1
on_server fetch -q "$work" main
tip=$(in_work rev-parse main)
# told LINES: what pre-receive says of them.
told()
{
	exits "$1" sh -c 'cd "$1" && printf "$2" | GIT_DIR=. COUNTERSIGN_USER=dev1 hooks/pre-receive' sh "$server" "$2"
}
told 1 "$main $tip refs/heads/main\n$main $tip refs/heads/main\n"
told 1 "$main $tip refs/heads/main\nrubbish\n"
told 1 "$main $tip refs/heads/main"
told 1 "$main $tip refs/heads/../x\n"
told 1 "$main $tip \n"
told 0 "$main $tip refs/heads/main\n"
push main
expect landed
innocent
