# Limits of the machine: processor time, stack and memory.  A hook that meets one refuses with a word, and without it the
# same push lands.
. "${0%/*}/../push/lib.sh"

governed()
{
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/"] } } }
JSON
	agent claude-code
}

# limited HOOK LIMIT: the hook runs under it; unlimited HOOK: not any more.
limited()
{
	mv "$server/hooks/$1" "$story/kept"
	printf '#!/bin/sh\nulimit -S %s\nexec sh "%s" "$@"\n' "$2" "$story/kept" >"$server/hooks/$1"
	chmod 755 "$server/hooks/$1"
}

unlimited()
{
	mv "$story/kept" "$server/hooks/$1"
}

# refused_with_a_word HOOK LIMIT
refused_with_a_word()
{
	limited "$1" "$2"
	push main
	unlimited "$1"
	expect refused
	said 'countersign: '
	unsaid 'Segmentation fault'
	unsaid 'Killed'
}

sentence "Processor time that is used up ends a hook with a word, and nothing lands"
server
governed
# A tree that takes longer than a second to judge.
agent none
person alice
in_work read-tree --empty
seq 1 60000 | sed "s|.*|100644 $(echo x | in_work hash-object -w --stdin) 0	src/d&/f|" | in_work update-index --index-info
record 'Many folders'
push main
expect landed
agent claude-code
seq 1 60000 | sed "s|.*|100644 $(echo y | in_work hash-object -w --stdin) 0	src/d&/f|" | in_work update-index --index-info
record 'All of them changed'
before=$(ref_of refs/heads/main)
limited pre-receive '-t 1'
push main
unlimited pre-receive
if [ "$(ref_of refs/heads/main)" = "$before" ]; then
	said 'countersign: '
	unsaid 'Killed'
else
	skip 'this machine judges sixty thousand changes within a second'
fi
push main
expect landed

sentence "Memory that runs out refuses with a word, whatever there is of it"
for kibibytes in 400000 120000 80000 60000 45000; do
	server
	governed
	commit src/memory.c "$kibibytes"
	limited pre-receive "-v $kibibytes"
	push main
	unlimited pre-receive
	if [ "$(ref_of refs/heads/main)" != "$(in_work rev-parse HEAD)" ]; then
		grep -q 'countersign: \|error while loading shared libraries\|hook declined' "$out" || fail "with $kibibytes KiB: without a word"
		push main
	fi
	expect landed
done

sentence "A file that is larger than the memory there is can be held, and fetched by who reviews it"
server
policy <<'JSON'
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/"] } }, "limits": { "blob": "1MiB", "approvers": ["alice"] },
  "people": { "alice": { "emails": ["alice@example.com"] } },
  "rules": [ { "name": "credentials", "content": ["class:credentials"], "action": "deny" } ] }
JSON
agent claude-code
mkdir -p "$work/src"
head -c 150000000 /dev/zero >"$work/src/large"
in_work add src/large
record 'A large file'
limited pre-receive '-d 100000'
push main
unlimited pre-receive
expect held
said 'src/large'
rm "$work/src/large"
git clone -q --bare "$server" "$story/reviewer.git"
git --git-dir="$story/reviewer.git" fetch -q "$server" "refs/countersign/holds/$hold"
same 'the size' 150000000 "$(git --git-dir="$story/reviewer.git" cat-file -s FETCH_HEAD:src/large)"

sentence "A stack that is too small ends a hook with a word"
for kibibytes in 64 128 256; do
	server
	governed
	commit src/stack.c "$kibibytes"
	limited pre-receive "-s $kibibytes"
	push main
	unlimited pre-receive
	if [ "$(ref_of refs/heads/main)" != "$(in_work rev-parse HEAD)" ]; then
		said 'countersign: '
		push main
	fi
	expect landed
done

# ended_by SIGNAL: a hook that is sent it while it waits for its input.
ended_by()
{
	printf '%s\n' "$1" >"$story/signal"
	cat >"$story/ended.sh" <<END
#!/bin/sh
mkfifo "$story/in" 2>/dev/null
"$prefix/bin/countersign" hook pre-receive <"$story/in" &
exec 9>"$story/in"
while ! grep -q 'countersign' "/proc/\$!/comm" 2>/dev/null; do :; done
while ! grep -q '^State:.*S' "/proc/\$!/status"; do :; done
kill -$1 \$!
wait \$!
END
	mv "$server/hooks/pre-receive" "$story/kept"
	cp "$story/ended.sh" "$server/hooks/pre-receive"
	chmod 755 "$server/hooks/pre-receive"
	push main
	unlimited pre-receive
	rm -f "$story/in"
}

sentence "What ends a hook from without is a refusal, too, and those that can be survived for a word say it"
for signal in XCPU SEGV BUS ABRT; do
	server
	governed
	commit src/signal.c "$signal"
	ended_by "$signal"
	expect refused
	said 'countersign: the push could not be judged: the hook was ended by a limit of this machine'
	push main
	expect landed
done
for signal in KILL TERM; do
	server
	governed
	commit src/signal.c "$signal"
	ended_by "$signal"
	expect refused
	push main
	expect landed
done
