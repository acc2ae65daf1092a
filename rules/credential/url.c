/*
 * Credentials in URLs and authorisation headers.
 */
#include "rules/credential/assign.h"
#include "rules/credential/value_shape.h"

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
		(credential_alnum(bytes.data[start - 1]) ||
			byte_is_of(bytes.data[start - 1], "+-.")))
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

/* `8080/path@2x.png`, `80?at=a@b`: a port and what follows it. */
static bool port_first(struct span v)
{
	size_t i = 0;

	while (i < v.len && v.data[i] >= '0' && v.data[i] <= '9')
		i++;
	return i < v.len && (v.data[i] == '/' || v.data[i] == '?');
}

/* `KEY:SECRET@`, `apiKey:apiSecret@`: words for what is to be put there. */
static bool stands_in(struct span v)
{
	bool exact, capitals = true;

	for (size_t i = 0; i < v.len; i++)
		capitals = capitals && ((v.data[i] >= 'A' && v.data[i] <= 'Z') || v.data[i] == '_');
	return capitals || (!span_is(v, "secret") && credential_name_class(v, &exact) != NAME_NONE);
}

/* `a%20secret`: what the signs say that a URL has to spell. */
static struct span spelt(struct span v, char out[URL_MAX])
{
	size_t n = 0;

	if (v.len > URL_MAX || !memchr(v.data, '%', v.len))
		return v;
	for (size_t i = 0; i < v.len; i++) {
		bool two = v.data[i] == '%' && i + 2 < v.len &&
			   credential_hex_digit(v.data[i + 1]) >= 0 &&
			   credential_hex_digit(v.data[i + 2]) >= 0;

		out[n] = v.data[i];
		if (two)
			out[n] = (char)(credential_hex_digit(v.data[i + 1]) << 4 |
					credential_hex_digit(v.data[i + 2]));
		n++;
		i += two ? 2 : 0;
	}
	return (struct span){ out, n };
}

static int weigh_url(struct span user, struct span v, struct span host)
{
	enum value_shape j = credential_value_shape(v);
	bool local = credential_has(host, "localhost") || credential_has(host, "127.0.0.1");
	bool known = credential_has(v, "pass") || credential_has(v, "pwd") ||
		     span_is(v, "secret") || span_equal(user, v) || credential_has(v, "token") ||
		     v.len < 4;

	if ((credential_placeholder(v) && v.len < 30) || (j == SHAPE_WORD && stands_in(v)))
		return -1;
	if (j >= SHAPE_MIXED && (!known || v.len >= 8))
		return sample_host(host) ? CONFIDENCE_LOW
					 : credential_at_most(v, CONFIDENCE_MEDIUM);
	if (j == SHAPE_NOT)
		return -1;
	if (known && j < SHAPE_MIXED && !span_is(v, "secret"))
		return -1;
	return sample_host(host) && !local ? -1 : CONFIDENCE_LOW;
}

/* The same for what is spelt, which no template is: `%24Vk3zmTq8w`. */
static int weigh_spelt(struct span user, struct span v, struct span host)
{
	char text[URL_MAX];
	struct span said = spelt(v, text);
	int whole = weigh_url(user, said, host), inner;

	if (said.data != text)
		return whole;
	while (said.len && !credential_alnum(said.data[0]))
		said.data++, said.len--;
	while (said.len && !credential_alnum(said.data[said.len - 1]))
		said.len--;
	inner = weigh_url(user, said, host);
	return inner > whole ? inner : whole;
}

/* `https://token@host/`: a name that is a token. */
static bool lone_token(struct span user)
{
	return user.len >= 20 && credential_value_shape(user) == SHAPE_RANDOM &&
	       !memchr(user.data, '.', user.len) && !memchr(user.data, '/', user.len) &&
	       !credential_is_uuid(user);
}

