# Ways to log in to a web server in front of git: with a right configuration of each the account is who was checked, and
# `status --http` finds nothing; with a wrong one it says what is taken.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/http.inc"
needs nginx fcgiwrap apache2 openssl curl
account alice
account bot
printf 'alice:git:%s\n' "$(printf 'alice:git:ecila' | md5sum | cut -d ' ' -f 1)" >"$host/http/digest"

# The certificates of an authority of ours: the server's, and alice's.
mkdir "$host/tls"
(
	cd "$host/tls"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=ca
	for who in 127.0.0.1 alice; do
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$who.key" -out "$who.csr" -subj "/CN=$who"
		printf 'subjectAltName=IP:127.0.0.1\n' >"$who.ext"
		openssl x509 -req -in "$who.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile "$who.ext" -out "$who.pem"
	done
) >"$host/tls.log" 2>&1 || cat "$host/tls.log"
given "$host_user" "$host/tls"

include=
map='map $ssl_client_s_dn $name { "~(^|,)CN=(?<cn>[A-Za-z0-9._@-]+)(,|$)" $cn; }'

# login TEXT [USER [LISTEN [MORE]]]: nginx with that in git's location, USER as REMOTE_USER.
login()
{
	location=$1 user=${2:-\$remote_user} tls=${3:-} more=${4:-}
	[ -z "${nginx_pid:-}" ] || { kill "$nginx_pid"; wait "$nginx_pid" 2>/dev/null || :; }
	serving nginx
	nginx_pid=$pid
	address=http${tls:+s}://127.0.0.1:$port/git/server.git
	in_work remote set-url origin "$address" 2>/dev/null || :
}

serve_nginx()
{
	cat >"$host/http/nginx.conf" <<END
daemon off;
worker_processes 1;
pid $host/http/nginx.pid;
error_log stderr;
events { worker_connections 256; }
http {
	$map
	access_log off;
	client_body_temp_path $host/http/body;
	fastcgi_temp_path $host/http/fastcgi;
	proxy_temp_path $host/http/proxy;
	uwsgi_temp_path $host/http/uwsgi;
	scgi_temp_path $host/http/scgi;
	server {
		$more
		listen 127.0.0.1:$port ${tls:+ssl};
		${tls:+ssl_certificate $host/tls/127.0.0.1.pem; ssl_certificate_key $host/tls/127.0.0.1.key; $tls}
		location ~ ^/git(?<path>/.*) {
			$location
			$include
			fastcgi_pass unix:$host/http/fcgi;
			fastcgi_param QUERY_STRING \$query_string;
			fastcgi_param REQUEST_METHOD \$request_method;
			fastcgi_param CONTENT_TYPE \$content_type;
			fastcgi_param CONTENT_LENGTH \$content_length;
			fastcgi_param SCRIPT_FILENAME $backend;
			fastcgi_param GIT_PROJECT_ROOT $host;
			fastcgi_param GIT_HTTP_EXPORT_ALL 1;
			fastcgi_param PATH_INFO \$path;
			fastcgi_param REMOTE_USER $user;
		}
	}
}
END
	started nginx "$host_user" nginx -e stderr -p "$host/http" -c "$host/http/nginx.conf"
}

looks()
{
	wanted_exit=$1
	shift
	exits "$wanted_exit" countersign status --repo "$server" --http "$address" "$@"
}

# lands_as NAME: a push of an agent's account is judged as that account's.
lands_as()
{
	as "$1"
	commit src/a.c "$1 $address"
	push --push-option=countersign=json main
	expect landed
	verdict account "$1"
}

basic="auth_basic git; auth_basic_user_file $host/http/accounts;"
bot_and_alice
started fcgiwrap "$host_user" fcgiwrap -c 1 -s "unix:$host/http/fcgi"
login "$basic"
http_client
sed -i 's/\["bot"\]/["bot", "alice-bot"]/' "$server/countersign/policy.json"
: >"$story/refs-before"

sentence "auth_basic: whoever is not checked is refused, and nothing is found"
looks 0
said "note: $address: refuses an empty push without an account, with a wrong and an empty password"
in_work remote set-url origin "$address"
agent claude-code
as bot
commit payments/x.c 1
push main
expect denied
said 'by bot, claude-code (account'
in_work reset -q --hard origin/main
agent none

