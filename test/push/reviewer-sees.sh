# What a reviewer is shown is what is flagged, all of it, and it is what they sign.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"
desk=$story/desk

# desk_of [REMOTE]: bob's clone of the server.
desk_of()
{
	rm -rf "$desk"
	git clone -q "$server" "$desk" 2>"$out" || fail 'cannot clone'
	git -C "$desk" config gpg.format ssh
	git -C "$desk" config user.name bob
	git -C "$desk" config user.email bob@example.com
	git -C "$desk" config user.signingkey "$keys/bob.pub"
	git -C "$desk" config countersign.person bob
}

desk()
{
	(cd "$desk" && COUNTERSIGN_USER=bob sh "$prefix/bin/git-countersign" "$@")
}

sentence "A flagged change one commit below the tip is shown, and one that a later commit takes back"
server
governed
person robot
agent claude-code
branch work origin/main
commit infra/main.tf 'resource "first"'
commit infra/main.tf 'resource "second"'
commit src/main.c 'int main(void) { return 1; }'
push work:main
expect held
desk_of
exits 0 desk show "$hold"
said '+resource "first"'
said '-resource "first"'
said '+resource "second"'
said 'Change src/main.c'
exits 0 desk approve "$hold"
said '+resource "second"'
said "Countersign-Ref: refs/heads/main"
push_again
expect landed

sentence "Paths of any bytes are shown, and so is every flagged change of them"
server
governed
person robot
agent claude-code
branch work origin/main
commit 'infra/a "quoted" name' 'in quotes'
commit 'infra/back\slash' 'in a slash'
commit "infra/$(printf 'tab\there')" 'behind a tab'
commit "infra/$(printf 'prüfung')" "$(printf 'gr\303\274n \033[31mred\342\200\256evil')"
commit 'infra/ leading' 'after a blank'
commit 'infra/two  blanks' 'between blanks'
printf 'x\n' >"$work/infra/$(printf 'new\nline')"
in_work add infra
record 'Odd names'
push work:main
expect held
desk_of
exits 0 desk show "$hold"
said '+in quotes'
said '+in a slash'
said '+behind a tab'
said '+after a blank'
said 'new\nline'
said '    infrastructure  infra/prüfung'
said '+++ b/infra/prüfung'
said '    infrastructure  "infra/a \"quoted\" name"'
said '    infrastructure  infra/two  blanks'
said "$(printf '+gr\303\274n \\x1b[31mred\\u{202e}evil')"

sentence "A subject of any bytes is listed, and the list is JSON all the same"
server
governed
person robot
agent claude-code
branch work origin/main
write infra/main.tf 'resource'
record "$(printf 'A \033[31m"red"\\ \tpr\303\274fung \001 \342\200\256')" 2>/dev/null
push work:main
expect held
desk_of
for shell in dash 'bash --posix' 'busybox sh'; do
	(cd "$desk" && $shell "$prefix/bin/git-countersign" list --json) >"$out" 2>&1 || fail "$shell cannot list"
	same 'the subject' "$(printf 'A \\x1b[31m"red"\\ \tpr\303\274fung \\x01 \\u{202e}')" "$("$tools/story-json" subject <"$out")"
	same 'the hold' "$hold" "$("$tools/story-json" id <"$out")"
done

# at_terminal ANSWER COMMAND: what the command does at a terminal where that is typed.
at_terminal()
{
	printf '%s\n' "$1" | script -q -e -c "cd '$desk' && COUNTERSIGN_USER=bob sh '$prefix/bin/git-countersign' $2" /dev/null >"$out" 2>&1 || :
}

sentence "Whoever sits at a terminal is asked before anything is signed, also where the output goes elsewhere"
server
governed
hold_change
desk_of
ref=refs/countersign/approvals/$hold/bob
for to in '' '| cat' ">'$story/elsewhere'"; do
	at_terminal n "approve $hold $to"
	same "an approval, after no, $to" "$zeros" "$(ref_of "$ref")"
	said "approve $hold? [y/N]"
done
at_terminal y "approve $hold | cat"
same 'an approval' tag "$(on_server cat-file -t "$ref")"

sentence "A hold forged in another repository, with a harmless commit and the digest of a real one, is not shown as it"
server
governed
hold_change
desk_of
git clone -q --bare "$server" "$story/fork.git" 2>/dev/null
in_work fetch -q "$server" "refs/countersign/holds/$hold"
in_work branch -f real FETCH_HEAD^{commit}
in_work cat-file tag FETCH_HEAD >"$story/real"
person robot
agent none
branch harmless origin/main
commit docs/harmless 'harmless'
forge()
{
	sed "s/^object .*/object $(in_work rev-parse "${1:-harmless}")/" "$story/real" | in_work hash-object -t tag -w --stdin
}
in_work push -q "$story/fork.git" "+$(forge):refs/countersign/holds/$hold"
git -C "$desk" remote add fork "$story/fork.git"
exits 1 desk show "$hold" --remote fork
exits 1 desk approve "$hold" --remote fork
said 'does not have what its text names'
unsaid 'You are about to sign'
sed '/^infrastructure/s/infra/docs/' "$story/real" >"$story/altered"
in_work push -q "$story/fork.git" "+$(in_work hash-object -t tag -w --stdin <"$story/altered"):refs/countersign/holds/$hold"
exits 1 desk show "$hold" --remote fork
said 'does not belong to'
sed '/^-----BEGIN/,/^-----END/d' "$story/real" >"$story/altered"
in_work push -q "$story/fork.git" "+$(in_work hash-object -t tag -w --stdin <"$story/altered"):refs/countersign/holds/$hold"
exits 1 desk approve "$hold" --remote fork
said 'does not carry the text'
exits 0 desk approve "$hold" --remote origin
push_again
expect landed

