/*
 * SSH certificates and revocation lists, well-formed and mutated, against ssh-keygen: what it
 * refuses is refused, and what it takes and we do not is refused for a reason that the headers
 * name.  Mutated fields are signed anew by the authority, so that it is not the signature alone
 * that finds them.
 *
 * CERTIFICATE_CASES=100000 tries as many as were promised; 1,500 are tried otherwise.
 */
#include "common/key/signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "common/base/base64.h"
#include "common/key/wire.h"
#include "test/sandbox.h"

#define NOW 1798761600 /* 2027-01-01 */
#define BLOB_MAX 8192
#define BATCH 2000
#define VERIFIED_EVERY 20 /* of how many cases one is held against -Y verify, a process each */
#define LISTS_EVERY 50    /* and one revocation list is made */

static const struct key_owner owner = { .person = (const struct person *)"whose it is" };
static const char payload_text[] = "tree 0\n\na payload\n";
static char output[1 << 20];
static uint64_t seed = 20270101;
static EVP_PKEY *authority, *stranger, *subject;

/* xorshift64*: the same cases each time. */
static uint64_t chance(uint64_t below)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * UINT64_C(2685821657736338717) % below;
}

static void put_u64(struct buf *out, uint64_t value)
{
	wire_put_u32(out, (uint32_t)(value >> 32));
	wire_put_u32(out, (uint32_t)value);
}

static void put_ed25519(struct buf *out, EVP_PKEY *key, bool name)
{
	unsigned char point[32];
	size_t size = sizeof(point);

	assert_int_equal(EVP_PKEY_get_raw_public_key(key, point, &size), 1);
	if (name)
		wire_put_string(out, span_of("ssh-ed25519"));
	wire_put_string(out, (struct span){ (const char *)point, size });
}

static void put_signature(struct buf *out, EVP_PKEY *key, const char *kind, struct span message)
{
	unsigned char bytes[64];
	size_t size = sizeof(bytes);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	struct buf raw = BUF_INIT(256);

	assert_int_equal(EVP_DigestSignInit(ctx, NULL, NULL, NULL, key), 1);
	assert_int_equal(
		EVP_DigestSign(ctx, bytes, &size, (const unsigned char *)message.data, message.len),
		1);
	EVP_MD_CTX_free(ctx);
	wire_put_string(&raw, span_of(kind));
	wire_put_string(&raw, (struct span){ (const char *)bytes, size });
	wire_put_string(out, buf_span(&raw));
	buf_release(&raw);
}

/* One of some lists of principals: strings, or what only looks like them. */
static void put_principals(struct buf *out)
{
	static const char *const lists[][3] = { { "alice" }, { "alice" }, { "alice" },
		{ "bob", "alice" }, { "ALICE" }, { NULL }, { "alice@example.com" }, { "bob" },
		{ "", "alice" }, { "al*" } };
	struct buf list = BUF_INIT(BLOB_MAX);
	uint64_t which = chance(28);

	if (which >= 14)
		wire_put_string(&list, span_of("alice"));
	for (size_t i = 0; which < 10 && i < 3 && lists[which][i]; i++)
		wire_put_string(&list, span_of(lists[which][i]));
	if (which == 10)
		wire_put_string(&list, (struct span){ "alice", 6 });
	if (which == 11)
		wire_put_string(&list, (struct span){ "al\0ice", 6 });
	if (which == 12)
		buf_adds(&list, "alice");
	for (int i = 0; which == 13 && i < 300; i++)
		wire_put_string(&list, span_of("a"));
	wire_put_string(out, buf_span(&list));
	buf_release(&list);
}

static void put_option(struct buf *list, const char *name, const char *data)
{
	struct buf value = BUF_INIT(256);

	if (data)
		wire_put_string(&value, span_of(data));
	wire_put_string(list, span_of(name));
	wire_put_string(list, buf_span(&value));
	buf_release(&value);
}

