/*
 * A page: what strangers wrote is never markup, numbers come out as they went in, and the policy
 * names the style sheet.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/base64.h"
#include "common/base/digest.h"
#include "hooks/report/page.h"
#include "hooks/report/page_style.h"

static const char evil[] =
	"</title><script>alert(1)</script>\" onload='x' \x1b[31m\xff \xe2\x80\xae";

/* A page with the evil text wherever text may stand; for free(). */
static char *written(void)
{
	static const struct page_link links[] = { { "one", "One" }, { NULL, NULL } };
	static const struct page_column columns[] = { { evil, false }, { "Holds", true } };
	const char *labels[] = { "2025-01", evil };
	const double values[] = { 0.25, 0.5 }, pushes[] = { 3, 5 };
	const struct page_series series[] = { { evil, values, PAGE_PLAIN } };
	struct fault f = { 0 };
	struct page page;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(
		page_begin(&page, out, &(struct page_head){ evil, NULL, evil, evil, links }, &f),
		0);
	page_figures(&page, &(struct page_figure){ evil, evil, PAGE_HOLD }, 1);
	page_section(&page, "one", evil);
	page_badge(&page, PAGE_DENY, evil);
	page_add(&page, "<p>%s|%zu|%d|%u|%.1f|100%%</p>", evil, (size_t)7, -3, 4u, 2.25);
	page_table(&page, evil, columns, 2);
	page_cell(&page, "%s", evil);
	page_cell(&page, "%zu", (size_t)41);
	page_table_end(&page);
	page_chart(&page, &(struct page_chart){ .id = "c",
				  .caption = evil,
				  .summary = evil,
				  .axis = evil,
				  .labels = labels,
				  .count = 2,
				  .series = series,
				  .series_count = 1,
				  .share = true });
	page_chart(&page, &(struct page_chart){ .id = "d",
				  .caption = "Pushes",
				  .summary = "",
				  .axis = "Month",
				  .labels = labels,
				  .count = 2,
				  .series = &(struct page_series){ "all", pushes, PAGE_PLAIN },
				  .series_count = 1 });
	assert_int_equal(page_end(&page, evil, &f), 0);
	fclose(out);
	return text;
}

static void test_escaped(void **state)
{
	char *text = written();

	(void)state;
	assert_null(strstr(text, "<script"));
	assert_null(strstr(text, "\" onload"));
	assert_null(strstr(text, "onload='"));
	assert_null(strchr(text, '\x1b'));
	assert_null(strstr(text, "\xff"));
	assert_null(strstr(text, "\xe2\x80\xae"));
	assert_non_null(strstr(text, "\\x1b[31m\\xff \\u{202e}"));
	assert_non_null(strstr(text, "|7|-3|4|2.2|100%</p>"));
	assert_non_null(strstr(text, "<td class=\"n\" data-title=\"Holds\">41</td></tr>"));
	assert_non_null(strstr(text, ": 25%</title>"));
	assert_non_null(strstr(text, "<span>6</span><span>3</span><span>0</span>"));
	free(text);
}

static void test_policy(void **state)
{
	char *text = written(), *place = strstr(text, "'sha256-"), *end;
	struct buf bytes = BUF_INIT(64);
	struct digest_text digest;
	struct fault f = { 0 };

	(void)state;
	assert_non_null(place);
	end = strchr(place + 8, '\'');
	assert_int_equal(
		base64_decode(&bytes, (struct span){ place + 8, (size_t)(end - place) - 8 }), 0);
	assert_int_equal(digest_of(span_of(page_style), &digest, &f), 0);
	assert_int_equal(bytes.len, DIGEST_SIZE);
	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		char hex[3];

		(void)snprintf(hex, sizeof(hex), "%02x", (unsigned char)bytes.data[i]);
		assert_memory_equal(hex, digest.hex + 2 * i, 2);
	}
	assert_null(strstr(text, " style=\""));
	assert_null(strstr(text, "http://"));
	assert_null(strstr(text, "https://"));
	buf_release(&bytes);
	free(text);
}

static void test_full_disk(void **state)
{
	FILE *out = fopen("/dev/full", "w");
	struct fault f = { 0 };
	struct page page;

	(void)state;
	assert_non_null(out);
	assert_int_equal(page_begin(&page, out, &(struct page_head){ .title = "t" }, &f), 0);
	assert_int_equal(page_end(&page, "", &f), -1);
	fclose(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escaped),
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
