# Approvers by CODEOWNERS: the owners of the flagged path, as the file was before the push.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

# Bob owns what CODEOWNERS says, carol another part; dora owns nothing.
owned()
{
	policy <<JSON
{ "version": 1,
  "people": { "bob": { "accounts": ["Bob-H"], "emails": ["bob@example.com"], "keys": ["$(key_of bob)"] },
              "carol": { "emails": ["carol@example.com"], "keys": ["$(key_of carol)"] },
              "dora": { "emails": ["dora@example.com"], "groups": ["security"], "keys": ["$(key_of dora)"] } },
  "rules": [ { "name": "owned", "paths": ["/src/", "CODEOWNERS"], "action": "hold", "approvers": ["codeowners"${1:-}]${2:-} } ] }
JSON
}

# owners PLACE [<<FILE]: puts the file on the server's main, past the hooks.
owners()
{
	person alice
	in_work fetch -q origin
	branch main origin/main
	mkdir -p "$(dirname "$work/$1")"
	cat >"$work/$1"
	in_work add -f -- "$1"
	record 'Owners'
	on_server fetch -q --update-head-ok "$work" +main:refs/heads/main
	in_work fetch -q origin
}

sentence "Owners of the path approve, by account or e-mail in any case; nobody else can"
server
on_server config receive.advertisePushOptions true
owned
owners .github/CODEOWNERS <<'TEXT'
/src/ @bob-h
/src/money/ carol@EXAMPLE.com # not bob
TEXT
hold_change src/a.c "change of $(in_work rev-parse origin/main)"
said 'needs 1 approval from bob'
approve dora
push_again
expect held
approve bob
push_again
expect landed
hold_change src/money/a.c "change of $(in_work rev-parse origin/main)"
said 'needs 1 approval from carol'
approve bob
push_again
expect held
approve carol
push_again
expect landed

sentence "Owners whom the policy does not know are said, to the pusher and to reviewers, and do not count"
server
on_server config receive.advertisePushOptions true
owned
owners .github/CODEOWNERS <<'TEXT'
/src/ @org/team @mallory bob@example.com
TEXT
hold_change src/a.c "change of $(in_work rev-parse origin/main)"
said 'code owners whom the policy does not know: @org/team, @mallory'
said 'needs 1 approval from bob'
on_server cat-file tag "refs/countersign/holds/$hold" >"$out"
said 'code owners whom the policy does not know: @org/team, @mallory'

sentence "A path that nobody owns, and a file that is not understood or not there, can be approved by nobody"
server
owned
hold_change src/a.c
said 'nobody is known to own it: no CODEOWNERS file'
said 'cannot be approved'
owners CODEOWNERS <<'TEXT'
/docs/ @bob-h
TEXT
hold_change src/a.c
said 'nobody owns it by CODEOWNERS'
owners CODEOWNERS <<'TEXT'
/src/ @bob-h
!/src/b/ @carol
TEXT
hold_change src/a.c
said 'nobody is known to own it: line 2 of CODEOWNERS is not understood'
owners docs/CODEOWNERS <<'TEXT'
/src/ @bob-h
TEXT
hold_change src/a.c
said 'there are several CODEOWNERS files, and it is unclear which one counts'

sentence "What the push itself says of owners does not count yet"
server
owned
owners CODEOWNERS <<'TEXT'
/src/ carol@example.com
TEXT
agent claude-code
branch work origin/main
write CODEOWNERS '* @bob-h'
commit src/a.c 'x'
push work:main
expect held
said 'needs 1 approval from carol'
unsaid 'from bob'

sentence "Other approvers of the rule may approve, too, and a section of GitLab's may ask for more people"
server
on_server config receive.advertisePushOptions true
owned ', "security"'
owners .gitlab/CODEOWNERS <<'TEXT'
[Sources][2] @bob-h
/src/
^[Extra] carol@example.com
/src/
TEXT
hold_change src/a.c "change of $(in_work rev-parse origin/main)"
said 'needs 2 approvals from security or bob'
approve bob
push_again
expect held
approve dora
push_again
expect landed

sentence "policy explain says who owns a path, and who does not count"
owned
exits 0 countersign policy explain src/a.c --repo "$server"
said 'needs 2 approvals from bob'
owners .gitlab/CODEOWNERS <<'TEXT'
/src/ @mallory
TEXT
exits 0 countersign policy explain src/a.c --repo "$server"
said 'code owners whom the policy does not know: @mallory'
said 'no approval can help'

sentence "Nobody can be called codeowners"
printf '{"version":1,"people":{"codeowners":{}}}' >"$story/person.json"
exits 1 countersign policy check "$story/person.json"
said "'codeowners' stands for the owners of a path"
printf '{"version":1,"people":{"bob":{"groups":["codeowners"]}}}' >"$story/group.json"
exits 1 countersign policy check "$story/group.json"
said "'codeowners' stands for the owners of a path"
