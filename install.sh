#!/bin/sh
# install.sh: builds Countersign, installs it, and puts it in the way of every push to a repository.
# Run it without arguments for what it can do; its parts lie in hooks/host/install/.
set -eu
export LC_ALL=C # names are bytes: elsewhere grep stops in the middle of a list at one that is not UTF-8

here=$(cd "$(dirname "$0")" && pwd -P)
self=${COUNTERSIGN_CALLED_AS:-$0} # what people call to get here
# shellcheck source=hooks/host/install/plan.sh
. "$here/hooks/host/install/plan.sh"
# shellcheck source=hooks/host/install/packages.sh
. "$here/hooks/host/install/packages.sh"
# shellcheck source=hooks/host/install/site.sh
. "$here/hooks/host/install/site.sh"
# shellcheck source=hooks/host/install/uninstall.sh
. "$here/hooks/host/install/uninstall.sh"
# shellcheck source=hooks/host/install/hands.sh
. "$here/hooks/host/install/hands.sh"
# shellcheck source=hooks/host/install/settings.sh
. "$here/hooks/host/install/settings.sh"
# shellcheck source=hooks/host/install/host.sh
. "$here/hooks/host/install/host.sh"
# shellcheck source=hooks/host/install/review.sh
. "$here/hooks/host/install/review.sh"
# shellcheck source=hooks/host/install/demo.sh
[ ! -f "$here/hooks/host/install/demo.sh" ] || . "$here/hooks/host/install/demo.sh"

usage()
{
	printf 'usage: %s COMMAND [OPTION...] [PATH...]\n' "$(basename "$self")"
	cat <<'END'

  demo                install missing packages, build, and run the demo in a sandbox
  test                install missing packages, build, and run every test
  site                install the programs; create a starter policy, and the key
                      that signs logs, if there are none
  repo PATH...        guard these repositories, and prove it with a push that must
                      be refused
  all ROOT...         guard every bare repository below ROOT
  host                with git 2.54 or newer: guard all repositories of this machine
                      through git's settings
  host-remove         undo `host`
  review [PATH]       set up the review page in the installed web server, below that
                      path (default: /countersign)
  status [PATH...]    check that the hooks are still active, in these or in all
                      guarded repositories
  remove PATH...      remove Countersign from these repositories, and restore their
                      previous hooks; policy, log and holds are kept
  uninstall           remove programs and timers, once no repository is guarded;
                      policies are kept

  --dry-run           print what would be done, and do nothing
  --prefix DIR        the installation to make or to use (default: /usr/local)
  --build DIR         use programs that are built already (default: build here)
  --host KIND         plain, gitolite, gitea or gitlab (default: detected)
  --chain first|after for repo and all: when the previous hooks run
                      (default: after, or what was chosen last time)
  --repair            for status: repair problems, and guard new repositories below
                      the roots of `all`
  --json, --canary    for status: as in countersign status
  --seconds N         time limit for one repository (default: 120)
  --config FILE       for host: git's settings file (default: /etc/gitconfig);
                      for review: the web server's folder (default: /etc/nginx,
                      /etc/apache2 or /etc/lighttpd, the first that exists)
  --policy FILE       for repo: the policy to copy into the repository
  --reviewer NAME=KEYFILE
                      for repo: a person who may approve, and their SSH public key
                      (~/.ssh/id_ed25519.pub on their machine); may be repeated
END
}

prefix=/usr/local
build=$here/build
build_given=no
host=
policy=
reviewers=
chain=
seconds=
config=/etc/gitconfig
config_given=
repair=no
status_options=

reviewer_check()
{
	case $1 in
	?*=?*) ;;
	*) die "--reviewer wants NAME=KEYFILE, not $1" ;;
	esac
	[ -f "${1#*=}" ] || die "no key file ${1#*=}"
}

host_check()
{
	case " $hosts " in
	*" $1 "*) ;;
	*) die "--host knows $hosts, not $1" ;;
	esac
}

