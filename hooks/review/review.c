#include "hooks/review/review.h"

#include <stdlib.h>
#include <string.h>

#include "hooks/report/page_style.h"
#include "hooks/review/command_page.h"
#include "hooks/review/decide.h"
#include "hooks/review/invitation_page.h"
#include "hooks/review/lines/shown.h"
#include "hooks/review/reader.h"
#include "hooks/review/review_assets.h"
#include "hooks/review/url.h"
#include "hooks/review/visit.h"

const struct review_header review_headers[] = {
	{ "Content-Security-Policy",
		"default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
		"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ NULL, NULL },
};

const char *review_status_words(int status)
{
	static const struct {
		int status;
		const char *words;
	} known[] = { { 200, "OK" }, { 303, "See Other" }, { 308, "Permanent Redirect" },
		{ 400, "Bad Request" }, { 403, "Forbidden" }, { 404, "Not Found" },
		{ 405, "Method Not Allowed" }, { 409, "Conflict" }, { 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].status == status)
			return known[i].words;
	return "Internal Server Error";
}

void review_reply_release(struct review_reply *reply)
{
	free(reply->body);
	*reply = (struct review_reply){ 0 };
}

struct visit_address visit_address(
	const struct visit *visit, const struct repository *repository, const char *rest)
{
	struct visit_address address = { "" };
	struct buf text = BUF_INIT(sizeof(address.text) - 1);

	buf_adds(&text, visit->up);
	url_add(&text, repository_name(repository));
	buf_adds(&text, rest);
	if (!text.failed)
		memcpy(address.text, text.data, text.len);
	buf_release(&text);
	return address;
}

int visit_page(struct visit *visit, const char *title, const char *lead, bool script,
	const struct page_link *sections, struct fault *f)
{
	char style[300], program[300];
	const struct page_served served = {
		.style = style, .script = script ? program : NULL, .home = visit->up
	};
	const struct page_head head = { .title = title,
		.served = &served,
		.over = "Countersign review",
		.lead = lead,
		.sections = sections };

	(void)snprintf(style, sizeof(style), "%sstyle.css", visit->up);
	(void)snprintf(program, sizeof(program), "%sreview.js", visit->up);
	return page_begin(&visit->page, visit->page.out, &head, f);
}

int visit_page_end(struct visit *visit, struct fault *f)
{
	return page_end(&visit->page, "Countersign " COUNTERSIGN_VERSION, f);
}

int visit_refuse(struct visit *visit, int status, const char *sentence, struct fault *f)
{
	visit->reply->status = status;
	if (visit_page(visit, review_status_words(status), NULL, false, NULL, f) < 0)
		return -1;
	page_add(&visit->page, "<section aria-label=\"What is wrong\"><p>%s</p>", sentence);
	page_add(&visit->page, "<p><a href=\"%s\">What waits for review</a></p></section>\n",
		visit->up);
	return visit_page_end(visit, f);
}

int visit_enter(
	struct visit *visit, const struct repository *repository, bool *may, struct fault *f)
{
	const struct facts_choice choice = { .path = repository->git_dir };
	struct reader reader;

	visit_leave(visit);
	*may = false;
	if (facts_open(&visit->facts, visit->review->env, &choice, f) < 0)
		return -1;
	visit->repository = repository;
	reader = reader_of(visit->review, visit->request, &visit->facts);
	visit->person = reader.person;
	*may = reader.may;
	return 0;
}

void visit_leave(struct visit *visit)
{
	facts_close(&visit->facts);
	visit->repository = NULL;
	visit->person = NULL;
}

/* What lies below a repository's name. */
static const struct part {
	const char *method, *path; /* `ID` stands for a hold's */
	int (*page)(struct visit *visit, struct fault *f);
	bool hold;
} parts[] = {
	{ "GET", "/holds/", hold_page, true },
	{ "POST", "/holds/", decide_post, true },
	{ "GET", "/log", log_page, false },
	{ "GET", "/agents", agents_page, false },
};

/* What is only read is read the same by HEAD. */
static const char *method_of(const struct review_request *request)
{
	return strcmp(request->method, "HEAD") == 0 ? "GET" : request->method;
}

static bool is_id(const char *text, size_t len)
{
	return len == 16 && strspn(text, "0123456789abcdef") >= 16;
}

/* Takes an address below a repository apart.  NULL: it is none. */
static const struct part *part_of(struct visit *visit, struct span *name)
{
	const char *path = visit->request->path + 1;
	size_t len = strlen(path);

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		size_t own = strlen(parts[i].path), id = parts[i].hold ? 16 : 0;
		const char *at = len > own + id ? path + len - own - id : NULL;

		if (!at || strcmp(parts[i].method, method_of(visit->request)) != 0 ||
			strncmp(at, parts[i].path, own) != 0 ||
			(id && !is_id(at + own, strlen(at + own))))
			continue;
		(void)snprintf(visit->id, sizeof(visit->id), "%s", id ? at + own : "");
		*name = (struct span){ path, (size_t)(at - path) };
		return &parts[i];
	}
	return NULL;
}

static int on_hold(void *context, const struct hold_row *hold)
{
	(void)hold;
	*(bool *)context = true;
	return 1;
}

