# shellcheck shell=sh
# The demo: a sandbox with its own installation, a guarded server repository, and pushes by real git.  Each step says
# what is done and what must come of it, and looks whether it did.

demo_title()
{
	number=$((number + 1))
	printf '\n%d. %s\n' "$number" "$1"
}

demo_bad()
{
	wrong=$((wrong + 1))
	printf '   WRONG: %s\n' "$1"
}

# must WORDS COMMAND...: the command has to succeed.
must()
{
	label=$1
	shift
	if "$@" >/dev/null 2>&1; then
		printf '   yes: %s\n' "$label"
	else
		demo_bad "$label"
	fi
}

demo_git()
{
	git -C "$sandbox/$who" "$@"
}

# demo_commit PATH TEXT [TRAILER]: one commit in the clone of $who.
demo_commit()
{
	mkdir -p "$(dirname "$sandbox/$who/$1")"
	printf '%s\n' "$2" >"$sandbox/$who/$1"
	demo_git add -- "$1"
	if [ -n "${3:-}" ]; then
		demo_git commit -q -m "Change $1" -m "$3"
	else
		demo_git commit -q -m "Change $1"
	fi
}

# demo_push WORDS...: pushes as the account $who, and shows what the server says.
demo_push()
{
	printf '   $ git push origin %s          (as %s)\n' "$*" "$who"
	pushed=0
	COUNTERSIGN_USER=$who demo_git push origin "$@" >"$sandbox/said" 2>&1 || pushed=$?
	sed -n 's/^remote: \(countersign: .*[^ ]\) *$/   | \1/p' "$sandbox/said"
}

landed()
{
	[ "$pushed" -eq 0 ] && [ "$(git --git-dir="$app" rev-parse main)" = "$(demo_git rev-parse HEAD)" ]
}

said()
{
	[ "$pushed" -ne 0 ] && grep -q "countersign: refs/heads/main $1" "$sandbox/said" &&
		[ "$(git --git-dir="$app" rev-parse main)" != "$(demo_git rev-parse HEAD)" ]
}

absent()
{
	! git --git-dir="$app" cat-file -e "$1"
}

demo_clone()
{
	git clone -q "$app" "$sandbox/$1" 2>/dev/null
	git -C "$sandbox/$1" config user.name "$1"
	git -C "$sandbox/$1" config user.email "$1@example.com"
}

# demo_signer WHO KEY: lets git sign with an SSH key.
demo_signer()
{
	git -C "$sandbox/$1" config gpg.format ssh
	git -C "$sandbox/$1" config user.signingKey "$sandbox/keys/$2.pub"
}

demo_back()
{
	demo_git fetch -q origin && demo_git reset -q --hard origin/main
}

demo_key()
{
	sed -n 's/^\([^ ]* [^ ]*\).*/\1/p' "$sandbox/keys/$1.pub"
}

