# shellcheck shell=sh
# The installation under a prefix: built here, laid out in an image folder, then copied file by file where something
# differs, each replaced in one go, since hooks may be running while they are being upgraded.

# The folder of the site's policy, as common/base/install_paths.h finds it.
site_etc()
{
	case $prefix in
	/usr | /usr/local) printf '/etc/countersign\n' ;;
	*) printf '%s/etc/countersign\n' "$prefix" ;;
	esac
}

build_run()
{
	still_at 'the build' "$here/build.log" build_logged
}

build_logged()
{
	{
		[ -f "$build/CMakeCache.txt" ] || cmake -G Ninja -S "$here" -B "$build"
	} >"$here/build.log" 2>&1 && cmake --build "$build" >>"$here/build.log" 2>&1 || {
		tail -n 40 "$here/build.log" >&2
		return 1
	}
	rm -f "$here/build.log"
	touch "$build/.built"
}

build_is_fresh()
{
	[ -f "$build/.built" ] &&
		[ -z "$(find "$here/CMakeLists.txt" "$here/common" "$here/rules" "$here/hooks" "$here/test" -newer "$build/.built" \
			! -path '*/hooks/host/install/*.sh' -print 2>/dev/null | head -n 1)" ]
}

# Builds in the source's build folder, unless --build named one that is built already.
build_programs()
{
	[ "$build_given" = no ] || return 0
	packages_need "$packages"
	build_is_fresh || step "build the programs in $build (takes some minutes)" build_run
}

image_make()
{
	rm -rf "$image"
	cmake --install "$build" --prefix "$image" >/dev/null
}

site_files()
{
	(cd "$image" && find . -type f | sed 's|^\./||' | LC_ALL=C sort)
}

site_copy()
{
	list=$(site_files)
	printf '%s\n' "$list" | while IFS= read -r file; do
		put_folder "$(dirname "$prefix/$file")" 755 ''
		put_copy "$prefix/$file" "$(stat -c %a "$image/$file")" '' "$image/$file"
	done
}

# The starter: the built-in rules alone, for every repository; what needs people is a repository's own.
site_policy()
{
	put_folder "$(site_etc)" 755 ''
	if [ ! -e "$(site_etc)/policy.json" ]; then
		put_text "$(site_etc)/policy.json" 644 '' \
			"$(sed "s|@PREFIX@|$prefix|" "$here/hooks/host/install/site-policy.json")"
	fi
	# From now on it is expected: without it every push is refused.
	put_text "$(site_etc)/countersign.had-policy" 444 '' ''
}

# What others call this machine, as far as it knows, by the bytes of a host's name alone: of what /etc/hosts or the kernel
# says others are left out, since no key is called so.
host_name()
{
	name=$(timeout 2 hostname -f 2>/dev/null | host_letters) || name=
	[ -n "$name" ] && [ "$name" != localhost ] || name=$(uname -n | host_letters)
	printf '%s\n' "${name:-localhost}"
}

host_letters()
{
	LC_ALL=C tr -dc 'A-Za-z0-9._-' | cut -c 1-255 | sed 's/^-*//'
}

# The key that signs the logs of this host, and what it attests.
site_key()
{
	[ -e "$(site_etc)/log.key" ] ||
		step "create the key that signs logs and attestations, $(site_etc)/log.key" \
			privileged "$(site_etc)" "$prefix/bin/countersign" key new "$(host_name)"
}

unit_text()
{
	sed -e "s|@bindir@|$prefix/bin|g" -e "s|@etc@|$(site_etc)|g" "$here/hooks/host/$1"
}

timer_start()
{
	privileged "$1" systemctl daemon-reload && privileged "$1" systemctl enable --now "$2"
}

# What a service runs, as one line of a shell.
unit_calls()
{
	unit_text "$1" | sed -n 's/^Exec[A-Za-z]*=-\{0,1\}//p' | sed ':join
N
$!b join
s/\n/; /g'
}

# What runs regularly, for who has no timers from us: an installation of one user, or a machine without systemd.
site_cron()
{
	user=
	where="the crontab of who runs this, crontab -e"
	[ "$(site_etc)" != /etc/countersign ] || { user='root ' where=/etc/cron.d/countersign; }
	say "  left to you, without systemd: to retry notifications and repair hooks, put these lines into $where:"
	say "    * * * * * $user$(unit_calls countersign-deliver.service) >/dev/null 2>&1"
	say "    */5 * * * * $user$(unit_calls countersign-repair.service) >/dev/null"
}

# The timers that retry events and keep repositories guarded: only for an installation of the whole machine, and where
# systemd runs it.
site_timer()
{
	[ "$(site_etc)" = /etc/countersign ] && [ -d /run/systemd/system ] || {
		site_cron
		return 0
	}
	for name in countersign-deliver countersign-repair; do
		put_text "/etc/systemd/system/$name.service" 644 '' "$(unit_text "$name.service")"
		put_text "/etc/systemd/system/$name.timer" 644 '' "$(unit_text "$name.timer")"
		systemctl is-enabled --quiet "$name.timer" 2>/dev/null ||
			step "start the timer $name.timer" timer_start /etc/systemd/system "$name.timer"
	done
	site_fleet
}

# The service of a host in a fleet; it does nothing before `countersign fleet join`, and an admin starts it then.
site_fleet()
{
	put_text /etc/systemd/system/countersign-fleet.service 644 '' "$(unit_text countersign-fleet.service)"
	! systemctl is-active --quiet countersign-fleet.service 2>/dev/null ||
		step "restart countersign-fleet.service" privileged /etc/systemd/system systemctl try-restart countersign-fleet.service
}

# Every program that a hook calls runs here; hooks try one again that is newer than the stamp (common/facts/shim.c).
site_try()
{
	for program in bin/countersign libexec/countersign/update; do
		case $("$prefix/$program" version 2>&1) in
		countersign*) ;;
		*) die "$prefix/$program cannot run here: $("$prefix/$program" version 2>&1 | head -n 1)" ;;
		esac
	done
	privileged "$prefix/share" touch "$prefix/share/countersign/tried"
}

site_install()
{
	say "site: $prefix"
	root_needed "$prefix/bin" "$(site_etc)"
	build_programs
	if [ "$dry_run" = yes ] && [ ! -x "$build/countersign" ]; then
		step "install the programs below $prefix" false
	else
		image=$(mktemp -d "${TMPDIR:-/tmp}/countersign-image.XXXXXX")
		trap 'rm -rf "$image"' EXIT
		trap 'exit 130' HUP INT TERM
		image_make || die "could not lay out the installation; see cmake --install $build"
		site_copy || exit 2
		installed_write
		[ "$dry_run" = yes ] || site_try
		rm -rf "$image"
	fi
	site_policy
	site_key
	site_timer
	[ "$dry_run" = yes ] || {
		say "site: $prefix is up to date"
		[ -s "$(site_etc)/repositories" ] || say "next: $self repo PATH --reviewer NAME=KEYFILE"
	}
}

site_needed()
{
	[ -x "$prefix/bin/countersign" ] ||
		die "nothing is installed below $prefix: run $self site --prefix $prefix first"
}
