# Decisions that are handed in: what the host could not do is not held against them, and debts of broken glass are paid so.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/../push/signing.inc"
. "${0%/*}/../push/glass.inc"
. "${0%/*}/postgres.inc"
engine
host git1
host git2
serve git1
serve git2
on git1

hears_holds()
{
	for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		[ "$(echo "SELECT pg_sleep(0.2); SELECT count(*) FROM countersign.hold WHERE id = '$1' AND host = 'git1'" | sql owner | tail -n 1)" = 0 ] || return 0
	done
	fail "the fleet does not hear of $1"
}

# hands_in STATUS: bob's tag `approval`, at the desk of git2.
hands_in()
{
	in_work cat-file tag approval >"$story/tag"
	exits "$1" "$story/git2/prefix/bin/countersign" fleet decide --as bob "$story/tag"
}

sentence "An object that git could not write is no fault of the decision, which is taken afterwards"
governed
hold_change
hears_holds "$hold"
for ago in 1 2 3 4 5 6 7 8 9 10 11 12; do # until its object is to lie in a folder that is not there yet
	(
		person bob
		GIT_COMMITTER_DATE="$(($(date +%s) - ago)) +0000" tag_as bob approve
	)
	folder=$server/objects/$(in_work rev-parse approval | cut -c 1-2)
	[ -e "$folder" ] || break
done
: >"$folder" # where git has to make it
hands_in 1
unsaid 'refused'
hears git1 'tried again later'
rm "$folder"
unserve git1
serve git1
for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	echo "SELECT pg_sleep(0.2); SELECT o.taken FROM countersign.decision_outcome o WHERE o.host = 'git1'" | sql owner | grep -q t && break
done
push_again
expect landed
said 'allowed: approved by bob'

sentence "What is owed for broken glass is paid at another host's desk"
on_repository_policy '"approval": {}' '"approval": {}, "break_glass": { "people": ["alice"], "most": 1 }'
on_server config receive.advertisePushOptions true
fresh
emergency infra/glass.tf
break_glass alice 'the site is down'
expect landed
owed
hears_holds "$debt"
digest=$(digest_of "$debt")
(
	person bob
	tag_as bob approve
)
hands_in 0
said 'git1: taken'
exits 0 countersign log --repo "$server"
said ' paid '
exits 0 countersign holds --repo "$server"
unsaid "$debt"
