# What a commit does: names that become others, modes, links, and what merges hide.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/words.inc"

# stopped PATH RULE: an agent's commit of that path, and of an innocent one, is stopped by that rule.
stopped()
{
	forget
	entry "$1"
	entry src/fine.c
	record 'Change it'
	push --push-option=countersign=json main
	expect refused
	said "\"rule\":\"$2\""
}

sentence "Letter case, and letters that are put together, hide no protected name"
guarded
agent claude-code
for name in Infra/x INFRA/deep/x .GitHub/workflows/ci.yml .github/WORKFLOWS/ci.yml 'CAFÉ/x' "$(printf 'cafe\314\201/x')"; do
	stopped "$name" infrastructure
done
forget
innocent

sentence "Letters that nobody sees, and dots and spaces at the end, hide no protected name"
guarded
agent claude-code
for name in "$(printf 'in\342\200\213fra/x')" "$(printf '\357\273\277infra/x')" "$(printf 'infra\302\255/x')" \
	'infra./x' 'infra /x' 'infra. ./x' 'infra::$INDEX_ALLOCATION/x' '.github/workflows/ci.yml::$DATA'; do
	stopped "$name" infrastructure
done
forget
innocent

sentence "Backslashes and short names are what they would become"
guarded
agent claude-code
for name in 'infra\x' '.github\workflows\ci.yml' '.github/workflows\ci.yml' '.github/WORKFL~1/ci.yml'; do
	stopped "$name" infrastructure
done
forget
innocent

sentence "Quotes, tabs, line ends, escapes and bytes that are no text are bytes of a name like others, and told escaped"
guarded
agent claude-code
for name in 'infra/"quoted"' "infra/'single'" "$(printf 'infra/tab\there')" "$(printf 'infra/line\nend')" \
	"$(printf 'infra/\033[31mred')" "$(printf 'infra/\377\376')" "$(printf 'infra/\342\200\256gpj')"; do
	stopped "$name" infrastructure
	if LC_ALL=C grep -q "$(printf '\033')" "$out"; then
		fail "an escape reached the terminal"
	fi
done
forget
innocent

sentence "A name of five thousand letters, one of pathspec magic, and one with a dash in front are names"
guarded
agent claude-code
for name in "infra/$(printf 'x%.0s' $(seq 5000))" 'infra/:(exclude)x' infra/--exec=x; do
	stopped "$name" infrastructure
done
forget
entry ':(exclude)infra'
entry '-x/y'
record 'Names that look like options'
push main
expect landed

sentence "A copy of a protected file is innocent, and the move of one is not"
guarded
agent none
commit infra/keep.tf 'resource'
push main
expect landed
in_work fetch -q origin
agent claude-code
mkdir -p "$work/src"
cp "$work/infra/keep.tf" "$work/src/keep.tf"
in_work add src
record 'Copy'
push main
expect landed
in_work mv infra/keep.tf src/other.tf
record 'Move'
push main
expect held
said 'infra/keep.tf'
innocent

sentence "A change of mode, a file that becomes a link, and a link out of the tree are changes and told as such"
guarded
agent none
commit infra/run 'echo'
push main
expect landed
in_work fetch -q origin
agent claude-code
content=$(in_work rev-parse HEAD:infra/run)
entry infra/run 100755 "$content"
record 'Make it run'
push --push-option=countersign=json main
expect held
verdict findings.0.new.mode 100755
forget
entry infra/run 120000 "$(printf '../../../etc/passwd' | in_work hash-object -w --stdin)"
record 'A link'
push --push-option=countersign=json main
expect held
verdict findings.0.new.mode 120000
said 'a link'
forget
innocent

sentence "A submodule that is added or moved to another commit below a protected folder is a change of it"
guarded
agent none
entry infra/lib 160000 "$main"
record 'A library'
push main
expect landed
in_work fetch -q origin
agent claude-code
entry infra/lib 160000 "$absent"
record 'Another commit of the library'
push --push-option=countersign=json main
expect held
verdict findings.0.old.mode 160000
forget
entry infra/new 160000 "$main"
record 'Another library'
push main
expect held
forget
innocent

sentence "What git and forges obey is guarded, and not obeyed while the push is judged"
guarded
agent claude-code
for name in .gitattributes src/.gitattributes .gitmodules .mailmap CODEOWNERS .github/CODEOWNERS .githooks/pre-push .husky/pre-commit; do
	stopped "$name" controls
done
forget
printf '* -diff -text merge=ours export-ignore\ninfra/* binary\n' >"$work/.gitattributes"
mkdir -p "$work/infra"
echo x >"$work/infra/main.tf"
in_work add -f .
record 'Look away'
push main
expect held
said 'infrastructure  infra/main.tf'
forget
innocent

sentence "An old version that a merge brings back is the merge's own change"
guarded
agent none
commit infra/main.tf old
push main
commit infra/main.tf new
push main
expect landed
in_work fetch -q origin
branch work main~1
agent claude-code
commit src/a.c 1
in_work merge -q --no-commit main >/dev/null 2>&1
write infra/main.tf old
record 'Merge main'
push work:main
expect held
said 'infra/main.tf'
innocent

sentence "An octopus hides no edit, and an honest one is innocent"
guarded
agent claude-code
for n in 1 2 3; do
	branch "arm$n" origin/main
	commit "src/arm$n.c" "$n"
done
branch work origin/main
in_work merge -q -m "Merge three" -m "$trailer" arm1 arm2 arm3 >/dev/null
push work:main
expect landed
in_work fetch -q origin
branch evil origin/main
for n in 1 2; do
	branch "leg$n" origin/main
	commit "src/leg$n.c" "$n"
done
switch evil
in_work merge -q --no-commit leg1 leg2 >/dev/null 2>&1
write infra/main.tf evil
record 'Merge two'
push evil:main
expect held
said 'infra/main.tf'
innocent

sentence "Merges back and forth, and a criss-cross, raise nothing"
guarded
agent none
commit infra/main.tf 1
push main
in_work fetch -q origin
branch work origin/main
agent claude-code
commit src/a.c 1
agent none
switch main
commit infra/main.tf 2
push main
expect landed
agent claude-code
switch work
before=$(in_work rev-parse work)
in_work merge -q -m 'Merge main into work' -m "$trailer" main
in_work branch -f other main
switch other
in_work merge -q -m 'Merge work into other' -m "$trailer" "$before"
commit src/b.c 1
switch work
commit src/c.c 1
in_work merge -q -m 'Cross' -m "$trailer" other
push work:main
expect landed
unsaid infrastructure
innocent
