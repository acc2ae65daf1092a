# The review page as CGI, below a path of a real web server that says who asks: nginx with fcgiwrap, and Apache.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/http.inc"
. "${0%/*}/../push/signing.inc"
. "${0%/*}/../push/passkey.inc"
. "${0%/*}/../push/review.inc"
needs nginx fcgiwrap apache2 openssl curl
for who in alice bob carol mallory; do
	account "$who"
done

# login NAME: who asks from now on.
login()
{
	who="-u $1:$(password "$1")"
}

read_page()
{
	# shellcheck disable=SC2086 # an option and its value
	get "$@" $who
}

# bob has a passkey, for the page at its public address; a hold waits.
reviewed_here()
{
	server
	printf '%s\n' "$server" >"$prefix/etc/countersign/repositories"
	printf '{ "version": 1, "review": { "url": "https://review.example.com/desk/review" } }\n' >"$prefix/etc/countersign/policy.json"
	policy <<JSON
{ "version": 1,
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "groups": ["platform"] },
              "bob": { "emails": ["bob@example.com"], "accounts": ["bob"], "groups": ["platform"], "passkeys": ["$(passkey_of bob)"] } },
  "rules": [ $rules ] }
JSON
	given "$host_user" "$server"
	as alice
	agent claude-code
	branch work origin/main
	commit infra/main.tf 'resource "a" { size = 2 }'
	push work:main
	expect held
	review=http://127.0.0.1:$port/desk/review/
}

told_of()
{
	sentence "Behind $1 whoever logged in reads, and nobody else does, whatever headers say"
	reviewed_here
	get "server/holds/$hold"
	coded 401
	login mallory
	read_page '' -H 'Remote-User: alice' -H 'REMOTE_USER: alice'
	coded 200
	said 'Nothing waits'
	read_page "server/holds/$hold"
	coded 404
	login bob
	read_page ''
	coded 200
	said "href=\"./server/holds/$hold\""
	said 'For you'
	read_page "server/holds/$hold"
	coded 200
	said 'size = 2'
	said 'href="../../style.css"'
	grep -q -i "^content-security-policy: default-src 'none';" "$story/head" || fail "no policy for the page"
	read_page style.css
	coded 200
	login alice
	read_page ''
	unsaid 'For you'

	sentence "Behind $1 the page is found without its last slash, and links lead on from there"
	reviewed_here
	login bob
	review=${review%/}
	read_page ''
	coded 308
	review=$review/
	read_page '' -L
	coded 200
	linked=$(sed -n 's|.*href="\./\(server/holds/[0-9a-f]*\)".*|\1|p' "$out" | head -n 1)
	read_page "$linked?view=split&lines=all"
	coded 200
	said 'size = 2'

	sentence "Behind $1 a passkey's answer lets the change land"
	reviewed_here
	page_path=server/holds/$hold
	login bob
	# shellcheck disable=SC2086
	offered bob approve 'Fine.' $who
	coded 200
	answered
	login alice
	# shellcheck disable=SC2086
	post "$page_path" "{$asked,\"time\":$time$answer}" $who
	coded 403
	login bob
	# shellcheck disable=SC2086
	post "$page_path" "{$asked,\"time\":$time$answer}" $who
	coded 200
	as alice
	push work:main
	expect landed
	said 'approved by bob'
}

nginx_start
told_of nginx
apache_start
told_of Apache

sentence "Behind a proxy, served by itself below another path, links and answers work"
reviewed_here
unserve
"$tools/port" >"$story/port"
mkfifo "$story/fifo"
as_user "$host_user" "$prefix/bin/countersign" review --listen 127.0.0.1:0 --user bob --repo "$server" >"$story/fifo" 2>>"$story/review.log" &
review_pid=$!
read -r behind <"$story/fifo"
cat >"$host/http/proxy.conf" <<END
daemon off;
worker_processes 1;
pid $host/http/proxy.pid;
error_log stderr;
events { worker_connections 64; }
http {
	access_log off;
	client_body_temp_path $host/http/body;
	proxy_temp_path $host/http/proxy;
	fastcgi_temp_path $host/http/fastcgi;
	uwsgi_temp_path $host/http/uwsgi;
	scgi_temp_path $host/http/scgi;
	server {
		listen 127.0.0.1:$(cat "$story/port");
		location /deep/desk/ { proxy_pass $behind; }
	}
}
END
started proxy "$host_user" nginx -e stderr -p "$host/http" -c "$host/http/proxy.conf"
"$tools/port" "$(cat "$story/port")" "$pid" || fail "the proxy does not serve"
review=http://127.0.0.1:$(cat "$story/port")/deep/desk/
get ''
coded 200
get "$(sed -n 's|.*href="\./\(server/holds/[0-9a-f]*\)".*|\1|p' "$out" | head -n 1)"
coded 200
said 'size = 2'
get 'server/holds/../../style.css'
coded 200
decides bob approve 'Fine.'
coded 200

