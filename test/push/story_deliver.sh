# What is in the outbox reaches a receiver that fails at first, signed, once it is well; the log shows tampering.
set -eu
place=$(mktemp -d)
trap 'kill $receiver 2>/dev/null || :; rm -rf "$place"' EXIT
receiver=
git init -q --bare "$place/r.git"
printf 'a secret that is long enough\n' >"$place/key"
chmod 600 "$place/key"
mkfifo "$place/port"
"$BUILD_DIR/test/receiver" --secret "$place/key" --mode fail:2 --out "$place/out" >"$place/port" &
receiver=$!
read -r port <"$place/port"
target="{\"format\":\"json\",\"url\":\"http://127.0.0.1:$port/\",\"secret_file\":\"$place/key\"}"
"$BUILD_DIR/test/statetool" "$place/r.git" event 20 "$target"
"$BUILD_DIR/countersign-deliver" --repo "$place/r.git"
[ "$(cut -f4 "$place/out" | sort | uniq -c | tr -s ' ')" = ' 20 good' ]
[ "$(cut -f1 "$place/out" | sort -u | wc -l)" -eq 20 ]

# openssl says the same of the signature.
IFS="$(printf '\t')" read -r id timestamp signature verdict body <"$place/out"
expected=$(printf '%s.%s.%s' "$id" "$timestamp" "$body" |
	openssl dgst -sha256 -hmac 'a secret that is long enough' -binary | base64)
[ "$signature" = "v1,$expected" ]

# A secret that others can read is not used, and nothing is sent unsigned.
chmod 644 "$place/key"
"$BUILD_DIR/test/statetool" "$place/r.git" event 1 "$target"
timeout 2 "$BUILD_DIR/countersign-deliver" --repo "$place/r.git" || :
"$BUILD_DIR/countersign" events --repo "$place/r.git" | grep -q 'queued.*open to others'
[ "$(wc -l <"$place/out")" -eq 20 ]

"$BUILD_DIR/test/statetool" "$place/r.git" log 9
"$BUILD_DIR/countersign" log verify --repo "$place/r.git" | grep -q '^the log is whole: 9 rows'
[ "$("$BUILD_DIR/countersign" log --json --decision deny --repo "$place/r.git" | wc -l)" -eq 4 ]
[ "$("$BUILD_DIR/countersign" log --agent claude-code --ref 3 --repo "$place/r.git" | wc -l)" -eq 1 ]
[ "$("$BUILD_DIR/countersign" log --agent nobody --repo "$place/r.git" | wc -l)" -eq 0 ]
printf '{"version":1}' >"$place/r.git/countersign/policy.json" # which says where holds are kept
"$BUILD_DIR/test/statetool" "$place/r.git" hold 7f3a91c2d4e5f607
"$BUILD_DIR/countersign" holds --repo "$place/r.git" | grep -q '^7f3a91c2d4e5f607 '
"$BUILD_DIR/countersign" holds drop 7f3a91c2d4e5f607 --repo "$place/r.git" >/dev/null
[ -z "$("$BUILD_DIR/countersign" holds --repo "$place/r.git")" ]
"$BUILD_DIR/countersign" log --json --repo "$place/r.git" | tail -n 1 | grep -q '"kind":"dropped".*7f3a91c2d4e5f607'
"$BUILD_DIR/countersign" log verify --repo "$place/r.git" | grep -q '^the log is whole: 10 rows'

# rows COUNT OPTION...: so many rows are shown.
rows()
{
	count=$1
	shift
	[ "$("$BUILD_DIR/countersign" log "$@" --repo "$place/r.git" | wc -l)" -eq "$count" ]
}

# Nine rows of ten o'clock, and one of now: a day and a second are in both bounds whole.
rows 9 --until 2026-11-23
rows 0 --until 2026-11-22
rows 9 --until 2026-11-23T10:00:00Z
rows 0 --until 2026-11-23T09:59:59
rows 9 --since 2026-11-23T10:00:00Z --until 2026-11-23
rows 0 --since 2026-11-24 --until 2026-11-23
rows 10 --since 2026-9-3 --until 0m
rows 0 --until 100000d
for wrong in '--until yesterday' '--until 2026-11-23Z' '--until 2026-11-23 --follow'; do
	status=0
	"$BUILD_DIR/countersign" log $wrong --repo "$place/r.git" >/dev/null 2>&1 || status=$?
	[ "$status" -eq 2 ]
done
