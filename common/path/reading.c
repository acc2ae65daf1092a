#include "common/path/reading.h"

/* One reading being made. */
struct making {
	struct buf *out;
	size_t start;
	bool from_root; /* what stands before the last root is dropped */
	bool back;      /* a `..` out of the checkout comes back in by the next name */
	size_t outside; /* so many names lead back */
	bool odd;
};

static bool parts(char c)
{
	return c == '/' || c == '\\';
}

/* A letter and a colon. */
static bool is_drive(struct span name)
{
	return name.len >= 2 && name.data[1] == ':' &&
	       ((name.data[0] >= 'a' && name.data[0] <= 'z') ||
		       (name.data[0] >= 'A' && name.data[0] <= 'Z'));
}

bool reading_any(struct span path)
{
	if (path.len && memchr(path.data, '\\', path.len))
		return true;
	for (size_t i = 0; i + 1 < path.len; i++)
		if (path.data[i + 1] == ':' && (i == 0 || path.data[i - 1] == '/') &&
			is_drive((struct span){ path.data + i, path.len - i }))
			return true;
	return false;
}

static void root(struct making *m)
{
	m->odd = true;
	if (m->from_root) {
		m->out->len = m->start;
		m->outside = 0;
	}
}

static void up(struct making *m)
{
	struct buf *out = m->out;

	m->odd = true;
	if (out->len == m->start) {
		m->outside += m->back;
		return;
	}
	while (out->len > m->start && out->data[--out->len] != '/')
		;
}

/* Windows drops spaces and dots at a name's end. */
static size_t dots_of(struct span name, bool *all)
{
	size_t dots = 0;

	*all = true;
	for (size_t i = 0; i < name.len; i++) {
		*all = *all && (name.data[i] == '.' || name.data[i] == ' ');
		dots += name.data[i] == '.';
	}
	return dots;
}

static int take(struct making *m, struct span name)
{
	size_t dots;
	bool all;

	while (is_drive(name)) {
		root(m);
		name.data += 2;
		name.len -= 2;
	}
	dots = dots_of(name, &all);
	if (all) {
		m->odd = true;
		if (dots == 2 && span_starts(name, ".."))
			up(m);
		return 0;
	}
	if (m->outside) {
		m->outside--;
		return 0;
	}
	if (m->out->len > m->start && buf_addc(m->out, '/') < 0)
		return -1;
	return buf_addspan(m->out, name);
}

static int resolve(struct making *m, struct span path)
{
	size_t from = 0;

	for (size_t i = 0; i <= path.len; i++) {
		if (i < path.len && !parts(path.data[i]))
			continue;
		if (i == from && i < path.len && path.data[i] == '\\')
			root(m);
		if (take(m, (struct span){ path.data + from, i - from }) < 0)
			return -1;
		from = i + 1;
	}
	return 0;
}

int reading_add(struct buf *out, struct span path, int n, bool *odd)
{
	struct making m = { .out = out, .start = out->len, .from_root = n % 2 != 0, .back = n > 3 };

	*odd = false;
	if (n > 1) {
		if (resolve(&m, path) < 0)
			return -1;
		*odd = m.odd;
		return 0;
	}
	for (size_t i = 0; i < path.len; i++)
		if (buf_addc(out, parts(path.data[i]) ? '/' : path.data[i]) < 0)
			return -1;
	return 0;
}
