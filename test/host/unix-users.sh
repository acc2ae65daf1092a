# Several users of the machine who share a bare repository by their group: each logs in as themselves.  Needs root.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/ssh.inc"
. "${0%/*}/../push/signing.inc"
needs_root
team=cs-team-$$
groupadd "$team"
at_end "groupdel '$team' >/dev/null 2>&1"
for name in alice bob dev1; do
	user "cs-$name-$$" -g "$team"
	login "cs-$name-$$" "$name"
done
# Who writes files that the others cannot read, where nobody sees to it.
sshd_option "Match User cs-bob-$$"
sshd_option "	ForceCommand umask 077; git-shell -c \"\$SSH_ORIGINAL_COMMAND\""
# git lets nobody into a repository that is another's, unless it is told (safe.directory).
HOME="$host/home" git config --global safe.directory '*'
sshd_start

# Root installs from where nobody else may look, such as root's home.
mkdir -m 700 "$story/closed" && mkdir "$story/closed/in"

# shared OWNER: a bare repository as `git init --shared` makes it, which belongs to OWNER and the team, guarded by root.
shared()
{
	rm -rf "$server" "$work"
	git init -q --bare --shared=group "$server"
	rm -f "$server"/hooks/*.sample
	cp -a "$made/work" "$work"
	in_work remote set-url origin "$address"
	chown -R "$1:$team" "$server"
	(cd "$story/closed/in" && install repo "$server") >"$out" 2>&1 || fail "not installed"
	: >"$out"
}

sentence "What install.sh writes as root belongs to the repository's owner and group"
for owner in root "cs-alice-$$"; do
	shared "$owner"
	same 'who owns' "$owner $team" "$(find "$server" -exec stat -c '%U %G' {} + | sort -u)"
done

sentence "Every user's push is theirs and lands, whoever's came first"
for owner in root "cs-alice-$$"; do
	for first in alice bob; do
		shared "$owner"
		rm -f "$server"/countersign/state.db* "$server"/countersign.had-state
		agent claude-code
		for who in "$first" bob alice; do
			as "$who"
			commit src/a.c "$who $(in_work rev-parse HEAD)"
			push --push-option=countersign=json main
			expect landed
			verdict account "cs-$who-$$"
		done
		same 'the modes' "660 $team" "$(stat -c '%a %G' "$server"/countersign/state.db* | sort -u)"
	done
done

sentence "What one user's push held another approves, and it lands"
shared "cs-alice-$$"
governed
as alice
push main
hold_change
for approver in bob alice; do
	approved "$approver"
done
push_again
expect landed

sentence "A client's environment makes nobody somebody else"
shared root
hostile <<END
export COUNTERSIGN_USER=cs-alice-$$ GL_USER=cs-alice-$$ REMOTE_USER=cs-alice-$$ USER=cs-alice-$$ LOGNAME=cs-alice-$$
END
as dev1
agent claude-code
commit src/a.c 1
push --push-option=countersign=json main
expect landed
verdict account "cs-dev1-$$"
