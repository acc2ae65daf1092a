# What everybody can read of a repository, by whatever serves it: git daemon and its archives, git's own and plain files over
# HTTP, gitweb, cgit.  A hold in the repository can be read by each of them; one in a store by none.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/daemon.inc"
needs nginx fcgiwrap curl
mkdir -p "$host/served" "$host/http"
server=$host/served/app.git
store=$host/holds
given "$host_user" "$host/served"
given "$host_user" "$host/http"
backend=$(git --exec-path)/git-http-backend
gitweb=/usr/share/gitweb/gitweb.cgi
cgit=/usr/lib/cgit/cgit.cgi
perl -MCGI -e 1 2>/dev/null && [ -x "$gitweb" ] || gitweb=
[ -x "$cgit" ] || cgit=
[ -n "$gitweb" ] || echo 'skipped: gitweb (or its CGI.pm) is not on this machine'
[ -n "$cgit" ] || echo 'skipped: cgit is not on this machine'

serve_daemon()
{
	started daemon "$host_user" "$daemon" --listen=127.0.0.1 --port="$port" --base-path="$host/served" --export-all \
		--enable=receive-pack --enable=upload-archive --reuseaddr
}

# cgi NAME PROGRAM MORE: a location of nginx's.
cgi()
{
	printf 'location ~ ^/%s(?<path_%s>/.*)?$ { fastcgi_pass unix:%s; fastcgi_param SCRIPT_FILENAME %s; fastcgi_param SCRIPT_NAME /%s;
		fastcgi_param QUERY_STRING $query_string; fastcgi_param REQUEST_METHOD $request_method; fastcgi_param PATH_INFO $path_%s;
		fastcgi_param CONTENT_TYPE $content_type; fastcgi_param CONTENT_LENGTH $content_length; %s }\n' \
		"$1" "$1" "$host/http/fcgi" "$2" "$1" "$1" "$3"
}

# Plain files as docs/hosts.md has it, at /files, and without that line at /open.
serve_nginx()
{
	cat >"$host/http/nginx.conf" <<END
daemon off;
worker_processes 1;
pid $host/http/nginx.pid;
error_log stderr;
events { worker_connections 256; }
http {
	access_log off;
	client_body_temp_path $host/http/body;
	fastcgi_temp_path $host/http/fastcgi;
	proxy_temp_path $host/http/proxy;
	uwsgi_temp_path $host/http/uwsgi;
	scgi_temp_path $host/http/scgi;
	server {
		listen 127.0.0.1:$port;
		location /open/ { alias $host/served/; autoindex on; }
		location ~ ^/files/.*/countersign(/|[.]had-) { return 403; }
		location /files/ { alias $host/served/; autoindex on; }
		$(cgi git "$backend" "fastcgi_param GIT_PROJECT_ROOT $host/served; fastcgi_param GIT_HTTP_EXPORT_ALL 1;")
		$(cgi gitweb "$gitweb" "fastcgi_param GITWEB_CONFIG $host/http/gitweb.conf;")
		$(cgi cgit "$cgit" "fastcgi_param CGIT_CONFIG $host/http/cgitrc;")
	}
}
END
	started nginx "$host_user" nginx -e stderr -p "$host/http" -c "$host/http/nginx.conf"
}

printf '$projectroot = "%s/served"; $feature{"snapshot"}{"default"} = ["tgz"];\n' "$host" >"$host/http/gitweb.conf"
printf 'virtual-root=/cgit\nscan-path=%s/served\nenable-http-clone=1\nsnapshots=tar.gz\ncache-size=0\n' "$host" >"$host/http/cgitrc"
daemon_start
address=git://127.0.0.1:$port/app.git
started fcgiwrap "$host_user" fcgiwrap -c 2 -s "unix:$host/http/fcgi"
serving nginx
web=http://127.0.0.1:$port
mark=a-word-that-is-held-only

