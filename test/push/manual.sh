# The manual says what there is, all of it and nothing else; and the shells complete what the programs take.
. "${0%/*}/lib.sh"

for program in mandoc zsh python3; do
	command -v "$program" >/dev/null 2>&1 || {
		printf '1..0 # SKIP %s is not on this machine\n' "$program"
		trap - EXIT
		rm -rf "$story"
		exit 77
	}
done
pages=$SOURCE_DIR/docs/man

commands()
{
	countersign help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p'
}

# options_of COMMAND: as its usage has them.
options_of()
{
	countersign help "$1" | sed '/^$/,$d' | grep -o -e '--[a-z][a-z-]*' | sort -u
}

# verbs_of COMMAND
verbs_of()
{
	countersign help "$1" | sed -n "s/^[a-z: ]*countersign $1 \([a-z][a-z-]*\).*/\1/p"
}

# section PAGE TITLE: its lines, to the next of the kind.
section()
{
	awk -v title="$2" '/^\.S[sh] / { inside = ($0 == ".Ss " title || $0 == ".Sh " title); next } inside' "$pages/$1"
}

# What stands behind a macro, anywhere in a line.
long_options()
{
	grep '^\.' | grep -o -e 'Fl -[a-z][a-z-]*' | sed 's/^Fl /-/' | sort -u
}

sentence "countersign(1) has every command, with its subcommands and its options, and no others"
same 'commands' "$(commands)" "$(sed -n '/^\.Sh COMMANDS/,/^\.Sh ENV/s/^\.Ss //p' "$pages/countersign.1")"
[ "$(commands | wc -l)" -ge 16 ] || fail "few commands"
for command in $(commands); do
	section countersign.1 "$command" >"$story/section"
	same "options of $command" "$(options_of "$command")" "$(long_options <"$story/section")"
	same "options of $command that are described" "$(options_of "$command")" \
		"$(grep '^\.It ' "$story/section" | long_options)"
	same "subcommands of $command" "$(verbs_of "$command")" \
		"$(sed -n "s/^\.Nm Cm $command Cm \([a-z-]*\).*/\1/p" "$story/section")"
	same "ways to call $command" "$(countersign help "$command" | grep -c "^\(usage:\|      \) countersign $command")" \
		"$(grep -c "^\.Nm Cm $command" "$story/section")"
done

sentence "The pages of the other programs have every option of theirs, and no others"
same 'options of countersign-deliver' \
	"$("$prefix/bin/countersign-deliver" --help | grep -o -e '^  --[a-z-]*' | sed 's/^ *//' | sort -u)" \
	"$(long_options <"$pages/countersign-deliver.8")"
same 'options of countersign-fleet' \
	"$("$prefix/bin/countersign-fleet" --help | grep -o -e '^  --[a-z-]*' | sed 's/^ *//' | sort -u)" \
	"$(long_options <"$pages/countersign-fleet.8")"
"$prefix/bin/countersign-install" help >"$story/usage"
same 'options of countersign-install' "$(grep -o -e '--[a-z][a-z-]*' "$story/usage" | sort -u)" \
	"$(long_options <"$pages/countersign-install.8")"
same 'calls of countersign-install' "$(sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' "$story/usage" | sort)" \
	"$(sed -n 's/^\.It Cm \([a-z-]*\).*/\1/p' "$pages/countersign-install.8" | sort)"
"$prefix/bin/git-countersign" --help >"$story/usage"
same 'options of git countersign' "$(grep -o -e '--[a-z][a-z-]*' "$story/usage" | sort -u)" \
	"$(long_options <"$pages/git-countersign.1")"
same 'commands of git countersign' "$(sed -n 's/^.*: git countersign \([a-z]*\).*/\1/p' "$story/usage")" \
	"$(sed -n 's/^\.It Cm //p' "$pages/git-countersign.1")"

sentence "countersign-policy(5) has every key of the schema, and no other"
python3 - "$SOURCE_DIR/rules/data/policy.schema.json" >"$story/keys" <<'END'
import json, sys


