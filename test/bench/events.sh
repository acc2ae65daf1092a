#!/bin/sh
# events.sh [PUSHES [EVENTS [ROUNDS]]]: what telling people costs, and that nobody is left out.  BUILD_DIR as for stories.
#	1  a push that is told to a receiver that takes it, stalls or is down, against one that is only logged: the median of
#	   the differences of ROUNDS, in which the kinds come in any order
#	2  EVENTS queued events to a receiver that takes them: rate, and the deliverer's memory
#	3  PUSHES pushes to a receiver that fails half the time, the deliverer killed again and again: all arrive, the log is whole
pushes=${1:-1000} events=${2:-10000} rounds=${3:-60}
. "${0%/*}/../push/lib.sh"
memory=
trap 'kill $receivers 2>/dev/null || :; [ -z "$memory" ] || rm -rf "$memory"; story_end' EXIT
receivers=

# receive MODE FILE: a receiver; sets url and receiver.
receive()
{
	mkfifo "$story/ready"
	"$tools/receiver" --mode "$1" --out "$2" >"$story/ready" 2>/dev/null &
	receiver=$!
	receivers="$receivers $receiver"
	read -r port <"$story/ready"
	rm "$story/ready"
	url=http://127.0.0.1:$port/hook
}

# governed NAME [URL]: a copy of the server under a policy that warns of src/main.c and denies secret/.
governed()
{
	hooks=
	[ -z "${2:-}" ] || hooks=", \"webhooks\": [ { \"url\": \"$2\" } ]"
	cp -a "$stage/server.git" "$story/$1.git"
	cat >"$story/$1.git/countersign/policy.json" <<JSON
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/"] } },
  "rules": [ { "name": "watch", "paths": ["/src/main.c"], "action": "warn" } ]$hooks }
JSON
	chmod 644 "$story/$1.git/countersign/policy.json"
}

microseconds()
{
	echo $(($(date +%s%N) / 1000))
}

# median FILE
median()
{
	sort -n "$1" | awk '{ row[NR] = $1 } END { print row[int((NR + 1) / 2)] }'
}

# more KIND: how much longer pushes of that kind took than those that are only logged, each against the one of its round.
more()
{
	paste "$story/times-$1" "$story/times-logged" | awk '{ print $1 - $2 }' >"$story/more-$1"
	median "$story/more-$1"
}

# syncs KIND: how often the hooks of a push of that kind wait for the disk.  What git syncs (fsync) varies with the
# objects, ours is SQLite's (fdatasync); the deliverer does so in its own time.
syncs()
{
	commit src/main.c "$1"
	COUNTERSIGN_USER=dev1 strace -f -o "$story/trace" -e trace=fdatasync,execve \
		git -C "$work" push -q "$story/$1.git" main >"$out" 2>&1 || fail "$1: not pushed"
	awk '/execve\(.*countersign-deliver"/ { deliverer[$1] = 1 } /fdatasync\(/ && !($1 in deliverer)' "$story/trace" | wc -l
}

# What the disk takes is the same for both, and counted; the times are taken in memory, where other users of the disk
# are no part of them, and ahead of other users of the processor where that is allowed.
sentence "A push that is told takes at most 5 ms more than one that is only logged, whatever the receiver does"
memory=$(mktemp -d /dev/shm/countersign.XXXXXX 2>/dev/null || mktemp -d "$story/memory.XXXXXX")
first=
! nice -n -10 true 2>/dev/null || first='nice -n -10'
server
governed logged
receive ok /dev/null
governed told "$url"
receive stall /dev/null
governed stalled "$url"
governed down http://127.0.0.1:1/
agent claude-code
if command -v strace >/dev/null; then
	syncs=$(syncs logged)
	same "how often the hooks wait for the disk" "$syncs" "$(syncs told)"
	printf '# the hooks of either wait for the disk %d times\n' "$syncs"
