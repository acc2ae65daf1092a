# Passes: a push in which nothing was found is judged once, and leaves nothing behind.
. "${0%/*}/lib.sh"

# Counts how often an update hook had to judge by itself, and how often something was to be settled.
counted()
{
	own_prefix
	if [ ! -e "$prefix/bin/countersign.real" ]; then
		mv "$prefix/bin/countersign" "$prefix/bin/countersign.real"
		cat >"$prefix/bin/countersign" <<END
#!/bin/sh
[ "\$2 \$3" != '--answer update' ] || echo "\$4" >>"$story/judged"
[ "\${*##* }" != post-receive ] || echo once >>"$story/settled"
exec "$prefix/bin/countersign.real" "\$@"
END
		chmod 755 "$prefix/bin/countersign"
	fi
	: >"$story/judged"
	: >"$story/settled"
}

judged()
{
	same 'updates that were judged again' "$(wc -l <"$story/judged")" "$1"
}

settled()
{
	same 'pushes of which something was to be settled' "$(wc -l <"$story/settled")" "$1"
}

kept()
{
	(cd "$server/countersign" && find . -type f -exec cksum {} + | LC_ALL=C sort && find . -type d | LC_ALL=C sort)
}

# hooks RUN: pre-receive or update as git runs it, of a commit that is in the repository, from nothing to refs/heads/new.
nothing=$zeros
pre_receive()
{
	exits "$1" sh -c 'cd "$1" && echo "$2" | GIT_DIR=. COUNTERSIGN_USER=dev1 hooks/pre-receive' sh "$server" "$nothing $tip refs/heads/new"
}

update()
{
	exits "$1" sh -c 'cd "$1" && shift && GIT_DIR=. COUNTERSIGN_USER=dev1 hooks/update "$@"' sh "$server" refs/heads/new "$nothing" "$tip"
}

sentence "A person's push of many refs is judged once, and leaves nothing behind"
server
counted
kept >"$story/before"
commit docs/guide.md 'Innocent.'
for n in 1 2 3 4 5 6 7 8 9; do in_work tag "v$n"; done
push main 'refs/tags/*:refs/tags/*'
expect landed refs/heads/main
expect landed refs/tags/v9
judged 0
settled 0
kept >"$story/after"
same 'what Countersign keeps' "$(cat "$story/after")" "$(cat "$story/before")"

sentence "What waits for its landing is settled, and then a person's push settles nothing again"
server
counted
agent claude-code
commit docs/guide.md 'By an assistant.'
push main
expect landed
settled 1
agent none
commit docs/guide.md 'By a person.'
push main
expect landed
settled 1
exits 0 countersign log --json --repo "$server"
[ "$(grep -c '"kind":"outcome"' "$out")" -eq 1 ] || fail 'the landing was not settled'

sentence "What was written between the hooks is settled all the same"
server
counted
commit docs/guide.md 'Innocent.'
push main
tip=$(in_work rev-parse HEAD)
pre_receive 0
agent claude-code
branch other
commit docs/guide.md 'By an assistant.'
push other
: >"$story/settled"
exits 0 sh -c 'cd "$1" && echo "$2" | GIT_DIR=. COUNTERSIGN_USER=dev1 hooks/post-receive' sh "$server" "$nothing $tip refs/heads/new"
settled 1

sentence "A held ref gets no pass, and an innocent one beside it does not need one"
server
counted
policy <<'JSON'
{ "version": 1, "rules": [ { "name": "infra", "paths": ["/infra/"], "by": "anyone", "action": "hold" } ] }
JSON
branch free origin/main
commit docs/guide.md 'Innocent.'
branch work origin/main
commit infra/main.tf 'resource'
push free:free work:main
expect held refs/heads/main
expect landed refs/heads/free
judged 0
[ ! -e "$server/countersign/passes" ] || fail 'a pass was left behind'

sentence "A pass is for that update alone, for an hour, and under that policy"
server
counted
commit docs/guide.md 'Innocent.'
push main
tip=$(in_work rev-parse HEAD)
pre_receive 0
update 0
judged 0
old=$tip
tip=$(in_work rev-parse HEAD^)
update 0
judged 1
tip=$old
touch -d '2 hours ago' "$server"/countersign/passes/*
update 0
judged 2
pre_receive 0
touch -d '2 hours' "$server"/countersign/passes/*
update 0
judged 3
pre_receive 0
update 0
judged 3
policy <<'JSON'
{ "version": 1, "refs": ["refs/**"], "rules": [ { "name": "docs", "paths": ["/docs/"], "by": "anyone", "action": "deny" } ] }
JSON
update 0 # new to no rule: main has it already
judged 4

sentence "A new judgement takes back the pass of an earlier one"
server
counted
commit docs/guide.md 'Innocent.'
push main
tip=$(in_work rev-parse HEAD)
pre_receive 0
[ -n "$(ls "$server/countersign/passes")" ] || fail 'there is no pass'
agent claude-code
commit docs/guide.md 'By an assistant.'
push main
[ -n "$(ls "$server/countersign/passes")" ] || fail 'the pass of another update was taken away'

sentence "Passes of pushes that broke off are cleared away when they are too old"
touch -d '2 hours ago' "$server"/countersign/passes/*
agent none
commit docs/guide.md 'By a person.'
push main
expect landed
[ ! -e "$server/countersign/passes" ] || fail 'a pass was left behind'

sentence "post-receive, which lets nothing land, is run without a shell, and with one where its program's path is too long"
own_prefix
server
program=$prefix/libexec/countersign/update
landings()
{
	exits 0 countersign log --json --repo "$server"
	same 'landings that were settled' "$1" "$(grep -c '"kind":"outcome"' "$out")"
}

same 'the first line' "#!$program --post-receive" "$(head -n 1 "$server/hooks/post-receive")"
agent claude-code
commit docs/guide.md 'By an assistant.'
push main
expect landed
landings 1
mv "$program" "$program.away"
: >"$program"
chmod 755 "$program"
exits 1 sh -c 'cd "$1" && git -c alias.it="!hooks/post-receive" it </dev/null' sh "$server"
said 'its libexec/countersign/update is missing'
mv "$program.away" "$program"
long=long-long-long-long-long-long-long-long-long-long-long-long-long-long-long-long-long-long-long-long
mkdir "$story/$long"
prefix=$story/$long/prefix
copy_prefix
exits 0 install repo "$server"
same 'the first line' '#!/bin/sh' "$(head -n 1 "$server/hooks/post-receive")"
commit docs/guide.md 'By an assistant again.'
push main
expect landed
landings 2