demo_policy()
{
	cat <<END
{
  "version": 1,
  "people": {
    "alice": { "emails": ["alice@example.com"], "accounts": ["alice"], "groups": ["reviewers"],
               "keys": ["$(demo_key alice)"] },
    "bob": { "emails": ["bob@example.com"], "accounts": ["bob"] }
  },
  "agents": {
    "*": { "scope": ["/src/", "/docs/", "/.github/"] },
    "release-bot": { "owner": "bob", "keys": ["$(demo_key bot)"], "scope": ["/docs/"] }
  },
  "rules": [
    { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": ["reviewers"] },
    { "name": "credentials", "content": ["class:credentials"], "action": "deny", "refs": ["refs/**"] }
  ],
  "webhooks": [ { "url": "http://127.0.0.1:$port/held", "events": ["held"], "secret_file": "$sandbox/keys/webhook" } ]
}
END
}

# A receiver of webhooks: answers each POST and keeps it; tells its port first.
# shellcheck disable=SC2016 # it is perl
receiver_program='
	use strict; use IO::Socket::INET;
	my $s = IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.1", LocalPort => 0) or die;
	open(my $p, ">", "$ARGV[0]/port.new"); print $p $s->sockport; close $p; rename "$ARGV[0]/port.new", "$ARGV[0]/port";
	alarm 600;
	while (my $c = $s->accept) {
		my ($head, $len) = ("", 0);
		while (my $l = <$c>) { $len = $1 if $l =~ /^content-length: *(\d+)/i; last if $l =~ /^\r?\n$/; $head .= $l; }
		read($c, my $body, $len);
		open(my $f, ">", "$ARGV[0]/got.new"); print $f "$head\r\n$body"; close $f;
		rename "$ARGV[0]/got.new", "$ARGV[0]/got";
		print $c "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"; close $c;
	}
'

# Checks the signature that Standard Webhooks lays down.
# shellcheck disable=SC2016 # it is perl
webhook_program='
	use strict; use Digest::SHA qw(hmac_sha256_base64);
	local $/; open(my $k, "<", $ARGV[0]) or die; my $key = <$k>; $key =~ s/\s+$//;
	open(my $g, "<", $ARGV[1]) or exit 1; my ($head, $body) = split /\r\n\r\n/, <$g>, 2;
	my %h = map { /^([^:]+): *(.*?)\r?$/ ? (lc $1, $2) : () } split /\n/, $head;
	my $mac = hmac_sha256_base64("$h{\"webhook-id\"}.$h{\"webhook-timestamp\"}.$body", $key);
	$mac .= "=" while length($mac) % 4;
	exit($h{"webhook-signature"} eq "v1,$mac" && $body =~ /"held"/ ? 0 : 1);
'

# wait_for FILE: up to ten seconds.
wait_for()
{
	tries=0
	while [ ! -e "$1" ] && [ "$tries" -lt 100 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
	[ -e "$1" ]
}

demo_begin()
{
	sandbox=$(mktemp -d "${TMPDIR:-/tmp}/countersign-demo.XXXXXX")
	sandbox=$(cd "$sandbox" && pwd -P)
	app=$sandbox/app.git
	number=0
	wrong=0
	mkdir "$sandbox/home" "$sandbox/keys"
	export HOME="$sandbox/home" GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
	git config --global init.defaultBranch main
	for key in alice bot; do
		ssh-keygen -q -t ed25519 -N '' -C "$key" -f "$sandbox/keys/$key"
	done
	printf 'a secret that both ends know' >"$sandbox/keys/webhook"
	chmod 600 "$sandbox/keys/webhook"
	perl -e "$receiver_program" "$sandbox" >"$sandbox/receiver.log" 2>&1 &
	receiver=$!
	trap 'kill "$receiver" 2>/dev/null || true' EXIT
	wait_for "$sandbox/port" || die "the local receiver did not start"
	port=$(cat "$sandbox/port")
}

# demo_site FILE: what the installation said; of the files that it wrote below the prefix, how many.
demo_site()
{
	awk -v prefix="$prefix/" '
		index($0, prefix) && $1 == "write" { files++; next }
		index($0, prefix) && $1 == "make" { next }
		files { printf "     write %d files below %s\n", files, prefix; files = 0 }
		{ print "   " $0 }' "$1"
}

demo_guard()
{
	demo_title "A bare repository is made and guarded; a canary push proves it."
	git init -q --bare "$app"
	demo_policy >"$sandbox/policy.json"
	prefix=$sandbox/prefix
	build_given=yes
	(site_install) >"$sandbox/said" 2>&1 || demo_bad "the installation"
	demo_site "$sandbox/said"
	# What landed would be attested a moment later, in the middle of what is shown.
	rm "$prefix/etc/countersign/log.key" "$prefix/etc/countersign/log.key.pub"
	policy=$sandbox/policy.json
	(hands repo "$app") >"$sandbox/said" 2>&1 || demo_bad "guarding the repository"
	sed 's/^/   /' "$sandbox/said"
	must "the canary push was refused" grep -q 'canary push was refused, as expected' "$sandbox/said"
	must "countersign status says that it is guarded" "$prefix/bin/countersign" status --repo "$app"
}

# What Countersign keeps in the repository, by checksum; the canary was its first entry.
demo_state()
{
	find "$app/countersign" -type f -exec cksum {} + | LC_ALL=C sort
}

demo_person()
{
	demo_title "A person pushes: it lands, and Countersign writes nothing."
	demo_clone bob
	who=bob
	demo_commit src/main.c 'int main(void) { return 0; }'
	before=$(demo_state)
	demo_push main
	must "it landed" landed
	must "nothing was written" test "$before" = "$(demo_state)"
}

demo_scope()
{
	demo_title "An assistant commits: inside its scope it lands, outside it is denied."
	demo_clone dev1
	who=dev1
	claude='Co-authored-by: Claude <noreply@anthropic.com>'
	demo_commit src/main.c 'int main(void) { return 1; }' "$claude"
	demo_push main
	must "a change of src/main.c landed" landed
	demo_commit billing/price.c 'int price = 0;' "$claude"
	denied=$(demo_git rev-parse HEAD)
	demo_push main
	must "a change of billing/price.c was denied" said 'is denied'
	must "and no object of it is in the repository" absent "$denied"
	demo_back
}

demo_hold()
{
	demo_title "Its change to a workflow file is held, and the reviewers' webhook hears of it."
	demo_commit .github/workflows/ci.yml 'on: push' "$claude"
	demo_push main
	must "it is held" said 'is held'
	hold=$(sed -n 's/.*is held: \([0-9a-f]*\).*/\1/p' "$sandbox/said" | head -n 1)
	held=$(demo_git rev-parse HEAD)
	must "the hold can be fetched" git --git-dir="$app" rev-parse -q --verify "refs/countersign/holds/$hold"
	must "the webhook arrived" wait_for "$sandbox/got"
	must "and its signature is right" perl -e "$webhook_program" "$sandbox/keys/webhook" "$sandbox/got"
}

demo_secret()
{
	demo_title "Its commit with a live-looking key is denied, and the key is nowhere in the repository."
	demo_git checkout -q -b leak origin/main
	demo_commit src/config.py "token = \"ghp_$(perl -e 'use Digest::SHA "sha512_hex"; 
		my @a=("a".."z","A".."Z",0..9); my $h=sha512_hex("demo"); my $t=join "",map{$a[hex(substr($h,2*$_,2))%62]}0..29;
		my $c=0xffffffff; for my $b (unpack "C*",$t) { $c^=$b; $c=($c>>1)^($c&1?0xedb88320:0) for 1..8 } $c^=0xffffffff;
		my $s=""; for (1..6) { my $d=$c%62; $s=(0..9,"A".."Z","a".."z")[$d].$s; $c=int($c/62) } print $t.$s')\"" "$claude"
	leaked=$(demo_git rev-parse 'HEAD:src/config.py')
	demo_push leak
	must "it was refused" test "$pushed" -ne 0
	must "the object is not in the repository" absent "$leaked"
	demo_git checkout -q main
}

demo_approve()
{
	demo_title "Alice reads the hold and approves it with her SSH key; the same push lands, another one is held anew."
	demo_clone alice
	demo_signer alice alice
	git -C "$sandbox/alice" config countersign.person alice
	who=alice
	printf '   $ git countersign approve %s          (as alice)\n' "$hold"
	(
		cd "$sandbox/alice" &&
			PATH="$prefix/bin:$PATH" COUNTERSIGN_USER=alice git countersign approve "$hold" -m 'Read it, fine.' </dev/null
	) >"$sandbox/approved" 2>&1 || sed 's/^/   | /' "$sandbox/approved"
	must "the approval was taken" git --git-dir="$app" rev-parse -q --verify "refs/countersign/approvals/$hold/alice"
	who=dev1
	demo_push main
	must "the same push landed" landed
	must "and it is the commit that was held" test "$(git --git-dir="$app" rev-parse main)" = "$held"
	demo_commit .github/workflows/ci.yml 'on: pull_request_target' "$claude"
	demo_push main
	must "a further change is held anew" said 'is held'
	demo_back
}

demo_silent()
{
	demo_title "An agent that signs with its registered key and writes no trailer is recognised all the same."
	demo_clone carol
	demo_signer carol bot
	git -C "$sandbox/carol" config commit.gpgSign true
	who=carol
	demo_commit docs/notes.md 'Notes.'
	demo_push main
	must "inside its scope it lands" landed
	demo_commit src/main.c 'int main(void) { return 2; }'
	demo_push main
	must "outside it is denied" said 'is denied'
	must "as release-bot's, by its key" grep -q 'by release-bot (key' "$sandbox/said"
}

demo_log()
{
	demo_title "The log is whole; a row is altered in a copy, and that is found."
	if ! "$prefix/bin/countersign" 2>&1 | grep -q '^  log '; then
		say "   left out: this version has no command that reads the log yet"
		return 0
	fi
	must "the log is whole" "$prefix/bin/countersign" log verify --repo "$app"
	cp -a "$app" "$sandbox/copy.git"
	LC_ALL=C sed -i 's/claude-code/claude-cade/' "$sandbox"/copy.git/countersign/state.db*
	status=0
	"$prefix/bin/countersign" log verify --repo "$sandbox/copy.git" >"$sandbox/said" 2>&1 || status=$?
	sed 's/^/   | /' "$sandbox/said"
	must "the altered row was found" test "$status" -eq 1
}

# The page's port must be in the policy before it is served, so it is chosen here.
demo_page_serve()
{
	page_port=$(perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport')
	site=$prefix/etc/countersign/policy.json
	sed "0,/{/s||{ \"review\": { \"url\": \"http://localhost:$page_port\" },|" "$site" >"$sandbox/site.json"
	cat "$sandbox/site.json" >"$site"
	"$prefix/bin/countersign" review --listen "127.0.0.1:$page_port" --user alice --repo "$app" >"$sandbox/page.new" 2>"$sandbox/page.log" &
	page=$!
	trap 'kill "$receiver" "$page" 2>/dev/null || true' EXIT
	tries=0
	while [ ! -s "$sandbox/page.new" ] && [ "$tries" -lt 100 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
	must "the page is served at http://localhost:$page_port/" test -s "$sandbox/page.new"
}

# Alice makes a passkey by an admin's link, opens the hold's page and approves with one touch.
demo_touch()
{
	link=$("$prefix/bin/countersign" reviewer invite alice --repo "$app" | head -n 1)
	say "   $link          (the link that alice was sent; the touch is a passkey in software)"
	cat >"$sandbox/steps" <<END
passkey
open $link
click button
see Its fingerprint is SHA256:
run '$prefix/bin/countersign' reviewer accept alice --yes --repo '$app'
open http://localhost:$page_port/app/holds/$hold
see .github/workflows/ci.yml
shot $sandbox/page.png
click button.yes
see approved: push again
END
	must "alice approves on the page" python3 "$here/test/tool/browser.py" <"$sandbox/steps"
	demo_push main
	must "the same push landed" landed
	say "   what she saw: $sandbox/page.png"
}

demo_page()
{
	demo_title "The same on the review page: a link, one look, one touch."
	who=dev1
	demo_back
	demo_commit .github/workflows/ci.yml 'on: workflow_dispatch' "$claude"
	demo_push main
	must "it is held" said 'is held'
	hold=$(sed -n 's/.*is held: \([0-9a-f]*\).*/\1/p' "$sandbox/said" | head -n 1)
	demo_page_serve
	if command -v chromium >/dev/null && command -v chromedriver >/dev/null && command -v python3 >/dev/null; then
		demo_touch
	else
		say "   open it: http://localhost:$page_port/app/holds/$hold (no Chromium with chromedriver is here to do so)"
		say "   serve it again: $prefix/bin/countersign review --listen 127.0.0.1:$page_port --user alice --repo $app"
	fi
	kill "$page" 2>/dev/null || true
}

demo()
{
	build_programs
	if [ "$dry_run" = yes ]; then
		say "  would play the story in a sandbox below ${TMPDIR:-/tmp}"
		return 0
	fi
	demo_begin
	demo_guard
	demo_person
	demo_scope
	demo_hold
	demo_secret
	demo_approve
	demo_silent
	demo_log
	demo_page
	kill "$receiver" 2>/dev/null || true
	printf '\nThe sandbox: %s (server %s, policy %s)\n' "$sandbox" "$app" "$app/countersign/policy.json"
	[ "$wrong" -eq 0 ] || {
		printf '%d things did not go as they should.\n' "$wrong"
		return 1
	}
	say "Every step did what it should."
}