fi
cp -a "$story"/*.git "$work" "$memory"
i=0
while [ $i -lt "$rounds" ]; do
	i=$((i + 1))
	commit src/main.c "$i"
	git -C "$memory/work" pull -q "$work" main
	for kind in $(shuf -e logged told stalled down); do
		start=$(microseconds)
		COUNTERSIGN_USER=dev1 $first git -C "$memory/work" push -q "$memory/$kind.git" main >"$out" 2>&1 ||
			fail "$kind: not pushed"
		echo $(($(microseconds) - start)) >>"$story/times-$kind"
	done
done
rm -rf "$memory"
printf '# a push that is only logged        %6d us, median of %d\n' "$(median "$story/times-logged")" "$rounds"
for kind in told stalled down; do
	printf '# more when the receiver is %-7s %6d us, median of the differences\n' $kind "$(more $kind)"
	[ "$(more $kind)" -le 5000 ] || fail "$kind: $(more $kind) us more"
done

sentence "Queued events drain at 500 a second or more, in less than 100 MB"
: >"$story/received"
receive ok "$story/received"
git init -q --bare "$story/queue.git"
"$tools/statetool" "$story/queue.git" event "$events" "{\"format\":\"json\",\"url\":\"$url\"}"
start=$(microseconds)
/usr/bin/time -f %M "$prefix/bin/countersign-deliver" --repo "$story/queue.git" 2>"$story/memory"
took=$(($(microseconds) - start))
rate=$((events * 1000000 / took))
peak=$(tail -n 1 "$story/memory")
printf '# %d events in %d ms: %d a second, peak %d KiB\n' "$events" $((took / 1000)) $rate "$peak"
[ $rate -ge 500 ] || fail "$rate a second"
[ "$peak" -lt 100000 ] || fail "$peak KiB"
same "what arrived" "$events" "$(cut -f1 "$story/received" | sort -u | wc -l)"

# killed: ends the deliverers that our pushes to that server started.
killed()
{
	for deliverer in $(pgrep -f "countersign-deliver.*--repo $story/flaky.git"); do
		kill -9 "$deliverer" 2>/dev/null || :
	done
}

queued()
{
	"$prefix/bin/countersign" events --repo "$story/flaky.git" | grep -c '  queued  \|  dead  ' || :
}

sentence "Of $pushes pushes to a receiver that fails half the time, with killed deliverers, each is told and logged"
: >"$story/received"
receive flaky "$story/received"
governed flaky "$url"
agent claude-code
git clone -q "$stage/server.git" "$story/denied" 2>/dev/null
mkdir "$story/denied/secret"
echo x >"$story/denied/secret/x"
git -C "$story/denied" add .
git -C "$story/denied" commit -q -m 'Out of scope' -m "$trailer"
before=$("$prefix/bin/countersign" log --json --repo "$story/flaky.git" | wc -l)
start=$(microseconds)
i=0
while [ $i -lt "$pushes" ]; do
	i=$((i + 1))
	if COUNTERSIGN_USER=dev1 git -C "$story/denied" push -q "$story/flaky.git" HEAD:main >"$out" 2>&1; then
		fail "a push that must be denied has landed"
	fi
	[ $((i % 3)) -ne 0 ] || killed
done
printf '# %d pushes in %d ms\n' "$pushes" $((($(microseconds) - start) / 1000))
killed
echo "$story/flaky.git" >"$story/list"
i=0
while [ "$(queued)" -gt 0 ] && [ $i -lt 200 ]; do
	i=$((i + 1))
	"$prefix/bin/countersign" events retry --repo "$story/flaky.git" >/dev/null
	"$prefix/bin/countersign-deliver" --list "$story/list" &
	deliverer=$!
	if [ $((i % 3)) -eq 0 ] && [ $i -lt 60 ]; then
		wanted=$(($(wc -l <"$story/received") + 7 * i))
		while [ -e "/proc/$deliverer/exe" ] && [ "$(wc -l <"$story/received")" -lt $wanted ]; do :; done
		killed
		kill -9 $deliverer 2>/dev/null || :
	fi
	wait $deliverer 2>/dev/null || :
done
printf '# drained by %d more deliverers; %d requests taken\n' $i "$(wc -l <"$story/received")"
same "what is still queued" 0 "$(queued)"
"$prefix/bin/countersign" events --repo "$story/flaky.git" | cut -d' ' -f1 | sort -u >"$story/ids"
same "the events" "$pushes" "$(wc -l <"$story/ids")"
cut -f1 "$story/received" | sort -u >"$story/arrived"
same "events that did not arrive" 0 "$(comm -23 "$story/ids" "$story/arrived" | wc -l)"
exits 0 "$prefix/bin/countersign" log verify --repo "$story/flaky.git"
rows=$("$prefix/bin/countersign" log --json --repo "$story/flaky.git" | grep -c '"kind":"decision"')
[ "$rows" -ge "$pushes" ] || fail "$rows rows"