static void put_options(struct buf *out, bool critical)
{
	struct buf list = BUF_INIT(BLOB_MAX);

	switch (chance(critical ? 32 : 16)) {
	case 0:
		put_option(
			&list, critical ? "force-command" : "permit-pty", critical ? "id" : NULL);
		break;
	case 1:
		put_option(&list, "source-address", "10.0.0.0/8");
		break;
	case 2:
		put_option(&list, critical ? "verify-required" : "no-touch-required", NULL);
		break;
	case 3:
		put_option(&list, "zebra@example.com", NULL);
		put_option(&list, "ape@example.com", "x");
		break;
	case 4:
		put_option(&list, "ape@example.com", "x");
		put_option(&list, "zebra@example.com", NULL);
		break;
	case 5:
		wire_put_string(&list, span_of("cut"));
		break;
	default:
		break;
	}
	wire_put_string(out, buf_span(&list));
	buf_release(&list);
}

static uint64_t some_number(void)
{
	static const uint64_t numbers[] = { 0, 1, 5, 1000, UINT64_MAX, UINT64_MAX - 1, 1u << 31 };

	return chance(3) ? numbers[chance(7)] : seed;
}

static uint64_t some_time(bool before)
{
	static const int64_t away[] = { -1, 0, 1, -3600, 3600, 86400 };

	switch (chance(15)) {
	case 0:
		return before ? UINT64_MAX : 0;
	case 1:
		return some_number();
	case 2:
		return NOW + (uint64_t)away[chance(6)];
	default:
		return before ? NOW + 3600 : NOW - 3600;
	}
}

/* Changes bytes, drops some or adds some. */
static void mutate(struct buf *bytes)
{
	for (uint64_t n = 1 + chance(2); bytes->len > 8 && n; n--) {
		size_t at = chance(bytes->len), len = 1 + chance(4);

		if (len > bytes->len - at)
			len = bytes->len - at;
		switch (chance(4)) {
		case 0:
			memmove(bytes->data + at, bytes->data + at + len, bytes->len - at - len);
			bytes->len -= len;
			break;
		case 1:
			buf_addc(bytes, (char)chance(256));
			break;
		case 2:
			bytes->data[at] = (char)(bytes->data[at] ^ (char)(1 << chance(8)));
			break;
		default:
			bytes->data[at] = (char)chance(256);
		}
	}
}

/* The plain key of another type that the certificate may be for: its name and its fields. */
static struct buf others[3];

static void put_key(struct buf *out)
{
	uint64_t which = chance(8);

	if (which < 3) {
		struct wire w = wire_of(buf_span(&others[which]));
		struct span name = wire_string(&w);
		struct buf whole = BUF_INIT(128);

		buf_addspan(&whole, name);
		buf_adds(&whole, "-cert-v01@openssh.com");
		wire_put_string(out, buf_span(&whole));
		wire_put_string(out, span_of("a nonce"));
		buf_addspan(out, w.rest);
		buf_release(&whole);
		return;
	}
	wire_put_string(out, span_of("ssh-ed25519-cert-v01@openssh.com"));
	wire_put_string(out, span_of(chance(9) ? "a nonce" : ""));
	put_ed25519(out, subject, false);
}

static void put_id(struct buf *out)
{
	switch (chance(8)) {
	case 0:
		wire_put_string(out, (struct span){ "id\0", 3 });
		break;
	case 1:
		wire_put_string(out, (struct span){ "i\0d", 3 });
		break;
	case 2:
		wire_put_string(out, span_of(""));
		break;
	default:
		wire_put_string(out, span_of(chance(2) ? "id-7" : "laptop of alice"));
	}
}

/* A certificate, mutated before it is signed, after it, or not at all. */
static void make(struct buf *out)
{
	struct buf ca = BUF_INIT(256);
	EVP_PKEY *by = chance(12) ? authority : stranger;
	uint64_t mutated = chance(6);

	put_key(out);
	put_u64(out, some_number());
	wire_put_u32(out, chance(10) ? 1 : (uint32_t)chance(4));
	put_id(out);
	put_principals(out);
	put_u64(out, some_time(false));
	put_u64(out, some_time(true));
	put_options(out, true);
	put_options(out, false);
	wire_put_string(out, span_of(chance(12) ? "" : "reserved"));
	put_ed25519(&ca, chance(20) ? by : subject, true);
	if (!chance(20))
		mutate(&ca);
	wire_put_string(out, buf_span(&ca));
	if (mutated == 0)
		mutate(out);
	put_signature(out, by, chance(30) ? "ssh-ed25519" : "ssh-rsa", buf_span(out));
	if (mutated == 1)
		mutate(out);
	buf_release(&ca);
}

