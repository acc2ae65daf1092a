# fleet.json is checked like a policy: what is wrong is told with its place, and nothing is done.
. "${0%/*}/../push/lib.sh"
own_prefix
etc=$prefix/etc/countersign
ssh-keygen -q -t ed25519 -N '' -C '' -f "$story/key"
key=$(sed 's/ *$//' "$story/key.pub")

# settings [SED-SCRIPT]: good ones, with what is changed
settings()
{
	rm -f "$etc/fleet.json"
	cat <<END | sed "${1:-}" >"$etc/fleet.json"
{
  "version": 1,
  "host": "git1",
  "database": {
    "servers": ["/nowhere"],
    "name": "countersign", "user": "git1",
    "tls": "verify-full"
  },
  "keys": ["$key"]
}
END
}

# wrong PLACE WORDS SED-SCRIPT
wrong()
{
	settings "$3"
	exits 2 countersign fleet status
	said "$etc/fleet.json:$1"
	said "$2"
}

sentence "Each mistake is told with line, column and path"
wrong '2:14: $.version: is not 1' '' 's/"version": 1/"version": 2/'
wrong '1:1: $: has no' "'host'" '/"host"/d'
wrong "3:3: \$.hots: unknown key 'hots'; did you mean 'host'?" '' 's/"host"/"hots"/'
wrong '3:11: $.host: is not a name' '' 's/"git1",$/"-git",/'
wrong '3:11: $.host: is not a name' '' 's/"host": "git1"/"host": "a b"/'
wrong '5:16: $.database.servers: is not a list of 1 to 16 texts' '' 's/\["\/nowhere"\]/[]/'
wrong '5:17: $.database.servers[0]: is neither HOST' '' 's/\/nowhere/a,b/'
wrong '7:12: $.database.tls: is not verify-full, verify-ca or off' '' 's/verify-full/maybe/'
wrong '4:15: $.database: turns TLS off for a server on another machine' '' 's/\/nowhere/db.example.com/; s/verify-full/off/'
wrong '4:15: $.database: turns TLS off' '' 's/\/nowhere/localhost.example.com/; s/verify-full/off/'
wrong '4:15: $.database: has one of certificate_file and key_file, not both' '' 's/"tls"/"key_file": "\/k", "tls"/'
wrong '7:22: $.database.password_file: is not an absolute path' '' 's/"tls"/"password_file": "p", "tls"/'
wrong '9:12: $.keys[0]' '' 's/ssh-ed25519 /ssh-ed25519 x/'
wrong '9:11: $.keys: is not a list' '' 's/"keys": .*/"keys": []/'
wrong '9:12: $.keys[0]: is not an SSH key that signs' '' 's/ssh-ed25519/cert-authority ssh-ed25519/'
wrong '9:48: $.policy.signatures' 'is not a number from 1 to 64' 's/"keys": /"policy": { "repository": "r", "signatures": 0 }, "keys": /'
wrong '9:29: $.policy.repository' 'is not an address' 's/"keys": /"policy": { "repository": "-u", "signatures": 1 }, "keys": /'
wrong '9:60: $.policy.after' 'is not a time of at most 90 days' 's/"keys": /"policy": { "repository": "r", "signatures": 1, "after": "91d" }, "keys": /'
wrong '9:13: $.review' 'is not an address such as' 's/"keys": /"review": "javascript:x", "keys": /'
wrong '9:13: $.review' 'is not an address such as' 's|"keys": |"review": "https://a/b/", "keys": |'
wrong '9:3' 'a comma is missing' 's/^  },$/  }/'
wrong '3' '' 's/"host"/"host": "x", "host"/'

sentence "Settings or a password that others could have written or read are not used"
settings
chmod 666 "$etc/fleet.json"
exits 2 countersign fleet status
said 'fleet.json'
said 'writable'
settings "s|\"tls\"|\"password_file\": \"$story/password\", \"tls\"|"
echo secret >"$story/password"
chmod 644 "$story/password"
exits 2 countersign fleet status
said "$story/password: has to be root's, and nobody else's to read"
chmod 600 "$story/password"
exits 2 countersign fleet status
said 'PostgreSQL: '
unsaid secret
: >"$story/password"
exits 2 countersign fleet status
said 'has no password in its first line'

sentence "A host without settings is in no fleet, and what hooks start is linked with nothing more"
rm "$etc/fleet.json"
for verb in 'fleet status' 'fleet join' 'holds --fleet' 'log --fleet' 'agents --seen --fleet' 'status --fleet' 'stop claude-code --fleet --reason x' 'resume claude-code --fleet'; do
	# shellcheck disable=SC2086 # words
	exits 2 countersign $verb
	said 'no such file: this host has not joined a fleet'
done
exits 0 countersign fleet init --print
said 'CREATE SCHEMA countersign'
for program in bin/countersign bin/countersign-deliver bin/countersign-review libexec/countersign/update; do
	same "$program" '' "$(readelf -d "$prefix/$program" | grep -o 'libpq[^]]*')"
done
agent claude-code
commit src/a.c 'x'
push main
expect landed
