# Repositories that are shared by everybody, and refs that git hides.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
needs_root
alice=cs-alice-$$
bob=cs-bob-$$
user "$alice" --user-group
user "$bob" --user-group
printf '[safe]\n\tdirectory = *\n' >"$host/home/.gitconfig"

# pushes USER PATH TEXT: a commit of theirs to main, from a clone of their own, on behalf of an agent.
pushes()
{
	rm -rf "$host/clones/clone"
	as_user "$1" git clone -q "$server" "$host/clones/clone" 2>/dev/null || fail "$1 cannot clone"
	git -C "$host/clones/clone" config user.name "$1"
	git -C "$host/clones/clone" config user.email "$1@example.com"
	mkdir -p "$host/clones/clone/$(dirname "$2")"
	printf '%s\n' "$3" >"$host/clones/clone/$2"
	git -C "$host/clones/clone" add .
	git -C "$host/clones/clone" commit -q -m "Change $2" -m 'Co-authored-by: Claude <noreply@anthropic.com>'
	chown -R "$1:" "$host/clones/clone"
	as_user "$1" git -C "$host/clones/clone" push -q origin HEAD:main >"$out" 2>&1
}
mkdir -m 1777 "$host/clones"

for way in 0666 group; do
	sentence "A repository that is shared by $way is guarded, and whoever may push is judged, whoever came first"
	rm -rf "$server"
	git init -q --bare --shared="$way" "$server"
	rm -f "$server"/hooks/*.sample
	[ "$way" = 0666 ] || {
		chown -R "$alice:" "$server"
		usermod -a -G "$alice" "$bob"
	}
	git --git-dir="$server" symbolic-ref HEAD refs/heads/main
	exits 0 install repo "$server"
	said 'the canary push was refused'
	exits 0 install status "$server"
	for who in "$alice" "$bob" "$alice"; do
		pushes "$who" src/a.c "$who $$ $(date +%N)" || fail "a push of $who's does not land"
		! pushes "$who" .github/workflows/ci.yml "on: $who" || fail "$who's workflow was not held"
		said 'refs/heads/main is held'
	done
done

sentence "An ACL that lets others write the policy is told, with the cure"
chmod g+w "$server/countersign/policy.json"
exits 1 install status "$server"
said 'is writable by others: chmod go-w it (an ACL counts'
chmod g-w "$server/countersign/policy.json"

sentence "Refs of Countersign's that git hides are told by status: approvals as a fault, holds as a note"
git --git-dir="$server" config receive.hideRefs refs/countersign
exits 1 install status "$server"
said 'receive.hiderefs: refs/countersign'
said 'hides refs/countersign/approvals, so that git refuses every approval'
git --git-dir="$server" config --add receive.hideRefs '!refs/countersign/approvals'
exits 0 install status "$server"
git --git-dir="$server" config transfer.hideRefs refs/countersign/holds
exits 0 install status "$server"
said 'note: transfer.hiderefs: refs/countersign/holds'
git --git-dir="$server" config receive.hideRefs 'refs/countersigned' '^refs/countersign$'
git --git-dir="$server" config --unset-all transfer.hideRefs
exits 1 install status "$server"
said 'should be refs/countersign/holds'
git --git-dir="$server" config --add receive.hideRefs refs/countersign/holds
exits 0 install status "$server"
unsaid hideRefs
rm -rf "$server"
server=$story/server.git
