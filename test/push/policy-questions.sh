# Questions to whole policies: policy diff, policy prove, and what policy check finds dead.
. "${0%/*}/lib.sh"

asked=$story/asked
mkdir "$asked"

# draft FILE SCOPE PATHS [RULE...]: a policy in which claude-code has the scope, and PATHS are security's.
draft()
{
	cat >"$asked/$1" <<JSON
{ "version": 1, "refs": ["HEAD", "refs/tags/**"],
  "people": { "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "groups": ["security"] },
              "bob": { "emails": ["bob@example.com"], "accounts": ["bob"], "groups": ["platform"] } },
  "agents": { "*": { "scope": ["/src/", "/docs/"] }, "claude-code": { "scope": [$2] } },
  "rules": [ { "name": "payments", "paths": [$3], "by": "anyone", "action": "hold", "approvers": ["security"] },
             { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": ["platform"] }
             ${4:+, $4} ] }
JSON
}

# answer STATUS COMMAND...: runs countersign policy, keeps its output, and wants that exit status.
answer()
{
	wanted=$1
	shift
	status=0
	(cd "$asked" && "$prefix/bin/countersign" policy "$@") >"$asked/out" 2>&1 || status=$?
	[ "$status" -eq "$wanted" ] || { cat "$asked/out"; fail "policy $*: exit $status, not $wanted"; }
}

# line TEXT: such a line was printed.
line()
{
	grep -qxF -- "$1" "$asked/out" || { cat "$asked/out"; fail "no line '$1'"; }
}

sentence "The same policy in other words has no difference"
draft old '"!/src/crypto/"' '"/payments/"'
draft same '"!/src/crypto/", "!/src/crypto/keys/"' '"/payments/**", "/Payments/"'
answer 0 diff old old --exit-code
line 'no difference: each path is decided alike, by the same approvers'
answer 0 diff old same --exit-code
line 'no difference: each path is decided alike, by the same approvers'

sentence "A difference is said by its smallest patterns, for whom and where, with an example"
draft new '"!/src/crypto/", "!/src/auth/"' '"/payments/", "*.sql"'
answer 1 diff old new --exit-code
line 'claude-code (claimed), claude-code (verified) on refs/tags/**, refs/heads/main'
line '  /src/**/*.sql  !/src/auth/  !/src/crypto/  such as src/.sql'
line '  /src/auth/  such as src/auth/a'
line 'people on refs/tags/**, refs/heads/main'
line '  *.sql  !/payments/  such as .sql'
answer 0 diff old new --json
grep -q '"patterns":\["/src/auth/"\]' "$asked/out"

sentence "What a rule already covers is no difference; a class is named, not its patterns"
draft class '"!/src/crypto/"' '"/payments/"' '{ "name": "deps", "paths": ["class:dependencies"], "action": "hold", "approvers": ["security"] }'
answer 0 diff old class
line '  /docs/  and class:dependencies  such as docs/package.json'
draft masked '"!/src/crypto/"' '"/payments/"' '{ "name": "p", "paths": ["/payments/x/"], "by": "anyone", "action": "hold", "approvers": ["security"] }'
answer 0 diff old masked --exit-code

sentence "prove says yes, or a counterexample that explain confirms"
answer 0 prove --policy old 'agent claude-code never changes /payments/** on HEAD without security'
answer 0 prove --policy old 'anyone never changes /payments/ without security'
answer 0 prove --policy old 'any agent never changes .github/workflows/ on HEAD without platform'
answer 0 prove --policy old 'any agent never changes class:infrastructure without platform'
answer 1 prove --policy old 'any agent never changes class:dependencies without platform'
line 'no: any agent, src/package.json on refs/heads/main (add): allowed'
answer 1 prove --policy old 'agent claude-code never changes /src/crypto/ on refs/heads/**'
line 'no: claude-code (claimed), src/crypto/a on refs/heads/a (add): allowed'
answer 1 prove --policy old 'anyone never changes /payments/ without 2 approvals from security'
answer 1 prove --policy old --json 'people never changes /src/ on HEAD without platform'
grep -q '"holds":false.*"path":"src/a"' "$asked/out"
answer 2 prove --policy old 'agent claude-code never touches /src/'
answer 2 prove --policy old 'agent claude-code never changes /src/ without nobody'
answer 2 prove --policy old 'agent claude-cod never changes /src/'

sentence "Every counterexample and example of random policies is what explain says"
i=0
while [ $i -lt 40 ]; do
	set -- $(awk -v seed=$i 'BEGIN { srand(seed); split("/src/ /docs/ *.md /src/a/ a b* !/src/b/ !*.md /docs/**/a", p, " ")
		for (k = 0; k < 6; k++) print "\"" p[1 + int(rand() * 7)] "\"" }')
	draft one '"/src/", '"$1" "$2, $3"
	draft two '"/src/", '"$4" "$5, $6"
	(cd "$asked" && "$prefix/bin/countersign" policy check one two) >"$asked/out" 2>&1 || { i=$((i + 1)); continue; }
	answer 0 diff one two
	i=$((i + 1))
done

sentence "History: the pushes that would have ended differently"
server
person alice
commit src/a.sql 'create table a'
push main
expect landed
status=0
"$prefix/bin/countersign" policy diff --repo "$server" --range main~1..main "$asked/old" "$asked/new" >"$asked/out" 2>&1 || status=$?
grep -q 'push.* of that history would have ended differently' "$asked/out" || { cat "$asked/out"; fail "no history"; }

sentence "check finds rules and patterns that do nothing"
draft dead '"!/src/crypto/", "!/src/crypto/keys/"' '"/payments/", "*.sql", "/db/**/*.SQL"' \
	'{ "name": "again", "paths": ["/payments/eu/"], "by": "anyone", "action": "hold", "approvers": ["security"] },
	 { "name": "ci", "paths": ["class:infrastructure.ci"], "action": "hold", "approvers": ["platform"] }'
answer 0 check dead
grep -q "scope\[1\]: warning: '!/src/crypto/keys/' does nothing: '!/src/crypto/' before it has all its paths" "$asked/out"
grep -q "paths\[2\]: warning: '/db/\*\*/\*.SQL' does nothing: '\*.sql' before it has all its paths" "$asked/out"
grep -q "rules\[2\].name: warning: does nothing that 'payments' does not do already" "$asked/out"
grep -q "rules\[3\].name: warning: does nothing that 'infrastructure' does not do already" "$asked/out"
answer 0 check old
! grep -q 'does nothing' "$asked/out"
