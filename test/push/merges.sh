# Merges: what a merge itself did is judged, and nothing else.
. "${0%/*}/lib.sh"

governed()
{
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD"],
  "agents": { "*": { "scope": ["/src/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
}

# A person changes infra/ and src/ on main; an agent works on a branch from before.
diverge()
{
	branch work
	agent claude-code
	commit src/agent.c 'agent'
	switch main
	agent none
	commit infra/main.tf 'person'
	commit src/main.c 'int main(void) { return 1; }'
	push main
	expect landed
	switch work
	agent claude-code
}

sentence "An agent merges main into its branch, and the branch into main, and nothing is found"
server
governed
diverge
in_work merge -q -m 'Merge main' -m "$trailer" main
push work:main
expect landed
unsaid 'scope'

sentence "An edit slipped into a merge is found"
server
governed
diverge
in_work merge -q --no-commit main
write infra/main.tf 'evil'
record 'Merge main'
push work:main
expect denied
said 'infra/main.tf'
unsaid 'src/main.c'

sentence "A merge that throws the other side's work away is found"
server
governed
diverge
in_work merge -q -s ours -m 'Merge main' -m "$trailer" main
push work:main
expect denied
said 'infra/main.tf'

sentence "A person's merge of an agent's branch brings the agent's commits in, which are judged"
server
governed
branch work
agent claude-code
commit infra/bad.tf 'x'
push work:refs/heads/work
expect landed
switch main
agent none
commit docs/other.md 'x'
in_work merge -q -m 'Merge work' work
push main
expect denied
said 'infra/bad.tf'

sentence "Both sides edit one file, and the merge that git makes of it is explained"
server
governed
agent none
commit infra/list.tf "$(seq 1 20)"
push main
expect landed
branch work
agent claude-code
commit src/x.c 'x'
agent none
person bob
commit infra/list.tf "$(seq 1 19; echo twenty)"
switch main
commit infra/list.tf "$(echo one; seq 2 20)"
push main
expect landed
switch work
agent claude-code
in_work merge -q -m 'Merge main' -m "$trailer" main
push work:main
expect landed

sentence "An octopus of honest branches is explained"
server
governed
for side in a b c; do
	switch main
	branch "$side"
	agent none
	commit "infra/$side.tf" "$side"
done
switch a
agent claude-code
in_work merge -q -m 'Merge b and c' -m "$trailer" b c
push a:main
expect landed

# letters PATH WORD: a file of a line for each letter.
letters()
{
	mkdir -p "$(dirname "$work/$1")"
	printf '%s\n' "$2" | fold -w 1 >"$work/$1"
	in_work add "$1"
}

sentence "A merge of few kinds of lines, which only git itself merges so, is explained"
server
governed
letters infra/letters aacbbbacab
record 'Begin'
push main
expect landed
branch work
letters infra/letters acbbbacbbbaccaaba
record 'One side'
switch main
letters infra/letters aacbbcbacab
record 'The other side'
push main
expect landed
switch work
agent claude-code
in_work merge -q --no-commit main >/dev/null
printf 'evil\n' >>"$work/infra/letters"
in_work add infra/letters
record 'Merge main'
push work:main
expect denied
said 'infra/letters'
in_work reset -q --hard HEAD~1
in_work merge -q -m 'Merge main' -m "$trailer" main
push work:main
expect landed
