# What landed, attested: by the host's key, in notes that a clone fetches, verified there with nothing of the server's.
. "${0%/*}/lib.sh"

python3 -c 'import cryptography' 2>/dev/null || {
	echo "1..0 # SKIP python3-cryptography is not here: no second verifier"
	exit 77
}

. "${0%/*}/attest.inc"

# verify STATUS WORDS...
verify()
{
	wanted=$1
	shift
	exits "$wanted" countersign attest verify "$@" --key "$story/pub" --repo "$work"
}

# The member of the provenance of HEAD's last landing.
provenance()
{
	in_work notes --ref "$notes" show HEAD | jq -r .payload | while read -r line; do printf '%s' "$line" | base64 -d; echo; done |
		jq -r "select(.predicateType | test(\"-provenance/\")) | $1" | tail -n 1
}

sentence "A person's clean push is attested, in a clone and by a verifier that is not ours"
host
landed a.txt
in_work notes --ref "$notes" show HEAD | python3 "$SOURCE_DIR/test/push/attest.py" "$story/pub" "$(in_work rev-parse HEAD)" >"$out" 2>&1 ||
	fail "the second verifier does not take it"
same "its statements" 'source-provenance refs/heads/main
verification_summary refs/heads/main SLSA_SOURCE_LEVEL_3' "$(cat "$out")"
verify 0 HEAD
said 'SLSA_SOURCE_LEVEL_3'
same "who" dev1 "$(provenance .predicate.actor)"

sentence "Without a key nothing is attested, and a push leaves nothing"
host
rm "$prefix/etc/countersign/log.key"
commit a.txt b
push main
expect landed
[ ! -e "$server/countersign/landings" ] || fail "a push left something"
in_work fetch -q origin "+$notes:$notes" 2>/dev/null && fail "there are notes"
verify 1 HEAD
said 'no attestation'

sentence "A branch whose name is a token lands, and its name is left for nobody to attest"
host
policy <<'JSON'
{ "version": 1, "refs": ["refs/heads/**"] }
JSON
token=$(printf 'ghp_%s' 16C7e42F292c6912E7710c838347Ae178B4a0GPX1z | head -c 40)
commit a.txt b
push "main:refs/heads/$token"
expect landed
! grep -r -q -F -e "$token" "$server/countersign" || fail "the token lies in the state"
landed b.txt
! grep -r -q -F -e "$token" "$server/countersign" || fail "the token lies in the state"

sentence "A push of so many refs, of names so long, that no one file could be read leaves several"
host
policy <<'JSON'
{ "version": 1, "refs": ["refs/heads/**", "refs/tags/**"] }
JSON
mv "$prefix/bin/countersign-deliver" "$story/deliver" # who would read them at once
commit a.txt b
name=$(awk 'BEGIN { for (i = 0; i < 15; i++) { for (k = 0; k < 230; k++) printf "\""; printf "/" } }')
awk -v name="$name" -v id="$(in_work rev-parse HEAD)" 'BEGIN { for (i = 0; i < 640; i++) print "create refs/tags/" name i " " id }' |
	in_work update-ref --stdin
push main 'refs/tags/*:refs/tags/*'
expect landed
cat "$server"/countersign/landings/0* | jq -r '.[].ref' | sort -u >"$story/left"
same 'what is left' "$(wc -l <"$story/left")" 641
same 'of main' "$(grep -c '^refs/heads/main$' "$story/left")" 1
same 'files too large' "$(find "$server/countersign/landings" -size +1024k | wc -l)" 0
mv "$story/deliver" "$prefix/bin/countersign-deliver"

sentence "Each landing names the one before it, and a range is verified from its end to its beginning"
host
for n in 1 2 3 4 5; do
	landed "$n.txt"
done
verify 0 HEAD~4..HEAD
said '4 landings verified'
verify 0 HEAD~4..HEAD --level 3 --ref refs/heads/main
verify 1 HEAD~4..HEAD --reviewed

sentence "Three pushes at once are three landings, attested later by one deliverer"
host
on_server config receive.autogc false
chmod 600 "$prefix/etc/countersign/log.key"
for n in 1 2 3; do
	commit "$n.txt" "$n"
	push main
	expect landed
done
attested
verify 0 HEAD~3..HEAD
said '3 landings verified'

sentence "A tag is attested as what it is, and one that was moved on the server is found"
host
landed a.txt
in_work tag -a v1 -m one
push refs/tags/v1
expect landed
attested
verify 0 v1
said 'landed on refs/tags/v1'
said 'TAG_HYGIENE'
same "the tag object" "$(in_work rev-parse v1)" "$(in_work notes --ref "$notes" show HEAD | jq -r .payload | while read -r line; do printf '%s' "$line" | base64 -d; echo; done | jq -r '.subject[0].digest.gitTag // empty' | tail -n 1)"
in_work tag -f -a v1 -m two >/dev/null 2>&1
verify 1 v1
said 'no attestation of a landing on refs/tags/v1'

