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

# A sendmail that hangs is ended with all that it has started, and keeps no webhook waiting, nor another mail.
cat >"$place/sendmail" <<SH
#!/bin/sh
cat >"$place/mail.\$\$"
grep -q slow@ "$place/mail.\$\$" || exit 0
tail -f /dev/null &
echo \$! >>"$place/children"
tail -f /dev/null
SH
chmod 755 "$place/sendmail"
"$BUILD_DIR/test/receiver" --out "$place/received" >"$place/port" &
receiver=$!
trap 'kill "$receiver" 2>/dev/null || :; rm -rf "$place"' EXIT
while [ ! -s "$place/port" ]; do :; done
rm -rf "$place/r.git"
git init -q --bare "$place/r.git"
for _ in 1 2 3 4 5; do
	event '{"format":"mail","to":["slow@example.com"]}'
done
event '{"format":"mail","to":["alice@example.com"]}'
event "{\"format\":\"json\",\"url\":\"http://127.0.0.1:$(cat "$place/port")/\"}"
# living: how many of the children are there, and have not ended.
living()
{
	while read -r child; do
		grep -s '^State' "/proc/$child/status" || :
	done <"$place/children" | grep -c -v 'Z (zombie)' || :
}
before=$(date +%s)
deliver &
deliverer=$!
while [ ! -s "$place/received" ]; do :; done
event "{\"format\":\"json\",\"url\":\"http://127.0.0.1:$(cat "$place/port")/\"}"
while [ "$(grep -c . "$place/received")" -lt 2 ] || [ "$(grep -c . "$place/children")" -lt 5 ]; do :; done
# Both webhooks were sent while all five mails hung, and these hang beside each other.
[ "$(living)" -eq 5 ]
wait "$deliverer"
[ "$(($(date +%s) - before))" -lt 40 ]
[ "$(living)" -eq 0 ]
[ "$($events | grep -c '  delivered  ')" -eq 3 ]
[ "$($events | grep -c 'queued.*did not end within 10 seconds')" -eq 5 ]