def keys(schema):
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "properties" and isinstance(value, dict):
                yield from value
            yield from keys(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from keys(value)


print("\n".join(sorted(set(keys(json.load(open(sys.argv[1])))))))
END
[ "$(wc -l <"$story/keys")" -ge 70 ] || fail "few keys"
same 'keys' "$(cat "$story/keys")" \
	"$(sed -n 's/^\.It Cm //p' "$pages/countersign-policy.5" | sed 's/ , Cm /\n/g' | LC_ALL=C sort -u)"
# Keys of one object, where their names stand in others, too.
has_keys()
{
	heading=$1
	shift
	for key in "$@"; do
		section countersign-policy.5 "$heading" | grep -q -e "^\.It.* Cm $key\\( \\|\$\\)" || fail "$heading has no $key"
	done
}
properties()
{
	python3 -c 'import json, sys
schema = json.load(open(sys.argv[1]))
place = schema["definitions"][sys.argv[2]] if len(sys.argv) > 2 else schema
print(" ".join(key for key in place["properties"] if key != "description"))' "$SOURCE_DIR/rules/data/policy.schema.json" "$@"
}
# shellcheck disable=SC2046 # one word a key
{
	has_keys 'THE POLICY' $(properties)
	has_keys 'THE PEOPLE' $(properties person)
	has_keys 'THE AGENTS' $(properties agent)
	has_keys 'Budgets' $(properties budget)
	has_keys 'THE RULES' $(properties rule)
	has_keys 'APPROVALS' $(properties approval)
	has_keys 'WEBHOOKS AND MAIL' $(properties webhook)
	has_keys 'CREDENTIALS THAT MAY STAY' $(properties allowance)
	has_keys 'LIMITS' $(properties limits)
}

sentence "No page names a command or an option that there is not"
for page in "$pages"/*; do
	sed -e 's/\\&//g' "$page" | grep -o -e '\(git \)\{0,1\}countersign [a-z]\+\( [a-z]\+\)\{0,1\}' | sort -u
done | sort -u >"$story/named"
grep -e '^countersign ' "$story/named" | while read -r _ command verb; do
	commands | grep -q -x -e "$command" || [ "$command" = help ] || echo "$command"
	[ "$command" != policy ] || [ -z "$verb" ] || verbs_of policy | grep -q -x -e "$verb" || echo "$command $verb"
done >"$story/unknown"
[ "$(wc -l <"$story/named")" -ge 8 ] || fail "few names"
same 'unknown commands' '' "$(cat "$story/unknown")"
grep -h -o -e '\bcountersign [a-z]\+ .*--[a-z].*' "$pages"/* | while read -r _ command rest; do
	for word in $rest; do
		case $word in
		--*) options_of "$command" | grep -q -x -e "$word" || echo "$command $word" ;;
		esac
	done
done >"$story/unknown"
same 'unknown options' '' "$(cat "$story/unknown")"

sentence "Pages are without fault, and are installed where man finds them"
for page in "$pages"/*; do
	name=${page##*/}
	mandoc -T lint "$page" 2>&1 | grep -v -e 'referenced manual not found' -e 'outdated mandoc.db' \
		-e 'operating system explicitly specified' >"$out" || :
	same "faults of $name" '' "$(cat "$out")"
	installed=$prefix/share/man/man${name##*.}/$name.gz
	gzip -dc "$installed" | cmp -s - "$page" || fail "$installed is not $page"
	for other in $(sed -n 's/^\.Xr \([a-z]*countersign[a-z-]*\) \([0-9]\).*/\1.\2/p' "$page"); do
		[ -f "$pages/$other" ] || fail "$name refers to $other"
	done
done
for program in "$prefix"/bin/*; do
	ls "$prefix"/share/man/man[18]/"${program##*/}".[18].gz >/dev/null || fail "no page for ${program##*/}"
done

sentence "Every example in countersign-policy(5) is good"
ssh-keygen -q -t ed25519 -N '' -C '' -f "$story/key"
cat >"$story/examples.py" <<'END'
import json, re, sys

# A whole policy, then pieces of one: members of it, of a person (keys), or of its rules.
whole, *pieces = re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", open(sys.argv[1]).read(), re.M | re.S)
pieces += [line.replace("\\(dq", '"') for line in re.findall(r"^\.Dl (.*)", open(sys.argv[1]).read(), re.M)]
policies = [json.loads(whole)]
for piece in pieces:
    if '"version"' in piece:
        continue  # a file of agents.d, which push/site-agents is about
    policy = {"version": 1, "people": {"alice": {"groups": ["platform", "security"]}}}
    member = json.loads("{" + piece + "}" if piece.startswith('"') else '{"rules": [' + piece + "]}")
    (policy["people"]["alice"] if "keys" in member else policy).update(member)
    policies.append(policy)
for number, policy in enumerate(policies):
    text = json.dumps(policy).replace("sk-ssh-ed25519@openssh.com AAAA...", sys.argv[2]).replace("ssh-ed25519 AAAA...", sys.argv[2])
    open(f"{sys.argv[3]}/example{number}.json", "w").write(text)
END
python3 "$story/examples.py" "$pages/countersign-policy.5" "$(sed 's/ *$//' "$story/key.pub")" "$story"
[ "$(find "$story" -name 'example*.json' | wc -l)" -ge 8 ] || fail "few examples"
for example in "$story"/example*.json; do
	exits 0 countersign policy check "$example"
done

# completes WORD...: what bash offers for the last word, which may be empty; one a line.
completes()
{
	bash -c 'function=$1 source=$2
		shift 2
		. "$source"
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		"$function"
		printf "%s\n" "${COMPREPLY[@]}"' bash "$function" "$prefix/share/bash-completion/completions/$program" "$@" | sort
}

# zsh_completes WORD...: the same, of zsh; its own functions that show what is offered are played by plain ones.
zsh_completes()
{
	zsh -f -c 'source=$1
		shift
		words=("$@") CURRENT=$# PREFIX=${@[-1]}
		_describe() { local list=${@[-1]} one; for one in "${(@P)list}"; do print -r -- "${one%%:*}"; done }
		compadd() { while [[ $1 == -* ]]; do [[ $1 != -a ]] || { shift; set -- "${(@P)1}"; break }; shift; done; print -rl -- "$@" }
		_files() { [[ $1 == -/ ]] && print FOLDERS || print FILES }
		_arguments() { print -rl -- "$@" }
		. "$source"' zsh "$prefix/share/zsh/site-functions/_$program" "$@" | grep . | sort
}

# offers WHAT EXPECTED WORD...: both shells offer just that.
offers()
{
	what=$1
	expected=$(printf '%s\n' "$2" | grep . | sort)
	shift 2
	same "what bash offers for $what" "$expected" "$(completes "$@" | grep .)"
	eval "last=\${$#}"
	same "what zsh offers for $what" "$expected" "$(zsh_completes "$@" | grep -e "^$last")"
}

sentence "bash and zsh complete every command, subcommand and option, and nothing else"
program=countersign
function=_countersign
cs=$prefix/bin/countersign
offers 'commands' "$(commands; echo help)" "$cs" ''
offers 'help' "$(commands)" "$cs" help ''
offers 'ho' 'holds
hook' "$cs" ho
for command in $(commands); do
	verbs=$(verbs_of "$command")
	if [ -n "$verbs" ]; then
		completes "$cs" "$command" '' >"$story/bash"
		zsh_completes "$cs" "$command" '' >"$story/zsh"
	fi
	for verb in $verbs; do
		grep -q -x -e "$verb" "$story/bash" || fail "bash does not offer $command $verb"
		grep -q -x -e "$verb" "$story/zsh" || fail "zsh does not offer $command $verb"
	done
	{
		completes "$cs" "$command" -
		for verb in $verbs; do
			completes "$cs" "$command" "$verb" -
		done
	} | sort -u >"$story/offered"
	same "options of $command" "$({ options_of "$command" && echo --help; } | sort)" \
		"$(grep -e '^--' "$story/offered")"
done
offers 'options of check' "$(options_of check; echo --help)" "$cs" check -
offers 'options of log verify' '--archive
--checkpoint
--continue
--help
--json
--repo
--tip
--trust' "$cs" log verify --

sentence "They complete values that are few: words, agents, refs, ids, files and folders"
server
agent claude-code
commit .github/workflows/ci.yml 'on: push'
push main
expect held
offers 'formats' 'html
json' "$cs" evidence --format ''
offers 'formats of events' 'json
cloudevents
ocsf
slack
teams
discord' "$cs" events test http://127.0.0.1/ --format ''
offers 'decisions' 'allow
hold
deny' "$cs" log --decision ''
offers 'layers' 'site
repository
delegated' "$cs" policy check --layer ''
offers 'an agent' 'claude-code
claude-flow
claude-mpm' "$cs" log --agent claude-
offers 'whom to stop' 'claude-code
claude-flow
claude-mpm' "$cs" stop claude-
offers 'a ref' 'refs/heads/main' "$cs" check --repo "$server" --ref refs/heads/
offers 'a hold' "$hold" "$cs" holds --repo "$server" show ''
offers 'nothing where text is due' '' "$cs" stop claude-code --reason ''
offers 'nothing of a command that there is not' '' "$cs" nothing ''
mkdir -p "$story/place/folder one"
: >"$story/place/file one"
same 'files in bash' 'file one
folder one' "$(cd "$story/place" && completes "$cs" policy check '')"
same 'folders in bash' 'folder one' "$(cd "$story/place" && completes "$cs" status --repo '')"
same 'files in zsh' FILES "$(zsh_completes "$cs" replay --html '')"
same 'folders in zsh' FOLDERS "$(zsh_completes "$cs" status --repo '')"

sentence "They complete git countersign where nothing but git and this command is"
program=git-countersign
function=_git_countersign
PATH=$prefix/bin:$PATH
cd "$work"
verbs='approve
check
list
may
reject
show
withdraw'
same 'commands in bash' "--help
$verbs" "$(completes git countersign '' | LC_ALL=C sort)"
same 'commands in zsh' "$verbs" "$(zsh_completes git-countersign '')"
same 'ids in bash' "$hold" "$(completes git countersign show "${hold%????}")"
same 'remotes in bash' origin "$(completes git countersign approve "$hold" --remote '')"
same 'options of list in bash' '--holds
--json
--remote' "$(completes git-countersign list --)"
options=$(git-countersign --help | grep -o -e '--[a-z][a-z-]*' | grep -v -x -e --json | sort)
same 'options in bash' "$options" "$(completes git-countersign approve "$hold" --)"
same 'options in zsh' "$options" "$(zsh_completes git-countersign approve "$hold" '' | sed -n 's/^\(--[a-z]*\)\[.*/\1/p')"
cd "$story"
