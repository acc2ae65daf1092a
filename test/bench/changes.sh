#!/bin/sh
# changes.sh BENCH-CHANGES [REPOSITORY OLD NEW]: time and memory of finding out what each commit of a
# range did, against git doing nearly the same (it looks at no merges).  The best of five runs.
set -eu
bench=$1
if [ $# -eq 4 ]; then
	repository=$2 old=$3 new=$4
else
	folder=$(mktemp -d)
	trap 'rm -rf "$folder"' EXIT
	repository=$folder/history.git old=base new=main
	"$(dirname "$0")/make-history" "$repository" 2000 20000
fi
old=$(git -C "$repository" rev-parse "$old") new=$(git -C "$repository" rev-parse "$new")
best() {
	for _ in 1 2 3 4 5; do
		start=$(date +%s%N)
		"$@" >/dev/null
		echo $((($(date +%s%N) - start) / 10000))
	done | sort -n | head -1
}
by_git() {
	git -C "$repository" rev-list "$old..$new" | git -C "$repository" diff-tree --stdin -r
}
git_time=$(best by_git)
our_time=$(best "$bench" "$repository" "$old" "$new")
memory=$(/usr/bin/time -f %M "$bench" "$repository" "$old" "$new" 2>&1 >/dev/null)
"$bench" "$repository" "$old" "$new"
awk -v g="$git_time" -v o="$our_time" -v m="$memory" 'BEGIN {
	printf "%-28s %10s\n", "git rev-list | git diff-tree", sprintf("%.2f ms", g / 100)
	printf "%-28s %10s\n%-28s %10.2f\n", "changes_of", sprintf("%.2f ms", o / 100), "ratio", o / g
	printf "%-28s %10s\n", "peak memory", sprintf("%.1f MB", m / 1024)
}'
