# Whatever lies below a root: what git takes a push to is guarded, or named; git itself is asked, by a push to each.
. "${0%/*}/../push/lib.sh"
own_prefix
rm -rf "$server"
root=$story/root
list=$prefix/etc/countersign/repositories
mkdir "$root"
git init -q "$story/probe"
git -C "$story/probe" -c user.name=p -c user.email=p@example.com commit -q --allow-empty -m x

# bare NAME [CONFIG]: a bare repository below the root, with those settings and no others.
bare()
{
	git init -q --bare "$root/$1"
	rm -f "$root/$1"/hooks/*.sample
	[ $# -eq 1 ] || printf "$2" >"$root/$1/config"
}

takes()
{
	git -C "$story/probe" push -q "$1" HEAD:refs/heads/probe >"$out" 2>&1
}

# What `core.bare` looks like.
bare two '[core]\n\tbare = 2\n'
bare hex '[core]\n\tbare = 0x1\n'
bare kilo '[core]\n\tbare = 1k\n'
bare minus '[core]\n\tbare = -1\n'
bare mixed '[core]\n\tbare = tRuE\n'
bare tight '[core]\nbare=true\n'
bare wide '[core]\n\tbare   =   true   ; as it is\n'
bare quoted '[core]\n\tbare = "true"\n'
bare pieces '[core]\n\tbare = tr"ue"\n'
bare capitals '[CORE]\n\tBARE = ON\n'
bare oneline '[core] bare = yes\n'
bare continued '[core]\n\tbare = tr\\\nue\n'
bare twice '[core]\n\tbare = false\n\tbare = true\n'
bare later '[core]\n\tbare = false\n[user]\n\tname = x\n[core]\n\tbare\n'
bare crlf '[core]\r\n\tbare = true\r\n'
bare marked '\357\273\277[core]\n\tbare = true\n'
bare commented '# bare = false\n[core]\n\tbare = true\n'
bare undone '[core]\n\trepositoryformatversion = 0\n\tbare = true\n[x]\n\tbare = false\n'
bare plainbutfalse '[core]\n\trepositoryformatversion = 0\n\tbare = true\n[Core]\n\tBare = false\n'
bare no-config
rm "$root/no-config/config"
# Includes.
bare nested '[include]\n\tpath = one\n'
printf '[include]\n\tpath = two\n' >"$root/nested/one"
printf '[core]\n\tbare = true\n' >"$root/nested/two"
bare absolute "[include]\n\tpath = $story/elsewhere\n"
printf '[core]\n\tbare = true\n' >"$story/elsewhere"
bare by-place "[includeIf \"gitdir:**/by-place\"]\n\tpath = $story/elsewhere\n"
bare by-place-anycase "[includeIf \"gitdir/i:**/BY-PLACE-anycase\"]\n\tpath = $story/elsewhere\n"
bare by-branch "[includeIf \"onbranch:main\"]\n\tpath = $story/elsewhere\n"
bare by-remote "[remote \"x\"]\n\turl = https://example.com/x\n[includeIf \"hasconfig:remote.*.url:https://example.com/**\"]\n\tpath = $story/elsewhere\n"
bare not-there '[include]\n\tpath = nothing\n[core]\n\tbare = true\n'
# A worktree's settings.
bare worktree-config '[core]\n\trepositoryformatversion = 1\n[extensions]\n\tworktreeConfig = true\n'
printf '[core]\n\tbare = true\n' >"$root/worktree-config/config.worktree"
bare worktree-other '[core]\n\tbare = true\n[extensions]\n\tworktreeConfig = true\n'
printf '[core]\n\tbare = false\n' >"$root/worktree-other/config.worktree"
# Other shapes.
bare detached
git -C "$story/probe" push -q "$root/detached" HEAD:refs/heads/main
git -C "$story/probe" rev-parse HEAD >"$root/detached/HEAD"
bare spaced-head
printf 'ref:refs/heads/main\n' >"$root/spaced-head/HEAD"
bare other-head
printf 'ref: refs/elsewhere/main\n' >"$root/other-head/HEAD"
bare no-hooks
rm -rf "$root/no-hooks/hooks"
bare linked-objects
mv "$root/linked-objects/objects" "$story/objects"
ln -s "$story/objects" "$root/linked-objects/objects"
bare linked-config
mv "$root/linked-config/config" "$story/config"
ln -s "$story/config" "$root/linked-config/config"
bare linked-hooks
mkdir -p "$story/hooks"
rm -rf "$root/linked-hooks/hooks"
ln -s "$story/hooks" "$root/linked-hooks/hooks"
bare .hidden
bare 'a b.git'
bare -- 2>/dev/null || :
bare dot.git/.git
bare twice.git/twice.git
bare inside.git
bare inside.git/objects/info/x.git
bare inside.git/hooks/x.git
bare inside.git/countersign/x.git
bare @pools/x.git
bare +gitaly/x.git
bare objects/x.git
bare refs/x.git
bare logs/x.git
git init -q "$root/tree"
git init -q "$root/tree2"
git -C "$root/tree2" checkout -q --orphan elsewhere
git init -q --separate-git-dir "$story/apart.git" "$root/apart"
git init -q --bare "$story/outside.git"
mkdir "$root/file"
printf 'gitdir: %s\n' "$story/outside.git" >"$root/file/.git"
printf 'gitdir: %s\n' "$story/outside.git" >"$root/gitfile.git"
ln -s "$story/outside.git" "$root/link.git"
ln -s inside.git "$root/alias.git"
git clone -q --shared --bare "$root/detached" "$root/borrows" 2>/dev/null
git -C "$root/detached" worktree add -q --detach "$root/linked-tree" 2>/dev/null
deep=$root/deep
for i in $(seq 70); do deep=$deep/d; done
mkdir -p "$deep"
git init -q --bare "$deep/x.git"
bare gone/x.git
chmod 0 "$root/gone"

# git itself: what it takes a push to.
find "$root" \( -name HEAD -o -name .git -type f -o -name '*.git' -type f -o -name '*.git' -type l -o -name alias.git \) ! -path '*/refs/heads/*' 2>/dev/null |
	sed 's|/HEAD$||; s|/\.git$||' | sort -u >"$story/places"
while IFS= read -r path; do
	if takes "$path"; then
		printf '%s\n' "$path"
		git --git-dir="$path" update-ref -d refs/heads/probe 2>/dev/null || git -C "$path" update-ref -d refs/heads/probe
	fi
done <"$story/places" >"$story/taken"

sentence "What git takes a push to refuses what the canary is refused, or is named, by all and by status"
[ "$(wc -l <"$story/taken")" -ge 45 ] || fail "git takes a push to no more than $(wc -l <"$story/taken")"
install all "$root" >"$story/said" 2>&1 || :
install status >"$story/status" 2>&1 || :
while IFS= read -r path; do
	if git -C "$story/probe" push -q "$path" HEAD:refs/countersign/x >"$out" 2>&1; then
		git --git-dir="$path" update-ref -d refs/countersign/x 2>/dev/null || git -C "$path" update-ref -d refs/countersign/x
		for how in said status; do
			awk -v path="$path" '
				{ for (at = path; length(at) > length(root); sub(/\/[^\/]*$/, "", at)) if (index($0, at ":") || index($0, at " ")) found = 1 }
				END { exit !found }' root="$root" "$story/$how" || fail "$path is neither guarded nor named by $how"
		done
	elif ! grep -q 'countersign' "$out"; then
		fail "$path: $(cat "$out")"
	fi
done <"$story/taken"

sentence "However git reads that a repository is bare, it is judged there, and what may land does"
for name in two hex capitals oneline continued crlf marked commented no-config nested by-place worktree-config spaced-head; do
	takes "$root/$name" || fail "$name: $(cat "$out")"
done

sentence "A root that is a link, or is written with dots and slashes, is the folder itself"
rm -f "$list" "$prefix/etc/countersign/roots" "$prefix/etc/countersign/left-out" "$prefix/etc/countersign/.looked"
mkdir "$story/real"
git init -q --bare "$story/real/one.git"
ln -s real "$story/root-link"
for way in "$story/root-link" "$story/root-link/" "$story//real/../real/."; do
	exits 0 install all "$way"
	same "roots of $way" "$story/real" "$(cat "$prefix/etc/countersign/roots")"
	same "repositories of $way" "$story/real/one.git" "$(cat "$list")"
done
