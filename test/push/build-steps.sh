# Lines of sources that tell a tool what to run or to fetch: held where a rule asks for them, and only where they are new.
. "${0%/*}/lib.sh"

asked()
{
	policy <<'JSON'
{ "version": 1,
  "people": { "alice": { "accounts": ["alice"] } },
  "rules": [ { "name": "steps", "content": ["class:build-steps"], "action": "hold", "approvers": ["alice"] } ] }
JSON
}

sentence "Where a rule asks for it, a command for go generate or a script's own dependency is held"
server
asked
agent claude-code
commit src/a.go "$(printf 'package a\n\n//go:generate sh gen.sh\n')"
push main
expect held
said 'steps  src/a.go:3'
said 'class:build-steps: a command of go generate'
for line in '#cgo LDFLAGS: -lx' '// #cgo pkg-config: x' '# /// script' '//> using dep "a:b:1"' '//DEPS a:b:1' \
	'@file:DependsOn("a:b:1")' "@Grab('a:b:1')" 'Mix.install([:a])' 'gemfile do' '#:package A@1' \
	'#! nix-shell -p a' '#Requires -Modules A'; do
	branch "b$((n = ${n:-0} + 1))" origin/main
	commit src/x "$line"
	push "b$n:main"
	expect held
done

sentence "A mark of the encoding at the start, and UTF-16, hide no such line"
server
asked
agent claude-code
for form in mark utf-16; do
	branch "b$((n += 1))" origin/main
	mkdir -p "$work/src"
	case $form in
	mark) printf '\357\273\277#Requires -Modules A\n' ;;
	*) printf '#Requires -Modules A\n' | iconv -f utf-8 -t utf-16 ;;
	esac >"$work/src/a.ps1"
	in_work add src/a.ps1
	record "Write a script in $form"
	push "b$n:main"
	expect held
	said 'src/a.ps1:1'
done

sentence "What was there, what only speaks of it, and a file that is no text are let through"
server
asked
wide()
{
	printf '#Requires -Modules A\n%s\n' "$1" | iconv -f utf-8 -t utf-16 >"$work/src/a.ps1"
	in_work add src/a.ps1
	record "Say $1"
}
agent none
commit src/a.go "$(printf 'package a\n\n//go:generate sh gen.sh\n')"
wide x
push main
expect landed
agent claude-code
wide y
commit src/b.ps1 "$(printf 'x\n\357\273\277#Requires -Modules A\n')"
commit src/a.go "$(printf 'package a\n\n//go:generate sh gen.sh\n\nfunc f() {}\n')"
commit docs/a.md 'Write //go:generate above it.'
commit src/b.go "$(printf 'package a\n\n// go:generate is a word here\n')"
push main
expect landed

sentence "A rule for paths alone does not ask, nor does one that takes the file back"
server
policy <<'JSON'
{ "version": 1,
  "people": { "alice": { "accounts": ["alice"] } },
  "rules": [ { "name": "deps", "paths": ["class:dependencies"], "action": "hold", "approvers": ["alice"] },
    { "name": "steps", "content": ["class:build-steps"], "paths": ["/never", "!/gen/"], "action": "hold",
      "approvers": ["alice"] } ] }
JSON
agent claude-code
commit gen/a.go "$(printf 'package a\n\n//go:generate sh gen.sh\n')"
push main
expect landed
