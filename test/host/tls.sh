# Webhooks over TLS, to a real nginx: what a receiver's certificate must be, and ours where it asks for one.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/../push/signing.inc"
PATH=$PATH:/usr/sbin:/sbin

command -v nginx >/dev/null && command -v openssl >/dev/null || {
	echo '1..0 # SKIP nginx or openssl is not on this machine'
	exit 77
}

tls=$story/tls
mkdir -p "$tls"

# authority NAME: makes one; certificate NAME AUTHORITY SUBJECT-ALTERNATIVE [OPTION...]: one that it signed.
authority()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$tls/$1.key" -out "$tls/$1.pem" -days 2 \
		-subj "/CN=$1" -addext basicConstraints=critical,CA:TRUE 2>/dev/null
}

certificate()
{
	certificate_name=$1 certificate_ca=$2 alternative=$3
	shift 3
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$tls/$certificate_name.key" \
		-out "$tls/$certificate_name.csr" -subj "/CN=$certificate_name" 2>/dev/null
	printf 'subjectAltName=%s\n' "$alternative" >"$tls/extensions"
	openssl x509 -req -in "$tls/$certificate_name.csr" -CA "$tls/$certificate_ca.pem" -CAkey "$tls/$certificate_ca.key" \
		-extfile "$tls/extensions" -out "$tls/$certificate_name.pem" "$@" 2>/dev/null
}

# expired NAME AUTHORITY SUBJECT-ALTERNATIVE: one whose days are over.
expired()
{
	certificate "$@" -days 2
	mkdir "$tls/ca"
	: >"$tls/ca/index"
	cat >"$tls/ca/settings" <<END
[ca]
default_ca = it
[it]
database = $tls/ca/index
new_certs_dir = $tls/ca
rand_serial = yes
policy = any
default_md = sha256
[any]
commonName = supplied
END
	printf 'subjectAltName=%s\n' "$3" >"$tls/extensions"
	openssl ca -batch -notext -config "$tls/ca/settings" -in "$tls/$1.csr" -cert "$tls/$2.pem" -keyfile "$tls/$2.key" \
		-extfile "$tls/extensions" -startdate 20200101000000Z -enddate 20200102000000Z -out "$tls/$1.pem" 2>/dev/null
	! openssl x509 -in "$tls/$1.pem" -noout -checkend 0 >/dev/null
}

