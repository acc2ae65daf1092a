/*
 * What is assigned to a name such as `password`: in code, YAML, JSON, environment files, XML, SQL,
 * shell and properties.  The name tells how strongly to believe, the value what to believe.
 */
#include "rules/credential_scan.h"

#define NAME_MAX 80
#define VALUE_MAX 1024

enum name_class {
	NAME_NONE,
	NAME_PASSWORD, /* password, passwd, pwd ... */
	NAME_SECRET,   /* secret, token, api key, private key ... */
	NAME_WEAK,     /* key, auth, salt, nonce, seed ... */
};

static bool name_letter(char c)
{
	return credential_alnum(c) || c == '_' || c == '-' || c == '.';
}

/* Parts of a name: `userPassword_2` has `user`, `password`, `2`. */
struct parts {
	struct span part[16];
	size_t count;
};

static bool upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool joint(const char *d, size_t start, size_t i)
{
	if (!credential_alnum(d[i]))
		return true;
	if (i == start)
		return false;
	return upper(d[i]) && !upper(d[i - 1]);
}

static struct parts split(struct span name)
{
	struct parts p = { .count = 0 };
	size_t start = 0;

	for (size_t i = 0; i <= name.len; i++) {
		if (i < name.len && !joint(name.data, start, i))
			continue;
		if (i > start) {
			if (p.count == 16)
				memmove(p.part, p.part + 1, 15 * sizeof(p.part[0])), p.count--;
			p.part[p.count++] = (struct span){ name.data + start, i - start };
		}
		start = i < name.len && !credential_alnum(name.data[i]) ? i + 1 : i;
	}
	return p;
}

static bool listed(struct span part, const char *list)
{
	char key[40] = " ";

	if (part.len + 3 > sizeof(key))
		return false;
	for (size_t i = 0; i < part.len; i++)
		key[i + 1] = credential_lower(part.data[i]);
	key[part.len + 1] = ' ';
	key[part.len + 2] = 0;
	return strstr(list, key) != NULL;
}

static bool ends_in(struct span part, const char *const *words)
{
	for (; *words; words++) {
		size_t n = strlen(*words), i = 0;

		while (n <= part.len && i < n &&
			credential_lower(part.data[part.len - n + i]) == (*words)[i])
			i++;
		if (n <= part.len && i == n)
			return true;
	}
	return false;
}

static const char *const password_ends[] = { "password", "passwd", "passwort", "pwd", "passphrase",
	"passcode", "passw", "userpass", "requirepass", "masterauth", "dbpass", "mypass",
	"adminpass", "rootpass", "passwrd", "passwords", "ldappass", "smtppass", "mailpass",
	"pass1", "password1", "password2", NULL };
static const char *const secret_ends[] = { "secret", "secrets", "token", "apikey", "secretkey",
	"privatekey", "accesskey", "authkey", "credential", "credentials", "creds", "cred",
	"authtoken", "clientsecret", "apitoken", "appkey", "appsecret", "apisecret", "masterkey",
	"signingkey", "encryptionkey", NULL };
static const char token_list[] = " pat pats ";
static const char weak_list[] =
	" key auth authentication authorization salt nonce seed certificate cert session cookie "
	"sessionid keys pin otp auths ";
static const char strong_before_key[] = " api secret private access auth app client master "
					"encryption signing encrypt sign account shared security "
					"service admin root user license storage jwt crypto aes "
					"hmac hex host sas session subscription ";
static const char tail_list[] =
	" base value val text str string default plain raw prod production dev test testing live "
	"stage "
	"staging base64 b64 hex old new env "
	"main master root admin db const literal data 1 2 3 4 5 6 7 8 9 0 a b cleartext plaintext "
	"decrypted local user current "
	"backup primary secondary bytes var tmp temp real actual content qa uat ";
