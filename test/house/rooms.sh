#!/bin/sh
# The house is in order, and what would put it out of order is found: everything that test/house/check.sh looks for is
# done to a copy, of which it must then say each.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
copy=$work/copy
objects=$work/objects
failed=0

"$here/check.sh" "$SOURCE_DIR" "$BUILD_DIR/CMakeFiles" || failed=1

mkdir -p "$copy" "$objects/common.dir/common/base" "$objects/hooks.dir/hooks/gate"
(cd "$SOURCE_DIR" && tar -cf - common hooks rules) | tar -xf - -C "$copy"
: >"$work/wanted"

# wants WORDS: the check has to say so.
wants()
{
	printf '%s\n' "$1" >>"$work/wanted"
}

sed -i 's,^#ifndef COMMON_BASE_BUF_H,#include "hooks/gate/hook.h"\n&,; s,^#endif$,\nint buf_bare(void);\n&,' "$copy/common/base/buf.h"
wants 'common/base/buf.h includes hooks/gate/hook.h, above it'
wants 'no sentence above int buf_bare(void);'

printf '/* Up. */\nint hook_run(void);\nint base_up(void);\nint base_up(void)\n{\n\treturn hook_run();\n}\n' >"$copy/common/base/up.c"
cc -c -o "$objects/common.dir/common/base/up.c.o" "$copy/common/base/up.c"
printf 'int hook_run(void);\nint hook_run(void)\n{\n\treturn 0;\n}\n' >"$work/hook.c"
cc -c -o "$objects/hooks.dir/hooks/gate/hook.c.o" "$work/hook.c"
wants 'common/base/up.c calls hook_run() of hooks/gate/hook.c, above it'
printf 'int base_up(void);\nint base_up(void)\n{\n\treturn 1;\n}\n' >"$work/session.c"
cc -c -o "$objects/hooks.dir/hooks/gate/session.c.o" "$work/session.c"
wants 'hooks/gate/session.c defines base_up, as does common/base/up.c'

for i in 0 1 2 3; do
	for k in 0 1 2 3 4 5 6 7 8 9; do
		echo '/* One more. */' >"$copy/common/state/more_$i$k.c"
	done
done
wants 'files, more than 40'
rm -f "$copy/rules/rule/README.md"
wants 'rules/rule: no README.md'
mkdir "$copy/common/attic"
echo '/* Put away. */' >"$copy/common/attic/old.c"
wants 'common/attic: a room that test/house/order does not know'
printf '/* %0100d */\n' 0 >"$copy/hooks/report/wide.c"
wants 'hooks/report/wide.c:1: wider than 100 columns'
echo '#include <stdio.h>' >"$copy/hooks/report/bare.c"
wants 'hooks/report/bare.c: does not open with what it is for'
awk 'BEGIN { for (i = 0; i < 401; i++) print "/* A line. */" }' >"$copy/hooks/report/long.c"
wants 'hooks/report/long.c: 401 lines, more than 400'
awk 'BEGIN { print "/* Long. */\nint f(void)\n{"; for (i = 0; i < 59; i++) print "\t;"; print "}" }' >"$copy/hooks/report/function.c"
wants 'hooks/report/function.c:3: a function of 61 lines, more than 60'

if "$here/check.sh" "$copy" "$objects" >"$work/said"; then
	echo "a house out of order is taken for one in order"
	failed=1
fi
while read -r words; do
	grep -qF "$words" "$work/said" || {
		echo "not found: $words"
		failed=1
	}
done <"$work/wanted"
exit $failed
