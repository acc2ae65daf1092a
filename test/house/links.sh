#!/bin/sh
# What every push starts is linked with nothing that a small push does not need: libraries for signatures, merges and
# deliveries are loaded when they are, or lie in programs of their own.  BUILD_DIR as for stories.
set -eu
: "${BUILD_DIR:?}"
command -v readelf >/dev/null || exit 77
for program in countersign libexec/countersign/update countersign-deliver; do
	needed=$(readelf -d "$BUILD_DIR/$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
	for library in $needed; do
		case $library in
		libcrypto.* | libssl.* | libgit2.* | libcurl* | librnp.* | libhs.* | libmicrohttpd.* | libpq.*)
			printf '%s is linked with %s\n' "$program" "$library"
			exit 1
			;;
		esac
	done
done