# held_by [STORE]: what an agent changed is held, in the repository or in a store.
held_by()
{
	hold_store=
	rm -rf "$store"
	server
	policy <<JSON
{ "version": 1, ${1:+\"holds\": { \"store\": \"$1\" \},} "people": { "alice": { "accounts": ["alice"] } },
  "rules": [ { "name": "infra", "paths": ["/infra/"], "action": "hold", "approvers": ["alice"] } ] }
JSON
	if [ -n "${1:-}" ]; then
		mkdir "$store"
		chmod 700 "$store"
		given "$host_user" "$store"
		exits 0 countersign holds store --repo "$server"
		hold_store=$(cat "$out")
	fi
	person robot
	agent claude-code
	commit "infra/$mark.tf" "$mark"
	push main
	expect held
	tip=$(in_work rev-parse main)
	blob=$(in_work rev-parse "main:infra/$mark.tf")
}

# page URL: has the held word, which is not in the address.
page()
{
	curl -s -m 20 "$web$1" >"$story/page" || :
	gunzip -c "$story/page" >"$story/unpacked" 2>/dev/null || cp "$story/page" "$story/unpacked"
	grep -q -a -e "$mark" "$story/unpacked"
}

# files PREFIX: whether anything in a file of the repository's that is served below it gives the held change away, or is one of its objects.
files()
{
	found=1
	(cd "$host/served" && find . -type f -o -type d | sed 's|^\./||') >"$story/names"
	while IFS= read -r name; do
		code=$(curl -s -m 20 -o "$story/page" -w '%{http_code}' "$web$1/$name")
		[ "$code" = 200 ] || continue
		if grep -q -a -e "$mark" -e "$tip" -e "$blob" "$story/page"; then
			printf '%s\n' "$1/$name" >>"$story/leaks"
			found=0
		fi
	done <"$story/names"
	for id in "$tip" "$blob"; do
		code=$(curl -s -m 20 -o /dev/null -w '%{http_code}' "$web$1/app.git/objects/$(printf %.2s "$id")/${id#??}")
		[ "$code" != 200 ] || found=0
	done
	return "$found"
}

# Every way that there is here to read it, one a line; none of them says anything where nothing can be read.
ways()
{
	: >"$story/leaks"
	for what in "$tip" "refs/countersign/holds/$hold"; do
		git archive --remote="$address" "$what" >"$story/page" 2>/dev/null && echo "git archive --remote $what"
		for from in "$address" "$web/git/app.git" "$web/files/app.git"; do
			rm -rf "$story/reader"
			git init -q "$story/reader"
			git -C "$story/reader" -c protocol.version=2 fetch -q "$from" "$what" 2>/dev/null && echo "git fetch ${from#*://} $what" | sed 's/:[0-9]*//'
		done
	done
	files /files && echo 'plain files'
	if [ -n "$gitweb" ]; then
		for query in "a=commitdiff;h=$tip" "a=blob_plain;h=$blob" "a=snapshot;h=$tip;sf=tgz" 'a=heads' 'a=tags' 'a=summary'; do
			page "/gitweb?p=app.git;$query" && echo "gitweb $query" | sed 's/;h=.*//'
		done
	fi
	if [ -n "$cgit" ]; then
		for path in "commit/?id=$tip" "blob/?id=$blob" "patch/?id=$tip" "snapshot/app-$tip.tar.gz" refs/ ''; do
			page "/cgit/app.git/$path" && echo "cgit $path" | sed 's/[?].*//; s/-.*//'
		done
	fi
	:
}

sentence "A hold in the repository can be read by every way that serves it, as is said"
held_by
ways >"$story/ways"
: >"$out"
for way in 'git archive --remote refs/countersign/holds' 'git fetch 127.0.0.1/app.git' 'git fetch 127.0.0.1/git/app.git' 'plain files' ${gitweb:+'gitweb a=commitdiff' 'gitweb a=blob_plain' 'gitweb a=snapshot'} \
	${cgit:+'cgit commit/' 'cgit blob/' 'cgit patch/'}; do
	grep -q "^$way" "$story/ways" || fail "not read by: $way"
done

sentence "A hold in a store can be read by none of them, nor after it is listed and dropped"
held_by "$store"
ways >"$out"
same 'ways to read it' '' "$(cat "$out" "$story/leaks")"
exits 0 countersign holds --repo "$server"
said "$hold"
exits 0 countersign log --repo "$server"
exits 0 countersign tidy --repo "$server"
ways >"$out"
same 'ways to read it' '' "$(cat "$out" "$story/leaks")"
exits 0 countersign holds drop "$hold" --repo "$server"
ways >"$out"
same 'ways to read it' '' "$(cat "$out" "$story/leaks")"

sentence "Where plain files of the repository are served, with Countersign's among them, status --http tells; where they are not it does not"
held_by "$store"
countersign status --repo "$server" --http "$web/open/app.git" >"$out" 2>&1 && fail 'nothing is told'
said "serves Countersign's files in the repository to everybody"
for other in files git gitweb; do
	countersign status --repo "$server" --http "$web/$other/app.git" >"$out" 2>&1 || :
	unsaid "serves Countersign's files"
done
named=$host/served/team/countersign.git
git init -q --bare "$named"
given "$host_user" "$host/served/team"
for path in team/countersign.git/HEAD app.git/HEAD; do
	same "the status of $path" 200 "$(curl -s -m 20 -o /dev/null -w '%{http_code}' "$web/files/$path")"
done
for path in countersign/state.db countersign/installed countersign.had-state; do
	[ -e "$server/$path" ] || fail "no $path"
	same "the status of $path" 403 "$(curl -s -m 20 -o /dev/null -w '%{http_code}' "$web/files/app.git/$path")"
done
rm -r "$host/served/team"