config_check()
{
	case $1 in
	/*) ;;
	*) die "--config wants an absolute path, not $1" ;;
	esac
}

chain_check()
{
	case $1 in
	first | after) ;;
	*) die "--chain is first or after, not $1" ;;
	esac
}

# A prefix is written into hooks, so nothing in it may mean anything to a shell.
prefix_check()
{
	case $1 in
	/*) ;;
	*) die "--prefix wants an absolute path, not $1" ;;
	esac
	case $1 in
	*[!A-Za-z0-9/._+@-]*) die "--prefix has a character that hooks cannot carry: $1" ;;
	esac
}

# option NAME VALUE: takes an option that has a value.
option()
{
	case $1 in
	--prefix) prefix_check "$2" && prefix=${2%/} ;;
	--build) build=$(cd "$2" && pwd -P) && build_given=yes ;;
	--host) host_check "$2" && host=$2 ;;
	--config) config_check "$2" && config=$2 config_given=$2 ;;
	--chain) chain_check "$2" && chain=$2 ;;
	--policy) { [ -f "$2" ] || die "no policy file $2"; } && policy=$2 ;;
	--seconds) seconds=$2 ;;
	--reviewer) reviewer_check "$2" && reviewers="$reviewers$2
" ;;
	esac
}

call_test()
{
	packages_need "$test_packages"
	build_programs
	[ "$dry_run" = no ] || {
		say "  would run every test"
		return 0
	}
	cd "$build"
	said=$(mktemp "${TMPDIR:-/tmp}/countersign-test.XXXXXX")
	trap 'rm -f "$said" "$said.failed" "$said.skipped"' EXIT
	trap 'exit 130' INT TERM
	{ ctest -j "$(nproc)" --output-on-failure || touch "$said.failed"; } | tee "$said"
	tests_skipped "$said"
	[ ! -e "$said.failed" ] || exit 8 # as ctest does
}

# tests_skipped FILE: what was not tried, and why, then the runner's last word once more; nothing when all was tried.
tests_skipped()
{
	awk '
		/^[0-9]+\/[0-9]+ Testing: / { name = $3 }
		/^(not )?ok [0-9]+ - .* # SKIP / || /^1\.\.0 # SKIP / { print "  " name ": " substr($0, index($0, "# SKIP ") + 7) sentence($0) }
		/^skipped: / { print "  " name ": " substr($0, 10) }
		function sentence(line) {
			return line ~ /^1/ ? "" : " (" substr(line, index(line, " - ") + 3, index(line, " # SKIP ") - index(line, " - ") - 3) ")"
		}' Testing/Temporary/LastTest.log | LC_ALL=C sort >"$1.skipped"
	if [ -s "$1.skipped" ]; then
		printf '\nNot tried on this machine:\n'
		cat "$1.skipped"
		printf '\n'
		grep -E '^[0-9]+% tests passed' "$1" || :
	fi
	rm -f "$1.skipped"
}

# What is installed has no source to build from.
source_needed()
{
	[ -f "$here/CMakeLists.txt" ] || die "$1 is for the source of Countersign: run its install.sh $1"
}

paths_needed()
{
	[ "$1" -gt 0 ] || die "say which path"
}

# Lists of paths have one a line.
paths_check()
{
	for path in "$@"; do
		case $path in
		*"$newline"*) die "$path: a path with a newline in it cannot be guarded; rename it" ;;
		esac
	done
}

main()
{
	call=${1:-}
	[ $# -eq 0 ] || shift
	count=$#
	while [ "$count" -gt 0 ]; do
		count=$((count - 1))
		case $1 in
		--help | -h)
			usage
			exit 0
			;;
		--dry-run) dry_run=yes ;;
		--repair) repair=yes ;;
		--json | --canary) status_options="$status_options $1" ;;
		--prefix | --build | --host | --chain | --config | --policy | --reviewer | --seconds)
			[ "$count" -gt 0 ] || die "$1 wants a value"
			option "$1" "$2"
			shift
			count=$((count - 1))
			;;
		--prefix=* | --build=* | --host=* | --chain=* | --config=* | --policy=* | --reviewer=* | --seconds=*)
			option "${1%%=*}" "${1#*=}"
			;;
		-*) die "unknown option $1" ;;
		*) set -- "$@" "$1" ;;
		esac
		shift
	done
	paths_check "$@"
	case $call in
	demo) source_needed demo && demo ;;
	test) source_needed test && call_test ;;
	site) source_needed site && site_install ;;
	repo | all | remove) paths_needed $# && site_needed && hands "$call" "$@" ;;
	host) host_install ;;
	host-remove) host_remove ;;
	review) site_needed && review_install "$@" ;;
	status) site_needed && hands status "$@" ;;
	uninstall) uninstall ;;
	help | --help | -h) usage ;;
	*)
		usage >&2
		exit 2
		;;
	esac
}

main "$@"
