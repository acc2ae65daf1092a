# A bare repository behind git-http-backend: nginx with fcgiwrap, and Apache.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/http.inc"
needs nginx fcgiwrap apache2 openssl
account alice
account bot

tried()
{
sentence "Over $1 the account is who logged in"
server
agent claude-code
as alice
commit src/a.c 1
push --push-option=countersign=json main
expect landed
verdict account alice
}
nginx_start
tried nginx
apache_start
tried Apache
