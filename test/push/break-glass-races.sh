# Broken glass while something else happens: another push of the same, or of the same person's.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"
. "${0%/*}/glass.inc"

# meanwhile ACCOUNT ARGUMENT...: makes $story/meanwhile, which once pushes that from a clone of its own, as alice signs.
meanwhile()
{
	rm -rf "$story/other" "$story/other.out"
	cp -a "$work" "$story/other"
	git -C "$story/other" config gpg.format ssh
	git -C "$story/other" config user.signingkey "$keys/alice"
	cat >"$story/meanwhile" <<SCRIPT
#!/bin/sh
[ ! -e "$story/other.out" ] || exit 0
exec >"$story/other.out" 2>&1 </dev/null
for name in \$(env | sed -n 's/^\(GIT_[A-Z_0-9]*\)=.*/\1/p'); do
	unset "\$name"
done
SCRIPT
	printf "HOME='%s' COUNTERSIGN_USER=%s judged=no git -C '%s' push origin" "$HOME" "$1" "$story/other" >>"$story/meanwhile"
	shift
	printf " '%s'" "$@" >>"$story/meanwhile"
	printf ' || :\n' >>"$story/meanwhile"
	chmod 755 "$story/meanwhile"
}

# once_judged: $story/meanwhile is run when the next push has been judged and is not recorded: as its hold is saved, git
# asks for what other repositories have, and the hook's own git knows nothing of `judged`.
once_judged()
{
	git init -q --bare "$story/another"
	printf '%s\n' "$story/another/objects" >"$server/objects/info/alternates"
	printf '#!/bin/sh\n[ -n "$judged" ] || exec "%s"\n' "$story/meanwhile" >"$story/asked"
	chmod 755 "$story/asked"
	on_server config core.alternateRefsCommand "$story/asked"
	export judged=no
}

# once_recorded: the same when it has been recorded, and nothing has moved.
once_recorded()
{
	mkdir -p "$server/countersign/chained"
	cp "$story/meanwhile" "$server/countersign/chained/pre-receive"
}

# said_meanwhile TEXT: by that push.
said_meanwhile()
{
	grep -q -F -e "$1" "$story/other.out" || fail "the other push did not say: $1: $(cat "$story/other.out")"
}

sentence "Of two pushes of one person's at the same moment one breaks the glass"
breakable
on_repository_policy '"most": 1' '"most": 9'
emergency
meanwhile alice --signed --push-option='countersign-break-glass=the site is down' work:release/1
once_judged
break_glass alice 'the site is down'
expect refused
said 'alice has broken glass while this push was judged: push again'
expect landed refs/heads/release/1

sentence "A push of the same that is held before it lands leaves it owed"
breakable
emergency
meanwhile dev1 work:main
once_recorded
break_glass alice 'the site is down'
expect landed
owed
exits 0 countersign holds --repo "$server"
said "$debt  owed"
said_meanwhile "glass was broken for the same change, which has not landed yet: have $debt approved"

sentence "A push of the same that was judged before it landed leaves it owed"
breakable
emergency
meanwhile alice --signed --push-option='countersign-break-glass=the site is down' work:main
once_judged
as dev1
push work:main
said_meanwhile 'glass broken by alice'
[ "$(ref_of refs/heads/main)" = "$(in_work rev-parse work)" ] || fail 'it did not land'
exits 0 countersign holds --repo "$server"
said '  owed  '

sentence "What git did not let land is owed until that is known, and lands when others approve it"
breakable
emergency
mkdir -p "$server/countersign/chained"
[ "$REFS" = files ] && lock=$server/refs/heads/main.lock || lock=$server/reftable/tables.list.lock
printf '#!/bin/sh\n: >"%s"\n' "$lock" >"$server/countersign/chained/pre-receive"
chmod 755 "$server/countersign/chained/pre-receive"
break_glass alice 'the site is down'
expect refused
owed
rm "$lock" "$server/countersign/chained/pre-receive"
as dev1
push work:main
expect refused
said "glass was broken for the same change, which has not landed yet: have $debt approved"
hold=$debt digest=$(digest_of "$debt")
approved bob
push work:main
expect landed
exits 0 countersign holds --repo "$server"
unsaid "$debt"

sentence "What was paid stays paid, and counts for the day, though git did not let it land and the ref went elsewhere"
breakable
emergency
mkdir -p "$server/countersign/chained"
[ "$REFS" = files ] && lock=$server/refs/heads/main.lock || lock=$server/reftable/tables.list.lock
printf '#!/bin/sh\n: >"%s"\n' "$lock" >"$server/countersign/chained/pre-receive"
chmod 755 "$server/countersign/chained/pre-receive"
break_glass alice 'the site is down'
expect refused
owed
rm "$lock" "$server/countersign/chained/pre-receive"
hold=$debt digest=$(digest_of "$debt")
approved bob
in_work checkout -q -B elsewhere main
person alice
as alice
commit docs/other.md other
push elsewhere:main
expect landed
exits 0 countersign holds --all --repo "$server"
said "$debt  paid"
unsaid lapsed
emergency infra/other.tf
break_glass alice 'the site is down'
expect held
said 'as often as the policy allows'
