# shellcheck shell=sh
# What has to be on the machine to build and to test.  A row: package, and a file or program that tells it is there.

packages='
git                   program git
gcc                   program cc
libc6-dev             header stdlib.h
make                  program make
cmake                 program cmake
ninja-build           program ninja
pkg-config            program pkg-config
ca-certificates       file /etc/ssl/certs/ca-certificates.crt
zlib1g-dev            module zlib
libpq-dev             module libpq
libgit2-dev           module libgit2
libdeflate-dev        module libdeflate
libjansson-dev        module jansson
libsqlite3-dev        module sqlite3
libssl-dev            module libcrypto
libcurl4-openssl-dev  module libcurl
libmicrohttpd-dev     module libmicrohttpd
libpcre2-dev          module libpcre2-8
libhyperscan-dev      module libhs
libutf8proc-dev       module libutf8proc
librnp-dev            header rnp/rnp.h
libcmocka-dev         module cmocka
openssh-client        program ssh-keygen
'

# What only tests need: real servers and clients of the hosts people have, keys of the other kind, an oracle for the schema,
# a reader of manual pages that finds faults, the other shell that completes.
test_packages='
openssh-server        program sshd
nginx                 program nginx
fcgiwrap              program fcgiwrap
apache2-bin           program apache2
cgit                  file /usr/lib/cgit/cgit.cgi
libcgi-pm-perl        file /usr/share/perl5/CGI.pm
gitolite3             program gitolite
postgresql            file /usr/lib/postgresql
pgbouncer             program pgbouncer
openssl               program openssl
curl                  program curl
busybox               program busybox
python3-dulwich       file /usr/lib/python3/dist-packages/dulwich/__init__.py
gnupg                 program gpg
dpkg-dev              program dpkg-shlibdeps
file                  program file
python3-cryptography  file /usr/lib/python3/dist-packages/cryptography/__init__.py
python3-jsonschema    file /usr/lib/python3/dist-packages/jsonschema/__init__.py
mandoc                program mandoc
zsh                   program zsh
jq                    program jq
sqlite3               program sqlite3
prometheus            program promtool
'

package_there()
{
	case $1 in
	program) command -v "$2" >/dev/null 2>&1 || [ -x "/usr/sbin/$2" ] ;;
	module) pkg-config --exists "$2" 2>/dev/null ;;
	header) [ -e "/usr/include/$2" ] || [ -e "/usr/local/include/$2" ] ;;
	file) [ -e "$2" ] ;;
	esac
}

packages_missing()
{
	printf '%s' "$1" | while read -r name kind what; do
		[ -z "$name" ] || package_there "$kind" "$what" || printf '%s ' "$name"
	done
}

# No service is to start, or to fail to, just because its program is needed: while apt runs, policy-rc.d says so.
# shellcheck disable=SC2016 # it is the inner shell that expands
apt_script='
	policy=/usr/sbin/policy-rc.d
	if [ ! -e "$policy" ] && [ ! -L "$policy" ]; then
		trap "rm -f \"$policy\"" EXIT
		trap "exit 130" INT TERM
		printf "#!/bin/sh\nexit 101\n" >"$policy" && chmod 755 "$policy" || exit 1
	fi
	export DEBIAN_FRONTEND=noninteractive
	apt-get -q update >/dev/null && apt-get -q -y --no-install-recommends install "$@" >/dev/null
'

packages_install()
{
	if [ "$(id -u)" = 0 ]; then
		still_at packages /dev/null sh -c "$apt_script" sh "$@"
	else
		still_at packages /dev/null sudo -- sh -c "$apt_script" sh "$@"
	fi
}

# packages_need ROWS: installs what is missing; nothing is asked of apt when nothing is.
packages_need()
{
	missing=$(packages_missing "$1")
	[ -n "$missing" ] || return 0
	if [ "$dry_run" = no ]; then
		command -v apt-get >/dev/null 2>&1 || die "no apt-get here; install the equivalents of: ${missing% }"
		root_possible ||
			die "packages are missing, and only root can install them: $(root_words), or have them installed: ${missing% }"
	fi
	# shellcheck disable=SC2086 # one word a package
	step "install the packages ${missing% } (takes some minutes)" packages_install $missing
}
