/*
 * raw-push REPOSITORY [COMMAND...]: a pusher that git would not be.  Reads a script and speaks the
 * receive-pack protocol with objects made byte by byte, to the command if there is one (ssh, say),
 * else to git.  A line of the script is one of
 *
 *	blob|tree|commit|tag NAME TEXT	an object, put into the pack
 *	known NAME HEX			an object the server has, or that nobody has
 *	command OLD NEW REF		ids by NAME, as HEX, or `0`
 *	option TEXT			a push option
 *	raw TEXT			a packet sent as it is, after the commands
 *
 * In texts `\n`, `\t`, `\\` and `\xNN` are bytes, `@{NAME}` is an object's id in hex, `#{NAME}` its
 * raw bytes.  Ids are of the object format that GIT_DEFAULT_HASH names.  Prints `id NAME HEX` for
 * objects, what the hooks say, and the server's report.  Exits 0 when all commands went well.
 */
#include <openssl/sha.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#define HASH_MAX 32
#define PACKET_MAX 65520

struct bytes {
	unsigned char *data;
	size_t len, cap;
};

struct agent_name {
	char name[64];
	unsigned char id[HASH_MAX];
};

static size_t hash = 20; /* bytes of an id */

static struct {
	struct agent_name *names;
	size_t name_count;
	struct bytes pack, commands, options;
	uint32_t objects;
	bool deletes_only, first;
} script = { .deletes_only = true, .first = true };

static void die(const char *why, const char *what)
{
	fprintf(stderr, "raw-push: %s: %s\n", why, what);
	exit(2);
}

static void add(struct bytes *b, const void *data, size_t len)
{
	if (b->len + len > b->cap) {
		b->cap = (b->len + len) * 2 + 64;
		b->data = realloc(b->data, b->cap);
		if (!b->data)
			die("no memory", "");
	}
	if (len)
		memcpy(b->data + b->len, data, len);
	b->len += len;
}

static void digest(const struct bytes *of, unsigned char *out)
{
	if (hash == 20)
		SHA1(of->data, of->len, out);
	else
		SHA256(of->data, of->len, out);
}

static void add_hex(struct bytes *b, const unsigned char *id)
{
	char hex[3];

	for (size_t i = 0; i < hash; i++) {
		snprintf(hex, sizeof(hex), "%02x", id[i]);
		add(b, hex, 2);
	}
}

static void from_hex(const char *hex, unsigned char *id)
{
	for (size_t i = 0; i < hash; i++) {
		char pair[3] = { hex[2 * i], hex[2 * i + 1], 0 };

		id[i] = (unsigned char)strtoul(pair, NULL, 16);
	}
}

static void name_id(const char *name, const unsigned char *id)
{
	struct agent_name *n;

	script.names = realloc(script.names, (script.name_count + 1) * sizeof(*script.names));
	if (!script.names)
		die("no memory", "");
	n = &script.names[script.name_count++];
	snprintf(n->name, sizeof(n->name), "%s", name);
	memcpy(n->id, id, hash);
}

/* The id that a word means: a name, `0`, or 40 hex digits. */
static void id_of(const char *word, unsigned char *id)
{
	memset(id, 0, hash);
	if (strcmp(word, "0") == 0)
		return;
	for (size_t i = script.name_count; i > 0; i--) {
		if (strcmp(script.names[i - 1].name, word) == 0) {
			memcpy(id, script.names[i - 1].id, hash);
			return;
		}
	}
	if (strlen(word) != 2 * hash)
		die("no such object", word);
	from_hex(word, id);
}

static const char *add_escape(struct bytes *out, const char *at)
{
	char pair[3] = { 0 };
	char c = at[1];

	if (c == 'x' && at[2] && at[3]) {
		memcpy(pair, at + 2, 2);
		c = (char)strtoul(pair, NULL, 16);
		add(out, &c, 1);
		return at + 4;
	}
	c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
	add(out, &c, 1);
	return at + 2;
}

