# A receiver that hangs up, redirects, never stops talking or is no web server costs nothing but a retry; a killed deliverer
# loses nothing.
set -eu
place=$(mktemp -d)
receivers=
trap 'kill $receivers 2>/dev/null || :; rm -rf "$place"' EXIT
git init -q --bare "$place/r.git"
events="$BUILD_DIR/countersign events --repo $place/r.git"

# $1 the mode; sets port
receive()
{
	rm -f "$place/port"
	mkfifo "$place/port"
	"$BUILD_DIR/test/receiver" --mode "$1" --out "$place/out" >"$place/port" &
	receivers="$receivers $!"
	read -r port <"$place/port"
}

try()
{
	"$BUILD_DIR/test/statetool" "$place/r.git" event "$2" "{\"format\":\"json\",\"url\":\"$1\"}"
	"$BUILD_DIR/countersign-deliver" --list "$place/list"
}
echo "$place/r.git" >"$place/list"

receive ok
good=$port
receive "redirect:http://127.0.0.1:$good/"
try "http://127.0.0.1:$port/" 1
$events | grep -q 'queued.* 307'
[ ! -s "$place/out" ]
receive cut
try "http://127.0.0.1:$port/" 1
try 'http://127.0.0.1:1/' 1
try 'file:///etc/passwd' 1
try 'ftp://127.0.0.1/' 1
[ "$($events | grep -c 'queued.*no answer')" -eq 4 ]
receive endless
try "http://127.0.0.1:$port/" 1
[ "$($events | grep -c '  delivered  ')" -eq 1 ]

# Killed when some have arrived, again and again: each event arrives at least once.
: >"$place/out"
receive flaky
"$BUILD_DIR/test/statetool" "$place/r.git" event 60 "{\"format\":\"json\",\"url\":\"http://127.0.0.1:$port/\"}"
i=0
while [ $i -lt 40 ] && $events | grep -q " 127.0.0.1:$port .*" && $events | grep "127.0.0.1:$port" | grep -q '  queued  '; do
	"$BUILD_DIR/countersign" events retry --repo "$place/r.git" >/dev/null
	"$BUILD_DIR/countersign-deliver" --list "$place/list" &
	victim=$!
	while [ $i -lt 12 ] && [ -e "/proc/$victim/exe" ]; do
		[ "$(wc -l <"$place/out")" -le $((i * 4)) ] || kill -9 $victim 2>/dev/null || :
	done
	wait $victim 2>/dev/null || :
	i=$((i + 1))
done
for id in $($events | grep "127.0.0.1:$port" | cut -d' ' -f1); do
	grep -q "^$id" "$place/out"
done
