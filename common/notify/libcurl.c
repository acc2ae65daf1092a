#include "common/notify/libcurl.h"

#include <dlfcn.h>

#define LIBRARY "libcurl.so.4"

static int find(void *library, const char *name, void **place)
{
	*place = dlsym(library, name);
	return *place ? 0 : -1;
}

const struct libcurl *libcurl_load(struct fault *f)
{
	static struct libcurl loaded;
	static void *library;
	int status = 0;

	if (library)
		return &loaded;
	library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		status = -1;
#define FIND(name) status = status < 0 ? -1 : find(library, #name, (void **)&loaded.name);
	LIBCURL_FUNCTIONS(FIND)
#undef FIND
	if (status == 0)
		return &loaded;
	(void)fault_set(f, FAULT_ADMIN, LIBRARY " cannot be loaded, which posts notifications: %s",
		dlerror());
	if (library)
		(void)dlclose(library);
	library = NULL;
	return NULL;
}
