# Every program, command and subcommand says what it does when it is asked, and takes no option that it does not tell of.
. "${0%/*}/lib.sh"

commands()
{
	countersign help | sed -n 's/^  \([a-z]*\) .*/\1/p'
}

# asks SUBJECT ARGUMENT...: help comes on standard output, nothing on standard error, exit status 0; it is left in $out.
asks()
{
	subject=$1
	shift
	"$@" >"$out" 2>"$story/stderr" </dev/null || fail "$* exits $?"
	[ ! -s "$story/stderr" ] || fail "$* writes to standard error"
	head -n 1 "$out" | grep -q "^usage: $subject" || fail "$* does not begin with its usage"
	[ -z "$(awk 'length > 80' "$out")" ] || fail "$* has long lines"
}

# Its options as the synopsis has them, as it describes them, and as its source reads them.
options_shown()
{
	sed '/^$/,$d' "$out" | grep -o -e '--[a-z][a-z-]*' | sort -u
}

options_described()
{
	sed -n 's/^  \(--[a-z][a-z-]*\).*/\1/p' "$out" | sort -u
}

options_read_by()
{
	{
		sed -n 's/^\t*{ "\([a-z-]*\)", [a-z]*_argument.*/--\1/p; s/.*{ "\([a-z-]*\)", \(NULL, \)*&.*/--\1/p' "$1"
		grep -o -e '"--[a-z-]*"' "$1" | tr -d '"'
	} | grep -v -x -e '--' -e '--help' -e '--git-dir' -e '--called' | sort -u
}

sentence "Every command, and every subcommand, answers --help with its usage, and describes each option"
[ "$(commands | wc -l)" -ge 16 ] || fail "few commands"
for command in $(commands); do
	asks "countersign $command" countersign "$command" --help
	same "options of $command that are described" "$(options_shown)" "$(options_described)"
	cp "$out" "$story/usage"
	asks "countersign $command" countersign help "$command"
	cmp -s "$out" "$story/usage" || fail "help $command is not $command --help"
	for verb in $(sed -n "s/^[a-z: ]*countersign $command \([a-z]*\).*/\1/p" "$story/usage"); do
		asks "countersign $command" countersign "$command" "$verb" --help
	done
done

sentence "A command takes no option that its usage does not have"
for source in "$SOURCE_DIR"/hooks/*/cmd_*.c; do
	command=${source##*/cmd_}
	command=${command%.c}
	command=$(echo "$command" | sed 's/_.*//')
	{
		asks "countersign $command" countersign help "$command"
		[ "$command" != stop ] || countersign help resume >>"$out"
		[ "$command" != events ] || "$prefix/bin/countersign-deliver" --help >>"$out"
	}
	options_read_by "$source" | while read -r option; do
		grep -q -e "^  $option\\b" "$out" || echo "$command $option"
	done >"$story/untold"
	same "options that are not told" "" "$(cat "$story/untold")"
done

sentence "The programs answer --help, and a wrong call is told the usage on standard error"
asks 'countersign COMMAND' countersign --help
asks 'countersign COMMAND' countersign help
asks 'countersign-deliver' "$prefix/bin/countersign-deliver" --help
same "options of countersign-deliver that are described" "$(options_shown)" "$(options_described)"
asks 'git countersign' sh "$SOURCE_DIR/hooks/command/git-countersign" --help
exits 2 countersign
exits 2 countersign nothing
said "unknown command 'nothing'"
exits 2 countersign hold
said "unknown command 'hold'; did you mean 'holds'?"
exits 2 countersign help nothing
exits 2 countersign log --nothing
said 'usage: countersign log'
[ -z "$(countersign log --nothing 2>/dev/null)" ] || fail "a wrong call writes to standard output"

sentence "An option that a command has no use for is refused, not passed over"
server
for command in 'version --json' 'policy show --verified' 'policy check --agent claude-code' 'policy classes --layer site'; do
	# shellcheck disable=SC2086
	exits 2 countersign $command
	said 'usage: countersign'
