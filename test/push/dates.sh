# Dates of commits are claims: they decide neither what is new, nor what is a rewind, nor what a merge did.
. "${0%/*}/lib.sh"

governed()
{
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/"] } } }
JSON
}

# dated SECONDS COMMAND...
dated()
{
	GIT_AUTHOR_DATE="$1 +0000" GIT_COMMITTER_DATE="$1 +0000"
	export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
	shift
	"$@"
	unset GIT_AUTHOR_DATE GIT_COMMITTER_DATE
}

# line COUNT FIRST STEP: commits on top of HEAD, by whoever commits now.
line()
{
	for i in $(seq "$1"); do
		dated $(($2 + i * $3)) commit src/line.c "$2 $i"
	done
}

sentence "Forty commits of an agent whose clock is slow are no rewind"
server
governed
agent claude-code
line 40 1000000000 60
push main
expect landed

sentence "Nor are they when they were parked first, and their dates go backwards"
server
governed
agent claude-code
line 40 1000000000 -60
push main:parked
expect landed
push main
expect landed

sentence "What a ref reaches already is not new to it, however its dates lie"
server
governed
agent claude-code
commit infra/main.tf 'not in its scope'
push main:parked
expect landed
on_server update-ref refs/heads/main parked # it was there before the hooks were
agent none
line 40 900000000 -60
push main
expect landed

sentence "A true rewind is one, whatever the dates say"
server
governed
agent claude-code
line 40 1000000000 -60
push main
expect landed
in_work reset -q --hard HEAD~36
dated 2000000000 commit src/other.c 'instead'
push +main
expect denied
said 'agent-rewrite'

sentence "A merge of lines with reversed dates is explained by its parents"
server
governed
branch side
agent claude-code
line 36 1500000000 -3600
switch main
agent none
dated 1400000000 commit infra/main.tf 'by a person'
push main
expect landed
switch side
agent claude-code
dated 100000001 in_work merge -q -m 'Merge main' -m "$trailer" main
push side:main
expect landed
