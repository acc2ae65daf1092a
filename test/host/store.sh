# Holds in a store that reviewers reach at an address of its own, served by another unix user, who can only read it: git over
# HTTP and over SSH, and a passkey on the review page.  Nothing of a held push is where all others fetch until it lands.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/http.inc"
. "${0%/*}/ssh.inc"
. "${0%/*}/../push/signing.inc"
. "${0%/*}/../push/passkey.inc"
. "${0%/*}/../push/review.inc"
needs nginx fcgiwrap openssl curl
needs_root
reader=cs-read-$$
user "$reader" --user-group
usermod -a -G "$reader" "$host_user"
store=$host/holds
desk=$story/desk
server=$host/served/app.git
mkdir -p "$host/served" "$host/http/reads"
given "$host_user" "$host/served"
given "$reader" "$host/http/reads"
printf '[safe]\n\tdirectory = *\n' >"$host/home/.gitconfig"
for who in alice robot dev1; do
	printf '%s:%s\n' "$who" "$(password "$who" | openssl passwd -apr1 -stdin)" >>"$host/http/accounts"
done
printf 'bob:%s\n' "$(password bob | openssl passwd -apr1 -stdin)" >"$host/http/reviewers"
cat "$host/http/reviewers" >>"$host/http/accounts"
chmod 644 "$host/http/accounts" "$host/http/reviewers"

params="fastcgi_param QUERY_STRING \$query_string; fastcgi_param REQUEST_METHOD \$request_method;
	fastcgi_param CONTENT_TYPE \$content_type; fastcgi_param CONTENT_LENGTH \$content_length;
	fastcgi_param GIT_HTTP_EXPORT_ALL 1; fastcgi_param PATH_INFO \$path; fastcgi_param REMOTE_USER \$remote_user;"

# location NAME ACCOUNTS SOCKET MORE: below that path, for these accounts, by whoever listens there.
location()
{
	printf 'location ~ ^/%s(?<path>/.*) { auth_basic git; auth_basic_user_file %s; %s fastcgi_pass unix:%s; %s }\n' \
		"$1" "$host/http/$2" "$params" "$host/http/$3" "$4"
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
	access_log off;
	client_body_temp_path $host/http/body;
	fastcgi_temp_path $host/http/fastcgi;
	proxy_temp_path $host/http/proxy;
	uwsgi_temp_path $host/http/uwsgi;
	scgi_temp_path $host/http/scgi;
	server {
		listen 127.0.0.1:$port;
		client_max_body_size 0;
		$(location git accounts fcgi "fastcgi_param SCRIPT_FILENAME $backend; fastcgi_param GIT_PROJECT_ROOT $host/served;")
		$(location holds reviewers reads/fcgi "fastcgi_param SCRIPT_FILENAME $backend; fastcgi_param GIT_PROJECT_ROOT $store;")
		$(location desk accounts fcgi "fastcgi_param SCRIPT_FILENAME $prefix/bin/countersign-review; fastcgi_param SCRIPT_NAME /desk;")
	}
}
END
	started nginx "$host_user" nginx -e stderr -p "$host/http" -c "$host/http/nginx.conf"
}

started fcgiwrap "$host_user" fcgiwrap -c 1 -s "unix:$host/http/fcgi"
started fcgiwrap-reader "$reader" sh -c "umask 0; exec fcgiwrap -c 1 -s unix:$host/http/reads/fcgi"
serving nginx
web=http://127.0.0.1:$port
http_client
allow "$reader" 'restrict,command="git-shell -c \"$SSH_ORIGINAL_COMMAND\""' bob
sshd_start
by_ssh=ssh://127.0.0.1:$port
transport=
address=$web/git/app.git
mkdir -p "$prefix/etc/countersign"
printf '%s\n' "$server" >"$prefix/etc/countersign/repositories"
printf '{ "version": 1, "review": { "url": "https://review.example.com/desk" } }\n' >"$prefix/etc/countersign/policy.json"

bobs="-u bob:$(password bob)"
review=$web/desk/

# An agent's push will be held, in the store.
held_into()
{
	rm -rf "$store"
	command install -d -o "$host_user" -g "$reader" -m 2750 "$store"
	server
	key bob
	policy <<JSON
{ "version": 1, "holds": { "store": "$store", "address": "$web/holds" },
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "groups": ["platform"] },
              "bob": { "emails": ["bob@example.com"], "accounts": ["bob"], "groups": ["platform"],
                       "keys": ["$(key_of bob)"], "passkeys": ["$(passkey_of bob)"] } },
  "rules": [ $rules ] }
JSON
	given "$host_user" "$server"
	as robot
	person robot
	agent claude-code
	branch work origin/main
	commit infra/main.tf 'resource "a" { size = 2 }'
}