/* What we say of a certificate alone, and its key: NULL, or why not. */
static const char *ours(struct span blob)
{
	struct sshcert cert;
	const char *why;
	EVP_PKEY *key;
	bool good;

	if (sshcert_parse(&cert, blob, &why) != SSHRAW_READ)
		return why;
	key = sshkey_open(&cert.key);
	if (!key)
		return "its key is none";
	EVP_PKEY_free(key);
	key = sshkey_open(&cert.signer);
	good = key && sshcert_verify(&cert, key);
	EVP_PKEY_free(key);
	return good ? NULL : "the authority did not sign it";
}

/* Reasons for which we refuse what ssh-keygen takes; the headers name each. */
static bool is_stricter(const char *why)
{
	static const char *const reasons[] = {
		"the certificate's options are not in order",
		"the certificate's key id is not a line of text",
		"the certificate's principals are not lines of text",
		"the RSA key has an even modulus",
		"the RSA key has an exponent that is not supported",
		"RSA keys below 2048 bits are too weak",
		"the certificate names more principals than are read",
		"its certificate has a critical option that is not known",
		"its certificate is good for one command alone (force-command)",
		("its certificate is good from certain addresses alone (source-address), and a "
		 "signature comes from none"),
		"its certificate asks for a hardware key that verified its user (verify-required)",
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strcmp(why, reasons[i]) == 0)
			return true;
	return false;
}

/* Numbers of RSA keys may have needless zeros there, and not here. */
static bool is_padded(struct span blob, const char *why)
{
	struct wire w = wire_of(blob);

	return span_starts(wire_string(&w), "ssh-rsa") &&
	       strcmp(why, "the key is cut short, or has bytes left over") == 0;
}

static void put_line(FILE *file, struct span blob, const char *comment)
{
	struct buf text = BUF_INIT(4 * BLOB_MAX);
	struct wire w = wire_of(blob);
	struct span name = wire_string(&w);

	for (size_t i = 0; i < name.len; i++)
		if (name.data[i] <= ' ' || name.data[i] > '~')
			name.len = 0;
	assert_int_equal(base64_encode(&text, blob), 0);
	fprintf(file, "%.*s %.*s %s\n", name.len ? (int)name.len : 1, name.len ? name.data : "x",
		(int)text.len, text.data, comment);
	buf_release(&text);
}

static size_t cases(void)
{
	const char *said = getenv("CERTIFICATE_CASES");

	return said ? (size_t)atol(said) : 1500;
}

/*
 * Which lines of the file, from one on, ssh-keygen -L takes.  It ends at the first whose options it
 * has read and cannot print: returns the line to go on at.
 */
static size_t keygen_reads_from(bool *reads, size_t count, size_t from)
{
	char command[128];
	size_t number = 0, last = count;
	FILE *pipe;

	(void)snprintf(command, sizeof(command),
		"tail -n +%zu certs >rest; stdbuf -oL ssh-keygen -L -f rest 2>/dev/null", from + 1);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	while (fgets(output, sizeof(output), pipe)) {
		if (strcmp(output, "rest:\n") != 0 && sscanf(output, "rest:%zu:", &number) != 1)
			continue;
		last = from + (strcmp(output, "rest:\n") == 0 ? 0 : number - 1);
		assert_true(last < count);
		reads[last] = true;
	}
	return pclose(pipe) == 0 ? count : last + 1;
}

static void keygen_reads(bool *reads, size_t count)
{
	memset(reads, 0, count * sizeof(*reads));
	for (size_t from = 0; from < count;)
		from = keygen_reads_from(reads, count, from);
}

static void compare_batch(size_t count, size_t *both, size_t *stricter)
{
	static bool reads[BATCH];
	static struct buf blobs[BATCH];
	FILE *file = fopen("certs", "w");

	assert_non_null(file);
	for (size_t i = 0; i < count; i++) {
		blobs[i] = (struct buf)BUF_INIT(BLOB_MAX);
		make(&blobs[i]);
		put_line(file, buf_span(&blobs[i]), "");
	}
	fclose(file);
	keygen_reads(reads, count);
	for (size_t i = 0; i < count; i++) {
		const char *why = ours(buf_span(&blobs[i]));

		if (!why && !reads[i])
			fail_msg("certificate %zu is refused by ssh-keygen alone", i + 1);
		if (why && reads[i] && !is_stricter(why) && !is_padded(buf_span(&blobs[i]), why))
			fail_msg("certificate %zu is refused by us alone: %s", i + 1, why);
		*both += !why;
		*stricter += why && reads[i];
		buf_release(&blobs[i]);
	}
}

