#include "common/key/libcrypto.h"

#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

#define TEXT(number) TEXT_OF(number)
#define TEXT_OF(number) #number
#define LIBRARY "libcrypto.so." TEXT(OPENSSL_SHLIB_VERSION)
#define UNJUDGED 2 /* the exit status of a hook, and of every command, that could not do it */

static _Noreturn void give_up(void)
{
	(void)fprintf(stderr,
		"countersign: " LIBRARY " cannot be loaded, which verifies signatures: %s\n",
		dlerror());
	_exit(UNJUDGED);
}

static void find(void *library, const char *name, void **place)
{
	*place = dlsym(library, name);
	if (!*place)
		give_up();
}

const struct libcrypto *libcrypto(void)
{
	static struct libcrypto loaded;
	static void *library;

	if (library)
		return &loaded;
	library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		give_up();
#define FIND(name) find(library, #name, (void **)&loaded.name);
	LIBCRYPTO_FUNCTIONS(FIND)
#undef FIND
	return &loaded;
}