/*
 * Enters the repository that an address means: of several that it may mean, the one that has the
 * hold.  Of those that whoever asks may not read none is there.  *found says whether there is one.
 */
static int enter_named(struct visit *visit, struct span name, bool *found, struct fault *f)
{
	const struct repository *repository = NULL;

	*found = false;
	while (!*found && (repository = repositories_find(&visit->list, name, repository))) {
		bool may, has = !visit->id[0];

		if (visit_enter(visit, repository, &may, f) < 0)
			return -1;
		if (may && !has &&
			state_holds(visit->facts.state, visit->id, NULL, on_hold, &has, f) < 0)
			return -1;
		*found = may && has;
	}
	return 0;
}

static const char nothing[] = "There is nothing of that name here, or it is not for you to read.";

/* An invitation that is not open is not there, and neither is its repository. */
static int answer_invitation(
	struct visit *visit, const struct invitation_link *link, struct fault *f)
{
	const struct repository *repository = NULL;
	bool opened = false, may;

	while (!opened &&
		(repository = repositories_find(&visit->list, link->repository, repository)))
		if (visit_enter(visit, repository, &may, f) < 0 ||
			invitation_page(visit, link, &opened, f) < 0)
			return -1;
	return opened ? 0 : visit_refuse(visit, 404, nothing, f);
}

static int answer_part(struct visit *visit, struct fault *f)
{
	struct span name;
	const struct part *part = part_of(visit, &name);
	bool found = false;

	if (part && enter_named(visit, name, &found, f) < 0)
		return -1;
	if (!found)
		return visit_refuse(visit, 404, nothing, f);
	return part->page(visit, f);
}

/* What is the same for everybody. */
static bool answer_asset(struct visit *visit)
{
	const struct {
		const char *path, *type, *text;
	} assets[] = {
		{ "/style.css", "text/css; charset=utf-8", review_style },
		{ "/review.js", "text/javascript; charset=utf-8", review_script },
	};

	for (size_t i = 0; i < sizeof(assets) / sizeof(assets[0]); i++) {
		if (strcmp(visit->request->path, assets[i].path) != 0)
			continue;
		visit->reply->type = assets[i].type;
		visit->reply->lasting = true;
		if (i == 0)
			fputs(page_style, visit->page.out);
		fputs(assets[i].text, visit->page.out);
		return true;
	}
	return false;
}

static int answer(struct visit *visit, struct fault *f)
{
	const struct review_request *request = visit->request;
	struct invitation_link link;

	if (!*request->path) {
		visit->reply->status = 308;
		(void)snprintf(visit->reply->location, sizeof(visit->reply->location), "%s/",
			request->root);
		return 0;
	}
	if (!url_path_is_sound(request->path))
		return visit_refuse(visit, 404, "There is nothing of that name here.", f);
	if (strcmp(method_of(request), "GET") != 0 && strcmp(request->method, "POST") != 0)
		return visit_refuse(visit, 405, "Nothing can be written here.", f);
	if (strcmp(method_of(request), "GET") == 0 && (answer_asset(visit) || command_file(visit)))
		return 0;
	if (strcmp(method_of(request), "GET") == 0 && strcmp(request->path, "/command") == 0)
		return command_page(visit, f);
	if (repositories_read(&visit->list, visit->review, f) < 0)
		return -1;
	if (strcmp(request->path, "/") == 0 && strcmp(method_of(request), "GET") == 0)
		return list_page(visit, f);
	return invitation_page_is(request->path, &link) ? answer_invitation(visit, &link, f)
							: answer_part(visit, f);
}

/* `../` for each folder that the address is below the root. */
static void find_up(struct visit *visit)
{
	const char *path = visit->request->path;

	(void)snprintf(visit->up, sizeof(visit->up), "./");
	for (size_t len = 0; *path && len + 4 < sizeof(visit->up); path++)
		if (*path == '/' && path != visit->request->path) {
			memcpy(visit->up + len, "../", 4);
			len += 3;
		}
}

/* Opens the body anew: what was written so far is forgotten.  0 or -1. */
static int body_begin(struct visit *visit, struct fault *f)
{
	if (visit->page.out)
		(void)fclose(visit->page.out);
	free(visit->reply->body);
	visit->reply->body = NULL;
	visit->page.out = open_memstream(&visit->reply->body, &visit->reply->len);
	return visit->page.out ? 0 : fault_memory(f);
}

int review_answer(const struct review_site *review, const struct review_request *request,
	struct review_reply *reply, struct fault *f)
{
	struct visit visit = {
		.review = review, .request = request, .reply = reply, .query = request->query
	};
	struct fault wrong = { 0 };
	int status;

	*reply = (struct review_reply){ .status = 200, .type = "text/html; charset=utf-8" };
	find_up(&visit);
	if (body_begin(&visit, f) < 0)
		return -1;
	status = answer(&visit, &wrong);
	if (status < 0 && body_begin(&visit, f) == 0) {
		(void)fprintf(stderr, "countersign review: %s\n", wrong.text);
		reply->type = "text/html; charset=utf-8";
		status = visit_refuse(
			&visit, 500, "This could not be found out; the server's log says why.", f);
	}
	visit_leave(&visit);
	repositories_release(&visit.list);
	if (visit.page.out && fclose(visit.page.out) != 0)
		status = fault_memory(f);
	return status;
}
