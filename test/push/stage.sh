#!/bin/sh
# Sets the stage for all stories: an installation made by install.sh from what was built, and a server repository
# guarded by install.sh that every story copies.  Run once, before the stories.
set -eu
: "${SOURCE_DIR:?}" "${BUILD_DIR:?}"

stage=$BUILD_DIR/stage
rm -rf "$stage"
mkdir -p "$stage/home"
export HOME="$stage/home" GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
export GIT_AUTHOR_NAME=alice GIT_AUTHOR_EMAIL=alice@example.com GIT_COMMITTER_NAME=alice GIT_COMMITTER_EMAIL=alice@example.com
git config --global init.defaultBranch main
git config --global advice.detachedHead false
git config --global gc.auto 0
git config --global merge.conflictStyle merge

# The server and a clone of it in the folder, in the formats that GIT_DEFAULT_HASH and GIT_DEFAULT_REF_FORMAT name.
make()
{
	mkdir -p "$1"
	git init -q --bare "$1/server.git"
	git init -q "$1/work"
	git -C "$1/work" remote add origin ../server.git
	mkdir "$1/work/src" "$1/work/docs"
	echo 'An example.' >"$1/work/README.md"
	echo 'int main(void) { return 0; }' >"$1/work/src/main.c"
	echo 'How it works.' >"$1/work/docs/guide.md"
	git -C "$1/work" add .
	git -C "$1/work" commit -q -m 'Begin'
	git -C "$1/work" push -q -u origin main
}

"$SOURCE_DIR/install.sh" site --prefix "$stage/prefix" --build "$BUILD_DIR"
# Stories make their own: deliverers that attest would outlive the others.
rm "$stage/prefix/etc/countersign/log.key" "$stage/prefix/etc/countersign/log.key.pub"
for refs in files reftable; do
	folder=$stage
	if [ "$refs" = reftable ]; then
		folder=$stage/reftable
		git init -q --bare --ref-format=reftable "$stage/probe.git" 2>/dev/null || continue # git below 2.45
		rm -rf "$stage/probe.git"
	fi
	export GIT_DEFAULT_REF_FORMAT="$refs"
	for hash in sha1 sha256; do
		export GIT_DEFAULT_HASH="$hash"
		[ "$hash" = sha1 ] || folder=$folder/$hash
		make "$folder"
		"$SOURCE_DIR/install.sh" repo --prefix "$stage/prefix" "$folder/server.git"
	done
done
