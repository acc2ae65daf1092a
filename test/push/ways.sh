# The ways a push may come and the settings of git it may meet: the verdict is the same (threats A, B, G).
. "${0%/*}/lib.sh"

guarded()
{
	server
	policy <<'JSON'
{ "version": 1, "refs": ["HEAD", "refs/heads/release/**", "refs/tags/**"],
  "agents": { "*": { "scope": ["/src/", "/.github/"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold" } ] }
JSON
	agent claude-code
}

# tried OPTION...: with them a bad commit is denied, and an innocent one lands.
tried()
{
	commit infra/main.tf "$(ref_of refs/heads/main)"
	push "$@" main
	expect denied
	said 'scope  infra/main.tf'
	in_work reset -q --hard HEAD~1
	commit src/a.c "$(ref_of refs/heads/main)"
	push "$@" main
	expect landed
}

sentence "Each protocol, an atomic push and a signed one have the same verdict"
guarded
for version in 0 1 2; do
	in_work config protocol.version "$version"
	tried
done
tried --atomic
ssh-keygen -q -t ed25519 -N '' -f "$story/pusher"
in_work config gpg.format ssh
in_work config user.signingkey "$story/pusher"
on_server config receive.certNonceSeed seed
tried --signed=yes

sentence "So has one that git unpacks, keeps as a pack, or examines itself"
guarded
for setting in transfer.unpackLimit=1 transfer.unpackLimit=10000 receive.fsckObjects=true core.bigFileThreshold=1; do
	on_server config "${setting%%=*}" "${setting#*=}"
	tried
	on_server config --unset "${setting%%=*}"
done

sentence "Of an atomic push nothing lands beside what is held"
guarded
commit .github/workflows/ci.yml 'on: push'
branch fine origin/main
commit src/a.c 'x'
push --atomic main fine
expect held refs/heads/main
unmoved refs/heads/fine
push main fine
expect held refs/heads/main
expect landed refs/heads/fine

sentence "A copy both loose and packed, a commit-graph, and a replaced object on the server hide nothing"
guarded
commit infra/main.tf 'x'
denied=$(in_work rev-parse main)
push main:refs/heads/free
expect landed
fine=$(in_work commit-tree -p origin/main -m 'Fine' 'origin/main^{tree}')
in_work push -q origin "$fine:refs/heads/fine"
on_server pack-objects -q "$server/objects/pack/pack" <<IDS >/dev/null
$denied
IDS
on_server commit-graph write --reachable 2>/dev/null
on_server replace "$denied" "$fine"
push main
expect refused
said 'scope  infra/main.tf'
push "$fine:refs/heads/main"
expect landed
on_server replace -d "$denied" >/dev/null

sentence "A HEAD of no branch refuses every push, and of a branch that is not there yet governs its first"
guarded
on_server update-ref --no-deref HEAD "$(ref_of refs/heads/main)"
commit src/a.c 'x'
push main:refs/heads/free
expect refused
said 'HEAD names no branch'
on_server symbolic-ref HEAD refs/heads/coming
commit infra/main.tf 'x'
push main:refs/heads/coming
expect denied
push main~1:refs/heads/coming
expect landed refs/heads/coming

sentence "More push options than are read refuse the push, however they look"
guarded
commit src/a.c 'x'
# shellcheck disable=SC2046 # a word each
push $(seq -f '--push-option=word%.0f' 1001) main
expect refused
said 'more push options than 1000'
push $(seq -f '--push-option=word%.0f' 1000) main
expect landed

sentence "A push into a namespace is refused, since what it is called there is not what it is"
guarded
commit src/a.c 'x'
export GIT_NAMESPACE=other
push main
unset GIT_NAMESPACE
expect refused
said 'GIT_NAMESPACE is set'
[ -z "$(refs_of refs/namespaces)" ] || fail "it landed in the namespace"
push main
expect landed
