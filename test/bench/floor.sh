#!/bin/sh
# floor.sh [PUSHES]: what the three hooks of a person's push of one commit take: processor time and time by the clock over
# the same push to a repository without hooks, in turn, the medians; and the instructions of each hook (dynamic linker
# included, the shell not), where valgrind is.  BUILD_DIR as for stories.
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
n=0
while [ $n -lt "$pushes" ]; do
	for kind in guarded bare; do
		pushed "$story/$kind" $n >>"$story/times.$kind"
	done
	n=$((n + 1))
done
for what in 1 2; do
	with=$(median "$story/times.guarded" $what) without=$(median "$story/times.bare" $what)
	printf '%s %s\n' "$with" "$without" | awk -v what="$([ $what = 1 ] && echo 'processor time' || echo 'by the clock')" \
		'{ printf "# %.1f ms with hooks, %.1f ms without: %.1f ms (%s)\n", $1, $2, $1 - $2, what }'
done
if command -v valgrind >/dev/null && [ "$(git -C "$story/guarded/work" rev-parse main)" = "$(git -C "$story/guarded/server.git" rev-parse main)" ]; then
	for hook in pre-receive update post-receive; do
		sed -i "s|^exec \"\([^\"]*\)\"|exec valgrind -q --tool=callgrind --callgrind-out-file=$story/$hook.cg \"\1\"|" "$story/guarded/server.git/hooks/$hook"
	done
	pushed "$story/guarded" more >/dev/null
	for hook in pre-receive update post-receive; do
		printf '# %-12s %s instructions\n' "$hook" "$(callgrind_annotate "$story/$hook.cg" | sed -n 's/ (.*PROGRAM TOTALS//p')"
	done
fi