static const char not_list[] =
	" id ids name names url uri urls path paths file files filename type types length len size "
	"field fields label labels input "
	"hint placeholder hash hashed hashes digest expiry expires expire expiration ttl count "
	"policy regex pattern format prefix "
	"suffix header headers param params parameter ref reference mode version enabled required "
	"valid validator validation "
	"error errors message msg title prompt code algorithm alg usage public pub column row map "
	"list class style dialog form "
	"view page endpoint method function func fn callback handler provider manager factory "
	"service servicename store storage repository "
	"reset forgot change changed strength confirm confirmation repeat min max timeout interval "
	"limit rate bits encoder "
	"encoding property attr attribute index selector option options config settings info "
	"description desc help text_ "
	"button link icon image img question answer word words board down up press event code_ "
	"frame ring space uses used "
	"is has get set show hide toggle visible visibility rotation vault key_ fingerprint "
	"thumbprint sha sha1 sha256 md5 checksum "
	"integrity position pos pair pairs kind scope scopes issuer audience realm domain model "
	"schema table uuid guid arn ";

/* Whether nothing behind the word in the name makes it another thing. */
static bool tail_ok(const struct parts *p, size_t at)
{
	for (size_t i = at + 1; i < p->count; i++)
		if (!listed(p->part[i], tail_list))
			return false;
	return true;
}

static enum name_class class_of_part(const struct parts *p, size_t i)
{
	struct span part = p->part[i];

	if (listed(part, " pass psw pswd ") || ends_in(part, password_ends))
		return listed(part, " bypass compass ") ? NAME_NONE : NAME_PASSWORD;
	if (ends_in(part, secret_ends) || listed(part, token_list))
		return NAME_SECRET;
	if (listed(part, " key keys ") && i > 0 && listed(p->part[i - 1], strong_before_key))
		return NAME_SECRET;
	if (listed(part, weak_list) ||
		(ends_in(part, (const char *const[]){ "key", NULL }) && part.len < 20))
		return NAME_WEAK;
	return NAME_NONE;
}

/* What the name says; *exact: it ends with the telling word. */
static enum name_class class_of(struct span name, bool *exact)
{
	struct parts p = split(name);

	*exact = false;
	if (p.count == 0 || listed(p.part[p.count - 1], not_list))
		return NAME_NONE;
	for (size_t i = 0; i < p.count; i++)
		if (listed(p.part[i], " public pub pubkey sha256 sha512 sha1 md5 integrity foreign "
				      "primary i18n placeholder "
				      "label hashed encrypted fingerprint partition cache sort "))
			return NAME_NONE;
	for (size_t i = p.count; i-- > 0;) {
		enum name_class class = class_of_part(&p, i);

		if (class == NAME_NONE)
			continue;
		*exact = i + 1 == p.count;
		return tail_ok(&p, i) ? class : NAME_NONE;
	}
	return NAME_NONE;
}

struct assigned {
	size_t start, end; /* of the value */
	bool quoted;
	bool plain; /* behind nothing but white space: `--password x`, `PASSWORD 'x'` */
	bool compared;
	bool call;
};

struct cursor {
	struct span bytes;
	size_t at;
};

static char peek(const struct cursor *c)
{
	return c->at < c->bytes.len ? c->bytes.data[c->at] : 0;
}

static void blanks(struct cursor *c)
{
	for (size_t n = 0; n < 64 && (peek(c) == ' ' || peek(c) == '\t'); n++)
		c->at++;
}

static bool take(struct cursor *c, const char *word)
{
	size_t i = 0;

	for (; word[i]; i++)
		if (c->at + i >= c->bytes.len ||
			credential_lower(c->bytes.data[c->at + i]) != word[i])
			return false;
	c->at += i;
	return true;
}

/* Skips quotes and brackets that close the name; returns whether a quote was among them. */
static bool close_name(struct cursor *c)
{
	bool quoted = false;

	for (int n = 0; n < 4; n++) {
		if (peek(c) == '\\')
			c->at++;
		if (peek(c) == '"' || peek(c) == '\'' || peek(c) == '`')
			quoted = true;
		else if (peek(c) != ']')
			break;
		c->at++;
	}
	return quoted;
}

/* A type between a name and ` = `: `password: str = `, `key []byte = `. */
static void skip_type(struct cursor *c)
{
	struct cursor t = *c;
	size_t n = 0;

	if (peek(&t) == ':')
		t.at++;
	blanks(&t);
	while (n < 40 && peek(&t) && (credential_alnum(peek(&t)) || strchr("_&'[]*?<>.", peek(&t))))
		t.at++, n++;
	if (n && take(&t, " = "))
		c->at = t.at - 2;
}

