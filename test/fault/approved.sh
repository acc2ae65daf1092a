# What is approved while the machine fails: a decision is taken whole or not at all, what it allows lands once, and neither a kill
# nor a call that fails uses it up or lets it count twice.
#
# A few points of each hook are tried, spread over all that is done; FAULT_POINTS=N tries N of each, FAULT_POINTS=all every one.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/../push/signing.inc"
. "${0%/*}/fault.inc"

needs killat
needs failat
: "${FAULT_POINTS:=1}"
errors='kill EIO ENOSPC+ EMFILE+'

# A change that is held, what takes it back, and the same once more on top of that.
held()
{
	server
	governed
	hold_change infra/main.tf resource
	first=$hold
	person alice
	branch back work
	in_work rm -q infra/main.tf
	record 'Take it back'
	person robot
	agent claude-code
	branch anew back
	commit infra/main.tf resource
	agent none
	person alice
}

# kept NAME: the server as it is now; again NAME: as it was then.
kept()
{
	rm -rf "$story/$1.git"
	cp -a "$server" "$story/$1.git"
}

again()
{
	rm -rf "$server" 2>/dev/null || rm -rf "$server" # the last push's deliverer may be writing yet
	cp -a "$story/$1.git" "$server"
}

# lands_once AT: the change, which is approved, lands if it has not; what is the same later is held.
lands_once()
{
	if [ "$(ref_of refs/heads/main)" != "$(in_work rev-parse work)" ]; then
		push work:main
		expect landed
	fi
	countersign log --json --repo "$server" | grep '"kind":"decision"' | grep '"decision":"allow"' | grep -q "$(in_work rev-parse work)" ||
		fail "at $1: it landed and no row tells so"
	as alice
	push back:main
	expect landed
	as dev1
	push anew:main
	expect held
	exits 0 countersign log verify --repo "$server"
	exits 0 countersign tidy --repo "$server"
	exits 0 countersign log verify --repo "$server"
}

# deciding: bob's approval is pushed; landing: the approved change is.
deciding()
{
	as bob
	push "+approval:refs/countersign/approvals/$first/bob"
	as dev1
}

landing()
{
	push work:main
}

# swept HOOK STEP: it does not do its work at points spread over all of it, in each of the ways.
swept()
{
	hook=$1 step=$2
	shift_by=0
	again begin
	failing "$hook"
	kept begun
	for error in $errors; do
		shift_by=$((shift_by + 13))
		again begun
		no_fault "$error"
		"$step"
		expect landed
		calls=$(calls)
		[ "$calls" -gt 10 ] || fail "few calls are seen: $calls"
		for point in $(points "$calls" "$shift_by"); do
			again begun
			fault "$error" "$point"
			"$step"
			met "$point"
			[ "$pushed_status" -ne 0 ] || [ "$(ref_of "$pushed_ref")" = "$pushed_new" ] || fail "$error at $point: git says that it landed"
			no_fault
			if [ "$step" = deciding ] && [ "$(ref_of "$pushed_ref")" != "$pushed_new" ]; then
				push work:main
				expect held
				deciding
				expect landed
			fi
			lands_once "$error at $point"
		done
	done
	all_met
}

sentence "An approval whose hook fails is given or it is not, and given again it counts once"
held
(
	person bob
	tag_as bob approve
)
kept begin
swept pre-receive deciding

for each in pre-receive update post-receive; do
	sentence "An approved change whose $each fails lands once, then or when it is pushed again"
	held
	approved bob
	kept begin
	swept "$each" landing
done
