# GitLab.  It is not in Debian: how Gitaly finds and calls hooks is built as its custom.go and the page on server hooks
# describe it; neither Gitaly nor GitLab was run.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/forge.inc"

# Gitaly's hooks, which git is told of with every call: a project's own hook, its folder, then the global folder; the
# first that fails ends it.  They have a clean environment, and no word of a quarantine but where objects go.
gitaly()
{
	mkdir -p "$story/gitaly" "$story/global"
	cat >"$story/gitaly/pre-receive" <<END
#!/bin/sh
name=\${0##*/}
repository=\$(cd "\$GIT_DIR" && pwd -P)
given=$story/given.\$\$
[ "\$name" = update ] && : >"\$given" || cat >"\$given"
for each in "\$repository/custom_hooks/\$name" "\$repository/custom_hooks/\$name.d"/* "$story/global/\$name.d"/*; do
	case \$each in *~) continue ;; esac
	[ -f "\$each" ] && [ -x "\$each" ] || continue
	(cd "\$repository" && exec env -i PATH="\$PATH" HOME="$story" \\
		\${GIT_OBJECT_DIRECTORY:+"GIT_OBJECT_DIRECTORY=\$GIT_OBJECT_DIRECTORY"} \\
		\${GIT_ALTERNATE_OBJECT_DIRECTORIES:+"GIT_ALTERNATE_OBJECT_DIRECTORIES=\$GIT_ALTERNATE_OBJECT_DIRECTORIES"} \\
		GIT_DIR="\$repository" GL_REPOSITORY=project-7 GL_PROJECT_PATH=team/app GL_ID=user-3 \\
		GL_USERNAME="\$SERVED_USERNAME" GL_PROTOCOL="\$SERVED_PROTOCOL" "\$each" "\$@" <"\$given") || {
		rm -f "\$given"
		exit 1
	}
done
rm -f "\$given"
END
	chmod +x "$story/gitaly/pre-receive"
	ln -sf pre-receive "$story/gitaly/update"
	ln -sf pre-receive "$story/gitaly/post-receive"
}

# by NAME [PROTOCOL]: how pushes reach the repository from now on.
by()
{
	SERVED_USERNAME=$1 SERVED_PROTOCOL=${2:-ssh}
	export SERVED_USERNAME SERVED_PROTOCOL
	served="--receive-pack=git -c core.hooksPath=$story/gitaly receive-pack"
}

# A repository in hashed storage.
gitlab()
{
	rm -rf "${server%/@hashed/*}" "$work" "$story/global"
	gitaly
	mkdir -p "$(dirname "$server")"
	git init -q --bare "$server"
	rm -rf "$server/hooks"
	cp -a "$made/work" "$work"
	in_work remote set-url origin "$server"
	: >"$out"
	exits 0 install repo "$server"
	said '(gitlab)'
	by alice
	push "$served" main
	expect landed
}

own_prefix
rm -rf "$server"
server=$story/repositories/@hashed/6b/86/6b86b273ff34.git

sentence "Called by Gitaly the hooks decide, in a clean environment, with the account of GitLab"
gitlab
exits 0 countersign status --repo "$server"
said 'guarded (gitlab'
agent claude-code
commit .github/workflows/ci.yml 'on: push'
by dev7
push "$served" main
expect held
account_was dev7
unsaid 'GL-HOOK-ERR'
branch feature origin/main
commit src/a.c 'x'
push "$served" feature
expect landed

sentence "An object that nothing leads to is looked into, though Gitaly does not speak of a quarantine"
gitlab
policy <<'END'
{ "version": 1, "rules": [ { "name": "keys", "content": ["class:credentials"], "action": "deny" } ] }
END
agent claude-code
commit src/a.c 'x'
by dev7
transport=$story/sends
cat >"$transport" <<END
#!/bin/sh
exec git -c core.hooksPath='$story/gitaly' receive-pack '$server'
END
chmod +x "$transport"
raw <<END
known main $(ref_of refs/heads/main)
blob x key = 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
blob b hello
tree t 100644 file\\x00#{b}
commit c tree @{t}\nparent @{main}\nauthor A <a@example.com> 1700000000 +0000\ncommitter A <a@example.com> 1700000000 +0000\n\nIt\n\nCo-authored-by: Claude <noreply@anthropic.com>\n
command $(ref_of refs/heads/main) c refs/heads/main
END
transport=
expect denied
said 'keys'
! on_server cat-file -e "$(id x)" 2>/dev/null || fail 'the object is in the repository'

sentence "Of a refusal on a page of GitLab's every line is one that it shows"
gitlab
agent claude-code
commit .github/workflows/ci.yml 'on: push'
by dev7 web
push "$served" main
expect refused
said 'remote: GL-HOOK-ERR: countersign: refs/heads/main is held: '
said 'GL-HOOK-ERR: countersign:   review   git fetch origin refs/countersign/holds/'
same 'lines that are not shown' '' "$(grep '^remote: ' "$out" | grep -v '^remote: GL-HOOK-ERR: \|^remote: *$')"

# What the merge button does: Gitaly makes the commit in a quarantine of its own, calls the hooks, and newer versions
# call update while the objects are still there; only then it moves them and the ref.
merge_button()
{
	refs_of >"$story/refs-before"
	own=$(mktemp -d "$server/objects/tmp_objdir-merge-XXXXXX")
	export GIT_OBJECT_DIRECTORY="$own" GIT_ALTERNATE_OBJECT_DIRECTORIES="$server/objects"
	pushed_ref=refs/heads/main
	before=$(ref_of refs/heads/main)
	pushed_new=$(on_server commit-tree -p "$before" -p "$1" -m "Merge branch 'feature' into 'main'" "$1^{tree}")
	stored_before=no
	pushed_status=1
	if { printf '%s %s %s\n' "$before" "$pushed_new" "$pushed_ref" | GIT_DIR=$server "$story/gitaly/pre-receive" &&
		GIT_DIR=$server "$story/gitaly/update" "$pushed_ref" "$before" "$pushed_new"; } >"$out" 2>&1; then
		pushed_status=0
	fi
	unset GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
	if [ "$pushed_status" -eq 0 ]; then
		(cd "$own" && find . -type f | while IFS= read -r object; do
			mkdir -p "$server/objects/$(dirname "$object")"
			mv "$object" "$server/objects/$object"
		done)
		on_server update-ref "$pushed_ref" "$pushed_new" "$before"
	fi
	rm -rf "$own"
}

sentence "The merge button is a push of who pressed it, judged while the merge is in Gitaly's quarantine"
gitlab
feature_for_carol
person gitlab
by dave web
merge_button "$(in_work rev-parse feature)"
expect refused
said 'GL-HOOK-ERR: countersign: refs/heads/main is held: '
by carol web
merge_button "$(in_work rev-parse feature)"
expect landed

sentence "What a pool of objects has already is judged where it arrives"
gitlab
mkdir -p "$story/repositories/@pools/4a/44"
pool=$story/repositories/@pools/4a/44/4a44dc.git
git init -q --bare "$pool"
agent claude-code
commit .github/workflows/ci.yml 'on: push'
in_work push -q "$pool" main
printf '../../../../../@pools/4a/44/4a44dc.git/objects\n' >"$server/objects/info/alternates"
on_server cat-file -e "$(in_work rev-parse main)" || fail "the pool is not seen"
push "$served" main
expect held

sentence "Hooks of the project's own run before ours, as Gitaly has it, and those in our place are kept"
gitlab
printf '#!/bin/sh\necho "the own hook"\n' >"$server/custom_hooks/pre-receive"
chmod +x "$server/custom_hooks/pre-receive"
exits 0 install status --canary "$server"
said 'the canary push was refused'
mv "$prefix/libexec/countersign/canary" "$story/canary"
for replaced in 'exit 0' 'echo "countersign: refs/countersign/canary is denied"' true; do
	printf '#!/bin/sh\n%s\n' "$replaced" >"$prefix/libexec/countersign/canary"
	[ "$replaced" != true ] || cp /bin/true "$prefix/libexec/countersign/canary"
	chmod 755 "$prefix/libexec/countersign/canary"
	exits 1 countersign status --canary --repo "$server"
	said 'THE PUSH WAS NOT REFUSED BY COUNTERSIGN'
	exits 1 install repo "$server"
	said 'THE CANARY PUSH WAS NOT REFUSED BY COUNTERSIGN'
done
rm "$prefix/libexec/countersign/canary"
mv "$story/canary" "$prefix/libexec/countersign/canary"
exits 0 install repo "$server"
rm "$server/custom_hooks/pre-receive.d/countersign"
exits 1 countersign status --repo "$server"
said 'pre-receive: is not there'
exits 0 install status --repair "$server"
exits 0 install remove "$server"
same 'what is left of ours' '' "$(find "$server/custom_hooks" -name countersign)"

sentence "Every repository of a storage is guarded, and pools, which nobody pushes to, are left alone"
rm -f "$prefix/etc/countersign/repositories"
exits 0 install all "$story/repositories"
same 'the list' 1 "$(wc -l <"$prefix/etc/countersign/repositories" | tr -d ' ')"
exits 0 install status
