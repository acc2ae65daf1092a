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

git init -q --bare "$stage/server.git"
git clone -q "$stage/server.git" "$stage/work" 2>/dev/null
git -C "$stage/work" remote set-url origin ../server.git
mkdir "$stage/work/src" "$stage/work/docs"
echo 'An example.' >"$stage/work/README.md"
echo 'int main(void) { return 0; }' >"$stage/work/src/main.c"
echo 'How it works.' >"$stage/work/docs/guide.md"
git -C "$stage/work" add .
git -C "$stage/work" commit -q -m 'Begin'
git -C "$stage/work" push -q origin main

"$SOURCE_DIR/install.sh" site --prefix "$stage/prefix" --build "$BUILD_DIR"
"$SOURCE_DIR/install.sh" repo --prefix "$stage/prefix" "$stage/server.git"