authority ours
authority others
certificate good ours 'IP:127.0.0.1' -days 2
certificate elsewhere ours 'DNS:elsewhere.example' -days 2
expired expired ours 'IP:127.0.0.1'
certificate strangers others 'IP:127.0.0.1' -days 2
certificate client ours 'DNS:client' -days 2
chmod 600 "$tls"/*.key

# block NAME CERTIFICATE [DIRECTIVES]: a server of its own port, which is kept in $tls/NAME.port.
block()
{
	free=$("$tools/port")
	echo "$free" >"$tls/$1.port"
	cat <<END
server { listen 127.0.0.1:$free ssl; ssl_certificate $tls/$2.pem; ssl_certificate_key $tls/$2.key; ${3:-} location / { return 204; } }
END
}

{
	cat <<END
daemon off;
worker_processes 1;
pid $tls/nginx.pid;
error_log stderr;
events { worker_connections 64; }
http {
access_log off;
client_body_temp_path $tls/body; fastcgi_temp_path $tls/fastcgi; proxy_temp_path $tls/proxy; uwsgi_temp_path $tls/uwsgi; scgi_temp_path $tls/scgi;
END
	block good good
	block elsewhere elsewhere
	block expired expired
	block strangers strangers
	block asks good "ssl_client_certificate $tls/ours.pem; ssl_verify_client on;"
	plain=$("$tools/port")
	echo "server { listen 127.0.0.1:$plain; }"
	echo '}'
} >"$tls/nginx.conf"
nginx -e stderr -p "$tls" -c "$tls/nginx.conf" 2>"$tls/log" &
nginx_pid=$!
at_end 'kill "$nginx_pid" 2>/dev/null || :'
"$tools/port" "$(cat "$tls/asks.port")" "$nginx_pid" || fail "nginx did not start"

# told BLOCK [SETTINGS]: a push that is told to that server; $answer is what the outbox says of it.
told()
{
	policy <<JSON
{ "version": 1, "rules": [ { "name": "ci", "paths": ["/.github/"], "action": "deny" } ],
  "webhooks": [ { "url": "https://127.0.0.1:$(cat "$tls/$1.port")/hook"${2:-} } ] }
JSON
	agent claude-code
	branch work origin/main
	commit .github/workflows/ci.yml "on: push # $1 ${2:-}"
	push work:main
	expect denied
	"$prefix/bin/countersign-deliver" --repo "$server" >/dev/null 2>&1 &
	flusher=$!
	wanted_answer
	kill "$flusher" 2>/dev/null || :
	wait "$flusher" 2>/dev/null || :
}

# Waits until the event has been tried once; its status and answer.
wanted_answer()
{
	until countersign events --json --repo "$server" >"$story/events" && grep -q '"tries":[1-9]' "$story/events"; do
		kill -0 "$nginx_pid" || break
	done
	answer=$("$tools/story-json" status <"$story/events"): 
	answer="$answer $("$tools/story-json" answer <"$story/events")"
}

answered()
{
	case $answer in
	$1) ;;
	*) fail "the outbox says '$answer'" ;;
	esac
}

sentence "A certificate of our own authority for that name is taken"
server
told good ", \"ca_file\": \"$tls/ours.pem\""
answered 'delivered: *204*'

sentence "Without the authority it is not, and the event waits"
server
told good
answered 'queued: *certificate*'

sentence "A certificate for another name, an expired one, and another authority's are not taken"
for name in elsewhere expired strangers; do
	server
	told "$name" ", \"ca_file\": \"$tls/ours.pem\""
	case $answer in
	queued:*certificate* | queued:*SSL*) ;;
	*) fail "$name: the outbox says '$answer'" ;;
	esac
done

sentence "A receiver that asks for our certificate gets it, and one that was given none does not take the event"
server
told asks ", \"ca_file\": \"$tls/ours.pem\", \"client_certificate\": \"$tls/client.pem\", \"client_key\": \"$tls/client.key\""
answered 'delivered: *204*'
server
told asks ", \"ca_file\": \"$tls/ours.pem\""
answered 'queued: *400*'

# tries STATUS BLOCK [OPTION...]: samples for that server; the answers are in $out.
tries()
{
	expected=$1
	sample_url=https://127.0.0.1:$(cat "$tls/$2.port")/hook
	shift 2
	status=0
	(cd "$story" && countersign events test "$sample_url" "$@") >"$out" 2>&1 || status=$?
	same "the status of events test $*" "$expected" "$status"
}

sentence "events test goes by the policy's webhook of that address, or by options, and says whose certificate fails"
tries 0 asks --repo "$server" --client-certificate "$tls/client.pem" --client-key "$tls/client.key"
said "with the settings of the policy's webhook"
same 'how many samples were taken' 14 "$(grep -c ' 204$' "$out")"
tries 1 asks --repo "$server"
said '400'
policy <<JSON
{ "version": 1, "rules": [ { "name": "ci", "paths": ["/.github/"], "action": "deny" } ],
  "webhooks": [ { "url": "$sample_url", "ca_file": "$tls/ours.pem",
                  "client_certificate": "$tls/client.pem", "client_key": "$tls/client.key" } ] }
JSON
tries 0 asks --repo "$server"
same 'how many samples were taken' 14 "$(grep -c ' 204$' "$out")"
tries 1 asks --repo "$server" --client-certificate "$tls/client.pem" --client-key "$tls/strangers.key"
said 'no answer: TLS: our certificate or its key cannot be used: '
tries 0 good --ca "$tls/ours.pem"
unsaid 'policy'
tries 1 good
said "no answer: TLS: the receiver's certificate does not hold: "
same 'how many samples were sent' 1 "$(wc -l <"$out")"
tries 1 good --ca "$tls/none.pem"
said 'no answer: TLS: the file of authorities cannot be used: '
echo "$plain" >"$tls/plain.port"
tries 1 plain
said 'no answer: TLS: no agreement with the receiver: '
tries 2 asks --ca "$tls/ours.pem" --client-certificate "$tls/client.pem"
said 'usage: countersign events'
printf '{' | policy
tries 0 good --repo "$server" --ca "$tls/ours.pem"
said 'only what options say counts: '