# written_for SERVER: install.sh has written that server's configuration, below /desk; a second time it has nothing to do.
written_for()
{
	"$SOURCE_DIR/install.sh" review /desk --prefix "$prefix" --config "$host/etc/$1" --dry-run >"$out" 2>&1 || fail "no plan"
	said 'would write'
	[ ! -e "$host/etc/$1" ] || fail 'the plan was carried out'
	"$SOURCE_DIR/install.sh" review /desk --prefix "$prefix" --config "$host/etc/$1" >"$out" 2>&1 || fail "install.sh review"
	said 'left to you: htpasswd'
	"$SOURCE_DIR/install.sh" review /desk --prefix "$prefix" --config "$host/etc/$1" >"$out" 2>&1 || fail "install.sh review"
	unsaid '  write'
	find "$host/etc/$1" -type f | head -n 1 >"$story/written"
	cp "$host/http/accounts" "$prefix/etc/countersign/review-accounts"
	chmod 644 "$prefix/etc/countersign/review-accounts"
}

# It serves what was written.
desk_is_served()
{
	reviewed_here
	review=http://127.0.0.1:$port/desk/
	get ''
	coded 401
	login bob
	read_page ''
	coded 200
	said "href=\"./server/holds/$hold\""
	login mallory
	read_page ''
	unsaid "$hold"
}

sentence "What install.sh review writes for nginx is served, once accounts are in its file"
written_for nginx
serve_written_nginx()
{
	mkdir -p "$host/etc/nginx/snippets"
	cp /etc/nginx/fastcgi_params "$host/etc/nginx/"
	sed "s|/run/fcgiwrap.socket|$host/http/fcgi|" "$(cat "$story/written")" >"$host/http/written.conf"
	sed "s|location ~ ^/git.*|include $host/http/written.conf; location /none {|; s|listen .*|listen 127.0.0.1:$port;|" \
		"$host/http/nginx.conf" | sed '/location \/none/,$d' >"$host/http/nginx-written.conf"
	printf 'include %s; } }\n' "$host/http/written.conf" >>"$host/http/nginx-written.conf"
	sed -i "s|pid .*|pid $host/http/nginx-written.pid;|" "$host/http/nginx-written.conf"
	started nginx-written "$host_user" nginx -e stderr -p "$host/http" -c "$host/http/nginx-written.conf"
}
serving written_nginx
desk_is_served

sentence "What install.sh review writes for Apache is served"
written_for apache2
serve_written_apache()
{
	sed "/^ScriptAlias/d; /^<Location/,\$d; s|^Listen .*|Listen 127.0.0.1:$port|; s|/http/apache.pid|/http/apache-written.pid|; s|/http/cgid|/http/cgid-written|" \
		"$host/http/apache.conf" >"$host/http/apache-written.conf"
	cat "$(cat "$story/written")" >>"$host/http/apache-written.conf"
	started apache-written "$host_user" apache2 -DFOREGROUND -f "$host/http/apache-written.conf"
}
serving written_apache
desk_is_served

sentence "What install.sh review writes for lighttpd is served"
if missing lighttpd >/dev/null; then
	skip "lighttpd is not on this machine"
else
	written_for lighttpd
	serve_written_lighttpd()
	{
		{
			printf 'server.document-root = "%s/http/root"\nserver.port = %s\nserver.bind = "127.0.0.1"\n' "$host" "$port"
			cat "$(cat "$story/written")"
		} >"$host/http/lighttpd.conf"
		started lighttpd "$host_user" lighttpd -D -f "$host/http/lighttpd.conf"
	}
	serving written_lighttpd
	desk_is_served
fi