sentence "auth_basic with satisfy any, or none in the location: a wrong password is taken, and that is told"
for wrong in "$basic satisfy any; allow all;" ''; do
	login "$wrong"
	looks 1
	said 'takes a wrong password'
	said 'takes an empty password'
	said 'takes a name that nobody has'
	in_work config http.extraHeader "Authorization: Basic $(printf 'bot:no' | base64)"
	agent claude-code
	commit payments/x.c 1
	push main
	said 'by bot, claude-code (account'
	in_work reset -q --hard origin/main
	in_work config --unset http.extraHeader
done

sentence "auth_request: the account is what the checking service answers; with \$remote_user or a client's header in its place it is told"
# The service is a server of its own, which asks for a password by itself.
service_port=$("$tools/port")
cat >"$host/http/service.conf" <<END
daemon off;
worker_processes 1;
pid $host/http/service.pid;
error_log stderr;
events { worker_connections 256; }
http {
	access_log off;
	client_body_temp_path $host/http/body2;
	fastcgi_temp_path $host/http/fastcgi2;
	proxy_temp_path $host/http/proxy2;
	uwsgi_temp_path $host/http/uwsgi2;
	scgi_temp_path $host/http/scgi2;
	server {
		listen 127.0.0.1:$service_port;
		location / { $basic add_header X-User \$remote_user; root $host/http/empty; try_files /index.html =404; }
	}
}
END
mkdir -p "$host/http/empty"
echo ok >"$host/http/empty/index.html"
given "$host_user" "$host/http/empty"
started service "$host_user" nginx -e stderr -p "$host/http" -c "$host/http/service.conf"
"$tools/port" "$service_port" "$pid" || fail 'the service does not serve'
check="location = /check { internal; proxy_pass http://127.0.0.1:$service_port/; proxy_pass_request_body off; proxy_set_header Content-Length ''; }"
request='auth_request /check; auth_request_set $who $upstream_http_x_user;'
login "$request" '$who' '' "$check"
looks 0
lands_as bot
login '' '$http_x_user'
looks 1
said 'believes a header'

sentence "What fastcgi_params of Debian says of REMOTE_USER comes first, and is what the client claims"
if grep -q REMOTE_USER /etc/nginx/fastcgi_params; then
	include='include /etc/nginx/fastcgi_params;'
	login '' '""'
	looks 1
	said 'takes a wrong password'
	include=
	login '' '""'
	looks 0
else
	skip 'this fastcgi_params does not'
fi

sentence "Client certificates: the account is the certificate's name; optional ones that are not asked after are told"
export GIT_SSL_CAINFO="$host/tls/ca.pem"
login '' '$name' "ssl_client_certificate $host/tls/ca.pem; ssl_verify_client on;"
looks 0 --ca "$host/tls/ca.pem"
in_work config http.sslCert "$host/tls/alice.pem"
in_work config http.sslKey "$host/tls/alice.key"
lands_as alice
login '' '$remote_user' "ssl_client_certificate $host/tls/ca.pem; ssl_verify_client optional;"
looks 1 --ca "$host/tls/ca.pem"
said 'takes a wrong password'
login '' '$name' "ssl_client_certificate $host/tls/ca.pem; ssl_verify_client optional_no_ca;"
looks 1 --ca "$host/tls/ca.pem"
said 'takes a certificate that no authority has signed'
login 'if ($ssl_client_verify != SUCCESS) { return 403; }' '$name' "ssl_client_certificate $host/tls/ca.pem; ssl_verify_client optional;"
looks 0 --ca "$host/tls/ca.pem"
lands_as alice
unset GIT_SSL_CAINFO
in_work config --unset http.sslCert
in_work config --unset http.sslKey
looks 1
said 'answers'

