#!/bin/sh
# floor.sh [PUSHES]: what the three hooks of a person's push of one commit take: time by the clock with them and without, in
# turn; processor time of each (perf) and its instructions (valgrind), dynamic linker included, where these are.  Medians.
# BUILD_DIR as for stories.
pushes=${1:-40}
. "${0%/*}/../push/lib.sh"

# pushed FOLDER N: pushes one more commit; `CPU WALL` in milliseconds.
pushed()
{
	: >"$story/used"
	echo "$2" >>"$1/work/src/main.c"
	git -C "$1/work" commit -q -a -m "Change $2"
	begun=$(date +%s%N)
	COUNTERSIGN_USER=alice "$tools/rusage" "$story/used" "$(command -v git)" -C "$1/work" push -q origin main 2>/dev/null || exit 1
	ended=$(date +%s%N)
	awk -v wall=$(((ended - begun) / 1000)) '{ printf "%.1f %.1f\n", $1 * 1000, wall / 1000 }' "$story/used"
}

median()
{
	cut -d ' ' -f "$2" "$1" | sort -n | sed -n "$((($(wc -l <"$1") + 1) / 2))p"
}

sentence "A person's push of one commit"
person alice
for kind in guarded bare; do
	server
	mkdir "$story/$kind"
	mv "$server" "$work" "$story/$kind/"
done
rm "$story"/bare/server.git/hooks/*
cp -r "$story/guarded/server.git/hooks" "$story/hooks"
# counted PROGRAM...: what runs the hooks of the guarded server from now on.
counted()
{
	for hook in pre-receive update post-receive; do
		under=$(printf '%s' "$*" | sed "s|HOOK|$hook|")
		sed "1s|^#!\($prefix/[^ ]*\) |#!/bin/sh\nexec $under \1 |; s|^.*\(\"$prefix/[^\"]*\"[ hok]* --answer\)|$under \1|" \
			"$story/hooks/$hook" >"$story/guarded/server.git/hooks/$hook"
	done
}

# mean FILE COLUMN: of what the kernel counts in steps longer than a push.
mean()
{
	awk -v column="$2" '{ sum += $column } END { printf "%.1f", sum / NR }' "$1"
}

n=0
while [ $n -lt "$pushes" ]; do
	for kind in guarded bare; do
		pushed "$story/$kind" $n >>"$story/times.$kind"
	done
	n=$((n + 1))
done
printf '# processor time: %s ms with hooks, %s ms without (means)\n' "$(mean "$story/times.guarded" 1)" "$(mean "$story/times.bare" 1)"
printf '# by the clock: %s ms with hooks, %s ms without\n' "$(median "$story/times.guarded" 2)" "$(median "$story/times.bare" 2)"

# perf may fail on a machine that is busy, and then the push does, too.
command -v perf >/dev/null && counted "perf stat -x, -e task-clock --append -o $story/HOOK.ms"
while [ $n -lt $((pushes * 3 / 2)) ]; do
	(pushed "$story/guarded" $n) >/dev/null || :
	n=$((n + 1))
done
command -v valgrind >/dev/null && counted "valgrind -q --tool=callgrind --callgrind-out-file=$story/HOOK.cg" && pushed "$story/guarded" more >/dev/null
for hook in pre-receive update post-receive; do
	[ ! -e "$story/$hook.ms" ] || sed -n 's/^\([0-9.]*\),.*/\1/p' "$story/$hook.ms" >"$story/ms"
	printf '# %-12s %s ms of processor time, %s instructions\n' "$hook" "$(median "$story/ms" 1 || :)" \
		"$(callgrind_annotate "$story/$hook.cg" | sed -n 's/ (.*PROGRAM TOTALS//p')"
done