static const char *add_reference(struct bytes *out, const char *at)
{
	const char *end = strchr(at, '}');
	unsigned char id[HASH_MAX];
	char name[64];

	if (!end || end - at - 2 >= (long)sizeof(name))
		die("bad reference", at);
	snprintf(name, sizeof(name), "%.*s", (int)(end - at - 2), at + 2);
	id_of(name, id);
	if (*at == '@')
		add_hex(out, id);
	else
		add(out, id, hash);
	return end + 1;
}

static void unescape(struct bytes *out, const char *text)
{
	while (*text) {
		if (text[0] == '\\' && text[1])
			text = add_escape(out, text);
		else if ((text[0] == '@' || text[0] == '#') && text[1] == '{')
			text = add_reference(out, text);
		else
			add(out, text++, 1);
	}
}

static void pack_add(int type, const struct bytes *content)
{
	size_t size = content->len;
	unsigned char byte = (unsigned char)(type << 4 | (size & 15));
	uLongf packed = compressBound(content->len);
	unsigned char *z = malloc(packed);

	for (size >>= 4; size; size >>= 7) {
		byte |= 0x80;
		add(&script.pack, &byte, 1);
		byte = size & 0x7f;
	}
	add(&script.pack, &byte, 1);
	if (!z || compress2(z, &packed, content->data, content->len, 9) != Z_OK)
		die("cannot compress", "");
	add(&script.pack, z, packed);
	free(z);
	script.objects++;
}

static void object(const char *type, const char *name, const char *text)
{
	static const char *const types[] = { "", "commit", "tree", "blob", "tag" };
	struct bytes content = { 0 }, whole = { 0 };
	unsigned char id[HASH_MAX];
	char header[64];
	int number = 0;

	for (int i = 1; i <= 4; i++)
		number = strcmp(types[i], type) == 0 ? i : number;
	add(&content, "", 0);
	unescape(&content, text);
	add(&whole, header,
		(size_t)snprintf(header, sizeof(header), "%s %zu", type, content.len) + 1);
	add(&whole, content.data, content.len);
	digest(&whole, id);
	name_id(name, id);
	pack_add(number, &content);
	printf("id %s ", name);
	for (size_t i = 0; i < hash; i++)
		printf("%02x", id[i]);
	putchar('\n');
	free(content.data);
	free(whole.data);
}

static void packet(struct bytes *out, const struct bytes *content)
{
	char length[5];

	snprintf(length, sizeof(length), "%04zx", content->len + 4);
	add(out, length, 4);
	add(out, content->data, content->len);
}

static void command(const char *old, const char *new, const char *ref)
{
	static const char capabilities[] = "\0report-status side-band-64k push-options ";
	unsigned char id[HASH_MAX];
	struct bytes line = { 0 };

	id_of(old, id);
	add_hex(&line, id);
	add(&line, " ", 1);
	id_of(new, id);
	add_hex(&line, id);
	add(&line, " ", 1);
	for (size_t i = 0; i < hash; i++)
		script.deletes_only = script.deletes_only && id[i] == 0;
	unescape(&line, ref);
	if (script.first) {
		add(&line, capabilities, sizeof(capabilities) - 1);
		add(&line, hash == 20 ? "object-format=sha1" : "object-format=sha256",
			hash == 20 ? 18 : 20);
	}
	script.first = false;
	packet(&script.commands, &line);
	free(line.data);
}

static void read_line(char *line)
{
	char *word = strsep(&line, " ");
	struct bytes text = { 0 };
	char *name;

	if (strcmp(word, "option") == 0 || strcmp(word, "raw") == 0) {
		unescape(&text, line ? line : "");
		packet(*word == 'o' ? &script.options : &script.commands, &text);
		free(text.data);
		return;
	}
	name = strsep(&line, " ");
	if (!name)
		die("nothing follows", word);
	if (strcmp(word, "known") == 0) {
		unsigned char id[HASH_MAX];

		id_of(line ? line : "", id);
		name_id(name, id);
	} else if (strcmp(word, "command") == 0) {
		char *new = strsep(&line, " ");

		command(name, new ? new : "", line ? line : "");
	} else {
		object(word, name, line ? line : "");
	}
}

