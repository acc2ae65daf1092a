# The review page shows what waits, and all of it, to those who may read it.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"
. "${0%/*}/review.inc"

rules()
{
	policy <<JSON
{
  "version": 1,
  "people": {
    "alice": { "emails": ["alice@work.example.com"], "accounts": ["alice"], "groups": ["platform"], "keys": ["$(key_of alice)"] },
    "dave": { "emails": ["dave@example.com"], "groups": ["platform"], "keys": ["$(key_of dave)"] },
    "bob": { "emails": ["bob@example.com"], "accounts": ["bob", "dev1"], "groups": ["platform"] },
    "carol": { "emails": ["carol@example.com"], "accounts": ["carol"], "groups": ["security"] }
  },
  "agents": { "claude-code": { "owner": "carol", "accounts": ["bot"], "keys": [] } },
  "rules": [
    { "name": "infrastructure", "paths": ["class:infrastructure", "/infra/"], "action": "hold", "approvers": ["platform"], "approvals": 2 }
  ]
}
JSON
}

# held_change: an agent's change of infra/main.tf, held, with something else beside it.
held_change()
{
	server
	rules
	agent none
	commit infra/main.tf 'resource "a" { size = 1 }'
	push main
	expect landed
	agent claude-code
	write src/other.c 'int other;'
	commit infra/main.tf 'resource "a" { size = 2 }' 'Grow a'
	push main
	expect held
}

sentence "What waits is listed, with a link that has its whole id, and the hold's page shows what it is about"
held_change
serve alice
get ''
coded 200
said 'For you'
said "href=\"./server/holds/$hold\""
said 'Grow a'
said 'claude-code'
said '0 of 2, needs platform'
get "server/holds/$hold"
coded 200
said 'infra/main.tf'
said 'resource &quot;a&quot; { size = <mark>2</mark> }'
said 'resource &quot;a&quot; { size = <mark>1</mark> }'
said 'src/other.c'
said 'nothing flags'
said 'known by trailer'
grep -q -i "^content-security-policy: default-src 'none';" "$story/head" || fail "no policy for the page"
! grep -q -i 'unsafe-\|^set-cookie' "$story/head" || fail "the page's policy is weak"

sentence "The page has the reviewer's command as the server has it, says its sum, and it works"
held_change
serve alice
get ''
said 'href="./command"'
get "server/holds/$hold"
said 'href="../../command"'
for file in git-countersign git-countersign.bash _git-countersign; do
	get command
	coded 200
	cp "$out" "$story/page"
	get "$file"
	coded 200
	case $file in
	git-countersign) cmp -s "$out" "$prefix/bin/git-countersign" || fail "the command is another" ;;
	*) cmp -s "$out" "$SOURCE_DIR/hooks/command/completion/$file" || fail "$file is another" ;;
	esac
	grep -q "$(sha256sum <"$out" | cut -d ' ' -f 1)" "$story/page" || fail "the sum of $file is not said"
done
get git-countersign
mkdir "$story/mine"
cp "$out" "$story/mine/git-countersign"
chmod +x "$story/mine/git-countersign"
(cd "$work" && PATH=$story/mine:$PATH git countersign list) >"$out" 2>&1 || fail "it does not work"
said "$hold"
get command -I
coded 200
get command -X POST
coded 404

sentence "Whoever pushed it does not find it waiting for them, nor does somebody who cannot approve it"
held_change
for who in bob carol; do
	serve "$who"
	get ''
	coded 200
	said "$hold"
	unsaid 'For you'
done

sentence "Whoever is not among the policy's people reads nothing, and an agent's account neither"
held_change
for who in mallory bot; do
	serve "$who"
	get ''
	coded 200
	said 'Nothing waits'
	unsaid "$hold"
	for page in "server/holds/$hold" server/log server/agents "server/holds/$hold?image=$(in_work rev-parse HEAD:infra/main.tf)"; do
		get "$page"
		coded 404
		unsaid 'Grow a'
	done
done
serve alice
get "server/holds/$hold"
coded 200

sentence "review.readers lets more accounts read, and what they may not decide stays so"
held_change
own_prefix
printf '{ "version": 1, "review": { "url": "https://review.example.com", "readers": ["Auditor"] } }\n' | site_policy
held_change
for who in auditor:200 mallory:404 bot:404; do
	serve "${who%:*}"
	get "server/holds/$hold"
	coded "${who#*:}"
	unsaid '<button type="submit" class="yes"'
done

sentence "The log and the agents can be read, and nothing else is there"
held_change
serve alice
get server/log
coded 200
said "holds/$hold"
get server/agents
coded 200
said 'claude-code'
for page in server "server/holds/${hold}0" server/holds/0000000000000000 nothing/log ../etc/passwd server/../server/log "server/holds/$hold/x"; do
	get "$page" --path-as-is
	coded 404
done
get "server/holds/$hold" -X PUT
coded 405
get "server/holds/$hold?image=$(in_work rev-parse HEAD:infra/main.tf)"
coded 404

