#!/bin/sh
# replay.sh BUILD [COMMITS]: how long a replay takes with the policy of interface.json's kind, once as it is and once with every
# commit taken for an agent's.  80,000 commits are to be done in 60 s and 300 MB on two processors.
set -eu
build=$(cd "${1:?usage: replay.sh BUILD [COMMITS]}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
AGENTS=yes sh "$here/make-history" "$folder/history.git" "${2:-80000}" 5000
sed 's/"exclude": \["pusher", "owner"\], //' "$here/../data/policies/valid/interface.json" >"$folder/policy.json"
sed 's/"unattributed": "human"/"unattributed": "agent"/' "$folder/policy.json" >"$folder/all.json"

for policy in policy all; do
	"$build/countersign" replay --repo "$folder/history.git" --policy "$folder/$policy.json" >"$folder/out" &
	pid=$!
	most=0
	began=$(date +%s)
	while kill -0 "$pid" 2>/dev/null; do
		now=0
		for one in "$pid" $(ps -o pid= --ppid "$pid"); do
			part=$(sed -n 's/^Pss: *\([0-9]*\) kB/\1/p' "/proc/$one/smaps_rollup" 2>/dev/null || :)
			now=$((now + ${part:-0}))
		done
		[ "$now" -le "$most" ] || most=$now
		sleep 0.5
	done
	wait "$pid"
	printf '%-8s %4d s %6d MB  ' "$policy" "$(($(date +%s) - began))" "$((most / 1024))"
	head -n 1 "$folder/out"
done

# The inventory of the same history: 80,000 commits in 30 s.
mkdir "$folder/history.git/countersign"
cp "$folder/policy.json" "$folder/history.git/countersign/policy.json"
began=$(date +%s%N)
"$build/countersign" agents --seen --repo "$folder/history.git" >"$folder/out"
printf 'agents   %4d ms           ' "$((($(date +%s%N) - began) / 1000000))"
tail -n 1 "$folder/out"
