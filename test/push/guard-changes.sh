# Who watches the guard: what was changed about Countersign itself between two runs of `status` is recorded and sent.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

# governed [MORE [SCOPE]]: a policy that has a webhook nobody answers, so that its events stay in the outbox.
governed()
{
	policy <<JSON
{ "version": 1, "refs": ["HEAD"], "agents": { "*": { "scope": ["/src/"${2:+, \"$2\"}] } },
  "people": { "alice": { "emails": ["alice@example.com"], "keys": ["$(key_of alice)"] }${1:-} },
  "webhooks": [ { "url": "http://127.0.0.1:9/hook", "events": ["changed"] } ] }
JSON
}

# changed_rows: rows that tell of a change, an object a line.
changed_rows()
{
	countersign log --json --repo "$server" | grep '"kind":"changed"' || :
}

# told WHAT: the last such row says, of that thing, what it was and is: `WAS -> IS`.
told()
{
	changed_rows | tail -n 1 | python3 -c 'import json, sys
for c in json.loads(sys.stdin.read())["verdict"]["changes"]:
    if c["what"] == sys.argv[1]: print(c["was"], "->", c["is"])' "$1"
}

# events_of: how many events of that type were made.
events_of()
{
	countersign events --json --repo "$server" | grep -c "\"type\":\"$1\"" || :
}

sha()
{
	sha256sum "$1" | cut -d ' ' -f 1
}

# begun: a server that was looked at.
begun()
{
	server
	governed
	exits 0 countersign status --repo "$server"
	unsaid 'changed since'
	same 'rows of a first look' '' "$(changed_rows)"
}

key alice
key bob

sentence "A setting, a hook, a stop and HEAD that were changed are one row and one event, with what was and what is"
begun
echo ': another line' >>"$server/hooks/update"
before=$(sha "$made/server.git/hooks/update")
on_server config receive.fsckObjects false
on_server branch other main
on_server symbolic-ref HEAD refs/heads/other
countersign stop claude-code --reason 'seen to misbehave' --repo "$server" >/dev/null
exits 1 countersign status --repo "$server"
said 'changed since 20'
said 'setting receive.fsckobjects: was true, is false'
said 'HEAD: was refs/heads/main, is refs/heads/other'
same 'rows' 1 "$(changed_rows | wc -l)"
same 'the setting' 'true -> false' "$(told 'setting receive.fsckobjects')"
same 'the branch' 'refs/heads/main -> refs/heads/other' "$(told HEAD)"
case $(told 'hook update') in
"SHA-256 $before, mode 0755, owner "*" -> SHA-256 $(sha "$server/hooks/update"), mode 0755, owner "*) ;;
*) fail "the hook: $(told 'hook update')" ;;
esac
case $(told 'stop of agent claude-code') in
'nothing -> since 20'*': seen to misbehave') ;;
*) fail "the stop: $(told 'stop of agent claude-code')" ;;
esac
same 'events' 1 "$(events_of changed)"
exits 1 countersign status --repo "$server"
unsaid 'changed since'
same 'rows after another look' 1 "$(changed_rows | wc -l)"
exits 0 countersign log verify --repo "$server"
exits 0 countersign log --repo "$server"
said 'changed'

sentence "A policy that was changed is compared in words, and whose keys count is told by name"
begun
governed ", \"bob\": { \"emails\": [\"bob@example.com\"], \"approval_keys\": [\"$(key_of bob)\"] }" /docs/
exits 0 countersign status --repo "$server"
said 'any other agent'
said '/docs/'
said 'was: denied'
said 'now: allowed'
same "bob's key" 'nothing -> ssh-ed25519' "$(told "key $(fingerprint_of bob) of person bob, approves")"
same 'words in the row' yes "$(changed_rows | grep -q '"policy":\["any other agent' && echo yes)"
exits 0 countersign status --json --repo "$server"
unsaid '"changed"'
governed
exits 0 countersign status --json --repo "$server"
python3 - "$out" >"$story/said" 2>&1 <<'END' || fail "the JSON: $(cat "$story/said")"
import json, sys
changed = json.load(open(sys.argv[1]))["changed"]
assert [c["what"] for c in changed["changes"] if c["is"] == "nothing"][0].endswith("of person bob, approves"), changed
assert "policy of the repository" in [c["what"] for c in changed["changes"]], changed
assert changed["count"] == len(changed["changes"]) and changed["row"] > 0 and changed["since"], changed
assert any("now: denied" in line for line in changed["policy"]), changed
END

sentence "A policy with errors is told, and the keys in it do not count as taken away"
begun
echo '{' >"$server/countersign/policy.json"
exits 1 countersign status --repo "$server"
said 'policy of the repository: was SHA-256'
said 'cannot be compared in words: as it is'
unsaid 'key SHA256'
governed
exits 0 countersign status --repo "$server"
said 'cannot be compared in words: as it was'
unsaid 'key SHA256'
same 'rows' 2 "$(changed_rows | wc -l)"

