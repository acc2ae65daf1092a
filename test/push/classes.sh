# Classes: submodules by mode, folders at the top, parts taken back, migrations that are there, tests, transcripts,
# and content under odd names.
. "${0%/*}/lib.sh"

rule()
{
	policy <<JSON
{ "version": 1,
  "people": { "alice": { "accounts": ["alice"] } },
  "rules": [ { "name": "guard", "paths": [$1], "action": "hold", "approvers": ["alice"] } ] }
JSON
}

# gitlink PATH OBJECT: a submodule's pointer, with no .gitmodules.
gitlink()
{
	in_work update-index --add --cacheinfo "160000,$2,$1"
}
one=$absent
two=5${absent#?}

sentence "A submodule that is added without .gitmodules, moved or removed is held as a dependency, whatever its path"
server
rule '"class:dependencies"'
agent none
gitlink "src/lib" "$one"
record 'A person adds one'
push main
expect landed
agent claude-code
gitlink "src/lib" "$two"
record 'Move it'
push main
expect held
said 'guard  src/lib'
said "a submodule's pointer"
branch removed origin/main
in_work rm -q --cached src/lib
record 'Remove it'
push removed:main
expect held
said 'guard  src/lib'
branch added origin/main
gitlink "any/where" "$one"
record 'Add one'
push added:main
expect held
said 'guard  any/where'
branch fine origin/main
commit src/a.c 'int a;'
push fine:main
expect landed

sentence "A folder that is replaced by a submodule is held"
server
rule '"class:dependencies"'
agent none
commit src/lib/a.c 'int a;'
push main
expect landed
agent claude-code
in_work rm -q -r src/lib
gitlink src/lib "$one"
record 'Replace the folder'
push main
expect held
said 'guard  src/lib'

sentence "What lies in a folder that everybody calls infrastructure is held, and so is a change of mode; src/infra/ is not"
server
rule '"class:infrastructure"'
agent none
commit Infra/run.sh 'id'
push main
expect landed
agent claude-code
commit infra/anything.txt 'x'
push main
expect held
said 'guard  infra/anything.txt'
branch mode origin/main
chmod +x "$work/Infra/run.sh"
in_work add Infra/run.sh
record 'Make it a program'
push mode:main
expect held
said 'guard  Infra/run.sh'
branch fine origin/main
commit src/infra/anything.txt 'x'
push fine:main
expect landed

sentence "A part of a class is easily named off, and the other parts stay"
server
rule '"class:infrastructure", "!class:infrastructure.folders"'
agent claude-code
commit infra/anything.txt 'x'
push main
expect landed
commit infra/main.tf 'resource "a" "b" {}'
push main
expect held
said 'class:infrastructure.iac'
rule '"class:infrastructure", "!class:infrastructure"'
push main
expect refused
said 'a class cannot be taken back as a whole: name its parts'
rule '"class:dependencies", "!class:infrastructure.folders"'
push main
expect refused
said 'takes back what no class before it gave'

sentence "Migrations that are there are protected where they are named; a new one lands"
server
rule '"class:infrastructure.migrations"'
agent claude-code
commit db/migrate/001_users.rb 'create'
push main
expect landed
commit db/migrate/001_users.rb 'drop'
push main
expect held
said 'guard  db/migrate/001_users.rb'

sentence "Tests, what weakens them, and transcripts are seen where they are named"
server
rule '"class:tests", "class:test-controls", "class:agent-transcripts"'
agent claude-code
commit src/a_test.go 'package a'
commit .coveragerc '[run]'
commit .specstory/history/x.md 'x'
push main
expect held
said 'guard  src/a_test.go'
said 'guard  .coveragerc'
said 'guard  .specstory/history/x.md'
rule '"class:infrastructure", "class:git-controls"'
push main
expect landed

sentence "What runs on install and what switches a scanner off is held, and ordinary source lands"
server
rule '"class:dependencies", "class:git-controls", "class:agent-instructions"'
agent none
commit Cargo.toml x
commit src/tool/Cargo.toml x
push main
expect landed
agent claude-code
for path in ext/extconf.rb build.rs src/tool/build.rs docs/CLAUDE.md .golangci.yml x.xcodeproj/project.pbxproj src/x.pth binding.gyp sitecustomize.py .secretlintrc.json .semgrepignore zizmor.yml \
	deny.toml .vscode/launch.json .idea/runConfigurations/a.xml .qoder/rules.md .antigravity/x; do
	branch try origin/main
	commit "$path" 'x'
	push try:main
	expect held
	said "guard  $path"
done
branch fine origin/main
commit src/build_rs.c 'int a;'
commit src/commands/build.rs 'fn build() {}'
commit docs/claude.md 'A page about it.'
commit .eslintrc.json '{}'
write model.pth ''
printf 'PK\003\004\000\000weights' >"$work/model.pth"
in_work add model.pth
record 'Add a model'
push fine:main
expect landed

sentence "Content under an odd name is known by what it says"
server
rule '"class:infrastructure"'
agent claude-code
odd()
{
	branch try origin/main
	commit notes.txt "$1"
	push try:main
	expect held
	said 'guard  notes.txt'
}
odd '## template: jinja
#cloud-config
runcmd: [id]'
odd '- block:
  - name: x
    shell: id'
odd 'FROM \
  debian
RUN id'
odd '/* c */ resource "a" "b" {
}'
odd '{"resource": {"aws_s3_bucket": {"b": {}}}}'
odd 'Resources:
  C:
    Type: MongoDB::Atlas::Cluster'
odd 'services:
  web:
    extends: {file: a.yml, service: b}'