sentence "Nothing of names, subjects and contents is markup, and what is not seen is shown"
server
rules
agent claude-code
evil='<script>alert(1)</script>"><img src=x onerror=alert(1)>'
write "infra/$(printf "%s" '"><svg onload=alert(1)>').tf" "$evil"
printf 'a\342\200\256b\033[31mc\000' | tr -d '\000' >"$work/infra/hidden.tf"
printf 'x = "\303\050"\n' >>"$work/infra/hidden.tf"
in_work add -A
GIT_AUTHOR_NAME='<b>mallory</b>' record "$evil"
push main
expect held
serve alice
for page in '' "server/holds/$hold" "server/holds/$hold?view=split" server/log server/agents \
	"?repository=$(printf '%s' "$evil" | sed 's/</%3C/g; s/>/%3E/g; s/"/%22/g; s/ /%20/g')" '?agent=%22%3E%3Cscript%3E'; do
	get "$page"
	unsaid '<script>alert'
	unsaid '<img'
	unsaid '<svg'
	unsaid '<b>'
	unsaid "$(printf '\033')"
	unsaid "$(printf '\342\200\256')"
done
get "server/holds/$hold"
said '<span class="odd">\u{202e}</span>'
said '<span class="odd">\x1b</span>'
said '<span class="odd">\xc3</span>'
said 'hidden characters'
said '&lt;script&gt;alert(1)&lt;/script&gt;'

sentence "A hold whose text is not what its digest is of shows so, and offers nothing to sign"
held_change
on_server cat-file tag "refs/countersign/holds/$hold" >"$story/tag"
sed "s/$(in_work rev-parse HEAD:infra/main.tf)/$(in_work rev-parse HEAD:src/main.c)/" "$story/tag" >"$story/forged"
on_server update-ref "refs/countersign/holds/$hold" "$(on_server hash-object -t tag -w "$story/forged")"
serve alice
get "server/holds/$hold"
coded 200
said 'Nothing of this may be signed'
said 'another digest'
unsaid 'git countersign approve'
# the text is right, and the commit is not the one that it is about
sed "s/^object .*/object $(ref_of refs/heads/main)/" "$story/tag" >"$story/forged"
on_server update-ref "refs/countersign/holds/$hold" "$(on_server hash-object -t tag -w "$story/forged")"
get "server/holds/$hold"
said 'the held commit does not have what the hold'
unsaid 'git countersign approve'
on_server update-ref "refs/countersign/holds/$hold" "$(on_server hash-object -t tag -w "$story/tag")"
get "server/holds/$hold"
unsaid 'Nothing of this may be signed'
said 'git countersign approve'

sentence "A change that a later commit of the push takes back is shown all the same"
server
rules
agent claude-code
commit infra/main.tf 'resource "sneaky" {}' 'Add it'
in_work rm -q infra/main.tf
record 'Take it away'
push main
expect held
serve alice
get "server/holds/$hold"
said 'sneaky'
said 'changed again by a later commit'
unsaid 'Nothing of this may be signed'

sentence "Pictures are told by their content, and a page that draws by itself is none"
server
rules
agent claude-code
mkdir -p "$work/infra"
printf '\211PNG\r\n\032\n\000\000\000\015rest' >"$work/infra/logo.svg"
printf '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>\000' >"$work/infra/logo.png"
in_work add -A
record 'Pictures'
push main
expect held
serve alice
get "server/holds/$hold"
png=$(in_work rev-parse HEAD:infra/logo.svg)
svg=$(in_work rev-parse HEAD:infra/logo.png)
said "src=\"$hold?image=$png\""
unsaid "image=$svg"
get "server/holds/$hold?image=$png"
coded 200
grep -q -i '^content-type: image/png' "$story/head" || fail "it is not sent as what it is"
get "server/holds/$hold?image=$svg"
coded 404

sentence "Ten thousand changed lines are shown page by page, the last with the decision, and none is left out"
server
rules
agent claude-code
mkdir -p "$work/infra"
seq -f 'line number %.0f of many' 1 10000 >"$work/infra/long.tf"
in_work add -A
record 'Many lines'
push main
expect held
serve alice
: >"$story/all"
page=1
while [ "$page" -le 50 ]; do
	get "server/holds/$hold?page=$page"
	coded 200
	grep -o 'line number [0-9]* of many' "$out" >>"$story/all"
	grep -q 'rel="next"' "$out" || break
	unsaid 'git countersign approve'
	page=$((page + 1))
done
said 'git countersign approve'
[ "$page" -gt 2 ] || fail "$page pages"
get "server/holds/$hold?page=1000000"
coded 200
said 'No such page'
unsaid 'git countersign approve'
seq -f 'line number %.0f of many' 1 10000 | cmp -s - "$story/all" || fail "lines are missing, or told twice"