sentence "The repair tells the log what it found and what it put back"
own_prefix
printf '%s\n' "$server" >"$prefix/etc/countersign/repositories"
begun
rm "$server/hooks/pre-receive"
exits 0 install status --repair "$server"
same 'rows' 2 "$(changed_rows | wc -l)"
case $(told 'hook pre-receive') in
'nothing -> SHA-256 '*) ;;
*) fail "what was put back: $(told 'hook pre-receive')" ;;
esac
changed_rows | head -n 1 | grep -q '"what":"hook pre-receive","was":"SHA-256 [^"]*","is":"nothing"' || fail "what was found: $(changed_rows)"
exits 0 install status --repair "$server"
same 'rows where all is well' 2 "$(changed_rows | wc -l)"
printf '#!/bin/sh\nexit 0\n' >"$server/hooks/pre-receive"
exits 0 install status --repair "$server"
changed_rows | grep -q '"what":"hook pre-receive, chained","was":"nothing"' || fail 'a hook that is called now is not told'

sentence "What the site has is told in each repository: its policy, agents, stops, the log's key, whom it answers to, programs"
own_prefix
begun
etc=$prefix/etc/countersign
exits 0 countersign key new site.example
exits 0 countersign status --repo "$server"
same 'the key' yes "$(told log.key | grep -q '^nothing -> site.example+[0-9a-f]\{8\}$' && echo yes)"
grep -q 'PRIVATE' "$out" && fail 'the secret key is shown'
mkdir "$etc/agents.d"
printf '{ "version": 1, "agents": { "our-bot": { "name": "Our bot", "emails": ["our-bot@example.com"] } } }\n' >"$etc/agents.d/ours.json"
site_policy <<'JSON'
{ "version": 1, "rules": [ { "name": "payments", "paths": ["/payments/"], "action": "deny" } ] }
JSON
countersign stop --all --account dev9 --reason 'left' >/dev/null
rm "$prefix/bin/countersign-deliver"
printf '#!/bin/sh\n' >"$prefix/bin/countersign-deliver"
countersign status --repo "$server" >"$out" 2>&1 || :
for what in 'policy of the site' 'agents.d ours.json' 'stop of account dev9 on this host' 'program bin/countersign-deliver'; do
	[ -n "$(told "$what")" ] || fail "not told: $what"
done
said '/payments/'

sentence "What would let something be gone unnoticed is told: marks, the host's list, whom the fleet's policy is taken from"
own_prefix
server
governed
printf '%s\n' "$server" >"$prefix/etc/countersign/repositories"
exits 0 countersign status --repo "$server"
rm "$server/countersign.had-state" "$server/countersign.had-policy" "$prefix/etc/countersign/countersign.had-policy"
: >"$prefix/etc/countersign/repositories"
printf '{ "version": 1 }\n' >"$prefix/etc/countersign/fleet.json"
on_server config receive.denyNonFastForwards false
on_server config extensions.worktreeConfig true
countersign status --repo "$server" >"$out" 2>&1 || :
for what in 'expected policy of the repository' 'expected policy of the site' 'list of guarded repositories'; do
	same "$what" nothing "$(told "$what" | sed 's/.* -> //')"
done
for what in fleet.json 'setting receive.denynonfastforwards' 'setting extensions.worktreeconfig'; do
	[ -n "$(told "$what")" ] || fail "not told: $what"
done

sentence "Who looks at the same moment tells it once; a push looks at nothing; whoever may not write changes nothing"
begun
on_server config receive.fsckObjects false
pids=
for i in 1 2 3 4 5 6; do
	countersign status --repo "$server" >"$story/look.$i" 2>&1 &
	pids="$pids $!"
done
for pid in $pids; do
	wait "$pid" || :
done
same 'looks that tell it' 1 "$(cat "$story"/look.* | grep -c 'changed since')"
same 'rows' 1 "$(changed_rows | wc -l)"
on_server config receive.fsckObjects true
commit docs/a.md 'by a person'
push main
expect landed
same 'rows after a push' 1 "$(changed_rows | wc -l)"
if others_enter; then
	setpriv --reuid=65534 --regid=65534 --clear-groups "$prefix/bin/countersign" status --repo "$server" >"$out" 2>&1 || :
	same "rows after a stranger's look" 1 "$(changed_rows | wc -l)"
fi
exits 0 countersign status --repo "$server"
said 'setting receive.fsckobjects: was false, is true'

