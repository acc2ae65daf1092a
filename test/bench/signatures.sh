#!/bin/sh
# signatures.sh COUNTERSIGN [COUNT]: judging signed commits, against `git log --format=%G?` over the same ones in the
# same run.  Every signature is a real one, and a policy that denies what nobody known signed proves that each is
# verified.  The best of three runs of ours, one of git's.
set -eu
countersign=$1 count=${2:-1000}
folder=$(mktemp -d)
trap 'gpgconf --kill all 2>/dev/null; rm -rf "$folder"' EXIT
export GNUPGHOME="$folder/gnupg" HOME="$folder" GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org \
	GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
mkdir -m 700 "$GNUPGHOME"

milliseconds() {
	start=$(date +%s%N)
	"$@" >"$folder/out" 2>&1 || status=$?
	echo $((($(date +%s%N) - start) / 10000))
}

ssh_key() { # NAME OPTION...
	ssh-keygen -q -N '' -f "$folder/$1" -t "$2" -b "$3"
	echo "a@example.org $(cat "$folder/$1.pub")" >"$folder/allowed"
	git -C "$repository" config gpg.format ssh
	git -C "$repository" config user.signingkey "$folder/$1.pub"
	git -C "$repository" config gpg.ssh.allowedSignersFile "$folder/allowed"
	key=$(cat "$folder/$1.pub")
}

openpgp_key() { # NAME ALGORITHM
	gpg -q --batch --passphrase '' --quick-gen-key "$1@example.org" "$2" cert,sign never 2>/dev/null
	mkdir "$repository/countersign/keys"
	gpg -q --armor --export "$1@example.org" >"$repository/countersign/keys/$1.asc"
	chmod -R go-w "$repository/countersign/keys"
	git -C "$repository" config user.signingkey "$1@example.org"
	key=openpgp:keys/$1.asc
}

policy() { # KEY
	printf '{ "version": 1, "unattributed": "deny", "refs": ["refs/heads/main"], "people": { "a": { "emails": ["a@example.org"], "keys": ["%s"] } } }\n' \
		"$1" >"$repository/countersign/policy.json"
	chmod 644 "$repository/countersign/policy.json"
}

history() {
	tree=$(git -C "$repository" mktree </dev/null)
	tip=$(git -C "$repository" commit-tree -S -m begin "$tree")
	git -C "$repository" update-ref refs/heads/main "$tip"
	i=0
	while [ $i -lt "$count" ]; do
		tip=$(git -C "$repository" commit-tree -S -p "$tip" -m "change $i" "$tree")
		i=$((i + 1))
	done
	git -C "$repository" update-ref refs/heads/signed "$tip"
}

check() {
	"$countersign" check --repo "$repository" --account nobody main..signed
}

row() { # NAME
	git_time=$(milliseconds git -C "$repository" log --format=%G? main..signed)
	[ "$(grep -c '^[GU]$' "$folder/out")" -eq "$count" ] || { echo "$1: git does not find them good" >&2; exit 1; }
	policy "$key"
	check >"$folder/out" 2>&1 || { cat "$folder/out" >&2; exit 1; }
	our_time=$(for _ in 1 2 3; do milliseconds check; done | sort -n | head -1)
	policy "$stranger"
	! check >"$folder/out" 2>&1 || { echo "$1: allowed without the key" >&2; exit 1; }
	awk -v n="$1" -v g="$git_time" -v o="$our_time" -v c="$count" 'BEGIN {
		printf "%-18s %8d %12.1f ms %12.1f ms %8.1f\n", n, c, g / 100, o / 100, g / o }'
}

ssh-keygen -q -N '' -f "$folder/stranger" -t ed25519
stranger=$(cat "$folder/stranger.pub")
printf '%-18s %8s %15s %15s %8s\n' key commits 'git log %G?' 'check' ratio
for kind in 'ssh ed25519 256' 'ssh rsa 3072' 'ssh ecdsa 256' 'openpgp ed25519' 'openpgp rsa3072'; do
	# shellcheck disable=SC2086 # three words
	set -- $kind
	repository=$folder/$1-$2.git
	git init -q --bare -b main "$repository"
	mkdir "$repository/countersign"
	if [ "$1" = ssh ]; then ssh_key "$2" "$2" "$3"; else openpgp_key "$2" "$2"; fi
	history
	row "$1 $2"
done
