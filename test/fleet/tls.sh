# PostgreSQL on another address than this machine's own: TLS, and the server is who the settings say, by a CA of the story's own.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/postgres.inc"
command -v openssl >/dev/null 2>&1 || {
	printf '1..0 # SKIP there is no openssl\n'
	exit 77
}
# An address of the loopback that nobody else has: the port is then free.
address=127.$(od -An -N 3 -t u1 /dev/urandom | awk '{ print $1 % 250 + 2 "." $2 "." $3 % 250 + 1 }')
engine

# authority NAME: its key and certificate
authority()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$1" -keyout "$story/$1.key" -out "$story/$1.pem" 2>/dev/null
}

# certificate NAME AUTHORITY SUBJECT ALTERNATIVE
certificate()
{
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$3" -keyout "$story/$1.key" -out "$story/$1.csr" 2>/dev/null
	printf 'subjectAltName=%s\n' "$4" >"$story/$1.ext"
	openssl x509 -req -in "$story/$1.csr" -CA "$story/$2.pem" -CAkey "$story/$2.key" -CAcreateserial -days 2 -extfile "$story/$1.ext" -out "$story/$1.pem" 2>/dev/null
}

# shows NAME: the engine has that certificate from now on
shows()
{
	for end in pem key; do
		as_nobody tee "$engine/data/server.$end" <"$story/$1.$end" >/dev/null
	done
	as_nobody chmod 600 "$engine/data/server.key"
	as_nobody "$postgres/pg_ctl" -D "$engine/data" -m fast -w -s restart -l "$engine/log" -o "-c listen_addresses=$address \
		-c unix_socket_directories='$engine' -c fsync=off -c ssl=${2:-on} -c ssl_cert_file=server.pem -c ssl_key_file=server.key -c ssl_ca_file=root.pem"
	engine_pid=$(head -n 1 "$engine/data/postmaster.pid")
}

# reached [SED]: by settings for that address, with what is changed
reached()
{
	fleet_settings git1 | sed "s|\\[\"$engine\"\\]|[\"$address\"], \"ca_file\": \"$story/ca.pem\"|; ${1:-}" >"$prefix/etc/countersign/fleet.json"
	"$prefix/bin/countersign-fleet" join >"$out" 2>&1
}

refused()
{
	! reached "${2:-}" || fail "it joins"
	said "$1"
}

sentence "A server that the settings' authority vouches for is spoken to by TLS, with a password or a certificate"
authority ca
authority other
certificate server ca db "IP:$address"
certificate misnamed ca db 'IP:127.0.0.2, DNS:db.example.com'
certificate stranger other db "IP:$address"
certificate git1 ca git1 DNS:git1
as_nobody tee "$engine/data/root.pem" <"$story/ca.pem" >/dev/null
printf 'local all owner trust\nlocal all all scram-sha-256\nhostssl all all all scram-sha-256\nhostnossl all all all trust\n' |
	as_nobody tee "$engine/data/pg_hba.conf" >/dev/null
host git1
shows server
reached || fail "$(cat "$out")"
"$prefix/bin/countersign-fleet" serve --once >"$out" 2>&1 || fail "it does not serve"
printf 'hostssl all git1 all cert\n' | as_nobody tee "$engine/data/pg_hba.conf" >/dev/null
shows server
refused 'certificate'
chmod 600 "$story/git1.key"
reached "s|\"ca_file\"|\"certificate_file\": \"$story/git1.pem\", \"key_file\": \"$story/git1.key\", &|" || fail "$(cat "$out")"

sentence "Another name, another authority and no TLS are refused"
printf 'local all owner trust\nhostssl all all all scram-sha-256\nhostnossl all all all trust\n' | as_nobody tee "$engine/data/pg_hba.conf" >/dev/null
shows misnamed
refused 'does not match'
reached 's|"ca_file"|"tls": "verify-ca", &|' || fail "$(cat "$out")"
shows stranger
refused 'certificate verify failed'
refused 'certificate verify failed' 's|"ca_file"|"tls": "verify-ca", &|'
shows server off
refused 'does not support SSL'
refused 'turns TLS off for a server on another machine' 's|"ca_file"|"tls": "off", &|'
