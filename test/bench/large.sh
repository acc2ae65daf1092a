#!/bin/sh
# large.sh BUILD: what pre-receive takes for one agent's commit in repositories that are large in one way, by real pushes, as
# rows of run.sh's table: milliseconds, beside those for a small repository, and megabytes.  Medians of five pushes.
set -eu
build=$(cd "${1:?usage: large.sh BUILD}" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME="$folder" GIT_CONFIG_NOSYSTEM=1 COUNTERSIGN_USER=dev
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com

# begin NAME: a repository with one commit on main, with hooks that are timed, and a clone of it.
begin()
{
	git init -q --bare -b main "$folder/$1.git"
	git init -q -b main "$folder/$1"
	git -C "$folder/$1" commit -q --allow-empty -m begin
	git -C "$folder/$1" push -q "$folder/$1.git" main
	mkdir "$folder/$1.git/countersign"
	govern "$1" '"HEAD"'
	printf '#!/bin/sh\nexec "%s" "%s" "%s"\n' "$build/test/bench-timed" "$folder/$1.times" "$build/countersign" >"$folder/$1.git/hooks/pre-receive"
	chmod +x "$folder/$1.git/hooks/pre-receive"
}

govern()
{
	printf '{ "version": 1, "refs": [%s], "agents": { "*": { "scope": ["/src/"] } } }' "$2" >"$folder/$1.git/countersign/policy.json"
}

# pushes NAME REF: five commits by an agent; what pre-receive took, in the middle: milliseconds and megabytes.
pushes()
{
	rm -f "$folder/$1.times"
	for n in 1 2 3 4 5; do
		git -C "$folder/$1" commit -q --allow-empty -m "Change $n" -m "Co-authored-by: Claude <noreply@anthropic.com>"
		git -C "$folder/$1" push -q "$folder/$1.git" "HEAD:$(printf '%s' "$2" | sed "s/N/$n/")" 2>/dev/null || {
			echo "a push to $1 was refused" >&2
			exit 1
		}
	done
	sort -n "$folder/$1.times" | sed -n 3p
}

row()
{
	printf '%s %s\n' "$2" "$small" | awk -v name="$1" '{ printf "%-34s %9.2f %9.2f %7.2f %7s %7s %8.1f\n", name, $1, $3, $1 / $3, "", "", $2 }'
}

begin small
small=$(pushes small refs/heads/main)

begin refs
git -C "$folder/refs.git" rev-parse main | awk '{ print "# pack-refs with: peeled fully-peeled sorted "; for (i = 0; i < 1000000; i++) printf "%s refs/heads/x/%07d\n", $1, i }' >"$folder/refs.git/packed-refs"
row '1,000,000 refs, HEAD governed' "$(pushes refs refs/heads/main)"
govern refs '"refs/**"'
row '1,000,000 refs, refs/** governed' "$(pushes refs refs/heads/main)"
row '1,000,000 refs, a new branch' "$(pushes refs refs/heads/newN)"

begin commits
awk 'BEGIN { print "reset refs/heads/main\nfrom refs/heads/main^0\n"; for (i = 1; i <= 300000; i++) printf "commit refs/heads/main\ncommitter C <c@example.org> %d +0000\ndata 2\nx\n\n", 1700000000 + i }' |
	git -C "$folder/commits.git" fast-import --quiet
git -C "$folder/commits" fetch -q "$folder/commits.git" main
git -C "$folder/commits" reset -q --hard FETCH_HEAD
row '300,000 commits' "$(pushes commits refs/heads/main)"
