# Pushes of less than 1 MB that make the most work: each ends with a verdict and a row, soon.
. "${0%/*}/../push/lib.sh"

# timed_server: limits.seconds is 2, and what pre-receive takes is written to $story/times.
timed_server()
{
	server
	policy <<'JSON'
{ "version": 1, "limits": { "seconds": 2 }, "agents": { "*": { "scope": ["/**"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" },
             { "name": "credentials", "content": ["class:credentials"], "action": "deny" } ] }
JSON
	mv "$server/hooks/pre-receive" "$server/hooks/pre-receive.real"
	cat >"$server/hooks/pre-receive" <<SH
#!/bin/sh
hooks/pre-receive.real "\$@"
status=\$?
times | tail -n 1 >"$story/times"
exit \$status
SH
	sed -i "s|^hooks/|$server/hooks/|" "$server/hooks/pre-receive"
	chmod +x "$server/hooks/pre-receive"
	agent claude-code
}

# in_time: at most 3 s of processor time, its children's with it.
in_time()
{
	took=$(sed 's/m/ /g;s/s//g' "$story/times" | awk '{ print $1 * 60 + $2 + $3 * 60 + $4 }')
	awk "BEGIN { exit !($took <= 3) }" || fail "it took $took s of processor time"
}

rows()
{
	countersign log --repo "$server" --json | grep -c '"decision"' || :
}

# ends: the push was refused by a verdict that has a row, in time; then a person's push lands.
ends()
{
	expect denied
	in_time
	[ "$(rows)" -gt "$before" ] || fail 'there is no row'
	person bob
	agent none
	branch free origin/main
	commit docs/fine.md x
	push free:main
	expect landed
	in_time
}

# urls FILE BYTES: one that looks like passwords all over.
urls()
{
	mkdir -p "$work/src"
	yes 'https://name:Kx7mPq2Tz9@db.internal/' | head -c "$2" >"$work/$1"
	in_work add -f "$1"
}

sentence "One commit with one large file of URLs"
timed_server
before=$(rows)
urls src/urls.txt 32000000
record 'URLs'
push main
ends

sentence "One commit with four of them"
timed_server
before=$(rows)
for n in 1 2 3 4; do urls "src/urls$n.txt" $((31000000 + n)); done
record 'URLs'
push main
ends

sentence "Eight commits with one each: the time is out between two of them"
timed_server
before=$(rows)
for n in 1 2 3 4 5 6 7 8; do
	urls "src/urls$n.txt" $((31000000 + n))
	record "URLs $n"
done
push main
ends
