#!/bin/sh
# credentials.sh BUILD [FOLDER...]: what looking for credentials costs, each against something that is measured beside it
# (medians; the two of a row are run in turn).  The history is made of the files in the folders (default /usr/include):
# twenty files a commit, then 200 commits that edit one each.  git-secrets scans the history of a clone with the last hundred,
# its own folder apart; it and secretlint are compared with where they are installed (SECRETLINT: the folder of its node_modules).
set -eu
build=$(cd "${1:?usage: credentials.sh BUILD [FOLDER...]}" && pwd)
shift
[ $# -gt 0 ] || set -- /usr/include
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
pairs=$build/test/bench-pairs
export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@example.org

# row NAME TARGET ROUNDS COMMAND BASE
row()
{
	name=$1 target=$2
	shift 2
	"$pairs" "$@" | awk -v name="$name" -v target="$target" '{
		printf "%-34s %9.2f %9.2f %7.2f %7.2f %7s %8.1f\n", name, $1, $2, $3, $6, target, $7
	}'
}

history()
{
	git init -q -b main "$folder/history"
	cd "$folder/history"
	git config gc.auto 0
	for source; do
		find "$source" -type f -size -200k | sort | head -n 3000 | while read -r file; do
			mkdir -p ".$(dirname "$file")" && cp "$file" ".$file"
		done
	done
	git ls-files -o | sort | xargs -n 20 sh -c 'git add -f -- "$@" && git commit -q -m "Add $1"' -
	git ls-files | awk 'NR % 5 == 0' | head -n 200 | while read -r file; do
		awk 'NR % 40 == 7 { print "/* edited */" } { print }' "$file" >"$folder/edited" && cp "$folder/edited" "$file"
		git add -- "$file"
		git commit -q --allow-empty -m "Edit $file"
	done
	git gc -q
}

history "$@" >/dev/null
scan="$build/countersign scan --repo $folder/history --from certain --range"
hundred=$(git rev-list HEAD | sed -n 101p)
"$build/test/bench-detect_start"
printf '\n%-34s %9s %9s %7s %7s %7s %8s\n' 'what' 'ms' 'against' 'wall' 'cpu' 'target' 'MB'
row "$(git rev-list --count HEAD) commits, git log -p -U0" 1.00 7 "$scan ..HEAD" "git -C $folder/history log -p -U0 HEAD"
row "100 commits, git log -p -U0" 1.00 15 "$scan $hundred..HEAD" "git -C $folder/history log -p -U0 $hundred..HEAD"
if command -v git-secrets >/dev/null; then
	git clone -q --depth 100 "file://$folder/history" "$folder/clone"
	git -C "$folder/clone" secrets --register-aws >/dev/null
	row "100 commits, git-secrets" 0.25 3 "$scan $hundred..HEAD" "git -C $folder/clone secrets --scan-history"
else
	printf '%-34s is not installed\n' git-secrets
fi
if [ -x "${SECRETLINT:-}/node_modules/.bin/secretlint" ]; then
	mkdir "$folder/contents"
	git rev-list "$hundred..HEAD" | git diff-tree -r --stdin | awk '/^:/ { print $4 }' | sort -u | while read -r blob; do
		git cat-file blob "$blob" >"$folder/contents/$blob.txt"
	done
	printf '{"rules":[{"id":"@secretlint/secretlint-rule-preset-recommend"}]}\n' >"$folder/secretlintrc.json"
	cd "$SECRETLINT"
	row "100 commits, secretlint" 0.25 3 "$scan $hundred..HEAD" \
		"node_modules/.bin/secretlint --secretlintrc $folder/secretlintrc.json $folder/contents/*"
else
	printf '%-34s is not installed (SECRETLINT)\n' secretlint
fi
