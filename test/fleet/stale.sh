# A host that does not hear from its fleet holds what agents bring to governed refs, and lets people go on.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/postgres.inc"
engine

stale()
{
	policy <<JSON
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/"] } }, "fleet": { "stale": "$1" } }
JSON
}

# rewind SECONDS: the host last heard so long ago.
rewind()
{
	awk -v seconds="$1" '{ printf "%s %s %d\n", $1, $2, $3 - seconds * 1000 }' "$prefix/etc/countersign/fleet.lease" >"$story/lease"
	cat "$story/lease" >"$prefix/etc/countersign/fleet.lease"
}

sentence "An agent's change waits on a host that never heard, and lands when it has"
host git1
stale 45s
agent claude-code
commit src/a.c 'x'
push main
expect held
said 'this host has not heard from its fleet at all'
said 'fleet'
push HEAD:refs/heads/free
expect landed
person alice
in_work checkout -q -B mine origin/main
commit src/b.c 'y'
push HEAD:main
expect landed
serve git1
agent claude-code
commit src/a.c 'z'
push HEAD:main
expect landed
exits 0 countersign status --fleet
said 'git1  connected'

sentence "The lease runs out after the time that the policy says, the shortest of its layers, and not by the host's clock"
unserve git1
agent claude-code
rewind 40
commit src/a.c 'in time'
push HEAD:main
expect landed
rewind 10
commit src/a.c 'too late'
push HEAD:main
expect held
said 'has not heard from its fleet for 5'
stale 2m
push HEAD:main
expect landed
rewind 120
site_policy <<'JSON'
{ "version": 1, "fleet": { "stale": "1h" } }
JSON
commit src/a.c 'of the site'
push HEAD:main
expect held
person bob
in_work reset -q --hard origin/main
commit src/b.c 'a person'
push HEAD:main
expect landed

sentence "Without a lease, or with one of another start of the machine, nothing was heard"
agent claude-code
serve git1
unserve git1
commit src/a.c 'heard'
push HEAD:main
expect landed
sed -i 's/ [0-9a-f]*-/ 00000000-/' "$prefix/etc/countersign/fleet.lease"
commit src/a.c 'another start'
push HEAD:main
expect held
rm "$prefix/etc/countersign/fleet.lease"
push HEAD:main
expect held

sentence "Settings that are gone refuse, and a host that has left is as before"
mv "$prefix/etc/countersign/fleet.json" "$story/fleet.json"
push HEAD:main
expect refused
said 'fleet.json was there and is missing'
mv "$story/fleet.json" "$prefix/etc/countersign/fleet.json"
exits 0 countersign fleet leave
push HEAD:main
expect landed
same 'what is left' '' "$(find "$prefix/etc/countersign" -name 'fleet*' -o -name '*fleet*')"
exits 2 countersign holds --fleet
said 'this host has not joined a fleet'

sentence "A time that is none is an error of the policy, with its place"
for time in 0s 30 never 25h 86401s -1s '1 m' 1d; do
	stale "$time"
	exits 1 countersign policy check "$server/countersign/policy.json"
	said '$.fleet.stale'
	said 'is not a time from 1s to 24h'
done
