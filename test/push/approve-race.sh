# What happens at once: an approval is used up by landing whoever pushes meanwhile, and approvals that race land once.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"
rounds=6

# at_once NAME ACCOUNT REFSPEC: begins a push that runs beside the next one; what it says goes to $story/NAME.
at_once()
{
	COUNTERSIGN_USER=$2 in_work push "$server" "$3" >"$story/$1" 2>&1 &
}

# landings: how many times the log says that something landed.
landings()
{
	countersign log --repo "$server" --json >"$story/log"
	grep -c '"kind": *"landed"' "$story/log" || :
}

# used_up: after a revert the same content at the flagged path is held again, under another name.
used_up()
{
	first=$hold
	agent none
	person alice
	in_work fetch -q origin
	branch undo origin/main
	in_work rm -q infra/main.tf
	record 'Take it back'
	as alice
	push undo:main
	expect landed
	in_work fetch -q origin
	hold_change
	[ "$hold" != "$first" ] || fail "the same hold was used twice"
}

# between REFSPEC: while the next push moves main, after its update hook was asked, dev2 pushes that.
between()
{
	mkdir -p "$server/countersign/chained"
	cat >"$server/countersign/chained/update" <<END
#!/bin/sh
mv "\$0" "$story/between.done"
env -i PATH="\$PATH" HOME="$HOME" COUNTERSIGN_USER=dev2 git -C "$work" push "$server" "$1" >"$story/between" 2>&1
exit 0
END
	chmod 755 "$server/countersign/chained/update"
}

sentence "An approval is used up though another push was denied between the one that was allowed and its landing"
server
governed '' "$rules, { \"name\": \"forbidden\", \"paths\": [\"/secrets/\"], \"action\": \"deny\" }"
hold_change
approved bob
branch other origin/main
commit secrets/list 'none'
between other:main
push_again
expect landed
grep -q 'refs/heads/main is denied' "$story/between" || fail 'nothing came between'
same 'landings' "$(landings)" 1
used_up

sentence "The same change that lands by another push between leaves nothing to the one that was allowed"
server
governed
hold_change
approved bob
branch other work
commit docs/other.md 'Innocent.'
between other:main
push_again
expect refused refs/heads/none
same 'main' "$(ref_of refs/heads/main)" "$(in_work rev-parse other)"
same 'landings' "$(landings)" 1
used_up

sentence "An approval is used up though post-receive never ran, and a push in which nothing is found takes the ref back"
server
governed
hold_change
approved bob
before=$(ref_of refs/heads/main)
mv "$server/hooks/post-receive" "$story/post-receive"
push_again
expect landed
agent none
as alice
push "+$before:refs/heads/main"
expect landed
mv "$story/post-receive" "$server/hooks/post-receive"
same 'landings' "$(landings)" 1
push_again
expect held

sentence "What was allowed and did not land is asked about again when an approver has spoken since, also where only update runs"
server
governed
rm "$server/hooks/pre-receive"
hold_change
approved bob
mkdir -p "$server/countersign/chained"
printf '#!/bin/sh\nmv "$0" "%s"\nexit 1\n' "$story/refused-once" >"$server/countersign/chained/update"
chmod 755 "$server/countersign/chained/update"
push_again
expect refused
decide bob withdraw
expect landed
push_again
expect held
approved dave
push_again
expect landed

# one_landed [OTHER]: the two are over; main is at `work`, or the other, the log says so once, and nothing waits any more.
one_landed()
{
	wait
	case $(ref_of refs/heads/main) in
	"$(in_work rev-parse work)" | "$(in_work rev-parse "${1:-work}")") ;;
	*) fail "main is at neither" ;;
	esac
	same 'landings' "$(landings)" 1
	same 'holds' "$(countersign holds --repo "$server" --json)" ''
	exits 0 countersign log verify --repo "$server"
	whole
	cat "$story/one" "$story/two" >"$out"
}

sentence "Of two pushes that race for one approval one lands, and the other is refused"
round=0
while [ $((round += 1)) -le $rounds ]; do
	server
	governed
	hold_change
	approved bob
	branch other work
	write docs/other.md 'Innocent.'
	in_work commit -q --amend --no-edit
	at_once one dev1 work:main
	at_once two dev2 other:main
	one_landed other
	same 'refused' "$(grep -c '^error: failed to push' "$out")" 1
	! grep -q 'has landed while this push was judged' "$out" ||
		countersign log --repo "$server" --json | grep -q 'has landed while this push was judged' ||
		fail 'the one that was told so has no row'
done
used_up

sentence "Approvals that race to land a push land it once, and are both taken, or the later one is told that it has landed"
round=0
while [ $((round += 1)) -le $rounds ]; do
	server
	governed '{ "land": true }'
	hold_change
	for name in bob dave; do
		(
			person "$name"
			tag_as "$name" approve
		)
		in_work tag -f "$name" approval >/dev/null
	done
	at_once one bob "bob:refs/countersign/approvals/$hold/bob"
	at_once two dave "dave:refs/countersign/approvals/$hold/dave"
	one_landed
	said "$hold has landed"
	unsaid 'not settled'
done
used_up