/* `https://<32 hex digits>@host/7`: whom a browser reports errors to, which everybody may know. */
static bool public_dsn(struct span b, struct span user, size_t at)
{
	size_t slash = at + 1, i;

	if (user.len != 32 || !credential_is_hex(user))
		return false;
	while (slash < b.len && slash - at < 128 &&
		(credential_alnum(b.data[slash]) || strchr(".-:", b.data[slash])))
		slash++;
	if (slash >= b.len || b.data[slash] != '/')
		return false;
	for (i = slash + 1; i < b.len && b.data[i] >= '0' && b.data[i] <= '9'; i++)
		;
	return i > slash + 1 && (i == b.len || url_stop(b.data[i]) || strchr(",;)]}", b.data[i]));
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
		!(strchr("/?", d[stop]) && (at || !colon))) {
		if (d[stop] == ':' && !colon)
			colon = stop;
		if (d[stop] == '@')
			at = stop;
		if (stop > end && d[stop] == ',' && at)
			break;
		stop++;
	}
	credential_works(scan, (stop - end) / 8);
	scan->url_to = at ? at : stop - end > 64 ? end + 64 : end;
	user = (struct span){ d + end, at > end ? at - end : 0 };
	if (at && !colon && lone_token(user))
		credential_add(
			scan, (struct credential_found){ end, at, &credential_builtin[BUILTIN_URL],
				      public_dsn(scan->bytes, user, at) ? CONFIDENCE_LOW
									: CONFIDENCE_MEDIUM });
	if (!at || !colon || colon + 1 > at)
		return;
	user = (struct span){ d + end, colon - end };
	v = (struct span){ d + colon + 1, at - colon - 1 };
	host = (struct span){ d + at + 1, stop - at - 1 };
	if (host.len < 1 || !(credential_alnum(host.data[0]) || strchr("[$%(", host.data[0])) ||
		port_first(v) || scheme_is(scan->bytes, end - 3, " data javascript "))
		return;
	if (v.len == 0) {
		/* A token as the name, and no password. */
		if (user.len < 16 || credential_value_shape(user) != SHAPE_RANDOM)
			return;
		v = user;
		user.len = 0;
	}
	confidence = weigh_spelt(user, v, host);
	if (confidence >= 0)
		credential_add(scan,
			(struct credential_found){ (size_t)(v.data - d),
				(size_t)(v.data - d) + v.len, &credential_builtin[BUILTIN_URL],
				(enum confidence)confidence });
}

/* `name:password@tcp(host:port)/database`, as Go has it; `@tcp(` ends at `end`. */
void credential_dsn(struct credential_scan *scan, size_t length, size_t end)
{
	const char *d = scan->bytes.data;
	size_t at = end - length, start = at, colon;
	struct span v;

	while (start > 0 && at - start < 128 && !url_stop(d[start - 1]) && d[start - 1] != '=')
		start--;
	if (!credential_pair((struct span){ d + start, at - start }, &colon))
		return;
	v = (struct span){ d + start + colon, at - start - colon };
	if (credential_value_shape(v) >= SHAPE_MIXED)
		credential_add(scan, (struct credential_found){ start + colon, at,
					     &credential_builtin[BUILTIN_URL], CONFIDENCE_MEDIUM });
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

/* Some tokens begin with a row of A. */
static bool made_up(struct span v)
{
	while (v.len > 20 && v.data[0] == 'A')
		v.data++, v.len--;
	return credential_made_up(v);
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
	if (v.len < 12 || credential_value_shape(v) < (v.len < 20 ? SHAPE_MIXED : SHAPE_RANDOM))
		return;
	if (credential_entropy(v) < 3 || v.len > 8000)
		return;
	credential_add(scan,
		(struct credential_found){ at, at + v.len, &credential_builtin[BUILTIN_BEARER],
			v.len >= 20 && !made_up(v) ? CONFIDENCE_MEDIUM : CONFIDENCE_LOW });
}

/* Whether the word before says that it is a header. */
static bool in_header(struct span b, size_t end)
{
	size_t from = end > 48 ? end - 48 : 0;

	return credential_has((struct span){ b.data + from, end - from }, "authorization");
}

static void basic(struct credential_scan *scan, size_t end)
{
	size_t stop = run_of(scan->bytes, end, "+/=");
	struct span v = { scan->bytes.data + end, stop - end };
	enum confidence confidence = CONFIDENCE_MEDIUM;

	if (v.len < 8 || v.len > 1024 || credential_placeholder(v))
		return;
	if (credential_check(CHECK_BASIC, v) != CONFIRMED_YES) {
		/* Cut short, or a password in other letters than ours. */
		if (v.len < 12 || !in_header(scan->bytes, end) ||
			credential_value_shape(v) < SHAPE_MIXED)
			return;
		confidence = CONFIDENCE_LOW;
	}
	if (credential_made_up(v) || credential_says(v) != SAYS_NOTHING)
		confidence = CONFIDENCE_LOW;
	credential_add(scan, (struct credential_found){
				     end, stop, &credential_builtin[BUILTIN_BASIC], confidence });
}

void credential_header(struct credential_scan *scan, size_t length, size_t end)
{
	size_t start = end - length;

	if (start > 0 && credential_alnum(scan->bytes.data[start - 1]))
		return;
	if (credential_lower(scan->bytes.data[start + 1]) == 'e')
		bearer(scan, end);
	else
		basic(scan, end);
}
