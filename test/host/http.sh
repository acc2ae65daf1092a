# A bare repository behind git-http-backend: nginx with fcgiwrap, and Apache.  The account is who logged in.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/http.inc"
needs nginx fcgiwrap apache2 openssl
account alice
account bot

governed()
{
	bot_and_alice
	agent claude-code
}

# A file that no compression makes small.
large()
{
	mkdir -p "$work/$(dirname "$1")"
	openssl rand -out "$work/$1" "$2"
	in_work add "$1"
	record "Add $1"
}

# What is told of every server.
told_of()
{
	sentence "Over $1 the account is who logged in, whatever headers say"
	governed
	as bot
	in_work config http.extraHeader 'Remote-User: alice'
	in_work config --add http.extraHeader 'Countersign-User: alice'
	commit src/a.c 1
	push --push-option=countersign=json main
	expect landed
	verdict account bot
	agent none
	commit payments/x.c 1
	push main
	expect denied
	said 'by bot (account)'

	sentence "Over $1 a push without an account is refused by the server, and one with a wrong password"
	governed
	commit src/a.c 1
	askpass=$GIT_ASKPASS
	GIT_ASKPASS=/bin/false
	push main
	expect refused
	said 'could not read Username'
	GIT_ASKPASS=$askpass
	as nobody
	push main
	expect refused
	said 'Authentication failed'
	as alice
	push main
	expect landed

	sentence "Over $1 held and denied pushes say why, and only what was allowed lands"
	governed
	hold_and_denial_are_told

	sentence "Over $1 large pushes are judged as small ones are, in one piece or chunked"
	for buffer in 1024 16777216; do
		governed
		in_work config http.postBuffer "$buffer"
		as bot
		large src/large.bin 3000000
		push main
		expect landed
		large payments/large.bin 3000000
		push main
		expect denied
	done
}

nginx_start
told_of nginx
apache_start
told_of Apache