sentence "Content that moved is shown beside what it was, and a line of a megabyte is shown whole"
server
rules
agent none
mkdir -p "$work/infra" "$work/lib"
seq -f 'setting_%.0f = true' 1 40 >"$work/infra/old.tf"
in_work add -A
record 'Settings'
push main
agent claude-code
in_work mv infra/old.tf infra/new.tf
sed -i 's/setting_7 = true/setting_7 = false/' "$work/infra/new.tf"
head -c 1000000 /dev/zero | tr '\000' 'x' >"$work/infra/wide.tf"
in_work add -A
record 'Move settings'
push main
expect held
serve alice
get "server/holds/$hold"
said 'was <code>infra/old.tf</code>'
said 'setting_7 = <mark>false</mark>'
total=0
page=1
while [ "$page" -le 50 ]; do
	get "server/holds/$hold?page=$page"
	total=$((total + $(sed -n 's/.*<td class="code">\(xx*\).*/\1/p' "$out" | tr -d '\n' | wc -c)))
	grep -q 'rel="next"' "$out" || break
	page=$((page + 1))
done
[ "$total" -eq 1000000 ] || fail "$total bytes of the long line are shown"

sentence "Whoever approved an earlier version sees what is different from it"
server
governed
hold_change infra/main.tf 'resource "first" {}'
first=$hold
approve bob
expect landed
branch work2 origin/main
commit infra/main.tf 'resource "second" {}'
commit infra/other.tf 'resource "other" {}'
as dev1
push work2:main
expect held
serve bob
get "server/holds/$hold"
said "you approved <code class=\"id\">$first</code>"
said '<mark>second</mark>'
said '<mark>first</mark>'
said 'Not in what you approved: <code>infra/other.tf</code>'
serve alice
get "server/holds/$hold"
unsaid 'Since you approved'

sentence "Whoever reviews a change of the policy in the tree sees for whom what is decided otherwise, before they approve"
server
policy <<JSON
{ "version": 1, "delegates": ["owners"],
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"] },
              "bob": { "emails": ["bob@example.com"], "accounts": ["bob"], "groups": ["owners"], "keys": ["$(key_of bob)"] } } }
JSON
branch work origin/main
commit .countersign.json '{ "version": 1, "rules": [ { "name": "docs", "paths": ["/docs/<b>x</b>/"], "action": "deny" } ] }'
as alice
push work:main
expect held
serve bob
get "server/holds/$hold"
coded 200
said 'What it changes in the policy'
said '/docs/&lt;b&gt;x&lt;/b&gt;/'
said 'now: denied, and no approval can help'
unsaid '<b>x'
on_server cat-file tag "refs/countersign/holds/$hold" >"$out"
said 'What this changes in the policy:'
said '/docs/<b>x</b>/'
said 'now: denied, and no approval can help'
(cd "$work" && sh "$prefix/bin/git-countersign" show "$hold") >"$out" 2>&1 || fail "show fails"
said 'now: denied, and no approval can help'
digest=$(digest_of "$hold")
approve bob
push work:main
expect landed
branch work2 origin/main
git -C "$work" rm -q .countersign.json
record 'Without it'
as alice
push work2:main
expect held
get "server/holds/$hold"
said 'was: denied, and no approval can help'

sentence "What is unchanged is folded, and each fold opens by itself"
server
rules
agent none
seq 1 200 | sed 's/^/resource /' >"$story/lines"
commit infra/long.tf "$(cat "$story/lines")"
push main
expect landed
agent claude-code
commit infra/long.tf "$(sed -e '50s/.*/resource <fifty>/' -e '150s/.*/resource <onefifty>/' "$story/lines")"
push main
expect held
serve alice
get "server/holds/$hold"
said '46 unchanged lines <a href='
said '93 unchanged lines <a href='
unsaid '>resource 100<'
link=$(sed -n 's/.*93 unchanged lines <a href="[^"?]*?\([^"#]*\)#.*/\1/p' "$out" | sed 's/&amp;/\&/g')
get "server/holds/$hold?$link"
coded 200
said '>resource 100<'
said '46 unchanged lines <a href='
unsaid '93 unchanged lines'
unsaid '>resource 20<'
more=$(sed -n 's/.*46 unchanged lines <a href="[^"?]*?\([^"#]*\)#.*/\1/p' "$out" | sed 's/&amp;/\&/g')
get "server/holds/$hold?$more"
said '>resource 100<'
said '>resource 20<'
said 'id="f0-20">20<'
same 'lines once' "$(grep -c '>resource 100<' "$out")" 1
get "server/holds/$hold?view=split&open=0-54"
said '>resource 100<'
for odd in '0-54"><script>' '0-54%00' "$(printf '%0400d' 1)" '99999999999999999999-1,,,-' ; do
	get "server/holds/$hold?open=$(printf %s "$odd" | sed 's/"/%22/g; s/</%3c/g; s/>/%3e/g')"
	coded 200
	unsaid '<script>'
done

sentence "What replaces an earlier version says so, on the page and in the list"
server
rules
agent claude-code
branch one origin/main
commit infra/a.tf 'one'
push one:main
expect held
first=$hold
branch two origin/main
commit infra/a.tf 'two'
push two:main
expect held
serve alice
get ''
said "replaces <code class=\"id\">$first</code>"
get "server/holds/$hold"
said "<a href=\"$first\"><code class=\"id\">$first</code></a>"
get "server/holds/$first"
coded 200
said 'superseded'
