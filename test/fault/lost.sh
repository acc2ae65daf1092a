# A whole file that is lost: of all that the hooks rely on, nothing that goes missing lets land what was refused before, in any
# hook, and back in its place everything is as it was.
. "${0%/*}/../push/lib.sh"
own_prefix

# guarded: an agent that is stopped, one that is stopped everywhere, a house's own, a held change and one out of scope.
guarded()
{
	server
	policy <<'JSON'
{ "version": 1, "agents": { "*": { "scope": ["/src/", "/infra/", "/docs/"] } },
  "rules": [ { "name": "infra", "paths": ["/infra/"], "action": "hold", "approvers": [] } ] }
JSON
	mkdir -p "$prefix/etc/countersign/agents.d"
	echo '{ "version": 1, "agents": { "house": { "name": "House", "emails": ["house@example.com"] } } }' \
		>"$prefix/etc/countersign/agents.d/house.json"
	exits 0 countersign stop cursor --reason 'Lost its key.' --repo "$server"
	exits 0 countersign stop github-copilot --reason 'Everywhere.' --all
	one=0
	for who in claude-code claude-code cursor copilot house; do
		one=$((one + 1))
		agent "$who"
		[ "$who" != house ] || trailer='Co-authored-by: House <house@example.com>'
		branch "refused$one" origin/main
		case $one in
		1 | 5) commit "infra/$one.tf" 'held' ;;
		2) commit 'lib/out-of-scope' 'denied' ;;
		*) commit "docs/$one" 'stopped' ;;
		esac
	done
	agent none
	person alice
	branch clean origin/main
	commit docs/clean 'clean'
}

# none_lands NAME: none of them lands on refs of these names: each is pushed by itself, since one that is denied refuses all.
none_lands()
{
	for one in 1 2 3 4 5; do
		in_work push -q origin "refused$one:$1$one" >"$out" 2>&1 || :
	done
	same "what landed as $1" '' "$(refs_of "refs/heads/$1*")"
}

# The whole of it with the hooks that are said, of which the others are gone.
losses()
{
	sentence "By $1 nothing lands that was refused before, whichever file is lost"
	guarded
	for hook in pre-receive update; do
		case " $1 " in
		*" $hook "*) ;;
		*) rm "$server/hooks/$hook" ;;
		esac
	done
	none_lands before
	number=0
	for file in "$server/countersign/state.db" "$server/countersign/policy.json" "$server/countersign/countersign.had-state" \
		"$server/countersign/countersign.had-policy" "$server/countersign" \
		"$prefix/etc/countersign/policy.json" "$prefix/etc/countersign/countersign.had-policy" "$prefix/etc/countersign/agents.d" \
		"$prefix/etc/countersign/agents.d/house.json" "$prefix/etc/countersign/stopped.json" "$prefix/etc/countersign/countersign.had-stopped" \
		"$prefix/etc/countersign" "$prefix/etc" "$prefix/bin/countersign" "$prefix/libexec/countersign/update" "$prefix/libexec" "$prefix/share"; do
		[ -e "$file" ] || continue
		case $file in
		*/house.json) continue ;; # who takes one file out of the folder has changed the policy
		esac
		number=$((number + 1))
		mv "$file" "$story/lost"
		none_lands "$number-without-${file##*/}-"
		rm -rf "$file" # made anew meanwhile
		mv "$story/lost" "$file"
	done
	none_lands after
	[ "$number" -ge 10 ] || fail "few files were lost: $number"
	push clean:clean
	expect landed
	exits 0 countersign log verify --repo "$server"
}

losses 'pre-receive update'
losses update
rm -rf "$prefix/etc/countersign/stopped.json" "$prefix/etc/countersign/countersign.had-stopped"
