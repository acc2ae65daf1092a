# A reviewer on another machine, over SSH and over HTTP: fetches what is held and approves it, with git countersign and with stock git.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/../push/signing.inc"
. "${0%/*}/ssh.inc"
needs nginx fcgiwrap openssl
desk=$story/desk

# held_for ACCOUNT: a fresh server; what release-bot pushes is held, and that account has a clone of the server as it is now.
held_for()
{
	server
	governed
	person robot
	branch work origin/main
	commit infra/main.tf 'resource'
	as release-bot
	push work:main
	expect held
	said "git countersign approve $hold"
	rm -rf "$desk"
	reviewer=$1
	person "$reviewer"
	COUNTERSIGN_USER=$reviewer git clone -q "$address" "$desk" 2>"$out" || fail "$reviewer cannot clone"
	at_desk config gpg.format ssh
	at_desk config user.signingkey "$keys/$reviewer.pub"
}

# at_desk ARGUMENT...: git in the reviewer's clone, with the reviewer's account.
at_desk()
{
	COUNTERSIGN_USER=$reviewer PATH=$prefix/bin:$PATH git -C "$desk" "$@"
}

# told_of WAY: the same of each.
told_of()
{
	sentence "Over $1 a reviewer approves what an agent's account pushed with git countersign, and it lands"
	held_for bob
	exits 0 at_desk countersign list
	said "$hold"
	exits 0 at_desk countersign show "$hold"
	said '+resource'
	exits 0 at_desk countersign approve "$hold" --as bob -m 'Read it, fine.'
	push_again release-bot
	expect landed
	said 'refs/heads/main is allowed: approved by bob'
	account_was release-bot

	sentence "Over $1 the commands that the hold shows are enough"
	held_for bob
	at_desk fetch -q origin "refs/countersign/holds/$hold" || fail "the hold cannot be fetched"
	digest=$(at_desk cat-file tag FETCH_HEAD | sed -n 's/^Countersign-Digest: //p')
	at_desk tag -s "ok-$hold" 'FETCH_HEAD^{commit}' -m 'Read it, fine.' -m "Countersign-Digest: $digest
Countersign-Decision: approve"
	exits 0 at_desk push origin "ok-$hold:refs/countersign/approvals/$hold/bob"
	push_again release-bot
	expect landed
	said 'refs/heads/main is allowed: approved by bob'

	sentence "Over $1 an approval that is worth nothing is refused, and the reviewer is told why"
	held_for mallory
	exits 1 at_desk countersign approve "$hold" --as mallory
	said "signed by $(fingerprint_of mallory), which is mallory's, but mallory is not in platform"
	said 'the server rejected it (see above)'
	exits 1 at_desk countersign approve "$hold" --as bob
	said "signed by $(fingerprint_of mallory), which is mallory's, not bob's"
	at_desk config user.signingkey "$keys/bot.pub"
	exits 1 at_desk countersign approve "$hold" --as bob
	said "which is the agent release-bot's: agents approve nothing"
	push_again release-bot
	expect held
}

for who in release-bot bob mallory; do
	account "$who"
done
sshd_start
told_of SSH

# shellcheck source=test/host/http.inc
. "${0%/*}/http.inc"
for who in release-bot bob mallory; do
	account "$who"
done
nginx_start
told_of HTTP