static void read_as_ssh_keygen_reads_them(void **state)
{
	size_t both = 0, stricter = 0, total = cases();

	(void)state;
	for (size_t done = 0; done < total; done += BATCH)
		compare_batch(total - done < BATCH ? total - done : BATCH, &both, &stricter);
	print_message("%zu certificates, %zu taken by both, %zu by ssh-keygen alone\n", total, both,
		stricter);
	assert_true(both > total / 20);
}

/* An SSH signature by the subject's key, which the certificate is for. */
static void put_sshsig(struct buf *armoured, struct span blob)
{
	struct buf bytes = BUF_INIT(BLOB_MAX), message = BUF_INIT(512), hash = BUF_INIT(64),
		   text = BUF_INIT(4 * BLOB_MAX);

	wire_put_hash(&hash, "SHA512", span_of(payload_text));
	buf_adds(&message, "SSHSIG");
	wire_put_string(&message, span_of("git"));
	wire_put_string(&message, span_of(""));
	wire_put_string(&message, span_of("sha512"));
	wire_put_string(&message, buf_span(&hash));
	buf_adds(&bytes, "SSHSIG");
	wire_put_u32(&bytes, 1);
	wire_put_string(&bytes, blob);
	wire_put_string(&bytes, span_of("git"));
	wire_put_string(&bytes, span_of(""));
	wire_put_string(&bytes, span_of("sha512"));
	put_signature(&bytes, subject, "ssh-ed25519", buf_span(&message));
	base64_encode(&text, buf_span(&bytes));
	buf_adds(armoured, "-----BEGIN SSH SIGNATURE-----\n");
	for (size_t at = 0; at < text.len; at += 70)
		buf_addf(armoured, "%.70s\n", text.data + at);
	buf_adds(armoured, "-----END SSH SIGNATURE-----\n");
	buf_release(&bytes);
	buf_release(&message);
	buf_release(&hash);
	buf_release(&text);
}

static struct key authority_key;

static struct signature_check verify(struct span armoured, names revoked)
{
	struct fault f = { 0 };
	struct keyring *ring;
	struct signature_check check;

	assert_int_equal(keyring_new(&ring, &f), 0);
	keyring_revoked_by(ring, revoked);
	assert_int_equal(keyring_add(ring, &authority_key, owner, &f), 0);
	if (signature_verify(ring, span_of(payload_text), armoured, NOW, &check, &f) < 0)
		fail_msg("%s", f.text);
	keyring_free(ring);
	return check;
}

static void put_file(const char *name, struct span text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text.data, 1, text.len, file), text.len);
	fclose(file);
}

static void verified_as_ssh_keygen_verifies_them(void **state)
{
	size_t both = 0, stricter = 0, total = cases() / VERIFIED_EVERY;

	(void)state;
	for (size_t i = 0; i < total; i++) {
		struct buf blob = BUF_INIT(BLOB_MAX), armoured = BUF_INIT(8 * BLOB_MAX);
		struct signature_check check;
		bool theirs;

		make(&blob);
		put_sshsig(&armoured, buf_span(&blob));
		put_file("sig", buf_span(&armoured));
		check = verify(buf_span(&armoured), NULL);
		theirs = sandbox_run(output, sizeof(output),
				 "TZ=UTC ssh-keygen -Y verify -n git -I alice -f allowed -s sig "
				 "-Overify-time=20270101000000 <payload 2>&1") == 0;
		if (check.verdict == SIGNATURE_GOOD && !theirs)
			fail_msg("signature %zu: ssh-keygen alone refuses: %s", i, output);
		if (check.verdict != SIGNATURE_GOOD && theirs && !is_stricter(check.why))
			fail_msg("signature %zu: we alone refuse: %s", i, check.why);
		both += check.verdict == SIGNATURE_GOOD;
		stricter += check.verdict != SIGNATURE_GOOD && theirs;
		buf_release(&blob);
		buf_release(&armoured);
	}
	print_message("%zu signatures, %zu good to both, %zu to ssh-keygen alone\n", total, both,
		stricter);
	assert_true(both > total / 50);
}

