#include "common/base/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int fault_set(struct fault *f, enum fault_class class, const char *format, ...)
{
	va_list args;

	if (f->class != FAULT_NONE)
		return -1;
	f->class = class;
	va_start(args, format);
	(void)vsnprintf(f->text, sizeof(f->text), format, args);
	va_end(args);
	return -1;
}

int fault_context(struct fault *f, const char *format, ...)
{
	char context[512], cause[sizeof(f->text)];
	va_list args;
	size_t used;

	va_start(args, format);
	(void)vsnprintf(context, sizeof(context), format, args);
	va_end(args);
	memcpy(cause, f->text, sizeof(cause));
	(void)snprintf(f->text, sizeof(f->text), "%s: ", context);
	used = strlen(f->text);
	(void)snprintf(f->text + used, sizeof(f->text) - used, "%s", cause);
	return -1;
}

int fault_memory(struct fault *f)
{
	return fault_set(f, FAULT_ADMIN, "out of memory");
}

void fault_clear(struct fault *f)
{
	f->class = FAULT_NONE;
	f->text[0] = '\0';
}