# It is.
held_apart()
{
	held_into
	exits 0 countersign holds store --repo "$server"
	hold_store=$(cat "$out")
	holds=$web/holds/${hold_store##*/}
	push work:main
	expect held
	digest=$(digest_of "$hold")
}

# nothing_in: of the branch `work` nothing is in the served repository, by its objects and by what it serves.
nothing_in()
{
	for object in $(in_work rev-list --objects origin/main..work | cut -d ' ' -f 1); do
		! on_server cat-file -e "$object" 2>/dev/null || fail "$object is in the served repository"
		rest=${object#??}
		code=$(curl -s -o /dev/null -w '%{http_code}' -u "robot:$(password robot)" \
			"$web/git/app.git/objects/${object%"$rest"}/$rest")
		same "the answer for $object" 404 "$code"
	done
	same 'what is shown of ours' '' "$(in_work ls-remote origin 'refs/countersign/*')"
}

# fetches NAME ADDRESS: the hold from there into a repository of their own.
fetches()
{
	rm -rf "$story/reader"
	git init -q "$story/reader"
	COUNTERSIGN_USER=$1 git -C "$story/reader" fetch -q "$2" "refs/countersign/holds/$hold" >"$out" 2>&1
}

sentence "A held push is fetched at the reviewers' address, over HTTP and SSH, by nobody else, and is nowhere else"
held_apart
said "git fetch $holds refs/countersign/holds/$hold"
nothing_in
same 'the owner of the hold' "$host_user" "$(stat -c %U "$hold_store/HEAD")"
for path in "$holds" "$by_ssh$hold_store"; do
	fetches bob "$path" || fail "bob cannot fetch from $path"
	same 'what is held' "$(in_work rev-parse work)" "$(git -C "$story/reader" rev-parse 'FETCH_HEAD^{commit}')"
	git -C "$story/reader" show FETCH_HEAD >"$out"
	said 'size = 2'
done
for path in "$holds" "$web/git/../holds/${hold_store##*/}" "$web/git/%2e%2e/holds/${hold_store##*/}" \
	"$web/git/..%2fholds/${hold_store##*/}" "$web/git/${hold_store##*/}" "$by_ssh$hold_store"; do
	! fetches robot "$path" || fail "robot fetched from $path"
done
as_user "$reader" git --git-dir="$server" cat-file -e "$(in_work rev-parse work)" 2>/dev/null && fail 'it is in the repository'
as_user "$reader" git clone -q "$server" "$host/http/reads/clone" 2>"$out" || fail 'the reading user cannot read'

sentence "An owner who is not in the group of the store's folder is told, before anything is held where its readers could not read it"
gpasswd -d "$host_user" "$reader" >/dev/null
held_into
exits 2 countersign holds store --repo "$server"
said 'add that user to it'
same 'what is in the store' '' "$(ls -A "$store")"
usermod -a -G "$reader" "$host_user"

sentence "Whom the store is served by writes nothing into it, and reviewers cannot push there"
held_apart
on_holds for-each-ref >"$story/refs"
for path in "$holds" "$by_ssh$hold_store"; do
	for spec in work:refs/heads/mine "+main:refs/countersign/holds/$hold" ":refs/countersign/holds/$hold"; do
		! COUNTERSIGN_USER=bob in_work push -q "$path" "$spec" >"$out" 2>&1 || fail "bob pushed $spec to $path"
	done
done
for path in "$hold_store/x" "$hold_store/refs/x" "$hold_store/hooks/pre-receive" "$store/x" "$hold_store/objects/x"; do
	! as_user "$reader" sh -c ": >>'$path'" 2>/dev/null || fail "the reading user wrote $path"
done
on_holds for-each-ref | cmp -s - "$story/refs" || fail 'the store is another'

sentence "A reviewer approves with git countersign from there, over HTTP and SSH, and the same push lands"
for path in "$web/holds" "$by_ssh$store"; do
	held_apart
	rm -rf "$desk"
	COUNTERSIGN_USER=bob git clone -q "$address" "$desk" 2>"$out" || fail 'bob cannot clone'
	git -C "$desk" config gpg.format ssh
	git -C "$desk" config user.signingkey "$keys/bob"
	git -C "$desk" config user.email bob@example.com
	git -C "$desk" config user.name bob
	git -C "$desk" config countersign.person bob
	git -C "$desk" config remote.origin.countersignholds "$path/${hold_store##*/}"
	(cd "$desk" && COUNTERSIGN_USER=bob sh "$prefix/bin/git-countersign" approve "$hold" --yes) >"$out" 2>&1 || fail 'bob cannot approve'
	nothing_in_objects=$(in_work rev-parse work)
	! on_server cat-file -e "$nothing_in_objects" 2>/dev/null || fail 'approving brought it in'
	as robot
	push work:main
	expect landed
	said 'approved by bob'
done

sentence "A passkey on the review page approves it out of the store, and the same push lands"
held_apart
page_path=app/holds/$hold
# shellcheck disable=SC2086 # an option and its value
{
	get "$page_path" $bobs
	coded 200
	said 'size = 2'
	nothing_in
	offered bob approve 'Fine.' $bobs
	coded 200
	signed=$(sed -n 's/^object //p' "$story/statement")
	on_server cat-file -e "$signed" || fail 'what is signed is no commit that has landed'
	answered
	post "$page_path" "{$asked,\"time\":$time$answer}" $bobs
	coded 200
}
same 'the tag names a commit that has landed' "$signed" "$(on_server rev-parse "refs/countersign/approvals/$hold/bob^{commit}")"
! on_server cat-file -e "$(in_work rev-parse work)" 2>/dev/null || fail 'approving brought it in'
as robot
push work:main
expect landed
said 'approved by bob'

sentence "A rejection with a passkey keeps it out, and of what was never approved nothing comes in"
held_apart
page_path=app/holds/$hold
# shellcheck disable=SC2086
{
	offered bob reject 'Not on a Friday.' $bobs
	answered
	post "$page_path" "{$asked,\"time\":$time$answer}" $bobs
	coded 200
}
as robot
push work:main
expect held
said 'Not on a Friday.'
! on_server cat-file -e "$(in_work rev-parse work)" 2>/dev/null || fail 'it came in'