sentence "Apache, digest: the account is who was checked; SetEnv REMOTE_USER by a header is told"
serve_apache()
{
	modules=/usr/lib/apache2/modules
	{
		printf 'ServerRoot %s\nServerName 127.0.0.1\nListen 127.0.0.1:%s\nPidFile %s\nDefaultRuntimeDir %s\nErrorLog %s\n' \
			"$host/http" "$port" "$host/http/apache.pid" "$host/http" "$host/http/apache.log"
		for module in mpm_event authn_core authn_file authn_anon authz_core authz_user auth_basic auth_digest alias env setenvif cgid; do
			printf 'LoadModule %s_module %s/mod_%s.so\n' "$module" "$modules" "$module"
		done
		[ -z "$tls" ] || printf 'LoadModule ssl_module %s/mod_ssl.so\nSSLSessionCache none\nSSLEngine on\nSSLCertificateFile %s\nSSLCertificateKeyFile %s\nSSLCACertificateFile %s\n%s\n' \
			"$modules" "$host/tls/127.0.0.1.pem" "$host/tls/127.0.0.1.key" "$host/tls/ca.pem" "$tls"
		printf 'ScriptSock %s\nSetEnv GIT_PROJECT_ROOT %s\nSetEnv GIT_HTTP_EXPORT_ALL\nScriptAlias /git/ %s/\n' \
			"$host/http/cgid" "$host" "$backend"
		printf '<Location /git/>\n%s\n</Location>\n' "$location"
	} >"$host/http/apache.conf"
	started apache "$host_user" apache2 -DFOREGROUND -f "$host/http/apache.conf"
}
login_apache()
{
	location=$1
	[ -z "${apache_pid:-}" ] || { kill "$apache_pid"; wait "$apache_pid" 2>/dev/null || :; }
	serving apache
	apache_pid=$pid
	address=http://127.0.0.1:$port/git/server.git
	in_work remote set-url origin "$address"
}
tls=
login_apache "AuthType Digest
AuthName git
AuthDigestProvider file
AuthUserFile $host/http/digest
Require valid-user"
looks 0
lands_as alice
login_apache 'SetEnvIf X-User "(.*)" REMOTE_USER=$1
Require all granted'
looks 1
said 'believes a header'

sentence "Apache, other ways to let somebody in: each that believes what it did not check is told, and no other"
login_apache "AuthType Basic
AuthName git
AuthBasicProvider anon file
AuthUserFile $host/http/accounts
Anonymous *
Require valid-user"
looks 1
said 'takes a wrong password'
said 'takes a name that nobody has'
login_apache "AuthType Basic
AuthName git
AuthUserFile $host/http/accounts
<RequireAny>
Require valid-user
Require all granted
</RequireAny>"
looks 0
on_server config http.receivepack true
looks 1
said 'takes pushes of whoever does not log in'
on_server config --unset http.receivepack
login_apache "AuthType Basic
AuthName git
AuthUserFile $host/http/accounts
Require user alice bot"
looks 0
lands_as bot

sentence "Apache, client certificates: the account is the certificate's name, and no other header's or user's"
if [ -f /usr/lib/apache2/modules/mod_ssl.so ]; then
	login_apache_tls()
	{
		tls=$1
		login_apache "$2"
		address=https://127.0.0.1:$port/git/server.git
		in_work remote set-url origin "$address"
	}
	login_apache_tls 'SSLVerifyClient require
SSLUserName SSL_CLIENT_S_DN_CN' 'Require all granted'
	looks 0 --ca "$host/tls/ca.pem"
	export GIT_SSL_CAINFO="$host/tls/ca.pem"
	! in_work ls-remote >"$out" 2>&1 || fail 'who has no certificate is let in'
	in_work config http.sslCert "$host/tls/alice.pem"
	in_work config http.sslKey "$host/tls/alice.key"
	lands_as alice
	in_work config http.extraHeader 'X-User: bot'
	lands_as alice
	in_work config --unset http.extraHeader
	login_apache_tls 'SSLVerifyClient optional
SSLUserName SSL_CLIENT_S_DN_CN' 'SetEnvIf X-User "(.+)" REMOTE_USER=$1
Require all granted'
	looks 1 --ca "$host/tls/ca.pem"
	unset GIT_SSL_CAINFO
	in_work config --unset http.sslCert
	in_work config --unset http.sslKey
	login_apache_tls 'SSLVerifyClient optional_no_ca
SSLUserName SSL_CLIENT_S_DN_CN' 'Require all granted'
	looks 1 --ca "$host/tls/ca.pem"
	said 'takes a certificate that no authority has signed'
	login_apache_tls 'SSLVerifyClient none' "AuthType Basic
AuthName git
AuthUserFile $host/http/accounts
Require valid-user"
	looks 0 --ca "$host/tls/ca.pem"
	said 'note: '
else
	skip 'mod_ssl is not on this machine'
fi

sentence "An address where nothing answers, or no repository is, is told as such"
looks 1
address=http://127.0.0.1:1/git/server.git
looks 1
said 'and not 401 or 403'
