/* Evidence for a spreadsheet: a line a control (RFC 4180). */
#include <string.h>

#include "hooks/report/evidence.h"

static const char *text_of(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* A field in quotes; a spreadsheet would take a leading sign for a formula, so that gets an apostrophe. */
static void field(FILE *out, const char *text, const char *end)
{
	fputc('"', out);
	if (*text && strchr("=+-@\t", *text))
		fputc('\'', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fprintf(out, "\"%s", end);
}

/* All that answers the control, in words. */
static void answers(struct buf *out, json_t *control, json_int_t sums[3])
{
	static const char *const keys[] = { "denied", "held", "warned" };
	json_t *answer;
	size_t i;

	json_array_foreach(json_object_get(control, "answers"), i, answer)
	{
		(void)buf_addf(out, "%s%s: %s", out->len ? "; " : "", text_of(answer, "measure"),
			text_of(answer, "says"));
		for (size_t k = 0; k < 3; k++)
			sums[k] += json_integer_value(json_object_get(answer, keys[k]));
	}
}

static void line(FILE *out, json_t *framework, json_t *control)
{
	struct buf words = BUF_INIT((size_t)1 << 16);
	json_int_t sums[3] = { 0 };

	answers(&words, control, sums);
	field(out, text_of(framework, "name"), ",");
	field(out, text_of(framework, "version"), ",");
	field(out, text_of(control, "id"), ",");
	field(out, text_of(control, "name"), ",");
	field(out, text_of(control, "reach"), ",");
	field(out, text_of(control, "here"), ",");
	field(out, words.data ? words.data : "", ",");
	fprintf(out, "%d,%d,%d,", (int)sums[0], (int)sums[1], (int)sums[2]);
	field(out, text_of(control, "why"), "\r\n");
	buf_release(&words);
}

int evidence_csv(json_t *evidence, FILE *out, struct fault *f)
{
	json_t *framework, *control;
	size_t i, j;

	fputs("framework,version,control,name,reach,here,answered by,denied,held,warned,why\r\n",
		out);
	json_array_foreach(json_object_get(evidence, "frameworks"), i, framework)
	{
		json_array_foreach(json_object_get(framework, "controls"), j, control)
		{
			line(out, framework, control);
		}
	}
	return fflush(out) == 0 && !ferror(out)
		       ? 0
		       : fault_set(f, FAULT_ADMIN, "cannot write the report");
}