done

sentence "Behind -- a word is no question"
server
exits 0 countersign policy explain --repo "$server" -- --help
unsaid 'usage'

sentence "What does not reach standard output is a fault, in every command"
: >"$out"
for command in version 'policy classes' agents help "log --repo $server" "policy show --repo $server" \
	"check --repo $server main..main" "replay --repo $server"; do
	got=0
	# shellcheck disable=SC2086
	countersign $command >/dev/full 2>"$out" || got=$?
	[ "$got" -eq 2 ] || fail "exit status $got of: $command"
	[ "$command" = "check --repo $server main..main" ] || said 'standard output'
done

sentence "Every command takes --repo DIR and --repo=DIR, and names the option that it does not know"
server
echo '{ "version": 1 }' | policy
git --git-dir="$server" symbolic-ref HEAD refs/heads/main
commit src/a.c 'int a;'
push main
expect landed
for command in 'check main..main' 'policy check' 'policy show' 'policy classes' 'policy explain src/a.c' agents \
	'agents claude-code' 'agents --seen' 'stop --list' evidence 'scan --range main..main' holds log 'log verify' events \
	'events retry' status version replay; do
	for repo in "--repo $server" "--repo=$server"; do
		# shellcheck disable=SC2086
		exits 0 countersign $command $repo
	done
	# shellcheck disable=SC2086
	exits 2 countersign $command --no-such
	said "unrecognized option '--no-such'"
done

sentence "The installer answers --help before and behind a call, and does nothing"
for words in --help help 'site --help' 'repo -h' 'remove /nowhere --help'; do
	# shellcheck disable=SC2086
	exits 0 "$SOURCE_DIR/install.sh" $words
	said '--dry-run'
done

sentence "A wrong value, or a word too many, is named in front of the usage"
server
while IFS='|' read -r call words; do
	# shellcheck disable=SC2086
	exits 2 countersign $call
	head -n 1 "$out" | grep -q -F -- "$words" || fail "$call: $(head -n 1 "$out")"
done <<'CALLS'
metrics x|countersign metrics: 'x' is one word too many
tidy x|countersign tidy: 'x' is one word too many
tidy --all --repo .|countersign tidy: --all or --repo, not both
review x|countersign review: 'x' is one word too many
rehearse zz|countersign rehearse: 'zz' is one word too many
evidence --format x|countersign evidence: --format is html or json, not 'x'
evidence y|countersign evidence: 'y' is one word too many
scan --format x|countersign scan: --format is text, json or sarif, not 'x'
scan --from y|countersign scan: --from is low, medium, high or certain, not 'y'
scan --range main|countersign scan: 'main' is not a range such as A..B
check|countersign check: which commits? Give a range, OLD..NEW
check main|countersign check: 'main' is not a range such as OLD..NEW
check a..b c|countersign check: 'c' is one word too many
replay a..b c|countersign replay: 'c' is one word too many
holds take|countersign holds: 'take' is neither show, drop nor store
holds drop|countersign holds: drop needs IDs, or --older-than TIME
holds show|countersign holds: show needs one ID
log --since nonsense|countersign log: 'nonsense' is not a time
log --decision maybe|countersign log: --decision is allow, hold or deny
log prov|countersign log: 'prov' is neither verify, checkpoint nor prove
events take|countersign events: 'take' is neither retry nor test
events test|countersign events: test needs an address
agents a b|countersign agents: 'b' is one word too many
agents --seen a|countersign agents: 'a' is one word too many
status --format xml|countersign status: --format is nagios, not 'xml'
policy chek|countersign policy: 'chek' is neither check, show
policy explain|countersign policy: wrong number of words for explain
reviewer bob|countersign reviewer: needs --policy FILE
state sav x|countersign state: 'sav' is neither save, restore
CALLS
