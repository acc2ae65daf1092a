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
libgit2-dev           module libgit2
libjansson-dev        module jansson
libsqlite3-dev        module sqlite3
libssl-dev            module libcrypto
libcurl4-openssl-dev  module libcurl
libpcre2-dev          module libpcre2-8
libhyperscan-dev      module libhs
libutf8proc-dev       module libutf8proc
librnp-dev            header rnp/rnp.h
libcmocka-dev         module cmocka
openssh-client        program ssh-keygen
'

# What only tests need: a real sshd, keys of the other kind, an oracle for the schema.
test_packages='
openssh-server        program sshd
gnupg                 program gpg
python3-jsonschema    file /usr/lib/python3/dist-packages/jsonschema/__init__.py
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

packages_install()
{
	command -v apt-get >/dev/null 2>&1 || die "no apt-get here; install the equivalents of: $*"
	as_root=
	[ "$(id -u)" = 0 ] || as_root='sudo --'
	# shellcheck disable=SC2086 # as_root is two words or none
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update >/dev/null &&
		$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@" >/dev/null
}

# packages_need ROWS: installs what is missing; nothing is asked of apt when nothing is.
packages_need()
{
	missing=$(packages_missing "$1")
	[ -n "$missing" ] || return 0
	# shellcheck disable=SC2086 # one word a package
	step "install the packages ${missing% }" packages_install $missing
}