static void read_script(void)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;

	while ((len = getline(&line, &cap, stdin)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = 0;
		if (*line)
			read_line(line);
	}
	free(line);
}

static void send_all(FILE *to)
{
	unsigned char header[12] = "PACK\0\0\0\2", sum[HASH_MAX];
	struct bytes whole = { 0 };

	for (int i = 0; i < 4; i++)
		header[8 + i] = (unsigned char)(script.objects >> (24 - 8 * i));
	add(&whole, header, sizeof(header));
	add(&whole, script.pack.data, script.pack.len);
	digest(&whole, sum);
	if (script.commands.len)
		fwrite(script.commands.data, 1, script.commands.len, to);
	fputs("0000", to);
	if (script.options.len)
		fwrite(script.options.data, 1, script.options.len, to);
	fputs("0000", to);
	if (!script.deletes_only) {
		fwrite(whole.data, 1, whole.len, to);
		fwrite(sum, 1, hash, to);
	}
	fflush(to);
	free(whole.data);
}

/* Reads a packet; its length, 0 for a flush, -1 at the end. */
static long receive(FILE *from, char *data)
{
	char length[5] = { 0 };
	long len;

	if (fread(length, 1, 4, from) != 4)
		return -1;
	len = strtol(length, NULL, 16);
	if (len < 4)
		return 0;
	len -= 4;
	return len > PACKET_MAX || fread(data, 1, (size_t)len, from) != (size_t)len ? -1 : len;
}

static void skip_advertisement(FILE *from)
{
	static char data[PACKET_MAX + 1];

	while (receive(from, data) > 0)
		;
}

/* Prints the report's packets; whether all went well. */
static bool report(const struct bytes *text)
{
	bool well = text->len > 0;
	size_t at = 0;

	while (at + 4 <= text->len) {
		char length[5] = { 0 };
		size_t len;

		memcpy(length, text->data + at, 4);
		len = strtoul(length, NULL, 16);
		if (len < 4 || at + len > text->len)
			break;
		printf("report %.*s", (int)(len - 4), (const char *)text->data + at + 4);
		well = well && (memcmp(text->data + at + 4, "ok ", 3) == 0 ||
				       memcmp(text->data + at + 4, "unpack ok", 9) == 0);
		at += len;
	}
	return well;
}

static bool listen(FILE *from)
{
	static char data[PACKET_MAX + 1];
	struct bytes text = { 0 };
	long len;
	bool well;

	while ((len = receive(from, data)) >= 0) {
		if (len > 1 && data[0] == 1)
			add(&text, data + 1, (size_t)len - 1);
		else if (len > 1)
			fwrite(data + 1, 1, (size_t)len - 1, stdout);
	}
	well = report(&text);
	free(text.data);
	return well;
}

int main(int argc, char **argv)
{
	int to[2], from[2];
	FILE *server;
	pid_t child;
	bool well;
	const char *format = getenv("GIT_DEFAULT_HASH");

	if (format && strcmp(format, "sha256") == 0)
		hash = 32;
	if (argc < 2 || pipe(to) < 0 || pipe(from) < 0)
		die("usage", "raw-push REPOSITORY [COMMAND...]");
	signal(SIGPIPE, SIG_IGN);
	read_script();
	fflush(stdout);
	child = fork();
	if (child == 0) {
		dup2(to[0], 0);
		dup2(from[1], 1);
		close(to[1]);
		close(from[0]);
		if (argc > 2)
			execvp(argv[2], argv + 2);
		else
			execlp("git", "git", "receive-pack", argv[1], (char *)NULL);
		_exit(127);
	}
	close(to[0]);
	close(from[1]);
	server = fdopen(from[0], "r");
	skip_advertisement(server);
	send_all(fdopen(to[1], "w"));
	close(to[1]);
	well = listen(server);
	waitpid(child, NULL, 0);
	return well ? 0 : 1;
}
