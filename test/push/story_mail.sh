# A mail goes to sendmail whole, and stays queued when it was not taken.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
git init -q --bare "$place/r.git"
echo "$place/r.git" >"$place/list"

# taken STATUS: a sendmail that takes what it is given, and ends so.
taken()
{
	cat >"$place/sendmail" <<SH
#!/bin/sh
{ printf '%s\n' "\$*"; env; } >"$place/called"
cat >"$place/mail"
echo 'all kinds of talk'
exit $1
SH
	chmod 755 "$place/sendmail"
}

deliver()
{
	"$BUILD_DIR/countersign-deliver" --list "$place/list" --sendmail "$place/sendmail"
}
event()
{
	"$BUILD_DIR/test/statetool" "$place/r.git" event 1 "$1"
}
events="$BUILD_DIR/countersign events --repo $place/r.git"

taken 75
event '{"format":"mail","to":["alice@example.com"]}'
COUNTERSIGN_USER=1 GIT_DIR=x deliver
$events | grep -q 'queued.*ended with 75'
taken 0
event '{"format":"mail","to":["alice@example.com"]}'
deliver
$events | grep -q '  delivered  '
[ "$(head -n 1 "$place/called")" = '-t -oi' ]
! grep -q 'GIT_DIR\|COUNTERSIGN_USER' "$place/called"
grep -qx 'To: alice@example.com' "$place/mail"
sed '1,/^$/d' "$place/mail" | base64 -d | grep -q 'git countersign approve 7f3a91c2d4e5f607'
[ "$(sed '/^$/,$d' "$place/mail" | grep -c '^[A-Z][A-Za-z-]*: ')" -ge 7 ]

# One that does not read is no trouble, and nobody to write to is said.
printf '#!/bin/sh\nexit 0\n' >"$place/sendmail"
event '{"format":"mail","to":[]}'
deliver
$events | grep -q 'queued.*nobody to write to'
rm "$place/sendmail"
event '{"format":"mail","to":["bob@example.com"]}'
deliver
$events | grep -q 'queued.*ended with 127'
