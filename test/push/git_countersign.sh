# git-countersign lists, shows, approves, rejects and withdraws, under three shells.
set -eu
box=$(mktemp -d)
trap 'rm -rf "$box"' EXIT
cd "$box"
export HOME="$box" GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org \
	GIT_COMMITTER_NAME=C GIT_COMMITTER_EMAIL=c@example.org
command=$SOURCE_DIR/hooks/command/git-countersign
fail() { echo "FAILED: $1" >&2; exit 1; }

export GIT_DEFAULT_HASH="${FORMAT:=sha1}"
git init -q --bare -b main server
git init -q -b main work
cd work
git remote add origin ../server
git commit -q --allow-empty -m first
printf 'x\033[31m\n' >ci.yml
git add ci.yml
git commit -q -m 'change ci'
git push -q origin main
held=$(git rev-parse HEAD)
zeros=$(printf %s "$held" | tr 0-9a-f 0)
text="countersign hold 2
object-format $FORMAT
repository 00000000000000000000000000000000
ref refs/heads/main
landed 0
infrastructure 000000 $zeros 100644 $(git rev-parse HEAD:ci.yml) $zeros ci.yml"
digest=$(printf '%s\n' "$text" | sha256sum | cut -d ' ' -f 1)
id=$(printf %.16s "$digest")
other=$(printf '%s' "$digest" | tr 0123456789abcdef 123456789abcdef0)
git tag -a -m "held: ci.yml

Countersign-Digest: $digest

-----BEGIN COUNTERSIGN HOLD-----
$text
-----END COUNTERSIGN HOLD-----

{\"version\":1,\"ref\":\"refs/heads/other\",\"digest\":\"$digest\",\"findings\":[{\"commit\":\"$held\",\"agent\":\"claude-code\",\"path\":\"ci.yml\",\"approvers\":[\"platform\"],\"approvals\":1},{\"agent\":\"codex\",\"path\":\"b\"}]}" hold
git push -q origin hold:refs/countersign/holds/$id
git push -q origin hold:refs/countersign/holds/ffffffffffffffff

for shell in dash 'bash --posix' 'busybox sh'; do
	command -v "${shell%% *}" >/dev/null || fail "there is no $shell"
	rm -f "$HOME/.gitconfig"
	$shell "$command" list >out || fail "$shell: list"
	grep -q "^$id  [0-9]* min  refs/heads/other  claude-code,codex  ci.yml, and 1 more  0 of 1, needs platform  change ci$" out ||
		{ cat out; fail "$shell: what the hold is about"; }
	[ "$(wc -l <out)" -eq 2 ] || fail "$shell: the other hold is not listed"
	! $shell "$command" show $id --long >out 2>&1 || fail "$shell: --long is taken by show"
	$shell "$command" show $id >out || fail "$shell: show"
	grep -qF '+x\x1b[31m' out || fail "$shell: the diff is not shown escaped"
	! grep -q '"version"' out || fail "$shell: the verdict object is shown"
	git tag -f -a -m "Fine.

Countersign-Digest: $other
Countersign-Decision: approve
-----BEGIN SSH SIGNATURE-----" of-another "$held" >/dev/null
	git push -q origin "+of-another:refs/countersign/approvals/$id/mallory"
	git tag -d of-another >/dev/null
	$shell "$command" show $id >out || fail "$shell: show beside what is of another digest"
	! grep -q 'mallory: ' out || fail "$shell: what was said of another digest is shown"
	git push -q origin ":refs/countersign/approvals/$id/mallory"
	! $shell "$command" show ffffffffffffffff >out 2>&1 || fail "$shell: a digest of another id"
	! $shell "$command" approve $id >out 2>&1 || fail "$shell: nobody approved"
	grep -q countersign.person out || fail "$shell: does not ask who I am"
	grep -q user.signingkey out || fail "$shell: says only half of what is to be set up"
	git config --global countersign.person alice
	! $shell "$command" approve $id >out 2>&1 || fail "$shell: approved without a key"
	grep -q user.signingkey out || fail "$shell: does not say how to sign"
	[ -f ../key ] || ssh-keygen -q -t ed25519 -N '' -f ../key
	git config --global gpg.format ssh
	git config --global user.signingkey "$box/key.pub"
	for decision in approve reject withdraw; do
		$shell "$command" $decision $id -m 'Read it.' >out 2>&1 || { cat out; fail "$shell: $decision"; }
		case $decision in
		approve) standing='approved: push again' ;;
		reject) standing='rejected by alice' ;;
		*) standing='0 of 1, needs platform' ;;
		esac
		grep -qx "now: $standing" out || { cat out; fail "$shell: $decision does not say what is missing"; }
		case $decision in
		approve)
			$shell "$command" list >out.list
			grep -q "^$id .*1 of 1, needs platform (unverified: alice)" out.list || { cat out.list; fail "$shell: a signature that nobody here verified counts as good"; }
			;;
		reject)
			$shell "$command" list >out.list
			grep -q "^$id .*rejected by alice (unverified)" out.list || { cat out.list; fail "$shell: the rejection is not listed"; }
			;;
		esac
		grep -q "    Countersign-Digest: $digest" out || fail "$shell: not shown what is signed"
		git -C ../server cat-file tag refs/countersign/approvals/$id/alice >tag
		grep -q "^Countersign-Decision: $decision$" tag || fail "$shell: wrong decision"
		grep -q "^-----BEGIN SSH SIGNATURE" tag || fail "$shell: not signed"
		grep -q "^object $held$" tag || fail "$shell: on another commit"
	done
	# what is not signed, or is of another digest, is no approval
	git tag -f -a -m "ok

Countersign-Digest: $digest
Countersign-Decision: approve" forged "$held" 2>/dev/null
	git tag -f -s -m "ok

Countersign-Digest: $other
Countersign-Decision: approve" another "$held" 2>/dev/null
	git push -qf origin forged:refs/countersign/approvals/$id/mallory another:refs/countersign/approvals/$id/bob
	git tag -d forged another >/dev/null
	$shell "$command" list >out || fail "$shell: list"
	grep -q "^$id .*0 of 1, needs platform" out || { cat out; fail "$shell: what is no approval is counted"; }
	$shell "$command" approve "$(printf %.16s "$other")" --as bob --digest "$other" >out 2>&1 ||
		{ cat out; fail "$shell: a denied push"; }
	! $shell "$command" reject $id >out 2>&1 || fail "$shell: rejected without a word"
	! $shell "$command" approve $id --digest "$other" >out 2>&1 || fail "$shell: another digest"
	[ "$(git tag)" = hold ] || fail "$shell: a tag was left behind"
done
