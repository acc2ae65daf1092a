# The pictures in docs/pictures: the review page of a hold, and the page of a replay, in a real browser.
# To take them anew: SCREENSHOTS=docs/pictures sh test/push/screenshots.sh
. "${0%/*}/lib.sh"
. "${0%/*}/review.inc"
needs_browser
. "${0%/*}/signing.inc"
. "${0%/*}/passkey.inc"
own_prefix

# picture NAME: was taken in $story, is one, and is kept where somebody asked for it.
picture()
{
	[ "$(head -c 4 "$story/$1.png" | od -An -c | tr -d ' \n')" = '211PNG' ] || fail "no picture of $1"
	[ "$(wc -c <"$story/$1.png")" -gt 20000 ] || fail "the picture of $1 is empty"
	if [ -n "${SCREENSHOTS:-}" ] && [ "$bad" = no ]; then
		cp "$story/$1.png" "$SCREENSHOTS/$1.png"
	fi
}

# A policy that names people and agents.
policy_of_app()
{
	policy <<JSON
{
  "version": 1,
  "people": {
    "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "groups": ["platform"] },
    "bob": { "emails": ["bob@example.com"], "accounts": ["bob"], "groups": ["platform"], "passkeys": ["$(passkey_of bob)"] },
    "carol": { "emails": ["carol@example.com"], "accounts": ["carol"], "groups": ["security"] }
  },
  "agents": {
    "*": { "scope": ["/src/", "/docs/", "/infra/", "/.github/", "/package.json", "/AGENTS.md"] },
    "claude-code": { "owner": "carol" }
  },
  "rules": [
    { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": ["platform"] },
    { "name": "dependencies", "paths": ["class:dependencies"], "action": "hold", "approvers": ["platform"] },
    { "name": "instructions", "paths": ["class:agent-instructions"], "action": "hold", "approvers": ["security"] }
  ]
}
JSON
}

sentence "The page of a hold shows who did what, what is flagged and who may approve it"
server
port=$("$tools/port")
printf '{ "version": 1, "review": { "url": "http://localhost:%s" } }\n' "$port" | site_policy
policy_of_app
person robot
agent claude-code
write infra/cluster.tf 'resource "aws_eks_node_group" "workers" {
  instance_types = ["m6i.large"]
  desired_size   = 3
  max_size       = 6
}'
write .github/workflows/deploy.yml 'on: { push: { branches: [main] } }
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: terraform -chdir=infra apply -auto-approve'
write src/main.c 'int main(void) { return 1; }'
record 'Deploy the workers from CI'
push main
expect held
serve bob "$port"
browse <<STEPS
size 1000 1150
open http://localhost:$port/server/holds/$hold
see Deploy the workers from CI
see infra/cluster.tf
see .github/workflows/deploy.yml
quiet
shot $story/review.png
STEPS
picture review

# month NUMBER: ten commits of that month, by people and assistants.
month()
{
	for day in 02 05 08 11 14 17 20 23 26 27; do
		export GIT_AUTHOR_DATE="2026-$1-${day}T10:00:00Z" GIT_COMMITTER_DATE="2026-$1-${day}T10:00:00Z"
		case $day in
		05) person robot && agent claude-code && commit .github/workflows/ci.yml "on: push # $1" 'Run the tests on every push' ;;
		11) person robot && agent copilot && commit package.json "{ \"version\": \"1.$1\" }" 'Update dependencies' ;;
		17) person robot && agent cursor && commit billing/price.c "int price = $1;" 'Round prices' ;;
		23) person robot && agent claude-code && commit "src/part$1.c" "int part;" 'Add a part' ;;
		26) [ "$1" -lt 08 ] || { person robot && agent claude-code && commit AGENTS.md "Rules of $1" 'Say how to test'; } ;;
		*) person alice && commit "src/main.c" "int day = $1$day;" 'Go on' ;;
		esac
	done
}

sentence "The page of a replay shows what a policy would have stopped, by month, rule and agent"
server
echo '{ "version": 1 }' | policy
for number in 03 04 05 06 07 08 09 10; do
	month "$number"
done
unset GIT_AUTHOR_DATE GIT_COMMITTER_DATE
person alice
push main
expect landed
policy_of_app
exits 0 countersign replay --repo "$server" --html "$story/replay.html"
browse <<STEPS
size 1000 1250
open file://$story/replay.html
see infrastructure
see billing/price.c
see approvals needed: 0.
shot $story/replay.png 1340
STEPS
picture replay