static bool operator_(struct cursor *c, struct assigned *a, bool quoted)
{
	static const char *const signs[] = { ":=", "=>", "===", "!==", "==", "!=", "=~", "<-", "->",
		"=", ":" };
	size_t before = c->at;

	skip_type(c);
	blanks(c);
	if (peek(c) == '\n') {
		/* `- name: DB_PASSWORD` and on the next line its value, as in Kubernetes. */
		c->at++;
		blanks(c);
		if (!take(c, "value:"))
			return false;
		blanks(c);
		return true;
	}
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (take(c, signs[i])) {
			a->compared =
				signs[i][0] == '!' || (signs[i][0] == '=' && signs[i][1] == '=');
			blanks(c);
			return true;
		}
	if (peek(c) == ',' && quoted) {
		c->at++;
		blanks(c);
		return a->call = true;
	}
	if (peek(c) == '(') {
		c->at++;
		blanks(c);
		return a->call = true;
	}
	if (peek(c) == '>') {
		c->at++;
		return a->plain = true;
	}
	if (take(c, "value=") || take(c, "content=") || take(c, "default="))
		return true;
	a->plain = true;
	return c->at > before;
}

/* What may stand between an operator and its value. */
static void openers(struct cursor *c)
{
	static const char *const words[] = { "new string(", "string(", "[]byte(", "bytes(", "str(",
		"buffer.from(", "base64.b64decode(", "b64decode(", "securestring(",
		"convertto-securestring ", "n'", "string.valueof(", "identified by ", "is ",
		"secretstr(", "(", "\\u0022" };
	static const char *const fallbacks[] = { "os.environ.get(", "os.getenv(", "getenv(", "env(",
		"env.get(", "config(", "environ.get(", "env.fetch(", "lookup(", "config.get(" };

	for (size_t i = 0; i < sizeof(fallbacks) / sizeof(fallbacks[0]); i++)
		if (take(c, fallbacks[i])) {
			size_t n = 0;

			while (n++ < 100 && peek(c) && !strchr(",)\n", peek(c)))
				c->at++;
			if (peek(c) == ',')
				c->at++;
			blanks(c);
			return;
		}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (take(c, words[i])) {
			c->at -= words[i][1] == '\'';
			break;
		}
	blanks(c);
}

static bool quoted_value(struct cursor *c, struct assigned *a)
{
	size_t prefix = 0, escape = 0, i;
	char q;

	while (prefix < 2 && strchr("bBrRuUfF@LN$", c->bytes.data[c->at + prefix]) &&
		c->at + prefix + 1 < c->bytes.len)
		prefix++;
	i = c->at + prefix;
	while (escape < 3 && i < c->bytes.len && c->bytes.data[i] == '\\')
		i++, escape++;
	q = i < c->bytes.len ? c->bytes.data[i] : 0;
	if (q != '"' && q != '\'' && q != '`')
		return false;
	a->start = ++i;
	if (i + 1 < c->bytes.len && c->bytes.data[i] == q && c->bytes.data[i + 1] == q)
		a->start = i += 2;
	for (; i < c->bytes.len && i - a->start < VALUE_MAX && c->bytes.data[i] != '\n'; i++) {
		if (c->bytes.data[i] == '\\' && escape == 0) {
			i++;
		} else if (c->bytes.data[i] == q) {
			a->end = i;
			while (a->end > a->start && escape && c->bytes.data[a->end - 1] == '\\')
				a->end--;
			return a->quoted = true;
		}
	}
	a->end = a->start;
	return true;
}

static void bare_value(struct cursor *c, struct assigned *a, bool markup)
{
	size_t i = c->at;

	a->start = i;
	while (i < c->bytes.len && i - a->start < VALUE_MAX &&
		(unsigned char)c->bytes.data[i] > ' ' && !(markup && c->bytes.data[i] == '<') &&
		!strchr("\"'`,;&|", c->bytes.data[i]))
		i++;
	a->end = i;
	while (a->end > a->start && strchr(")]}.\\", c->bytes.data[a->end - 1]) && !markup)
		a->end--;
}

