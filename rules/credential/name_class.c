/*
 * What a name such as `dbPassword` says of the value that it is given.
 */
#include <stdint.h>

#include "rules/credential/assign.h"

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

/*
 * Words between blanks, and the lengths that they have by their first letters: most are told apart
 * by these.
 */
struct word_list {
	const char *words;
	uint32_t lengths[128]; /* filled when the list is used first */
	bool ready;
};

static void list_fill(struct word_list *list)
{
	for (const char *word = list->words; *word; word += *word == ' ') {
		size_t len = strcspn(word, " ");

		if (len)
			list->lengths[(unsigned char)*word & 127] |= 1u << (len & 31);
		word += len;
	}
	list->ready = true;
}

static bool listed(struct span part, struct word_list *list)
{
	char key[40] = " ";

	if (part.len + 3 > sizeof(key) || part.len == 0)
		return false;
	if (!list->ready)
		list_fill(list);
	if (!(list->lengths[(unsigned char)credential_lower(part.data[0]) & 127] >>
			    (part.len & 31) &
		    1))
		return false;
	for (size_t i = 0; i < part.len; i++)
		key[i + 1] = credential_lower(part.data[i]);
	key[part.len + 1] = ' ';
	key[part.len + 2] = 0;
	return strstr(list->words, key) != NULL;
}

/* How a part may end, with its length. */
struct ending {
	const char *word;
	size_t len;
};
#define END(word)                         \
	{                                 \
		(word), sizeof(word) - 1, \
	}

static bool ends_in(struct span part, const struct ending *endings, size_t count)
{
	char last = part.len ? credential_lower(part.data[part.len - 1]) : 0;

	for (const struct ending *e = endings; e < endings + count; e++) {
		size_t i = 0;

		if (e->len > part.len || e->word[e->len - 1] != last)
			continue;
		while (i < e->len &&
			credential_lower(part.data[part.len - e->len + i]) == e->word[i])
			i++;
		if (i == e->len)
			return true;
	}
	return false;
}
#define ENDS_IN(part, endings) ends_in(part, endings, sizeof(endings) / sizeof((endings)[0]))

static const struct ending password_ends[] = { END("assword"), END("passwd"), END("passwort"),
	END("pwd"), END("passphrase"), END("passcode"), END("passw"), END("userpass"),
	END("requirepass"), END("masterauth"), END("dbpass"), END("mypass"), END("adminpass"),
	END("rootpass"), END("passwrd"), END("passwords"), END("ldappass"), END("smtppass"),
	END("mailpass"), END("bindpw"), END("rootpw"), END("userpw"), END("adminpw"), END("dbpw"),
	END("psk"), END("keypass"), END("storepass"), END("senha"), END("contrasena"),
	END("kennwort"), END("wachtwoord"), END("motdepasse"), END("heslo"), END("haslo"),
	END("pass") };
static const struct ending secret_ends[] = { END("secret"), END("secrets"), END("token"),
	END("apikey"), END("secretkey"), END("privatekey"), END("accesskey"), END("authkey"),
	END("credential"), END("credentials"), END("creds"), END("cred"), END("authtoken"),
	END("clientsecret"), END("apitoken"), END("appkey"), END("appsecret"), END("apisecret"),
	END("masterkey"), END("signingkey"), END("encryptionkey"), END("passkey"), END("apikeys"),
	END("tokens"), END("mnemonic") };
