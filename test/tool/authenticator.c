/*
 * authenticator: a passkey in software, for stories.  A key file is PEM; a statement is read from
 * standard input.
 *
 *	authenticator make FILE es256|eddsa
 *	authenticator line FILE CREDENTIAL              the line of the policy
 *	authenticator answer FILE CREDENTIAL [WORD=VALUE...]  what ends an approval tag
 *	authenticator create FILE CREDENTIAL [WORD=VALUE...]  JSON, as a page would post it
 *	authenticator judge FILE ANSWER            what hooks say of an answer: `good`, or why not
 *
 * Words: origin, rp, type, challenge, client (the whole clientDataJSON), flags, counter.
 */
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>

#include "common/base/file.h"
#include "common/key/passkey.h"
#include "test/authenticator.h"

static EVP_PKEY *key_read(const char *path)
{
	FILE *file = fopen(path, "r");
	EVP_PKEY *key = file ? PEM_read_PrivateKey(file, NULL, NULL, NULL) : NULL;

	if (!key)
		exit(2);
	(void)fclose(file);
	return key;
}

static int make(const char *path, const char *kind)
{
	EVP_PKEY *key = strcmp(kind, "eddsa") == 0 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
						   : EVP_EC_gen("P-256");
	FILE *file = fopen(path, "w");
	int done = key && file && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);

	if (file && fclose(file) != 0)
		done = 0;
	EVP_PKEY_free(key);
	return done ? 0 : 2;
}

static int read_word(struct authenticator_asked *asked, const char *word)
{
	const struct {
		const char *name, **value;
	} texts[] = { { "origin=", &asked->origin }, { "rp=", &asked->rp_id },
		{ "type=", &asked->type }, { "challenge=", &asked->challenge },
		{ "client=", &asked->client_data } };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strncmp(word, texts[i].name, strlen(texts[i].name)) == 0) {
			*texts[i].value = word + strlen(texts[i].name);
			return 0;
		}
	if (strncmp(word, "flags=", 6) == 0)
		asked->flags = (unsigned int)strtoul(word + 6, NULL, 0);
	else if (strncmp(word, "counter=", 8) == 0)
		asked->counter = strtoul(word + 8, NULL, 0);
	else
		return -1;
	return 0;
}

static void read_statement(struct buf *out)
{
	char bytes[4096];
	size_t len;

	while ((len = fread(bytes, 1, sizeof(bytes), stdin)) > 0)
		buf_add(out, bytes, len);
}

static void print_member(const char *name, struct span bytes, const char *after)
{
	struct buf text = BUF_INIT(AUTHENTICATOR_MAX);

	base64_encode(&text, bytes);
	(void)printf("\"%s\":\"%s\"%s", name, text.data, after);
	buf_release(&text);
}

/* The credential and its key, as they follow the counter when a passkey is made. */
static void add_made(struct buf *out, const struct authenticator_asked *asked)
{
	static const char aaguid[16];
	size_t len = strlen(asked->credential);

	buf_add(out, aaguid, sizeof(aaguid));
	buf_addc(out, (char)(len >> 8));
	buf_addc(out, (char)len);
	buf_adds(out, asked->credential);
	authenticator_cose(out, asked->key);
}

static void print_created(const struct authenticator_asked *asked, struct span statement)
{
	struct authenticator_answer answer = { BUF_INIT(AUTHENTICATOR_MAX),
		BUF_INIT(AUTHENTICATOR_MAX), BUF_INIT(AUTHENTICATOR_MAX) };
	struct buf made = BUF_INIT(AUTHENTICATOR_MAX);
	struct authenticator_asked creating = *asked;

	add_made(&made, asked);
	creating.after = buf_span(&made);
	creating.flags |= AUTHENTICATOR_MADE;
	if (!creating.type)
		creating.type = "webauthn.create";
	authenticator_answer(&answer, &creating, statement);
	(void)printf("{");
	print_member("credential", span_of(asked->credential), ",");
	print_member("authenticatorData", buf_span(&answer.data), ",");
	print_member("clientDataJSON", buf_span(&answer.client), "}\n");
	authenticator_release(&answer);
	buf_release(&made);
}

static int print_answer(const struct authenticator_asked *asked, struct span statement)
{
	struct authenticator_answer answer = { BUF_INIT(AUTHENTICATOR_MAX),
		BUF_INIT(AUTHENTICATOR_MAX), BUF_INIT(AUTHENTICATOR_MAX) };
	struct buf text = BUF_INIT(AUTHENTICATOR_MAX);
	struct passkey_answer parts;
	int status;

	authenticator_answer(&answer, asked, statement);
	parts = (struct passkey_answer){ span_of(asked->credential), buf_span(&answer.data),
		buf_span(&answer.client), buf_span(&answer.signature) };
	status = passkey_write(&text, &parts);
	if (status == 0)
		(void)fputs(text.data, stdout);
	authenticator_release(&answer);
	buf_release(&text);
	return status < 0 ? 2 : 0;
}

/* Whether the answer in a file is one to the statement, by the key, at the usual place. */
static int judge(EVP_PKEY *key, const char *path, struct span statement)
{
	static const struct passkey_site site = { "https://review.example.com",
		"review.example.com", false };
	struct passkey_text text = PASSKEY_TEXT_INIT;
	struct buf bytes = BUF_INIT(AUTHENTICATOR_MAX), cose = BUF_INIT(1024);
	struct passkey_told told;
	struct fault f = { 0 };
	const char *why = NULL;
	int status = file_read(path, &bytes, &f);

	authenticator_cose(&cose, key);
	if (status == 0 && passkey_read(&text, buf_span(&bytes), &why) == 0)
		status = passkey_verify(
			&(struct passkey_wanted){ &site, statement, buf_span(&cose) }, &text.answer,
			&told, &why, &f);
	(void)puts(status < 0 ? f.text : why ? why : "good");
	passkey_release(&text);
	buf_release(&cose);
	buf_release(&bytes);
	return status < 0 ? 2 : 0;
}

int main(int argc, char **argv)
{
	struct authenticator_asked asked = { .origin = "https://review.example.com",
		.rp_id = "review.example.com",
		.flags = AUTHENTICATOR_PRESENT | AUTHENTICATOR_VERIFIED };
	struct buf text = BUF_INIT(AUTHENTICATOR_MAX);
	int status = 0;

	if (argc < 4)
		return 2;
	if (strcmp(argv[1], "make") == 0)
		return make(argv[2], argv[3]);
	asked.key = key_read(argv[2]);
	asked.credential = argv[3];
	for (int i = 4; i < argc && status == 0; i++)
		status = read_word(&asked, argv[i]) < 0 ? 2 : 0;
	if (status == 0 && strcmp(argv[1], "line") == 0) {
		authenticator_line(&text, asked.key, asked.credential);
		(void)puts(text.data);
	} else if (status == 0) {
		read_statement(&text);
		if (strcmp(argv[1], "judge") == 0)
			status = judge(asked.key, argv[3], buf_span(&text));
		else if (strcmp(argv[1], "create") == 0)
			print_created(&asked, buf_span(&text));
		else
			status = print_answer(&asked, buf_span(&text));
	}
	buf_release(&text);
	EVP_PKEY_free(asked.key);
	return status;
}