/* Whether the word stands on the lines around. */
static bool line_has(struct span bytes, size_t at, const char *word)
{
	size_t from = at > 160 ? at - 160 : 0;
	size_t to = at + 80 < bytes.len ? at + 80 : bytes.len;

	return credential_has((struct span){ bytes.data + from, to - from }, word);
}

/* Whether a value without quotes can be meant literally. */
static bool bare_ok(const struct credential_scan *scan, const struct assigned *a, size_t name_start)
{
	struct span v = { scan->bytes.data + a->start, a->end - a->start };
	char next = a->end < scan->bytes.len ? scan->bytes.data[a->end] : '\n';
	bool option = name_start > 0 && scan->bytes.data[name_start - 1] == '-';

	if (a->call || v.len < 4)
		return false;
	if (memchr(v.data, '(', v.len) || memchr(v.data, '[', v.len) || memchr(v.data, '{', v.len))
		return credential_judge(v) == JUDGED_RANDOM && !(scan->text & TEXT_CODE);
	if (scan->text & TEXT_CODE)
		return !a->plain && credential_judge(v) == JUDGED_RANDOM && v.len >= 20 &&
		       !memchr(v.data, '.', v.len);
	if (a->plain && !option && !strchr("<>", scan->bytes.data[a->start - 1]))
		return credential_judge(v) >= JUDGED_MIXED && next != ' ' &&
		       (line_has(scan->bytes, a->start, "login") ||
			       line_has(scan->bytes, a->start, "machine") ||
			       line_has(scan->bytes, a->start, "identified") ||
			       line_has(scan->bytes, a->start, "requirepass") ||
			       line_has(scan->bytes, a->start, "env ") ||
			       credential_judge(v) == JUDGED_RANDOM);
	return next != '(';
}

/* `open sesame`: a few words that are not a sentence to people. */
static bool pass_phrase(struct span v)
{
	static const char *const said[] = { "your", "enter", "must", "should", "require", "invalid",
		"not ", "is ", "too ", "the ", "for ", "new ", "please", "wrong", "forgot", "again",
		"confirm", "repeat", "incorrect", "match", "or ", "and ", "user", "to ", "current",
		"old ", "pass", "secret", "login", "sign", "change", "optional" };
	size_t spaces = 0;

	for (size_t i = 0; i < v.len; i++) {
		if (!credential_alnum(v.data[i]) && v.data[i] != ' ')
			return false;
		spaces += v.data[i] == ' ';
	}
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (credential_has(v, said[i]))
			return false;
	return spaces && spaces < 4 && v.len >= 8 && v.len <= 64;
}

/* `;Password=x` between other parts of a connection string: there it is always a value. */
static bool in_connection(const struct credential_scan *scan, const struct assigned *a)
{
	static const char *const parts[] = { "server=", "host=", "data source=", "user id=", "uid=",
		"database=", "initial catalog=" };

	if (a->quoted || a->start == 0 || scan->bytes.data[a->start - 1] != '=')
		return false;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (line_has(scan->bytes, a->start, parts[i]))
			return line_has(scan->bytes, a->start, ";");
	return false;
}

/* `The password is "x"`. */
static bool is_said(const struct credential_scan *scan, const struct assigned *a)
{
	return a->quoted && a->start > 5 && memcmp(scan->bytes.data + a->start - 5, " is ", 4) == 0;
}

/* Weak ones, which only their name gives away. */
static int weigh_words(
	const struct credential_scan *scan, const struct assigned *a, struct span v, bool exact)
{
	bool sure = in_connection(scan, a);

	if (sure && !memchr(v.data, ' ', v.len))
		return CONFIDENCE_LOW;
	if (credential_has(v, "password") || credential_has(v, "passwd") ||
		credential_has(v, "secret"))
		if (v.len < 8 || (!span_starts(v, "my") && !span_starts(v, "this")))
			return -1;
	if (!exact || (a->plain && !is_said(scan, a)) || v.len < 5 || (scan->text & TEXT_LOCALE) ||
		a->call)
		return -1;
	if (memchr(v.data, ' ', v.len) && !(a->quoted && pass_phrase(v)))
		return -1;
	return upper(v.data[0]) ? -1 : CONFIDENCE_LOW;
}