sentence "A secret in a hook's command, the nonce's seed and a log key that is cut are in no row and no event"
own_prefix
begun
on_server config hook.tell.event post-receive
on_server config hook.tell.command 'curl -H "Authorization: Bearer sesame-open"'
on_server config core.alternateRefsCommand 'list --token sesame-open'
on_server config receive.certNonceSeed sesame-open
printf 'PRIVATE+KEY+sesame-open\nPRIVATE+KEY+site.example+sesame-open\nPRIVATE+KEY+site.example+0123abcd+sesame-open\n' >"$prefix/etc/countersign/log.key"
countersign status --repo "$server" >"$out" 2>&1 || :
said 'setting hook.tell.event: was nothing, is post-receive'
case $(told log.key) in
*' -> site.example+0123abcd') ;;
*) fail "the key: $(told log.key)" ;;
esac
same 'the command' "nothing -> SHA-256 $(printf %s 'curl -H "Authorization: Bearer sesame-open"' | sha256sum | cut -d ' ' -f 1)" \
	"$(told 'setting hook.tell.command')"
for what in core.alternaterefscommand receive.certnonceseed; do
	case $(told "setting $what") in
	'nothing -> SHA-256 '*) ;;
	*) fail "$what: $(told "setting $what")" ;;
	esac
done
countersign events --json --repo "$server" >>"$out"
changed_rows >>"$out"
grep sesame "$out" && fail 'a secret is told'

sentence "Values of a setting that are longer than can be shown are told by their digest"
begun
{ echo '[transfer]' && for i in $(seq 600); do printf '\thideRefs = refs/%02000d\n' "$i"; done; } >>"$server/config"
for i in 1 2; do
	countersign status --repo "$server" >"$out" 2>&1 || :
	unsaid 'nobody learns what was changed here'
done
case $(told 'setting transfer.hiderefs') in
'nothing -> SHA-256 '*) ;;
*) fail "the setting: $(told 'setting transfer.hiderefs' | cut -c 1-200)" ;;
esac

sentence "Of more changes than fit into a row, those that fit are told, and how many there are"
begun
for i in $(seq 900); do
	printf '[hook "%01200d"]\n\tevent = update\n\tenabled = false\n' "$i"
done >>"$server/config"
exits 0 countersign status --json --repo "$server"
python3 - "$out" >"$story/said" 2>&1 <<'END' || fail "what is told: $(cat "$story/said")"
import json, sys
changed = json.load(open(sys.argv[1]))["changed"]
size = len(json.dumps(changed["changes"], separators=(",", ":")))
assert changed["count"] == 1800, changed["count"]
assert (1 << 20) - 2000 < size <= 1 << 20, size
END

sentence "A policy that is not text is told as that, and what is changed behind it is told, too"
begun
for byte in '\0' '\377'; do
	printf "{ \"version\": 1 }\n$byte\n" >"$server/countersign/policy.json"
	exits 1 countersign status --repo "$server"
	said 'cannot be compared in words: as it is: the policy of the repository is not UTF-8 text'
	governed '' "/docs/"
	exits 0 countersign status --repo "$server"
	said 'cannot be compared in words: as it was: the policy of the repository is not UTF-8 text'
done
same 'rows' 4 "$(changed_rows | wc -l)"
{ printf '{ "version": 1 }' && head -c 5000000 /dev/zero | tr '\0' ' '; } >"$server/countersign/policy.json"
exits 1 countersign status --repo "$server"
said 'as it is: the policy of the repository is not UTF-8 text, or larger than 4194304 bytes'

sentence "What is too large to be read is told by its size and date"
begun
mkdir -p "$server/countersign/chained"
for megabytes in 17 18; do
	truncate -s "${megabytes}M" "$server/countersign/chained/update"
	countersign status --repo "$server" >"$out" 2>&1 || :
	case $(told 'hook update, chained') in
	*" -> $((megabytes << 20)) bytes, inode "*) ;;
	*) fail "the chained hook: $(told 'hook update, chained')" ;;
	esac
	truncate -s "${megabytes}M" "$server/countersign/policy.json"
	countersign status --repo "$server" >"$out" 2>&1 || :
	said "is $((megabytes << 20)) bytes"
	unsaid 'now: allowed'
done

sentence "A policy that cannot be read this time is neither told nor compared as if it were gone"
begun
unprivileged='setpriv --bounding-set=-dac_override,-dac_read_search' # which root alone may, and needs
$unprivileged true 2>/dev/null || unprivileged=env
chmod 0 "$server/countersign/policy.json"
on_server config receive.fsckObjects false
exits 1 $unprivileged "$prefix/bin/countersign" status --repo "$server"
said 'setting receive.fsckobjects: was true, is false'
unsaid 'policy of the repository: was'
unsaid 'now: allowed'
chmod 644 "$server/countersign/policy.json"
on_server config receive.fsckObjects true
exits 0 countersign status --repo "$server"
said 'setting receive.fsckobjects: was false, is true'
unsaid 'now: denied'
unsaid 'in words'
