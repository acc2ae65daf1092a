/*
 * Credentials in URLs, authorisation headers and command lines.
 */
#include "rules/credential_scan.h"

#define URL_MAX 256

static bool url_stop(char c)
{
	return (unsigned char)c <= ' ' || strchr("\"'`<>\\|^", c) != NULL;
}

static bool scheme_is(struct span bytes, size_t end, const char *list)
{
	char word[24] = " ";
	size_t start = end, n;

	while (start > 0 && end - start < 20 &&
		(credential_alnum(bytes.data[start - 1]) || strchr("+-.", bytes.data[start - 1])))
		start--;
	n = end - start;
	for (size_t i = 0; i < n; i++)
		word[i + 1] = credential_lower(bytes.data[start + i]);
	word[n + 1] = ' ';
	word[n + 2] = 0;
	return n > 1 && strstr(list, word) != NULL;
}

/* Hosts that documents use, and what nobody can reach. */
static bool sample_host(struct span host)
{
	return credential_has(host, "example.") || credential_has(host, "localhost") ||
	       credential_has(host, "127.0.0.1") || credential_has(host, "hostname") ||
	       span_starts(host, "host:") || span_is(host, "host") || span_starts(host, "host/");
}

static int weigh_url(struct span user, struct span v, struct span host)
{
	enum judged j = credential_judge(v);
	bool local = credential_has(host, "localhost") || credential_has(host, "127.0.0.1");
	bool known = credential_has(v, "pass") || credential_has(v, "pwd") ||
		     span_is(v, "secret") || span_equal(user, v) || credential_has(v, "token") ||
		     v.len < 4;

	if (credential_placeholder(v) && v.len < 30)
		return -1;
	if (j >= JUDGED_MIXED && (!known || v.len >= 8))
		return sample_host(host) ? CONFIDENCE_LOW : CONFIDENCE_MEDIUM;
	if (j == JUDGED_NOT)
		return -1;
	if (known && j < JUDGED_MIXED && !span_is(v, "secret"))
		return -1;
	return sample_host(host) && !local ? -1 : CONFIDENCE_LOW;
}

void credential_url(struct credential_scan *scan, size_t end)
{
	const char *d = scan->bytes.data;
	size_t stop = end, at = 0, colon = 0;
	struct span user, v, host;
	int confidence;

	if (end < scan->url_to || end < 4)
		return;
	/* The last @ before the path ends the user's part: passwords may hold one themselves. */
	while (stop < scan->bytes.len && stop - end < URL_MAX && !url_stop(d[stop]) &&
		!(d[stop] == '/' && at) && d[stop] != '?' && !(d[stop] == '/' && !colon)) {
		if (d[stop] == ':' && !colon)
			colon = stop;
		if (d[stop] == '@')
			at = stop;
		if (stop > end && d[stop] == ',' && at)
			break;
		stop++;
	}
	scan->url_to = at ? at : stop - end > 64 ? end + 64 : end;
	if (!at || !colon || colon + 1 > at)
		return;
	user = (struct span){ d + end, colon - end };
	v = (struct span){ d + colon + 1, at - colon - 1 };
	host = (struct span){ d + at + 1, stop - at - 1 };
	if (host.len < 2 || scheme_is(scan->bytes, end - 3, " data javascript "))
		return;
	if (v.len == 0) {
		/* A token as the name, and no password. */
		if (user.len < 16 || credential_judge(user) != JUDGED_RANDOM)
			return;
		v = user;
		user.len = 0;
	}
	confidence = weigh_url(user, v, host);
	if (confidence >= 0)
		credential_add(scan, (struct credential_found){ (size_t)(v.data - d),
					     (size_t)(v.data - d) + v.len, &credential_own[OWN_URL],
					     (enum confidence)confidence });
}

static size_t run_of(struct span bytes, size_t at, const char *also)
{
	size_t start = at;

	while (at < bytes.len && at - start < 8192 &&
		(credential_alnum(bytes.data[at]) ||
			(bytes.data[at] && strchr(also, bytes.data[at]))))
		at++;
	return at;
}

static void bearer(struct credential_scan *scan, size_t end)
{
	const char *d = scan->bytes.data;
	size_t at = end, stop;
	struct span v;

	while (at < scan->bytes.len && at - end < 4 && strchr(" :=\"'", d[at]))
		at++;
	if (at == end || at >= scan->bytes.len)
		return;
	stop = run_of(scan->bytes, at, "-._~+/=");
	v = (struct span){ d + at, stop - at };
	while (v.len && v.data[v.len - 1] == '.')
		v.len--;
	if (v.len < 12 || credential_judge(v) < (v.len < 20 ? JUDGED_MIXED : JUDGED_RANDOM))
		return;
	if (credential_entropy(v) < 3 || v.len > 8000)
		return;
	credential_add(scan, (struct credential_found){ at, at + v.len, &credential_own[OWN_BEARER],
				     v.len >= 20 ? CONFIDENCE_MEDIUM : CONFIDENCE_LOW });
}

