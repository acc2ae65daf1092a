# countersign evidence: what answers which control, from the policy in force and the log.
. "${0%/*}/lib.sh"

shipped=$SOURCE_DIR/rules/data/evidence.json

# asks OPTION...: the report as JSON goes to $out.
asks()
{
	exits 0 countersign evidence --repo "$server" --format json "$@"
}

# here FRAMEWORK CONTROL WORD: what the report says of a control, by their numbers in the mapping.
here()
{
	same "controls $1.$2" "$(tr -d '\n' <"$out" | "$tools/story-json" "frameworks.$1.controls.$2.here")" "$3"
}

sentence "Every control says how far a hook reaches and why, and no figure alone puts one in place"
server
asks
for framework in owasp-agentic owasp-nhi nist-ai-rmf csa-maestro owasp-aisvs-c9 slsa-source ossf-osps-baseline; do
	grep -q "\"id\": \"$framework\"" "$out" || fail "$framework is missing"
done
for number in ASI01 ASI02 ASI03 ASI04 ASI05 ASI06 ASI07 ASI08 ASI09 ASI10 NHI1:2025 NHI2:2025 NHI3:2025 NHI4:2025 \
	NHI5:2025 NHI6:2025 NHI7:2025 NHI8:2025 NHI9:2025 NHI10:2025 L1 L2 L3 L4 L5 L6 L7 C9.1 C9.2 C9.3 C9.4 \
	C9.5 C9.6; do
	grep -q "\"id\": \"$number\"" "$shipped" || fail "$number is missing"
done
for level in 1 2 3 4; do
	grep -q "\"id\": \"Source L$level\"" "$shipped" || fail "Source L$level is missing"
done
# The published list: so many in each part, numbered from 01, and no others.
while read -r part count; do
	for number in $(seq "$count"); do
		echo "OSPS-$part-0$number"
	done
done >"$story/published" <<'LIST'
AC 4
BR 7
DO 7
GV 4
LE 3
QA 7
SA 3
VM 6
LIST
same 'OSPS' "$(grep -o '"id": "OSPS-[^"]*"' "$shipped" | cut -d'"' -f4)" "$(cat "$story/published")"
# Chapter 9 has so many requirements in each section; each is told of once.
while read -r section count; do
	seq -f "9.$section.%g" "$count"
done >"$story/published" <<'LIST'
1 3
2 10
3 8
4 4
5 6
6 3
LIST
same 'AISVS' "$(grep -o '9\.[0-9]*\.[0-9]*' "$shipped" | sort -V)" "$(cat "$story/published")"
[ "$(grep -c '"reach": "\(answered\|partly\|out\)"' "$shipped")" -eq "$(grep -c '"why": "' "$shipped")" ] ||
	fail 'a control has no reach or no reason'
! grep '"answers": \["log:[a-z]*"\]' "$shipped" >"$out" || fail 'a control is answered by a figure alone'

sentence "What is in place follows the policy in force"
server
policy <<'JSON'
{ "version": 1 }
JSON
asks
here 0 0 'not in place'
here 3 0 'out of reach'
policy <<'JSON'
{ "version": 1, "rules": [ { "name": "notes", "paths": ["class:agent-instructions"], "action": "hold" } ] }
JSON
asks
here 0 0 'in place'
policy <<'JSON'
{ "version": 1, "mode": "observe", "rules": [ { "name": "notes", "paths": ["class:agent-instructions"], "action": "hold" } ] }
JSON
asks
here 0 0 'not in place'

sentence "History is kept and sign-offs are wanted only where the policy says so for everybody, and enforces it"
server
policy <<'JSON'
{ "version": 1,
  "rules": [ { "name": "dco", "message": { "require": ["Signed-off-by"] }, "action": "deny" } ] }
JSON
asks
here 6 2 'not in place'
here 6 5 'not in place'
here 6 22 'not in place'
policy <<'JSON'
{ "version": 1, "keep_history": true,
  "rules": [ { "name": "dco", "message": { "require": ["Signed-off-by"] }, "by": "anyone", "action": "deny" } ] }
JSON
asks
here 6 2 'partly in place'
here 6 5 'in place'
here 6 22 'in place'
policy <<'JSON'
{ "version": 1, "mode": "observe", "keep_history": true,
  "rules": [ { "name": "dco", "message": { "require": ["Signed-off-by"] }, "by": "anyone", "action": "deny" } ] }
JSON
asks
here 6 5 'not in place'
here 6 22 'not in place'

sentence "Decisions are counted from the log, and only those of the time asked for"
server
policy <<'JSON'
{ "version": 1, "agents": { "*": { "scope": ["/src/"] } },
  "rules": [ { "name": "ci", "paths": ["/.github/"], "by": "anyone", "action": "hold" } ] }
JSON
agent claude-code
commit elsewhere.txt 'Not here.'
push main
expect denied
asks
grep -q '"scope": \[' "$out" || fail 'the denial is not counted'
same 'denied' "$(tr -d '\n' <"$out" | "$tools/story-json" log.rules.scope.0)" 1
asks --since 2999-01-01
same 'rows' "$(tr -d '\n' <"$out" | "$tools/story-json" log.rows)" 0

sentence "The page asks for nothing from anywhere, and shows what strangers wrote as text"
server
policy <<'JSON'
{ "version": 1, "rules": [ { "name": "notes", "paths": ["class:agent-instructions"], "action": "hold" } ] }
JSON
mv "$server" "$story/<b>&.git"
exits 0 countersign evidence --repo "$story/<b>&.git" --output "$story/page.html"
mv "$story/<b>&.git" "$server"
cp "$story/page.html" "$out"
said '&lt;b&gt;&amp;.git'
unsaid '<b>&'
unsaid '<script'
! grep -E '(src|href)="[^#]' "$out" || fail 'the page refers to something outside of it'

sentence "The page leads to each framework of the mapping, however many there are"
own_prefix
server
rm "$prefix/share/countersign/evidence.json"
for number in $(seq 20); do
	printf '%s{ "id": "framework-%s", "name": "F %s", "controls": [] }' "${comma:-}" "$number" "$number"
	comma=,
done | sed -e '1s/^/{ "version": 1, "frameworks": [/' -e '$s/$/] }/' >"$prefix/share/countersign/evidence.json"
exits 0 countersign evidence --repo "$server"
same 'links' 20 "$(grep -o 'href="#framework-[0-9]*"' "$out" | sort -u | wc -l)"

sentence "What is not understood is told, with exit status 2"
server
exits 2 countersign evidence --repo "$server" --format pdf
exits 2 countersign evidence --repo "$server" --format csv
exits 2 countersign evidence --repo "$server" --since yesterday
exits 2 countersign evidence --repo "$story/nowhere"
exits 0 countersign evidence --help