sentence "What an agent made, and who approved it by which key, are in the provenance"
host
approved infra/main.tf
verify 0 HEAD
said 'agents     claude-code'
said 'approved   bob (SHA256:'
same "the agent" claude-code "$(provenance '.predicate["urn:countersign:landing:v1"].agents[0]')"
same "the key" "$(ssh-keygen -lf "$story/bob.pub" | cut -d ' ' -f 2)" "$(provenance '.predicate["urn:countersign:landing:v1"].approvals[0].key')"

sentence "Without kept history no more than level 1 is claimed; with it nobody rewinds, and it is said since when"
host ''
landed a.txt
verify 0 HEAD --level 1
verify 1 HEAD --level 2
policy_of '"keep_history": true,'
landed b.txt
verify 0 HEAD --level 3
since=$(provenance '.predicate.controls[] | select(.name == "CONTINUITY_ENFORCED").since')
landed c.txt
same "since" "$since" "$(provenance '.predicate.controls[] | select(.name == "CONTINUITY_ENFORCED").since')"
in_work commit -q --amend -m rewound
push -f main
expect denied
said 'history'
push :main
expect refused

sentence "A ref that was moved without a push ends what was claimed, and that is said"
host
landed a.txt
tree=$(on_server rev-parse 'main^{tree}')
on_server update-ref refs/heads/main "$(on_server -c user.name=x -c user.email=x@x commit-tree "$tree" -p main -m 'by hand')"
in_work pull -q --rebase origin main
landed b.txt
verify 1 HEAD --level 2
verify 0 HEAD
said 'without a push that was judged'
verify 1 HEAD~2..HEAD
said 'without a push that was judged'
landed c.txt
verify 0 HEAD --level 3

sentence "A time in which the policy only observed ends what was claimed"
host
landed a.txt
policy_of '"keep_history": true, "mode": "observe",'
landed b.txt
verify 1 HEAD --level 2
said 'CONTINUITY_ENFORCED had held since'
policy_of '"keep_history": true,'
landed c.txt
verify 0 HEAD --level 3

sentence "An attestation that was altered, taken from another commit, or signed by somebody else is found"
host
landed a.txt
in_work notes --ref "$notes" show HEAD >"$story/note"
cp "$story/note" "$story/before"
landed b.txt
in_work notes --ref "$notes" add -f -F "$story/before" HEAD 2>/dev/null
verify 1 HEAD
said 'about another commit'
jq -c '.payload |= (@base64d | sub("dev1"; "dev2") | @base64)' "$story/before" >"$story/altered"
in_work notes --ref "$notes" add -f -F "$story/altered" HEAD~1 2>/dev/null
verify 1 HEAD~1
said 'its signature is false'
in_work notes --ref "$notes" add -f -F "$story/before" HEAD~1 2>/dev/null
verify 0 HEAD~1
countersign key new git.example.com --file "$story/other.key" >"$story/pub"
verify 1 HEAD~1
said 'none of the keys'

sentence "A note that was taken away is found by the landing after it"
host
for n in 1 2 3; do
	landed "$n.txt"
done
in_work notes --ref "$notes" remove HEAD~1 2>/dev/null
verify 1 HEAD~2..HEAD
said 'is not attested as it says'

sentence "Nobody pushes the notes; what comes with a mirror's push beside others lands without them"
host
landed a.txt
in_work notes --ref "$notes" add -f -m forged HEAD 2>/dev/null
push "$notes:$notes"
expect refused
commit b.txt b
push main "$notes:$notes"
expect landed refs/heads/main
unmoved "$notes"
attested # else it is told beside what comes next

sentence "A key that is replaced signs beside the old one until it is gone"
host
cp "$story/pub" "$story/old"
countersign key rotate >/dev/null
landed a.txt
verify 0 HEAD
countersign key rotate --done >/dev/null
countersign key show >"$story/pub"
verify 0 HEAD
landed b.txt
verify 0 HEAD~1..HEAD
cp "$story/old" "$story/pub"
verify 1 HEAD

sentence "The log has a row of each landing, by which an attestation can be proved to be what was signed then"
host
landed a.txt
digest=$(in_work notes --ref "$notes" show HEAD | head -n 1 | tr -d '\n' | sha256sum | cut -d ' ' -f 1)
countersign log --json --repo "$server" | grep -q "\"kind\":\"attested\".*$digest" || fail "no row of it"
exits 0 countersign log verify --repo "$server"

sentence "Where everybody's changes are approved by somebody else, the summary says two parties reviewed it, and no longer than that"
host
two_parties()
{
	policy <<JSON
{ "version": 1, "refs": ["HEAD", "refs/tags/**"], "keep_history": true,
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["dev1"] },
              "bob": { "emails": ["bob@example.com"], "keys": ["$(cat "$story/bob.pub")"] } },
  "rules": [ { "name": "two", "paths": ["*"], "by": "$1", "action": "hold", "approvers": ["bob"] } ] }