sentence "An approval on another commit than the held one, or about another ref or repository, is refused by the server"
server
governed
hold_change
agent none
branch harmless origin/main
person bob
commit docs/harmless 'harmless'
as bob
push harmless:refs/heads/topic
expect landed
tag_as bob approve harmless
push "+approval:refs/countersign/approvals/$hold/bob"
expect denied
said 'is not of the held commit'
for line in 'Countersign-Ref: refs/heads/other' 'Countersign-Repository: 00000000000000000000000000000000' 'Countersign-Ref: '; do
	in_work tag -f -s approval work -m 'Read.' -m "Countersign-Digest: $digest
Countersign-Decision: approve
$line" >/dev/null
	push "+approval:refs/countersign/approvals/$hold/bob"
	expect denied
done
in_work tag -f -s approval work -m 'Read.' -m "Countersign-Digest: $digest
Countersign-Decision: approve
Countersign-Ref: refs/heads/main" >/dev/null
push "+approval:refs/countersign/approvals/$hold/bob"
expect landed

sentence "A root commit, with whatever the reviewer's git is set to hide"
server
governed
person robot
agent claude-code
in_work checkout -q --orphan work
in_work rm -rfq .
commit infra/root.tf 'from the root'
push work:refs/heads/release/1
expect held
desk_of
git -C "$desk" config log.showRoot false
git -C "$desk" config diff.ignoreSubmodules all
printf '*.tf -diff\n' >"$desk/.gitattributes"
exits 0 desk show "$hold"
said '+from the root'

sentence "A remote that is an option is not run, wherever it is configured"
git -C "$desk" config branch.main.remote "--upload-pack=touch $story/ran"
exits 2 desk list
exits 2 desk show "$hold"
[ ! -e "$story/ran" ] || fail 'it was run'

sentence "The list has what waits, oldest first, and not what has landed"
server
governed
hold_change infra/one.tf
first=$hold
hold_change infra/two.tf
desk_of
exits 0 desk list
same 'ids' "$(cut -d ' ' -f 1 "$out" | sort)" "$(printf '%s\n' "$first" "$hold" | sort)"
said 'refs/heads/main'
said 'claude-code'
said 'infra/two.tf'
said '0 of 1, needs platform'
said 'Change infra/two.tf'
exits 0 desk list --json
same 'the second' "$(grep -F "\"$hold\"" "$out" | "$tools/story-json" id)" "$hold"
exits 0 desk show "$(printf %.6s "$hold")"
said "Hold $hold"
exits 1 desk show 0000
exits 0 desk reject "$first" -m 'No.'
exits 0 desk approve "$hold"
push_again
expect landed
exits 0 desk list
said "$first"
said 'rejected by bob'
unsaid "$hold"

sentence "Many paths are shown in seconds"
server
governed
person robot
agent claude-code
branch work origin/main
mkdir -p "$work/infra/many"
(cd "$work/infra/many" && seq 5000 | while read -r n; do echo "$n" >"$n.tf"; done)
in_work add infra
record 'Many'
push work:main
expect held
desk_of
begun=$(date +%s)
exits 0 desk show "$hold"
same 'files shown' "$(grep -c '^+++ b/infra/many/' "$out")" 5000
[ $(($(date +%s) - begun)) -lt 20 ] || fail "it took $(($(date +%s) - begun)) s"

sentence "Hooks of the reviewer's clone, and a push that is always signed, keep nobody from approving or asking"
server
governed
hold_change
desk_of
printf '#!/bin/sh\necho "the tests fail"\nexit 1\n' >"$desk/.git/hooks/pre-push"
chmod 755 "$desk/.git/hooks/pre-push"
git -C "$desk" config push.gpgSign true
exits 0 desk approve "$hold"
unsaid 'the tests fail'
exits 0 desk check
said 'refs/heads/main is at this commit already: there is nothing to push'
git -C "$desk" commit -q --allow-empty -m 'Nothing'
exits 0 desk check
said 'refs/heads/main would be allowed'
unsaid 'the tests fail'
push_again
expect landed

