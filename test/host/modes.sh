# Modes, groups and ACLs of shared repositories: who could push before it was guarded can push afterwards, and is judged; who could not
# still cannot.  git itself says who could, by pushes before.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
needs_root
alice=cs-alice-$$
bob=cs-bob-$$
team=cs-team-$$
groupadd "$team"
at_end "groupdel '$team' >/dev/null 2>&1"
user "$alice" --user-group
user "$bob" --user-group
usermod -a -G "$team" "$alice"
usermod -a -G "$team" "$bob"
printf '[safe]\n\tdirectory = *\n' >"$host/home/.gitconfig"
mkdir -m 1777 "$host/clones"
tried=0
could=0

# commits USER PATH: a new commit of theirs on main, on behalf of an agent, in a clone that was made once.
commits()
{
	clone=$host/clones/$1
	if [ ! -d "$clone" ]; then
		git clone -q "$made/server.git" "$clone" 2>/dev/null
		git -C "$clone" config user.name "$1"
		git -C "$clone" config user.email "$1@example.com"
		chown -R "$1:" "$clone"
	fi
	git -C "$clone" fetch -q "$server" main 2>/dev/null
	git -C "$clone" reset -q --hard FETCH_HEAD
	mkdir -p "$clone/$(dirname "$2")"
	printf '%s %s %s\n' "$2" "$1" "$tried$3" >"$clone/$2"
	git -C "$clone" add .
	git -C "$clone" commit -q -m "Change $2" -m 'Co-authored-by: Claude <noreply@anthropic.com>'
	chown -R "$1:" "$clone"
}

# pushes USER MASK PATH STEP: whether that user's push lands, made with that umask.
pushes()
{
	commits "$1" "$3" "$4"
	as_user "$1" sh -c 'umask "$1" && exec git -C "$2" push -q "$3" HEAD:main' - "$2" "$clone" "$server" >"$out" 2>&1
}

