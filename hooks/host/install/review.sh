# shellcheck shell=sh
# The review page for the web server that is there: a piece of its configuration, and the accounts that may log in.  Nobody
# can before an admin has added one, and who reads what is the policies' to say.

web_servers='nginx apache2 lighttpd'

# The folder of the web server's configuration: the one that was named, or the first that is there.
web_folder()
{
	if [ -n "$config_given" ]; then
		printf '%s\n' "$config_given"
		return 0
	fi
	for web in $web_servers; do
		if [ -d "/etc/$web" ]; then
			printf '/etc/%s\n' "$web"
			return 0
		fi
	done
	return 1
}

review_accounts()
{
	printf '%s/review-accounts\n' "$(site_etc)"
}

# It will have hashes of passwords: for the web server's group, where that has its usual name.
accounts_make()
{
	put_text "$(review_accounts)" 640 '' ''
	if [ "$dry_run" = no ] && [ "$(command id -u)" = 0 ] && getent group www-data >/dev/null 2>&1; then
		chgrp www-data "$(review_accounts)"
	fi
}

nginx_text()
{
	cat <<END
# The review page of Countersign: in the server block at which people log in, say
#	include snippets/countersign-review.conf;
location ~ ^$1(/.*)?\$ {
	auth_basic "Countersign";
	auth_basic_user_file $(review_accounts);
	include $web_config/fastcgi_params;
	fastcgi_pass unix:/run/fcgiwrap.socket;
	fastcgi_param SCRIPT_FILENAME $prefix/bin/countersign-review;
	fastcgi_param SCRIPT_NAME $1;
	fastcgi_param PATH_INFO \$1;
	fastcgi_param REMOTE_USER \$remote_user;
}
END
}

apache2_text()
{
	cat <<END
# The review page of Countersign.  Needs mod_cgid (or mod_cgi) and mod_auth_basic.
ScriptAlias $1 $prefix/bin/countersign-review
<Location $1>
	AuthType Basic
	AuthName Countersign
	AuthUserFile $(review_accounts)
	Require valid-user
</Location>
END
}

lighttpd_text()
{
	cat <<END
# The review page of Countersign.
server.modules += ("mod_alias", "mod_auth", "mod_authn_file", "mod_cgi")
alias.url += ("$1" => "$prefix/bin/countersign-review")
\$HTTP["url"] =~ "^$1(/|\$)" {
	cgi.assign = ("" => "")
	auth.backend = "htpasswd"
	auth.backend.htpasswd.userfile = "$(review_accounts)"
	auth.require = ("" => ("method" => "basic", "realm" => "Countersign", "require" => "valid-user"))
}
END
}

# Whether the program answers here; nobody is named, so it shows nothing.
review_answers()
{
	REQUEST_METHOD=GET PATH_INFO=/ SCRIPT_NAME=$1 QUERY_STRING='' "$prefix/bin/countersign-review" 2>&1 |
		grep -q '^Status: 200'
}

# What is left to an admin, since it is not ours to say.
review_rest()
{
	case $web in
	nginx)
		say "  left to you: include $2 in the server block at which people log in, and reload nginx"
		say "  left to you: fcgiwrap must run as a user who can read the repositories, and push into them"
		;;
	apache2) say "  left to you: a2enmod cgid && a2enconf countersign-review, and reload Apache; it must run the page as a user who can read the repositories, and push into them" ;;
	lighttpd) say "  left to you: lighty-enable-mod countersign-review, and reload lighttpd; it must run as a user who can read the repositories, and push into them" ;;
	esac
	say "  left to you: htpasswd $(review_accounts) NAME for each account that a policy gives to one of its people"
	say "  left to you: \"review\": { \"url\": \"https://HOST$1\" } in $(site_etc)/policy.json, so that passkeys count and messages have links"
}

# review_install [PATH]: below that path of the server.
review_install()
{
	path=${1:-/countersign}
	case $path in
	/*[!A-Za-z0-9/_-]* | */ | [!/]* | *//*) die "the page's path is like /countersign, not $path" ;;
	esac
	[ -x "$prefix/bin/countersign-review" ] || die "countersign-review is not below $prefix: run $self site again"
	web_config=$(web_folder) ||
		die "no web server is here ($web_servers); by itself the page is served by: countersign review --listen 127.0.0.1:8460"
	web=${web_config##*/}
	case $web in
	nginx) file=$web_config/snippets/countersign-review.conf ;;
	apache2) file=$web_config/conf-available/countersign-review.conf ;;
	lighttpd) file=$web_config/conf-available/50-countersign-review.conf ;;
	*) die "--config wants the folder of $web_servers, not $web_config" ;;
	esac
	say "review: $web, at $path"
	put_folder "$(dirname "$file")" 755 ''
	put_text "$file" 644 '' "$("${web}_text" "$path")"
	put_folder "$(site_etc)" 755 ''
	[ -e "$(review_accounts)" ] || accounts_make
	review_rest "$path" "$file"
	[ "$dry_run" = yes ] || review_answers "$path" || die "$prefix/bin/countersign-review does not answer; see what it says"
}
