#!/bin/sh
# run.sh BUILD: what the gate costs, each against something that is measured beside it, as one table (medians; the
# two of a row are run in turn).  A busy machine makes rows vary by some per cent; `cpu` varies less than `wall`.
set -eu
build=$(cd "${1:?usage: run.sh BUILD}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
pairs=$build/test/bench-pairs

# row NAME TARGET [-i FILE] ROUNDS COMMAND BASE
row()
{
	name=$1 target=$2
	shift 2
	"$pairs" "$@" | awk -v name="$name" -v target="$target" '{
		printf "%-34s %9.2f %9.2f %7.2f %7.2f %7s %8.1f\n", name, $1, $2, $3, $6, target, $7
	}'
}
ids()
{
	old=$(git -C "$1" rev-parse base) new=$(git -C "$1" rev-parse main)
}
history()
{
	ids "$2"
	row "$1" 0.60 11 "$build/test/bench-changes $2 $old $new" \
		"git -C $2 rev-list $old..$new | git -C $2 diff-tree --stdin -r"
}

# Agents, scopes and protected paths: what is judged without looking into files.
govern_paths()
{
	mkdir -p "$1/countersign"
	cat >"$1/countersign/policy.json" <<'END'
{ "version": 1, "refs": ["HEAD", "refs/heads/release/**", "refs/tags/**"],
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"] } },
  "agents": { "*": { "scope": ["/**"], "refs": ["refs/heads/**"] },
              "claude-code": { "owner": "alice", "scope": ["!/src/crypto/"] },
              "bot": { "owner": "alice", "emails": ["bot@example.org"] } },
  "rules": [
    { "name": "infrastructure", "paths": ["/infra/", "*.tf", ".github/"], "action": "hold", "approvers": ["alice"] },
    { "name": "payments", "paths": ["/payments/"], "by": "anyone", "action": "hold", "approvers": ["alice"] } ] }
END
}

# The example of the documents: every class, credentials by content, and the history's own agent.
govern()
{
	mkdir -p "$1/countersign"
	cat >"$1/countersign/policy.json" <<'END'
{ "version": 1, "refs": ["HEAD", "refs/heads/release/**", "refs/tags/**"],
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "groups": ["platform", "security"] } },
  "agents": { "*": { "scope": ["/**"], "refs": ["refs/heads/**"] },
              "claude-code": { "owner": "alice", "scope": ["!/src/crypto/"] },
              "bot": { "owner": "alice", "emails": ["bot@example.org"] } },
  "rules": [
    { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": ["platform"] },
    { "name": "credential-files", "paths": ["class:credential-files"], "action": "hold", "approvers": ["security"] },
    { "name": "credentials", "content": ["class:credentials"], "action": "deny", "refs": ["refs/**"] },
    { "name": "instructions", "paths": ["class:agent-instructions"], "action": "hold", "approvers": ["platform"] },
    { "name": "dependencies", "paths": ["class:dependencies"], "action": "hold", "approvers": ["platform"] },
    { "name": "payments", "paths": ["/payments/"], "refs": ["refs/heads/main"], "by": "anyone", "action": "hold", "approvers": ["alice"] } ] }
END
}
checked()
{
	ids "$2"
	row "$1" 0.60 11 "$build/countersign check --repo $2 $old..$new" \
		"git -C $2 rev-list $old..$new | git -C $2 diff-tree --stdin -r"
}

"$here/make-history" "$folder/kept.git" 2000 5000
# As a push leaves it: the new commits in a pack of their own, in no commit-graph.
git init -q --bare -b main "$folder/pushed.git"
git -C "$folder/kept.git" push -q "$folder/pushed.git" base
git -C "$folder/pushed.git" gc -q
git -C "$folder/kept.git" push -q "$folder/pushed.git" main

printf '%-34s %9s %9s %7s %7s %7s %8s\n' 'what' 'ms' 'against' 'wall' 'cpu' 'target' 'MB'
history '2,000 commits, after git gc' "$folder/kept.git"
history '2,000 commits, as pushed' "$folder/pushed.git"
govern_paths "$folder/kept.git"
checked '2,000 commits, judged by paths' "$folder/kept.git"
govern "$folder/kept.git"
checked '2,000 commits, and by content' "$folder/kept.git"
# An agent's commit that lands, as git calls the hooks for it; update finds the pass that pre-receive left.
hook="$folder/hook.git"
git clone -q --bare "$folder/kept.git" "$hook"
mkdir -p "$hook/countersign"
printf '{ "version": 1, "agents": { "*": { "scope": ["/**"] }, "bot": { "owner": "a", "emails": ["bot@example.org"] } }, "people": { "a": {} } }' >"$hook/countersign/policy.json"
old=$(git -C "$hook" rev-parse 'main^') new=$(git -C "$hook" rev-parse main)
git -C "$hook" update-ref refs/heads/main "$old"
git -C "$hook" update-ref -d refs/heads/base
pre="printf '$old $new refs/heads/main\n' | GIT_DIR=$hook COUNTERSIGN_USER=dev $build/countersign hook pre-receive"
sh -c "$pre" || exit 1
row 'pre-receive, one commit' 2.00 41 "$pre" "$build/test/bench-opens $hook"
row 'update, with a pass' 0.50 41 "GIT_DIR=$hook COUNTERSIGN_USER=dev $build/libexec/countersign/update refs/heads/main $old $new" \
	"$build/test/bench-opens $hook"
"$build/test/bench-patterns" | sed -n 's/^all kinds in turn *\([0-9]*\) ns *\([0-9]*\) ns *\([0-9.]*\)$/\2 \1 \3/p' |
	awk '{ printf "%-34s %9s %9s %7.2f %7s %7s\n", "1,000 patterns against 20 (ns)", $1, $2, $3, "", "1.50" }'
sh "$here/large.sh" "$build"