# tries NAME MASK [COMMAND...]: the repository is made by the command; then the same by alice and bob before and after.
tries()
{
	name=$1
	mask=$2
	shift 2
	tried=$((tried + 1))
	rm -rf "$host/made"
	mkdir -m 755 "$host/made"
	server=$host/made/server.git
	(umask "$mask" && "$@") >"$out" 2>&1 || fail "$name cannot be made: $(cat "$out")"
	rm -f "$server"/hooks/*.sample
	may=
	for who in "$alice" "$bob"; do
		! pushes "$who" "$mask" src/a.c before || may="$may $who"
	done
	"$SOURCE_DIR/install.sh" repo "$server" --prefix "$prefix" --build "$BUILD_DIR" >"$story/installed" 2>&1 ||
		fail "$name is not guarded: $(tail -3 "$story/installed")"
	"$SOURCE_DIR/install.sh" status "$server" --prefix "$prefix" --build "$BUILD_DIR" >"$story/status" 2>&1 ||
		fail "$name: $(grep -v guarded "$story/status" | head -3)"
	for who in "$alice" "$bob"; do
		case " $may " in
		*" $who "*)
			could=$((could + 1))
			pushes "$who" "$mask" src/a.c after || fail "$name: $who could push, and cannot: $(grep -m 2 countersign "$out")"
			! pushes "$who" "$mask" .github/workflows/ci.yml after || fail "$name: $who's workflow landed"
			grep -q 'refs/heads/main is held' "$out" || fail "$name: $who's workflow was not held: $(grep -m 2 countersign "$out")"
			;;
		*) ! pushes "$who" "$mask" src/a.c after || fail "$name: $who could not push, and can" ;;
		esac
	done
}

# made_by OWNER:GROUP [OPTION...]: with a first commit on main.
made_by()
{
	whose=$1
	shift
	git init -q --bare "$@" "$server"
	chown "$whose" "$server"
	find "$server" -type d -exec chown "$whose" {} +
	git --git-dir="$server" fetch -q "$made/server.git" main:main
	git --git-dir="$server" symbolic-ref HEAD refs/heads/main
	chown -R "$whose" "$server"
}

# acl OWNER:GROUP ACL; mode OWNER:GROUP MODE [MODE OF FOLDERS]; shared_mode OWNER:GROUP SHARED MODE: and then that.
acl()
{
	made_by "$1"
	setfacl -R -m "$2" "$server"
	setfacl -R -d -m "$2" "$server"
}

mode()
{
	made_by "$1"
	chmod -R "$2" "$server"
	[ -z "${3:-}" ] || find "$server" -type d -exec chmod "$3" {} +
}

shared_mode()
{
	made_by "$1" --shared="$2"
	chmod "$3" "$server"
}

sentence "As git shares them"
for shared in group all 0660 0664 0666 0640 0644 0600 false umask world; do
	tries "--shared=$shared" 022 made_by "$alice:$team" "--shared=$shared"
done
tries 'no --shared' 022 made_by "$alice:$team"

sentence "With other masks of whoever makes it and pushes"
for mask in 077 000; do
	for shared in group 0666; do
		tries "--shared=$shared, umask $mask" "$mask" made_by "$alice:$team" "--shared=$shared"
	done
done

sentence "With modes that somebody gave afterwards"
tries 'g+rwX without core.sharedRepository' 002 mode "$alice:$team" g+rwX g+s
tries 'ug=rwX,o=' 007 mode "$alice:$team" ug=rwX,o= g+s
tries 'a+rwX' 000 mode "$alice:$team" a+rwX
tries 'a+rwX, sticky' 000 mode "$alice:$team" a+rwX +t
tries '0666 and a sticky folder' 022 shared_mode "$alice:$team" 0666 3777
tries 'group, and others may not look' 022 shared_mode "$alice:$team" group 2770

sentence "By ACLs"
if missing setfacl >/dev/null; then
	skip 'setfacl is not on this machine'
else
	tries 'an ACL of a group' 022 acl "$alice:$alice" "g:$team:rwX"
	tries 'an ACL of users' 022 acl "$alice:$alice" "u:$alice:rwX,u:$bob:rwX"
	tries 'an ACL of users, umask 077' 077 acl "$alice:$alice" "u:$alice:rwX,u:$bob:rwX"
fi

sentence "Of other owners"
tries "root's, of the group" 022 made_by "root:$team" --shared=group
tries "root's, of everybody" 022 made_by "root:$team" --shared=0666
tries 'of a user whom the machine does not know' 022 made_by "54321:$team" --shared=group
tries 'of a user and a group whom it does not know' 022 made_by 54321:54321 --shared=0666
tries "of a user who is not in the group" 022 made_by "$host_user:$team" --shared=group

# own_logs OWNER:GROUP MODE: with logs of refs from before, which belong to that owner.
own_logs()
{
	made_by "$alice:$team" --shared=group
	mkdir -p "$server/logs/refs/heads"
	git --git-dir="$server" rev-parse main | sed "s/.*/$zeros & X <x@example.com> 1 +0000\tpush/" >"$server/logs/refs/heads/main"
	chown -R "$1" "$server/logs"
	chmod -R "$2" "$server/logs"
}

sentence "With logs of refs from before"
tries "of the repository's owner" 022 own_logs "$alice:$team" g=u
tries "of another member of the group" 022 own_logs "$bob:$team" g=u
for place in logs logs/refs logs/refs/heads; do
	rm -rf "$host/made" && mkdir -m 755 "$host/made"
	own_logs "$alice:$team" g=u
	chown root:root "$server/$place"
	chmod 755 "$server/$place"
	! "$SOURCE_DIR/install.sh" repo "$server" --prefix "$prefix" --build "$BUILD_DIR" >"$out" 2>&1 || fail "it is guarded, with $place of root"
	said "may not write to $server/$place, where git will log what refs were"
	pushes "$alice" 022 src/a.c before || fail "$alice cannot push any more"
done

[ "$tried" -ge 29 ] || fail "no more than $tried were tried"
[ "$could" -ge 40 ] || fail "no more than $could could push"
