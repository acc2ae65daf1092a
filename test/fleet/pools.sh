# PostgreSQL as organisations run it: behind a pool of connections, and with a replica that takes over.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/../push/signing.inc"
. "${0%/*}/postgres.inc"
[ -x /usr/sbin/pgbouncer ] || {
	printf '1..0 # SKIP there is no pgbouncer\n'
	exit 77
}
engine

# rows HOST: how many of the host's rows the engine in $engine has, waiting until all are there; none twice, none missing.
rows()
{
	there=$(countersign log --repo "$server" --json | wc -l)
	for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		has=$(echo "SELECT pg_sleep(0.3); SELECT count(*) || ' ' || count(DISTINCT seq) || ' ' || coalesce(max(seq), 0) FROM countersign.log WHERE host = '$1'" |
			sql owner | grep .)
		[ "$has" != "$there $there $there" ] || return 0
	done
	fail "the engine has '$has' of $there rows"
}

pushes()
{
	for round in $1; do
		in_work fetch -q origin
		branch "r$round" origin/main
		agent claude-code
		commit "infra/r$round.tf" x
		push "r$round:main"
		expect held
	done
}

sentence "Behind pgbouncer, which shares connections between transactions, rows go up, stops come down and uses are taken"
mkdir "$engine/pool"
[ "$(command id -u)" != 0 ] || chown 65534:65534 "$engine/pool"
cat >"$engine/pool/ini" <<END
[databases]
countersign = host=$engine dbname=countersign
[pgbouncer]
listen_addr =
listen_port = 5432
unix_socket_dir = $engine/pool
auth_type = scram-sha-256
auth_file = $engine/pool/users
pool_mode = transaction
default_pool_size = 2
logfile = $engine/pool/log
pidfile = $engine/pool/pid
END
printf '"git1" "secret-git1"\n"git2" "secret-git2"\n' >"$engine/pool/users"
host git1
pool=$engine/pool
pool_end()
{
	[ ! -f "$pool/pid" ] || kill "$(cat "$pool/pid")" 2>/dev/null || :
}
at_end pool_end
as_nobody /usr/sbin/pgbouncer -q -d "$pool/ini" >"$out" 2>&1 || fail 'pgbouncer does not start'
sed -i "s|\\[\"$engine\"\\]|[\"$pool\"], \"listen\": false|" "$prefix/etc/countersign/fleet.json"
exits 0 countersign fleet join
governed
sed -i 's/"version": 1,/"version": 1, "fleet": { "shared": true },/' "$server/countersign/policy.json"
serve git1
pushes '1 2 3'
rows git1
exits 0 countersign stop claude-code --fleet --reason 'it misbehaves'
said 'in force on 1 of 1 connected hosts'
push r3:main
expect denied
exits 0 countersign resume claude-code --fleet
said 'in force on 1 of 1'
push r3:main
expect held
digest=$(digest_of "$hold")
tag_as bob approve r3
as bob
push "+approval:refs/countersign/approvals/$hold/bob"
expect landed
as dev1
push r3:main
expect landed
exits 0 countersign holds --fleet --all
said "$hold"
unserve git1
kill "$(cat "$pool/pid")"

sentence "When a streaming replica takes over, hosts go on with it, and no row is lost or there twice"
printf 'local replication owner trust\nlocal all owner trust\nlocal all all scram-sha-256\n' | as_nobody tee "$engine/data/pg_hba.conf" >/dev/null
as_nobody "$postgres/pg_ctl" -D "$engine/data" -s reload
first=$engine first_pid=$engine_pid
as_nobody mkdir "$first/second"
as_nobody pg_basebackup -h "$first" -U owner -D "$first/second/data" -R -X stream -c fast
chmod 755 "$first/second"
engine=$first/second
engine_start
second_pid=$engine_pid
second_end()
{
	as_nobody "$postgres/pg_ctl" -D "$first/second/data" -m immediate -s stop >/dev/null 2>&1 || :
	engine=$first
}
at_end second_end
engine=$first engine_pid=$first_pid
fleet_settings git1 | sed "s|\\[\"$first\"\\]|[\"$first\", \"$first/second\"]|" >"$prefix/etc/countersign/fleet.json"
serve git1
pushes '4 5'
rows git1
pushes '6'
engine_kill # and what the replica has not got yet is gone with it
pushes '7 8'
as_nobody "$postgres/pg_ctl" -D "$first/second/data" -w -s promote
engine=$first/second engine_pid=$second_pid
hears git1 connected
rows git1
exits 0 countersign stop claude-code --fleet --reason 'again'
said 'in force on 1 of 1 connected hosts'
push r8:main
expect denied
exits 0 countersign resume claude-code --fleet
push r8:main
expect held
digest=$(digest_of "$hold")
tag_as bob approve r8
as bob
push "+approval:refs/countersign/approvals/$hold/bob"
expect landed
as dev1
push r8:main
expect landed
rows git1
exits 0 countersign status --fleet
unserve git1