/* A file for ssh-keygen -k of some serials, key ids, keys and hashes. */
static void put_specification(void)
{
	FILE *file = fopen("spec", "w");

	assert_non_null(file);
	for (uint64_t n = 1 + chance(6); n; n--)
		switch (chance(8)) {
		case 0:
			fprintf(file, "serial: %llu\n",
				(unsigned long long)(1 + some_number() % (UINT64_MAX - 1)));
			break;
		case 1:
			fprintf(file, "serial: %llu-%llu\n", (unsigned long long)(1 + chance(5)),
				(unsigned long long)(5 + chance(2000)));
			break;
		case 2:
			fputs(chance(2) ? "id: id-7\n" : "id: another\n", file);
			break;
		case 3:
			for (unsigned i = 1; i < 90; i += 1 + (unsigned)chance(3))
				fprintf(file, "serial: %u\n", 900 + i);
			break;
		case 4:
			fprintf(file, "sha1: %s\n", chance(3) ? "ssh-ed25519 other" : "");
			break;
		default:
			fprintf(file, "serial: %u\n", 1 + (unsigned)chance(1200));
		}
	fclose(file);
}

/* Lists of other forms: of keys, of their hashes, of certificates of any authority. */
static void make_list(void)
{
	static const char *const commands[] = {
		"ssh-keygen -q -k -f krl -s ca.pub spec",
		"ssh-keygen -q -k -f krl -s ca.pub spec",
		"ssh-keygen -q -k -f krl -s ca.pub spec && ssh-keygen -q -k -u -f krl 0.pub",
		"cat other.spec >spec; ssh-keygen -q -k -f krl spec",
		"ssh-keygen -q -k -f krl ca.pub",
		("sed 's/^/sha1: /' 1.pub >spec; sed 's/^/sha256: /' subject.pub >>spec; "
		 "ssh-keygen -q -k -f krl spec"),
		"grep -v sha1 spec >any; ssh-keygen -q -k -f krl -s none any",
	};

	put_specification();
	(void)remove("krl");
	(void)sandbox_run(output, sizeof(output), "(%s) 2>&1",
		commands[chance(sizeof(commands) / sizeof(char *))]);
	if (access("krl", R_OK) != 0)
		assert_int_equal(
			sandbox_run(output, sizeof(output), "ssh-keygen -q -k -f krl subject.pub"),
			0);
}

static void read_whole(const char *name, struct buf *out)
{
	FILE *file = fopen(name, "r");
	int c;

	assert_non_null(file);
	while ((c = fgetc(file)) != EOF)
		buf_addc(out, (char)c);
	fclose(file);
}

#define ASKED 24

/* What the list says of each of the files, one letter each; "" where it is not read. */
static void keygen_asks(char *answers)
{
	FILE *pipe;
	size_t at = 0;

	pipe = popen("ssh-keygen -Q -f krl asked-* 2>&1", "r");
	assert_non_null(pipe);
	while (fgets(output, sizeof(output), pipe) && at < ASKED)
		if (strncmp(output, "asked-", 6) == 0)
			answers[at++] = strstr(output, ": REVOKED") ? 'R' : 'o';
	answers[at] = '\0';
	pclose(pipe);
}

static bool we_revoke(struct span list, struct span blob)
{
	struct buf plain = BUF_INIT(BLOB_MAX);
	struct sshcert cert;
	struct krl_subject subject_of = { blob, NULL };
	const char *why;
	bool revokes;

	if (sshcert_is(blob)) {
		assert_int_equal(sshcert_parse(&cert, blob, &why), SSHRAW_READ);
		sshcert_plain(&plain, &cert);
		subject_of = (struct krl_subject){ buf_span(&plain), &cert };
	}
	revokes = krl_revokes(list, &subject_of);
	buf_release(&plain);
	return revokes;
}

/* Certificates that both read, to be asked for. */
static void make_asked(struct buf *asked)
{
	for (size_t i = 0; i < ASKED; i++) {
		char name[32];
		FILE *file;

		do {
			buf_clear(&asked[i]);
			if (i < 3)
				buf_addspan(&asked[i], buf_span(&others[i]));
			else if (i == 3)
				put_ed25519(&asked[i], subject, true);
			else
				make(&asked[i]);
		} while (i > 3 && ours(buf_span(&asked[i])));
		(void)snprintf(name, sizeof(name), "asked-%02zu", i);
		file = fopen(name, "w");
		assert_non_null(file);
		put_line(file, buf_span(&asked[i]), "");
		fclose(file);
	}
}