JSON
}
two_parties anyone
approved infra/main.tf
verify 0 HEAD --reviewed
said 'SLSA_SOURCE_TWO_PARTY_REVIEWED'
approved docs/a.md
verify 0 HEAD~2..HEAD --reviewed
said '2 landings verified'
two_parties agents
agent none
landed b.txt
verify 0 HEAD
unsaid 'SLSA_SOURCE_TWO_PARTY_REVIEWED'
verify 1 HEAD~2..HEAD --reviewed
two_parties anyone
approved docs/c.md
verify 0 HEAD --reviewed
verify 1 HEAD~2..HEAD --reviewed

sentence "A push that another hook refused is not attested"
host
landed a.txt
mkdir -p "$server/countersign/chained"
printf '#!/bin/sh\nexit 1\n' >"$server/countersign/chained/pre-receive"
chmod +x "$server/countersign/chained/pre-receive"
commit b.txt b
push main
expect refused
rm -r "$server/countersign/chained"
attested
verify 1 HEAD
commit c.txt c
push main
expect landed
attested
verify 0 HEAD~2..HEAD
said '1 landing verified'

sentence "Settings say by which address others know the repository"
host
on_server config countersign.uri git+https://git.example.com/group/app.git
landed a.txt
verify 0 HEAD --repository git+https://git.example.com/group/app.git
verify 1 HEAD --repository git+https://git.example.com/group/other.git
said 'it landed in'

sentence "What landed while the clock was ahead does not hide what lands after it was set back"
host
landed 1.txt
exec 9<"$server/countersign/landings"
flock 9
commit 2.txt 2
push main 9<&-
expect landed
for left in "$server/countersign/landings/"0*; do
	mv "$left" "${left%/*}/999000000000000-1"
done
exec 9<&-
attested
landed 3.txt
verify 0 HEAD~2..HEAD --level 3
said '2 landings verified'

sentence "A deliverer that cannot load libcurl says so, keeps the event, and attests what landed"
host
policy_of '"webhooks": [ { "url": "http://127.0.0.1:9/hook" } ],'
landed 1.txt
exec 9<"$server/countersign/landings"
flock 9
commit 2.txt 2
push main 9<&-
expect landed
mv "$server/countersign/landings/"0* "$story/"
exec 9<&-
attested
agent claude-code
commit infra/a a
push main
expect held
in_work reset -q --hard HEAD~1
mv "$story/"0* "$server/countersign/landings/"
mkdir "$story/library"
: >"$story/library/libcurl.so.4"
LD_LIBRARY_PATH=$story/library "$prefix/bin/countersign-deliver" --repo "$server" >"$out" 2>&1 && fail "it says nothing is wrong"
said 'libcurl.so.4 cannot be loaded'
countersign events --repo "$server" >"$out"
said ' queued '
in_work fetch -q origin "+$notes:$notes"
verify 0 HEAD~1..HEAD

sentence "What is no landing is taken away, and hinders nobody"
host
landed 1.txt
for left in '[]' '[1, null, "x"]' '{' '[{}]' '[{"ref":1}]' \
	"[{\"ref\":\"refs/heads/main\",\"old\":\"$(on_server rev-parse main)\",\"new\":\"$(on_server rev-parse main)\",\"account\":\"x\",\"policy\":\"\",\"approved_by\":[1]}]"; do
	n=$((${n:-0} + 1))
	printf '%s' "$left" >"$server/countersign/landings/99900000000000$n-1"
done
ln -s /etc/passwd "$server/countersign/landings/100000000000000-1"
mkfifo "$server/countersign/landings/100000000000000-2"
head -c 5000000 /dev/zero >"$server/countersign/landings/100000000000000-3"
attested
same 'what lies there' '' "$(ls "$server/countersign/landings")"
landed 2.txt
verify 0 HEAD~1..HEAD --level 3

sentence "Where no deliverer comes for a day, pushes leave no more; the next one that comes says the gap"
host
landed 1.txt
exec 9<"$server/countersign/landings"
flock 9
commit 2.txt 2
push main 9<&-
expect landed
touch -d '25 hours ago' "$server/countersign/landings/.waiting"
commit 3.txt 3
push main 9<&-
expect landed
same "what lies there" 1 "$(ls "$server/countersign/landings" | wc -l)"
# One that comes and cannot see to it is as good as none.
mv "$server/countersign/state.db" "$story/state.db"
echo 'not a state' >"$server/countersign/state.db"
exec 9<&-
! "$prefix/bin/countersign-deliver" --attest "$server" 2>"$out" || fail 'it attests without a state'
[ -e "$server/countersign/landings/.waiting" ] || fail 'nobody waits any more'
mv "$story/state.db" "$server/countersign/state.db"
attested
[ ! -e "$server/countersign/landings/.waiting" ] || fail 'it waits for what was seen to'
landed 4.txt
verify 1 HEAD~2..HEAD
said 'without a push that was judged'
landed 5.txt
verify 0 HEAD~1..HEAD