sentence "What was pushed elsewhere is no approval; the only remote is the server; an id is as git takes them"
server
governed
hold_change
desk_of
git init -q --bare "$story/fork.git"
git -C "$desk" remote set-url --push origin "$story/fork.git"
exits 1 desk approve "$hold"
said "it was pushed to $story/fork.git, which is not where the hold is"
unsaid "approve: $hold, as bob"
git -C "$desk" remote set-url --push origin "file://$server"
git -C "$desk" config "url.$story/fork.git.pushInsteadOf" "$server"
exits 1 desk approve "$hold" --remote "$server"
said "it was pushed to another address than $server, which is not where the hold is"
unsaid "approve: $hold, as bob"
git -C "$desk" config --unset "url.$story/fork.git.pushInsteadOf"
git -C "$desk" remote rename origin upstream
git -C "$desk" checkout -q --detach
exits 0 desk approve "$(printf %s "$hold" | tr a-f A-F)"
said "approve: $hold, as bob"
push_again
expect landed

sentence "What is shown is the same whatever the reviewer's git is set to"
server
governed
agent none
person alice
as alice
branch base origin/main
seq 1 60 >"$story/lines"
commit src/base.tf x
write infra/other.tf "$(cat "$story/lines")"
record 'Lines'
as alice
push base:main
expect landed
as dev1
person robot
agent claude-code
branch work origin/main
write infra/other.tf "$(sed -e 's/^20$/twenty/' -e 's/^25$/ /' "$story/lines")"
write infra/new.tf 'resource "first"'
printf 'infra/* -diff diff=odd\n' >"$work/.gitattributes"
printf '* binary\n' >"$work/infra/.gitattributes"
printf '\000\001' >"$work/infra/bytes"
in_work add .gitattributes infra
in_work update-index --add --cacheinfo "160000,$(in_work rev-parse HEAD),infra/sub"
record "$(printf 'Gr\303\266\303\237e')"
commit infra/new.tf 'resource "second"'
push work:main
expect held
desk_of
exits 0 desk show "$hold"
said '+twenty'
said '+resource "first"'
said '+resource "second"'
said 'Subproject commit'
cp "$out" "$story/shown"
printf '* -diff\n' >"$story/attributes"
for setting in log.showRoot=false diff.external=/bin/false diff.noprefix=true diff.mnemonicPrefix=true diff.orderFile=/nonexistent \
	core.quotePath=false diff.ignoreSubmodules=all diff.context=0 diff.interHunkContext=50 core.pager=false pager.diff=false diff.renames=copies \
	diff.submodule=log diff.algorithm=patience diff.wsErrorHighlight=all color.ui=always diff.colorMoved=zebra diff.wordRegex=. diff.dstPrefix=x \
	diff.suppressBlankEmpty=true diff.odd.textconv='echo hidden' diff.odd.command=/bin/true diff.odd.binary=true log.follow=true \
	log.mailmap=true log.decorate=full log.date=relative log.diffMerges=off log.showSignature=true format.pretty=oneline core.abbrev=40 \
	i18n.logOutputEncoding=UTF-16 diff.relative=true "core.attributesFile=$story/attributes" core.autocrlf=true alias.diff='!echo evil' \
	alias.log='!echo evil' diff.indentHeuristic=false core.bigFileThreshold=1 fetch.prune=true tag.gpgSign=true \
	remote.origin.tagOpt=--tags core.ignoreCase=true remote.origin.mirror=true 'notes.displayRef=refs/notes/*'; do
	git -C "$desk" config "${setting%%=*}" "${setting#*=}"
	exits 0 desk show "$hold"
	cmp -s "$out" "$story/shown" || fail "with $setting something else is shown"
	git -C "$desk" config --unset-all "${setting%%=*}"
done
for variable in GIT_EXTERNAL_DIFF=/bin/false GIT_DIFF_OPTS=-u0 GIT_PAGER=false GIT_LITERAL_PATHSPECS=1 GIT_ICASE_PATHSPECS=1 \
	GIT_REPLACE_REF_BASE=refs/heads/ GIT_INDEX_FILE=/nonexistent 'GIT_NOTES_DISPLAY_REF=*' LC_ALL=C.UTF-8 POSIXLY_CORRECT=1 CDPATH=/tmp; do
	exits 0 env "$variable" sh -c 'cd "$1" && sh "$2" show "$3"' sh "$desk" "$prefix/bin/git-countersign" "$hold"
	cmp -s "$out" "$story/shown" || fail "with $variable something else is shown"
done
flagged=$(git -C "$desk" rev-parse FETCH_HEAD:infra/other.tf)
git -C "$desk" replace "$flagged" "$(git -C "$desk" rev-parse HEAD:infra/other.tf)"
exits 0 desk show "$hold"
cmp -s "$out" "$story/shown" || fail "with a replaced object something else is shown"
git -C "$desk" rev-parse HEAD >"$desk/.git/info/grafts"
printf '* -diff\n' >"$desk/.git/info/attributes"
exits 0 desk show "$hold"
grep -v 'hint' "$out" >"$story/again"
cmp -s "$story/again" "$story/shown" || fail "with grafts and attributes something else is shown"
