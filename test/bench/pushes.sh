#!/bin/sh
# pushes.sh [PUSHES [ROUNDS]]: pushes at once to one repository over SSH, half of them held, against the same pushes with
# no hooks, in turn, under the same settings and under git's own.  All verdicts are compared, nobody may be shown a lock,
# and afterwards the log and the repository must be whole.  BUILD_DIR as for stories.
pushes=${1:-50} rounds=${2:-3}
. "${0%/*}/../push/lib.sh"
. "$SOURCE_DIR/test/host/host.inc"
. "$SOURCE_DIR/test/host/ssh.inc"
sshd_start

# Each to a branch of its own; every second one changes what is held.
branches()
{
	agent claude-code
	i=0
	while [ $i -lt "$pushes" ]; do
		branch "b$i" main
		if [ $((i % 2)) -eq 0 ]; then
			commit "src/f$i.c" "$i"
		else
			commit .github/workflows/ci.yml "$i"
		fi
		i=$((i + 1))
	done
}

# at_once NAME: all of them; what each is told goes to $story/NAME.N, the milliseconds to $story/NAME.
at_once()
{
	started_at=$(($(date +%s%N) / 1000000))
	i=0
	pids=
	while [ $i -lt "$pushes" ]; do
		git -C "$work" push origin "b$i" >"$story/$1.$i" 2>&1 &
		pids="$pids $!"
		i=$((i + 1))
	done
	for pid in $pids; do
		wait "$pid" || :
	done
	echo $(($(date +%s%N) / 1000000 - started_at)) >>"$story/$1"
}

# A guarded server, as it is, without hooks, or without our settings either.
guarded()
{
	server
	policy <<'JSON'
{ "version": 1, "agents": { "*": { "scope": ["/src/", "/.github/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
	branches
}

unguarded()
{
	guarded
	rm "$server"/hooks/*
}

bare()
{
	unguarded
	for setting in receive.shallowUpdate receive.fsckObjects receive.advertisePushOptions core.fsync; do
		on_server config --unset-all "$setting" || :
	done
}

verdicts()
{
	i=0
	while [ $i -lt "$pushes" ]; do
		if [ $((i % 2)) -eq 0 ]; then
			[ "$(ref_of "refs/heads/b$i")" = "$(in_work rev-parse "b$i")" ] || fail "b$i did not land: $(cat "$story/guarded.$i")"
		else
			grep -q "refs/heads/b$i is held" "$story/guarded.$i" || fail "b$i is not held: $(cat "$story/guarded.$i")"
			same "b$i" 0000000000000000000000000000000000000000 "$(ref_of "refs/heads/b$i")"
		fi
		i=$((i + 1))
	done
	! grep -i -l -e lock -e busy "$story"/guarded.[0-9]* || fail "somebody was shown a lock"
	exits 0 countersign log verify --repo "$server"
	same 'the holds' $((pushes / 2)) "$(refs_of refs/countersign/holds/ | wc -l | tr -d ' ')"
}

# median NAME: of the rounds, since the machine is others', too.
median()
{
	sort -n "$story/$1" | sed -n "$(((rounds + 1) / 2))p"
}

sentence "$pushes pushes at once, half of them held: all verdicts right, state whole, no lock shown, 0.8 times the rate of no hooks"
round=0
while [ $round -lt "$rounds" ]; do
	for kind in bare unguarded guarded; do
		$kind
		at_once "$kind"
		[ "$kind" != guarded ] || verdicts
	done
	round=$((round + 1))
done
ratio=$(($(median unguarded) * 100 / $(median guarded)))
printf '# median of %d rounds, in ms for %d pushes: git alone %d, with our settings %d, guarded %d; rate %d %% of no hooks (all: %s)\n' \
	"$rounds" "$pushes" "$(median bare)" "$(median unguarded)" "$(median guarded)" "$ratio" "$(echo $(cat "$story/bare") / $(cat "$story/unguarded") / $(cat "$story/guarded"))"
[ "$ratio" -ge 80 ] || fail "the rate is $ratio % of that without hooks"