/* How sure the name and the value make it; -1: not at all. */
static int weigh_password(
	const struct credential_scan *scan, const struct assigned *a, struct span v, bool exact)
{
	enum judged j = credential_judge(v);

	if (v.len < 4 || v.len > 128 || j == JUDGED_NOT)
		return -1;
	if (j < JUDGED_MIXED || memchr(v.data, ' ', v.len))
		return weigh_words(scan, a, v, exact);
	return v.len >= 6 && !credential_typed(v) ? CONFIDENCE_MEDIUM : CONFIDENCE_LOW;
}

static int weigh_secret(struct span v, bool exact)
{
	enum judged j = credential_judge(v);

	if (memchr(v.data, ' ', v.len) || v.len < 8 || span_starts(v, "-----BEGIN"))
		return -1;
	if (v.len <= 64 && credential_typed(v))
		return j >= JUDGED_MIXED ? CONFIDENCE_LOW : -1;
	if (credential_is_uuid(v))
		return exact ? CONFIDENCE_LOW : -1;
	if (j == JUDGED_RANDOM)
		return CONFIDENCE_MEDIUM;
	if (j == JUDGED_MIXED && v.len >= 10 && credential_entropy(v) >= 2.8)
		return CONFIDENCE_LOW;
	return -1;
}

static int weigh_weak(struct span v, bool exact)
{
	if (v.len < 16 || memchr(v.data, ' ', v.len) || credential_judge(v) != JUDGED_RANDOM ||
		credential_is_uuid(v))
		return -1;
	return exact && credential_entropy(v) >= 3.2 ? CONFIDENCE_LOW : -1;
}

static void weigh(
	struct credential_scan *scan, const struct assigned *a, enum name_class class, bool exact)
{
	struct span v = { scan->bytes.data + a->start, a->end - a->start };
	const struct credential_kind *kind = &credential_own[class == NAME_PASSWORD ? OWN_PASSWORD
							     : class == NAME_SECRET ? OWN_SECRET
										    : OWN_KEY];
	int confidence = class == NAME_PASSWORD ? weigh_password(scan, a, v, exact)
			 : class == NAME_SECRET ? weigh_secret(v, exact)
						: weigh_weak(v, exact);

	if (confidence < 0 || (scan->text & TEXT_LOCK))
		return;
	credential_add(scan,
		(struct credential_found){ a->start, a->end, kind, (enum confidence)confidence });
}

void credential_word(struct credential_scan *scan, const struct credential_trigger *t, size_t end)
{
	const char *d = scan->bytes.data;
	size_t start = end - t->length, stop = end;
	struct cursor c = { scan->bytes, 0 };
	struct assigned a = { 0 };
	enum name_class class;
	bool exact, name_quoted;

	if (start < scan->assigned_to)
		return;
	while (start > 0 && end - start < NAME_MAX && name_letter(d[start - 1]))
		start--;
	while (stop < scan->bytes.len && stop - end < NAME_MAX && name_letter(d[stop]))
		stop++;
	scan->assigned_to = stop;
	while (start < end && d[start] == '-')
		start++;
	class = class_of((struct span){ d + start, stop - start }, &exact);
	if (t->length == strlen("identified by")) {
		class = NAME_PASSWORD;
		exact = true;
	}
	c.at = stop;
	if (take(&c, " key") || take(&c, " token") || take(&c, " secret"))
		class = NAME_SECRET;
	if (class == NAME_NONE)
		return;
	name_quoted = close_name(&c);
	if (!operator_(&c, &a, name_quoted))
		return;
	/* `FUNCTION_PASS("x")` is a compiler's. */
	if (a.call && stop == end && d[end - 1] == 'S')
		return;
	openers(&c);
	if (c.at >= scan->bytes.len)
		return;
	if (!quoted_value(&c, &a)) {
		bare_value(&c, &a, c.at > 0 && d[c.at - 1] == '>');
		/* What is long is looked at once, whatever words it holds. */
		if (a.end > c.at + 64)
			scan->assigned_to = a.end;
		if (!bare_ok(scan, &a, start))
			return;
	}
	/* `"Password:", "x"` is a text and what follows it. */
	if (a.quoted && !name_quoted && start > 0 && strchr("\"'`", d[start - 1]) &&
		d[a.start - 1] == d[start - 1])
		return;
	if (a.end > a.start)
		weigh(scan, &a, class, exact);
}
