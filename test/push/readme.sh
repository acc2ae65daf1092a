# What README shows of a push is what a push says, and README is as short as it promises to be.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

# masked: ids of any kind as X, and no blanks at the end, which git adds on the way.
masked()
{
	sed 's/[0-9a-f]\{12,64\}/X/g; s/ *$//'
}

sentence "The transcript in README is what a real push of an agent says"
server
policy <<JSON
{ "version": 1, "people": { "alice": { "emails": ["alice@example.com"], "groups": ["reviewers"], "keys": ["$(key_of alice)"] } },
  "rules": [ { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": ["reviewers"] } ] }
JSON
person robot
agent claude-code
branch work main
commit .github/workflows/ci.yml 'on: push'
push work:main
expect held
sed -n 's/^remote: \(countersign: .*\)/\1/p' "$out" | masked >"$story/really"
sed -n '/^countersign: refs\/heads\/main is held/,/^```/p' "$SOURCE_DIR/README.md" | sed '/^```/d' | masked >"$story/shown"
cmp "$story/shown" "$story/really" >"$out" 2>&1 || fail "they differ: $(diff "$story/shown" "$story/really")"

sentence "README has fewer than 150 lines, and what it links to is there"
[ "$(wc -l <"$SOURCE_DIR/README.md")" -lt 150 ] || fail "it has $(wc -l <"$SOURCE_DIR/README.md")"
for link in $(grep -o '](docs/[a-z./-]*)' "$SOURCE_DIR/README.md" | tr -d '()]'); do
	[ -f "$SOURCE_DIR/$link" ] || fail "$link is not there"
done

sentence "README counts the kinds of misuse that rehearse plays"
kinds=$(find "$SOURCE_DIR/hooks/report/rehearse" -name '[1-9][0-9]-*.sh' | wc -l)
grep -q "# $kinds kinds of misuse" "$SOURCE_DIR/README.md" || fail "there are $kinds"