static void lists_revoke_what_ssh_keygen_says(void **state)
{
	size_t total = cases() / LISTS_EVERY, revoked = 0, refused = 0;

	(void)state;
	for (size_t n = 0; n < total; n++) {
		struct buf asked[ASKED], list = BUF_INIT(1 << 20);
		char answers[ASKED + 1];
		const char *why;

		for (size_t i = 0; i < ASKED; i++)
			asked[i] = (struct buf)BUF_INIT(BLOB_MAX);
		make_asked(asked);
		make_list();
		read_whole("krl", &list);
		if (chance(3) == 0)
			mutate(&list);
		put_file("krl", buf_span(&list));
		why = krl_objection(buf_span(&list));
		keygen_asks(answers);
		if (!why && strlen(answers) != ASKED)
			fail_msg("list %zu: ssh-keygen alone does not read it", n);
		if (why && *answers && !strstr(why, "signed"))
			fail_msg("list %zu: we alone do not read it: %s", n, why);
		for (size_t i = 0; !why && i < ASKED; i++) {
			if (we_revoke(buf_span(&list), buf_span(&asked[i])) != (answers[i] == 'R'))
				fail_msg("list %zu, key %zu: ssh-keygen says %c", n, i, answers[i]);
			revoked += answers[i] == 'R';
		}
		refused += why != NULL;
		for (size_t i = 0; i < ASKED; i++)
			buf_release(&asked[i]);
		buf_release(&list);
	}
	print_message("%zu lists, %zu not read, %zu of %zu revoked\n", total, refused, revoked,
		total * ASKED);
	assert_true(revoked > total && refused < total / 2);
}

static int setup(void **state)
{
	struct buf blob = BUF_INIT(256);
	static struct arena arena = ARENA_INIT(1 << 20);
	const char *why;
	FILE *file;

	(void)state;
	sandbox_enter();
	put_file("payload", span_of(payload_text));
	authority = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	stranger = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	subject = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	put_ed25519(&blob, authority, true);
	file = fopen("ca.pub", "w");
	put_line(file, buf_span(&blob), "ca");
	fclose(file);
	buf_clear(&blob);
	put_ed25519(&blob, subject, true);
	file = fopen("subject.pub", "w");
	put_line(file, buf_span(&blob), "subject");
	fclose(file);
	buf_release(&blob);
	sandbox_do("echo \"alice cert-authority $(cat ca.pub)\" >allowed; "
		   "echo \"cert-authority,principals=\\\"alice\\\" $(cat ca.pub)\" >key; "
		   "echo none >other.spec; sed 's/^/key: /' 1.pub >other.spec 2>/dev/null || :; "
		   "ssh-keygen -q -t rsa -b 2048 -N '' -C '' -f 0; "
		   "ssh-keygen -q -t ecdsa -b 256 -N '' -C '' -f 1; "
		   "ssh-keygen -q -t ecdsa -b 521 -N '' -C '' -f 2; sed 's/^/key: /' 1.pub "
		   ">other.spec");
	for (int i = 0; i < 3; i++) {
		char text[8];
		struct buf line = BUF_INIT(BLOB_MAX);
		char *encoded;

		others[i] = (struct buf)BUF_INIT(BLOB_MAX);
		(void)snprintf(text, sizeof(text), "%d.pub", i);
		read_whole(text, &line);
		buf_addc(&line, '\0');
		encoded = strchr(line.data, ' ') + 1;
		assert_int_equal(base64_decode(&others[i],
					 (struct span){ encoded, strcspn(encoded, " \n") }),
			0);
		buf_release(&line);
	}
	assert_int_equal(sandbox_run(output, sizeof(output), "cat key"), 0);
	if (key_parse(&authority_key, &arena, span_of(output), NULL, &why) < 0)
		fail_msg("%s", why);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_as_ssh_keygen_reads_them),
		cmocka_unit_test(verified_as_ssh_keygen_verifies_them),
		cmocka_unit_test(lists_revoke_what_ssh_keygen_says),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