static void basic(struct credential_scan *scan, size_t end)
{
	size_t stop = run_of(scan->bytes, end, "+/=");
	struct span v = { scan->bytes.data + end, stop - end };

	if (v.len < 8 || v.len > 1024 || credential_check(22, v) != CONFIRMED_YES ||
		credential_placeholder(v))
		return;
	credential_add(scan, (struct credential_found){
				     end, stop, &credential_own[OWN_BASIC], CONFIDENCE_MEDIUM });
}

/* Whether what stands where a command takes its password is no password after all. */
static bool weak_option(struct span v, const char *option)
{
	if (credential_judge(v) >= JUDGED_MIXED)
		return false;
	return option[2] != 'p' || credential_judge(v) == JUDGED_NOT || v.data[0] == '$' ||
	       v.data[0] == '%' || v.data[0] == '-' || credential_has(v, "password") ||
	       (v.data[0] >= '0' && v.data[0] <= '9');
}

/* `-u name:password` and the like in the rest of a command's line. */
static void command(struct credential_scan *scan, size_t end, const char *option, bool named)
{
	const char *d = scan->bytes.data;
	size_t n = strlen(option), stop = end;

	scan->command_to = end + 200;
	for (size_t i = end - 1; i + n < scan->bytes.len && i - end + 1 < 600; i++) {
		size_t start = i + n;
		struct span v;

		if (d[i] == '\n' && (i == 0 || d[i - 1] != '\\'))
			return;
		if (memcmp(d + i, option, n) != 0)
			continue;
		while (start < scan->bytes.len && strchr(" \"'=", d[start]) && d[start])
			start++;
		for (stop = start; stop < scan->bytes.len && !url_stop(d[stop]); stop++)
			if (named && d[stop] == ':') {
				start = stop + 1;
				named = false;
			}
		v = (struct span){ d + start, stop - start };
		if (named || v.len < 4 || weak_option(v, option))
			return;
		credential_add(
			scan, (struct credential_found){ start, stop, &credential_own[OWN_PASSWORD],
				      credential_judge(v) < JUDGED_MIXED ? CONFIDENCE_LOW
									 : CONFIDENCE_MEDIUM });
		return;
	}
}

/* Where the argument begins and ends, quotes aside; false: it is no string, or there is none. */
static bool argument(struct span b, size_t at, unsigned wanted, size_t out[2])
{
	char quote = 0;

	out[0] = 0;
	for (size_t i = at; i < b.len && i - at < 300; i++) {
		char c = b.data[i];

		if (quote && c == '\\') {
			i++;
		} else if (quote && c == quote) {
			quote = 0;
			out[1] = i;
			if (wanted == 0)
				return true;
		} else if (!quote && (c == '"' || c == '\'')) {
			quote = c;
			out[0] = i + 1;
		} else if (!quote && (c == ')' || c == ';' || (wanted == 0 && c > ' '))) {
			return false;
		} else if (!quote && c == ',') {
			wanted--;
		}
	}
	return false;
}

/* `NetworkCredential("name", "password")`, `login(name, "password")`. */
static void call(struct credential_scan *scan, size_t length, size_t end)
{
	const char *d = scan->bytes.data;
	char first = credential_lower(d[end - length]);
	size_t at[2], open = d[end - 1] == '(' ? end : end + 1;
	struct span v;

	if (open > scan->bytes.len || d[open - 1] != '(' ||
		!argument(scan->bytes, open, strchr("dmg", first) ? 2 : 1, at))
		return;
	v = (struct span){ d + at[0], at[1] - at[0] };
	if (v.len < 4 || memchr(v.data, ' ', v.len) || credential_judge(v) < JUDGED_MIXED)
		return;
	credential_add(scan, (struct credential_found){ at[0], at[1], &credential_own[OWN_PASSWORD],
				     CONFIDENCE_MEDIUM });
}

void credential_header(struct credential_scan *scan, size_t length, size_t end)
{
	char first = credential_lower(scan->bytes.data[end - length]);

	if (end > length && credential_alnum(scan->bytes.data[end - length - 1]))
		return;
	if (scan->bytes.data[end - 1] == '(' || first == 'n')
		call(scan, length, end);
	else if (credential_lower(scan->bytes.data[end - length + 1]) == 'e' && first == 'b')
		bearer(scan, end);
	else if (first == 'b')
		basic(scan, end);
	else if (end < scan->command_to)
		return;
	else if (first == 'c')
		command(scan, end, " -u", true), command(scan, end, " --user", true);
	else if (strchr("lpms", first))
		command(scan, end, " -p", false);
}