static const struct ending key_end[] = { END("key") };
static struct word_list token_list = { .words = " pat pats " };
static struct word_list weak_list = {
	.words = " key auth authentication authorization salt nonce seed "
		 "certificate cert session cookie "
		 "sessionid keys pin otp auths "
};
static struct word_list strong_before_key = {
	.words = " api secret private access auth app client master "
		 "encryption signing encrypt sign account shared security "
		 "service admin root user license storage jwt crypto aes "
		 "hmac hex host sas session subscription bot ingest "
		 "deploy consumer decryption decrypt cipher rsa wallet "
		 "activation connection "
};
static struct word_list tail_list = {
	.words = " base value val text str string default plain raw prod production dev test "
		 "testing live "
		 "stage "
		 "staging base64 b64 hex old new env "
		 "main master root admin db const literal data 1 2 3 4 5 6 7 8 9 0 a b cleartext "
		 "plaintext "
		 "decrypted local user current "
		 "equals equalsignorecase eql encode tochararray "
		 "backup primary secondary phrase bytes var tmp temp real actual content qa uat "
};
static struct word_list not_list = {
	.words = " id ids name names url uri urls path paths file files "
		 "filename type types length len size "
		 "field fields label labels input "
		 "hint placeholder hash hashed hashes digest expiry "
		 "expires expire expiration ttl count "
		 "policy regex pattern format prefix "
		 "suffix header headers param params parameter ref "
		 "reference mode version enabled required "
		 "valid validator validation "
		 "error errors message msg title prompt code algorithm alg "
		 "usage public pub column row map "
		 "list class style dialog form "
		 "view page endpoint method function func fn callback "
		 "handler provider manager factory "
		 "service servicename store storage repository "
		 "reset forgot change changed strength confirm "
		 "confirmation repeat min max timeout interval "
		 "limit rate bits encoder "
		 "encoding property attr attribute index selector option "
		 "options config settings info "
		 "description desc help text_ "
		 "button link icon image img question answer word words "
		 "board down up press event code_ "
		 "frame ring space uses used "
		 "is has get set show hide toggle visible visibility "
		 "rotation vault key_ fingerprint "
		 "thumbprint sha sha1 sha256 md5 checksum "
		 "integrity position pos pair pairs kind scope scopes "
		 "issuer audience realm domain model "
		 "schema table uuid guid arn "
};

static struct word_list pass_list = { .words = " pass psw pswd pw userpwd clave mdp " };
static struct word_list pass_not_list = {
	.words = " bypass compass askpass getpass minipass buypass trespass surpass overpass "
		 "underpass encompass lowpass highpass "
		 "bandpass allpass multipass onepass twopass subpass renderpass prepass postpass "
		 "nopass firstpass lastpass "
};
/* Whose `pat` is a pattern, and no personal access token. */
static struct word_list pattern_list = {
	.words = " ignore file path url uri name search match regex exclude include glob re "
		 "reserved unreserved id email word line date time test sub arg key "
};
static struct word_list key_list = { .words = " key keys " };
static struct word_list public_list = {
	.words = " public pub pubkey sha256 sha512 sha1 md5 integrity foreign "
		 "primary i18n placeholder "
		 "label hashed encrypted fingerprint partition cache sort "
};

/* Whether nothing behind the word in the name makes it another thing. */
static bool tail_ok(const struct parts *p, size_t at)
{
	for (size_t i = at + 1; i < p->count; i++)
		if (!listed(p->part[i], &tail_list))
			return false;
	return true;
}

/* `password2` */
static struct span without_number(struct span part)
{
	while (part.len > 3 && part.data[part.len - 1] >= '0' && part.data[part.len - 1] <= '9')
		part.len--;
	return part;
}

static enum name_class class_of_part(const struct parts *p, size_t i)
{
	struct span part = without_number(p->part[i]);

	if (listed(part, &pass_list) || ENDS_IN(part, password_ends))
		return listed(part, &pass_not_list) ? NAME_NONE : NAME_PASSWORD;
	if (ENDS_IN(part, secret_ends))
		return NAME_SECRET;
	if (listed(part, &token_list) && (i == 0 || !listed(p->part[i - 1], &pattern_list)))
		return NAME_SECRET;
	if (listed(part, &key_list) && i > 0 && listed(p->part[i - 1], &strong_before_key))
		return NAME_SECRET;
	if (listed(part, &weak_list) || (ENDS_IN(part, key_end) && part.len < 20))
		return NAME_WEAK;
	return NAME_NONE;
}

enum name_class credential_name_class(struct span name, bool *exact)
{
	struct parts p = split(name);

	*exact = false;
	if (p.count == 0 || listed(p.part[p.count - 1], &not_list))
		return NAME_NONE;
	for (size_t i = 0; i < p.count; i++)
		if (listed(p.part[i], &public_list) ||
			listed(without_number(p.part[i]), &public_list))
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
