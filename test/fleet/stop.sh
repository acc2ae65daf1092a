# A stop holds on every host of the fleet, and nobody but who has a key of the settings can give or lift one.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/postgres.inc"
engine

everywhere()
{
	for name in git1 git2; do
		on "$name"
		in_work reset -q --hard origin/main
		agent claude-code
		commit src/a.c "$name $1 $(date +%N)"
		push main
		expect "$2"
	done
}

sentence "A stop holds on every connected host within a second, and a resume ends it"
host git1
host git2
sed -i 's/"database": {/& "listen": false,/' "$story/git1/prefix/etc/countersign/fleet.json" # asks, as behind a pool
for name in git1 git2; do
	on "$name"
	policy <<'JSON'
{ "version": 1, "agents": { "*": { "scope": ["/src/"] } } }
JSON
	serve "$name"
done
everywhere before landed
began=$(date +%s%N)
"$story/git1/prefix/bin/countersign" stop claude-code --fleet --reason 'it misbehaves' >"$out" 2>&1 || fail "it is not stopped"
took=$((($(date +%s%N) - began) / 1000000))
said 'agent claude-code is stopped in the fleet by order 1'
said 'in force on 2 of 2 connected hosts'
[ "$took" -lt 2000 ] || fail "it took $took ms"
printf '# a stop is in force on both hosts after %s ms, with its signature\n' "$took"
everywhere stopped denied
said 'it misbehaves'
exits 0 countersign stop --list --repo "$server"
said 'claude-code'
exits 0 "$story/git2/prefix/bin/countersign" resume claude-code --fleet
said 'is resumed in the fleet by order 2'
everywhere resumed landed
exits 1 "$story/git2/prefix/bin/countersign" resume claude-code --fleet
said 'was not stopped in the fleet'

sentence "A host that was away has the stop when it is back, and one that the engine has lost stays in force"
unserve git2
exits 0 "$story/git1/prefix/bin/countersign" stop claude-code --fleet --reason 'again'
serve git2
on git2
agent claude-code
commit src/a.c 'x'
push main
expect denied
unserve git2
echo 'DELETE FROM countersign.orders' | sql owner
serve git2
push main
expect denied

sentence "Orders that are forged, altered, of another fleet or put in again have no effect"
signed=$(echo "SELECT count(*) FROM countersign.orders" | sql owner)
same 'orders' 0 "$signed"
fleet=$(echo 'SELECT fleet FROM countersign.schema_version' | sql owner)
ssh-keygen -q -t ed25519 -N '' -C other -f "$story/other_key"
# order KEY NUMBER FLEET WHAT [BY [MORE]]: as the host's role would put it in
order()
{
	printf '{"countersign-order":1,"fleet":"%s","number":%s,"order":"%s","kind":"agent","name":"claude-code","since":"2026-11-23T10:00:00.000Z","by":"%s","reason":"r"%s}' \
		"$3" "$2" "$4" "${5:-x}" "${6:-}" >"$story/order"
	ssh-keygen -q -Y sign -n git -f "$1" <"$story/order" >"$story/order.sig" 2>/dev/null
	put
}
put()
{
	printf "INSERT INTO countersign.orders (host, text, signature) VALUES ('git1', '%s', '%s');\n" \
		"$(cat "$story/order")" "$(cat "$story/order.sig")" | sql git1
}
order "$story/other_key" 90 "$fleet" resume
hears git2 'passed over: it is not signed with a key'
order "$story/fleet_key" 91 00000000-0000-0000-0000-000000000000 resume
hears git2 'passed over: it is not an order of this fleet'
order "$story/fleet_key" 92 "$fleet" stop
sed -i 's/"order":"stop"/"order":"resume"/' "$story/order"
put
hears git2 'passed over: it is not signed'
order "$story/fleet_key" 2 "$fleet" resume # an old one once more
push main
expect denied
order "$story/fleet_key" 93 "$fleet" resume # and a good one counts
unserve git2
"$prefix/bin/countersign-fleet" serve --once >"$out" 2>&1
push main
expect landed

sentence "What a host's role puts in keeps no host from an order, and numbers that come late are read"
serve git2
agent claude-code
echo 'INSERT INTO countersign.orders (id, host, text, signature) OVERRIDING SYSTEM VALUE VALUES (9000000000000000000, '"'git1'"', 1, 1)' |
	sql git1 >"$out" && fail "a host's role numbers its rows itself"
said 'permission denied'
echo "SELECT setval('countersign.orders_id_seq', 5000)" | sql owner >/dev/null
order "$story/other_key" 94 "$fleet" stop
hears git2 'passed over'
echo "SELECT setval('countersign.orders_id_seq', 200)" | sql owner >/dev/null
order "$story/fleet_key" 95 "$fleet" stop # its transaction began before, and ended after
echo "SELECT setval('countersign.orders_id_seq', 6000)" | sql owner >/dev/null
order "$story/other_key" 94 "$fleet" resume
hears git2 'passed over'
commit src/a.c 'late'
push main
expect denied
order "$story/fleet_key" 96 "$fleet" resume
unserve git2
"$prefix/bin/countersign-fleet" serve --once >"$out" 2>&1
push main
expect landed

sentence "A stop that could not be written is in force as soon as it can be"
serve git2
etc=$prefix/etc/countersign
mkdir "$etc/fleet.orders.new"
order "$story/fleet_key" 97 "$fleet" stop
hears git2 'fleet.orders.new: Is a directory'
rmdir "$etc/fleet.orders.new"
order "$story/other_key" 98 "$fleet" resume
hears git2 'passed over'
agent claude-code
commit src/a.c 'full'
push main
expect denied
order "$story/fleet_key" 99 "$fleet" resume

sentence "An order that says too much is passed over, and one that is put in again and again costs no memory"
order "$story/fleet_key" 100 "$fleet" stop "$(printf '%01000d' 0)"
hears git2 'passed over: it says too much'
person alice
commit src/b.c 'still'
push main
expect landed
held()
{
	eval "awk '/^VmRSS/ { print \$2 }' /proc/\$serving_git2/status"
}
# 15 KB each, of which none counts
order "$story/fleet_key" 3 "$fleet" stop x "$(printf '%15000s' '')"
copies=$(printf "INSERT INTO countersign.orders (host, text, signature) SELECT 'git1', '%s', '%s' FROM generate_series(1, 1000);" \
	"$(cat "$story/order")" "$(cat "$story/order.sig")")
for round in 1 2 3 4; do
	printf '%s\n' "$copies" | sql git1
	order "$story/other_key" 98 "$fleet" resume
	hears git2 'passed over'
	[ "$round" != 1 ] || before=$(held)
done
more=$(($(held) - before))
printf '# %d KiB more after 3000 orders\n' "$more"
[ "$more" -lt 20000 ] || grep -q -a __asan_init "$BUILD_DIR/countersign-fleet" || fail "$more KiB more"
unserve git2
"$prefix/bin/countersign-fleet" serve --once >"$out" 2>&1

sentence "A lost list, or one of another's hand, refuses every push"
mv "$prefix/etc/countersign/stopped.fleet.json" "$story/list"
commit src/a.c 'y'
push main
expect refused
said 'stopped.fleet.json was there and is missing'
mv "$story/list" "$prefix/etc/countersign/stopped.fleet.json"
push main
expect landed
