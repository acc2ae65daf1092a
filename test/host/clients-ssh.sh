# Pushes over SSH by others than git, through a bastion, and of what came by a bundle; and what moves refs without hooks.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/host.inc"
. "${0%/*}/ssh.inc"
. "${0%/*}/clients.inc"
account bot
account alice
login "$host_user" jump
sshd_start
mkdir "$story/bin"
# dulwich calls ssh by its name, and hands it no environment.
sed 's|^exec ssh |exec /usr/bin/ssh |; s|^who=.*|who=bot|' "$story/ssh" >"$story/bin/ssh"
chmod 755 "$story/bin/ssh"

client_dulwich()
{
	PATH="$story/bin:$PATH" /usr/bin/python3 "$programs/push_dulwich.py" "$work" "$address" "$1"
}

client_jgit()
{
	COUNTERSIGN_USER=bot GIT_SSH="$story/ssh" java -cp "$(printf '%s:' /usr/share/java/*.jar)" "$programs/PushJgit.java" "$work" "$address" "$1" bot none
}

client_go_git()
{
	"$story/push_go_git" "$work" "ssh://$host_user@127.0.0.1:$port$server" "$1" "$story/keys/bot"
}

# Debian's golang-github-go-git-go-git-dev; it is built here.
has_go_git()
{
	! missing go >/dev/null && [ -d /usr/share/gocode/src/github.com/go-git ] || return 1
	mkdir -p "$story/go/src/push" "$story/go/src/github.com/go-git/go-git"
	ln -s /usr/share/gocode/src/github.com/go-git/go-git "$story/go/src/github.com/go-git/go-git/v5"
	cp "$programs/push_go_git.go" "$story/go/src/push/main.go"
	(cd "$story/go/src/push" && GO111MODULE=off GOPATH="$story/go:/usr/share/gocode" GOCACHE="$BUILD_DIR/go-cache" \
		go build -o "$story/push_go_git" .) >"$out" 2>&1 || fail 'go-git does not build'
}

over=" over SSH"
told_by dulwich dulwich
told_by jgit JGit
told_by go_git go-git

sentence "Through a bastion the account is the key's at the server, whoever let the connection through"
bot_and_alice
cat >>"$story/ssh_config" <<END
Host bastion
	HostName 127.0.0.1
	Port $port
	User $host_user
	IdentityFile $story/keys/jump
END
sed "s|exec ssh |exec ssh -o 'ProxyCommand=ssh -F $story/ssh_config -i $story/keys/jump -W %h:%p bastion' |" "$story/ssh" >"$story/jump"
chmod 755 "$story/jump"
export GIT_SSH="$story/jump"
as bot
commit src/b.c 1
push --push-option=countersign=json main
expect landed
verdict account bot
branch denied main
commit payments/x.c 1
push denied
expect denied
said 'by bot (account)'
export GIT_SSH="$story/ssh"

sentence "What came to somebody by a bundle is judged like anything else when it is pushed"
bot_and_alice
agent claude-code
commit .github/workflows/ci.yml 'on: push'
in_work bundle create -q "$story/it.bundle" main
in_work reset -q --hard origin/main
in_work fetch -q "$story/it.bundle" main
in_work reset -q --hard FETCH_HEAD
as alice
push main
expect held

sentence "A bundle, or a mirror, that is fetched into the repository moves refs without hooks: status tells of what it brought"
bot_and_alice
as_user "$host_user" git --git-dir="$server" for-each-ref --format='%(objectname)' >"$host/refs"
cp "$host/refs" "$server/countersign/refs-at-install"
given "$host_user" "$server/countersign"
agent claude-code
commit src/c.c 1
as alice
push main
expect landed
agent none
commit src/d.c 1
push main
expect landed
exits 0 countersign status --repo "$server"
unsaid 'no push brought'
agent claude-code
commit .github/workflows/ci.yml 'on: push'
in_work bundle create -q "$host/it.bundle" main
chmod 644 "$host/it.bundle"
as_user "$host_user" git --git-dir="$server" fetch -q "$host/it.bundle" +main:main
exits 0 countersign status --repo "$server"
said "note: refs: $(in_work rev-parse --short=12 main) by claude-code"
said 'no push brought'
