# A hook that is killed, at points spread over all that it does, lets nothing through and breaks nothing (threats G).
. "${0%/*}/../push/lib.sh"
. "${0%/*}/fault.inc"

needs killat

governed()
{
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/", "/.github/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
	agent claude-code
}

# Whatever happened, the log is whole and so is the repository.
sound()
{
	exits 0 countersign log verify --repo "$server"
	whole
}

# ten OUTCOME PATH: ten pushes of a change there are killed, and each comes to its outcome when it is pushed again.
# FAULT_POINTS=N: so many; FAULT_POINTS=all: one at each stop.
ten()
{
	no_fault kill
	commit "$2" 'first'
	push main
	expect "$1"
	calls=$(calls)
	i=0
	most=${FAULT_POINTS:-10}
	[ "$most" != all ] || most=$calls
	while [ "$i" -lt "$most" ]; do
		i=$((i + 1))
		at=$((calls * i / (most + 1) + 1))
		fault kill "$at"
		commit "$2" "$i"
		push main
		same "where it was killed" "$at" "$(calls)"
		expect refused
		sound
		no_fault kill
		push main
		expect "$1"
	done
}

sentence "A pre-receive that is killed while it holds a push refuses it, and the next one is held"
server
governed
failing pre-receive
ten held .github/workflows/ci.yml
sound

sentence "A pre-receive that is killed while it lets an agent's push through refuses it, and the next one lands"
server
governed
failing pre-receive
ten landed src/main.c
sound

sentence "An update hook that is killed refuses the ref, and the next push lands"
server
governed
failing update
ten landed src/main.c
sound
