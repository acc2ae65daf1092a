# One policy for all hosts, from tags that enough of the site's keys have signed; an older one is never put in force.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/postgres.inc"
engine
ssh-keygen -q -t ed25519 -N '' -C second -f "$story/second_key"
ssh-keygen -q -t ed25519 -N '' -C stranger -f "$story/stranger_key"
source=$story/source
git init -q "$source"

# publish NUMBER WHO KEY: signs what is committed there
publish()
{
	git -C "$source" -c gpg.format=ssh -c user.signingKey="$story/$3" tag -f -s -m "Policy $1" "countersign-policy/$1/$2" >/dev/null
}

written()
{
	cat >"$source/policy.json"
	git -C "$source" add policy.json
	git -C "$source" commit -q -m 'Change the policy'
}

once()
{
	"$story/$1/prefix/bin/countersign-fleet" serve --once >"$out" 2>&1 || fail "$1 fails"
}

# in_force NAME NUMBER [FILE]
in_force()
{
	same "number of $1" "$2" "$(sed 's/ .*//' "$story/$1/prefix/etc/countersign/fleet.policy" 2>/dev/null)"
	cmp -s "$story/$1/prefix/etc/countersign/policy.json" "$3" || fail "the policy of $1 is another"
}

sentence "A policy that enough keys have signed is in force on every host"
for name in git1 git2; do
	host "$name"
	cp "$prefix/etc/countersign/policy.json" "$story/before.json"
	sed -i -e "s|\"keys\": \[|&\"$(cut -d ' ' -f 1,2 "$story/second_key.pub")\", |" \
		-e "s|\"signing_key\"|\"policy\": { \"repository\": \"$source\", \"signatures\": 2 }, &|" "$prefix/etc/countersign/fleet.json"
done
written <<'JSON'
{ "version": 1, "agents": { "*": { "scope": ["/src/"] } } }
JSON
cp "$source/policy.json" "$story/one.json"
publish 1 alice fleet_key
once git1
in_force git1 '' "$story/before.json"
publish 1 again fleet_key # one key, twice
publish 1 mallory stranger_key
once git1
in_force git1 '' "$story/before.json"
publish 1 bob second_key
for name in git1 git2; do
	once "$name"
	in_force "$name" 1 "$story/one.json"
done
on git2
agent claude-code
commit docs/x.md 'x'
push main
expect denied

sentence "An older number, a renamed tag, a wrong policy and a number for two contents change nothing"
written <<'JSON'
{ "version": 1 }
JSON
cp "$source/policy.json" "$story/two.json"
publish 1 alice fleet_key
publish 1 bob second_key
once git1
in_force git1 1 "$story/one.json"
for who in alice bob; do # what was signed as number 1 is called number 9
	git -C "$source" update-ref "refs/tags/countersign-policy/9/$who" "refs/tags/countersign-policy/1/$who"
done
once git1
in_force git1 1 "$story/one.json"
git -C "$source" tag -d countersign-policy/9/alice countersign-policy/9/bob >/dev/null
written <<'JSON'
{ "version": 1, "agnets": {} }
JSON
publish 3 alice fleet_key
publish 3 bob second_key
"$story/git1/prefix/bin/countersign-fleet" serve --once >"$out" 2>&1 || :
said "unknown key 'agnets'"
in_force git1 1 "$story/one.json"
git -C "$source" tag -d countersign-policy/3/alice countersign-policy/3/bob >/dev/null
git -C "$source" checkout -q HEAD~1
publish 4 alice fleet_key
publish 4 bob second_key
git -C "$source" commit -q --allow-empty -m 'Another'
publish 4 carol fleet_key
publish 4 dave second_key
"$story/git1/prefix/bin/countersign-fleet" serve --once >"$out" 2>&1 || :
said 'number 4 was signed for two commits'
in_force git1 1 "$story/one.json"

sentence "A tag that was in the way and is gone keeps no policy back"
git -C "$source" tag countersign-policy/5 # where a folder has to be
once git1
git -C "$source" tag -d countersign-policy/5 >/dev/null

sentence "The next number is put in force, and one that is gone from the source does not come back as an older one"
publish 5 alice fleet_key
publish 5 bob second_key
once git1
in_force git1 5 "$story/two.json"
git -C "$source" tag -d countersign-policy/5/alice countersign-policy/5/bob >/dev/null
once git1
in_force git1 5 "$story/two.json"

sentence "A policy that comes says what it changes, and waits on a host that takes it later than others"
once git2
in_force git2 1 "$story/one.json"
sed -i 's/"signatures": 2/"signatures": 2, "after": "1d"/' "$story/git2/prefix/etc/countersign/fleet.json"
on git2
policy <<'JSON'
{ "version": 1, "webhooks": [ { "url": "http://127.0.0.1:9/", "events": ["changed"] } ] }
JSON
in_work reset -q --hard origin/main
agent claude-code
commit src/before.c 'x'
push main
expect landed
written <<'JSON'
{ "version": 1, "agents": { "*": { "scope": ["/docs/"] } } }
JSON
cp "$source/policy.json" "$story/six.json"
publish 6 alice fleet_key
publish 6 bob second_key
once git2
said 'policy 6 was signed, and changes:'
said '/src/'
in_force git2 1 "$story/one.json"
cmp -s "$story/git2/prefix/etc/countersign/policy.next.json" "$story/six.json" || fail 'what comes is not there'
exits 0 countersign log --repo "$server"
said 'policy 6 of the fleet was signed, and is in force in 86400 s; of 2 pushes in 30d it would have held 0 and denied 1, where the one in force says 0 and 0'
exits 0 countersign log --repo "$server" --json
said '"policy of the fleet"'
said '/docs/'
exits 0 countersign log verify --repo "$server"
exits 0 countersign events --repo "$server"
said changed
on git2
in_work reset -q --hard origin/main
agent claude-code
commit src/a.c 'x'
push main
expect landed
once git1
in_force git1 6 "$story/six.json"
once git2
unsaid 'was signed'
in_force git2 1 "$story/one.json"
exits 0 "$story/git1/prefix/bin/countersign" log --fleet --host git2 --json
said 'policy 6 of the fleet was signed'
waits=$story/git2/prefix/etc/countersign/fleet.policy.next
awk '{ print $1, $2, $3 - 86300 }' "$waits" >"$story/waits"
cat "$story/waits" >"$waits"
once git2
in_force git2 1 "$story/one.json"
awk '{ print $1, $2, $3 - 200 }' "$waits" >"$story/waits"
cat "$story/waits" >"$waits"
mkdir "$story/git2/prefix/etc/countersign/policy.json.new" # it cannot be written just now
"$story/git2/prefix/bin/countersign-fleet" serve --once >"$out" 2>&1 || :
said 'policy.json.new'
in_force git2 1 "$story/one.json"
rmdir "$story/git2/prefix/etc/countersign/policy.json.new"
once git2
in_force git2 6 "$story/six.json"
[ ! -e "$waits" ] && [ ! -e "$story/git2/prefix/etc/countersign/policy.next.json" ] || fail 'something is left'
commit src/a.c 'y'
push main
expect denied
