#include "common/mark/catalogue_field.h"

#include "common/mark/catalogue_data.h"
#include "common/path/fold.h"
#include "common/text/spelling.h"

const struct catalogue_field catalogue_fields[] = {
	{ "emails", "address", CATALOGUE_EMAILS, MARK_SURE },
	{ "logins", "account", CATALOGUE_LOGINS, MARK_SURE },
	{ "weak_emails", "address, with the name", CATALOGUE_EMAILS, MARK_SHARED },
	{ "trailer_logins", "account, as co-author", CATALOGUE_LOGINS, MARK_TRAILER },
	{ "names", "name", CATALOGUE_NAMES, MARK_SURE },
	{ "shared_names", "name, without a person's address", CATALOGUE_NAMES, MARK_SHARED },
	{ "given_names", "name, as people have it, too", CATALOGUE_NAMES, MARK_GIVEN },
	{ "trailers", "trailer", CATALOGUE_TRAILERS, MARK_SURE },
	{ "scope_trailers", "trailer, capitalised or naming a tool", CATALOGUE_TRAILERS,
		MARK_SHARED },
	{ "lines", "line", CATALOGUE_LINES, MARK_SURE },
	{ "links", "link to a session", CATALOGUE_LINKS, MARK_SURE },
	{ "subjects", "subject", CATALOGUE_SUBJECTS, MARK_SURE },
	{ "authors", "author's name", CATALOGUE_AUTHORS, MARK_SURE },
	{ "branches", "branch (a hint only)", CATALOGUE_KINDS, MARK_SURE },
	{ "notes", "notes", CATALOGUE_KINDS, MARK_SURE },
	{ NULL, NULL, CATALOGUE_KINDS, MARK_SURE },
};

int catalogue_normal(struct buf *out, enum catalogue_kind kind, struct span mark)
{
	struct buf folded = BUF_INIT(out->max);
	size_t start = out->len;
	int status = fold_text(&folded, mark);

	if (status == 0)
		status = kind == CATALOGUE_NAMES      ? spelling_words(out, buf_span(&folded))
			 : kind == CATALOGUE_TRAILERS ? spelling_key(out, buf_span(&folded))
						      : buf_addspan(out, buf_span(&folded));
	buf_release(&folded);
	return status < 0 || out->len == start ? -1 : 0;
}

static bool is_address(const char *mark)
{
	const char *at = strchr(mark, '@');

	return at && at > mark && at[1] && !strchr(at + 1, '@') && !strpbrk(mark, " <>,");
}

const char *catalogue_form_wrong(enum catalogue_kind kind, const char *mark)
{
	size_t len = strlen(mark);

	if (strspn(mark, "* ") == len)
		return NULL; /* which is another fault */
	switch (kind) {
	case CATALOGUE_EMAILS:
		return is_address(mark) ? NULL : "is not an address such as bot@example.com";
	case CATALOGUE_LOGINS:
		return len > 5 && strcmp(mark + len - 5, "[bot]") == 0
			       ? NULL
			       : "is not an account that ends in [bot]";
	case CATALOGUE_LINKS:
		return strchr(mark, '.') && strchr(mark, '/') && !strstr(mark, "://")
			       ? NULL
			       : "is not an address of sessions such as app.example.com/sessions/*";
	case CATALOGUE_TRAILERS:
		return strpbrk(mark, ":\"'`@<>()[]{}/\\|#,.;?!=$%&~^*") ? "is not a trailer's key"
									: NULL;
	default:
		return NULL;
	}
}
