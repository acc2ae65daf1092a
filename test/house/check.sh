#!/bin/sh
# check.sh ROOT [OBJECTS]: whether the rooms below ROOT are as CONTRIBUTING.md says: nothing reaches up, neither by an
# include nor by a call; no name is defined twice, of which a linker says nothing when the files are in archives; a
# README.md and at most 40 files a room; files, functions and lines of the sizes that are agreed on; a comment that says
# what each file and each public function is for.  OBJECTS is the folder of a build whose object files are asked for
# calls.  Prints each thing that is not so; exit status 1 if there is one.
set -eu
export LC_ALL=C
root=$1
objects=${2-}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$root"

grep -v '^#' "$here/order" >"$work/order"
find common hooks rules -name '*.[ch]' | sort >"$work/files"

# ROOM of each file, and rooms that are not in the order.
sed 's,/[^/]*$,,' "$work/files" | sort -u | while read -r room; do
	grep -qx "$room" "$work/order" || echo "$room: a room that test/house/order does not know"
	[ -s "$room/README.md" ] || echo "$room: no README.md"
	count=$(find "$room" -maxdepth 1 -name '*.[ch]' | wc -l)
	[ "$count" -le 40 ] || echo "$room: $count files, more than 40"
done >"$work/found"

# Includes: `user used` pairs of files, then of rooms.
xargs grep -Ho '^#include "[^"]*"' <"$work/files" |
	sed -n 's,^\([^:]*\):#include "\(.*/.*\)"$,\1 \2,p' >"$work/uses"

# Calls: who defines a symbol that another's object leaves open.
if [ -n "$objects" ]; then
	# What a source that is gone has left in the folder of a build counts no more.
	find "$objects" -name '*.c.o' -path '*.dir/*' | sed -n 's,^\(.*\.dir/\(\(common\|rules\|hooks\)/.*\.c\)\.o\)$,\2 \1,p' |
		sort | join - "$work/files" | sed 's,^[^ ]* ,,' >"$work/objects"
	[ -s "$work/objects" ] || echo "$objects: no object files to ask" >>"$work/found"
	xargs -r nm -A <"$work/objects" | sed -n 's,^.*\.dir/\(.*\.c\)\.o:,\1 ,p' |
		awk -v found="$work/found" 'BEGIN { n = 0 }
		NF == 4 && $3 ~ /^[TDBRV]$/ && $4 != "main" {
			if ($4 in where && where[$4] != $1) print $1 " defines " $4 ", as does " where[$4] >>found
			where[$4] = $1
		}
		NF == 3 && $2 == "U" { who[n] = $1; what[n++] = $3 }
		END { for (i = 0; i < n; i++) if (what[i] in where) print who[i], where[what[i]], what[i] }' >>"$work/uses"
fi
awk 'function room(path) { sub("/[^/]*$", "", path); return path }
	FILENAME == ARGV[1] { rank[$1] = ++count; next }
	rank[room($1)] < rank[room($2)] { print $1 (NF == 3 ? " calls " $3 "() of " : " includes ") $2 ", above it" }' \
	"$work/order" "$work/uses" | sort -u >>"$work/found"

# shellcheck disable=SC2016 # the awk program's own variables
# Sizes and comments.  Columns: a tab goes to the next multiple of 8; of UTF-8 the first byte counts.
xargs awk '
	function columns(line, n, i, c) {
		gsub(/[\200-\277]/, "", line)
		for (i = 1; i <= length(line); i++)
			n = substr(line, i, 1) == "\t" ? n + 8 - n % 8 : n + 1
		return n
	}
	function close_file() { if (last > 400) print file ": " last " lines, more than 400" }
	FNR == 1 {
		close_file(); file = FILENAME; head = ""; inside = 0; above = ""
		own = file; sub(/\.c$/, ".h", own)
		if ($0 !~ /^\/\*/ && (file !~ /\.c$/ || $0 != "#include \"" own "\""))
			print file ": does not open with what it is for"
	}
	{ last = FNR }
	length($0) > 25 && columns($0) > 100 { print file ":" FNR ": wider than 100 columns" }
	/^\{/ { inside = FNR }
	/^\}/ { if (inside && FNR - inside + 1 > 60) print file ":" inside ": a function of " FNR - inside + 1 " lines, more than 60"; inside = 0 }
	file ~ /\.h$/ && /^[a-z_][a-z_0-9 \t*]*[ *][a-z_0-9]+\(/ && !/^(typedef|static|return)/ {
		if (above !~ /\*\/[ \t]*$/) print file ":" FNR ": no sentence above " $0
	}
	{ above = $0 }
	END { close_file() }' <"$work/files" >>"$work/found"

cat "$work/found"
[ ! -s "$work/found" ]
