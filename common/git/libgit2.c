#include "common/git/libgit2.h"

#include <dlfcn.h>
#include <stdbool.h>

#define LIBRARY "libgit2.so." LIBGIT2_SOVERSION

static struct libgit2 loaded;

/*
 * Stands in for the function of Mbed TLS by which libgit2, as Debian builds it, reads all the
 * certificate authorities of the machine when it starts.  Countersign never speaks TLS through
 * libgit2; whoever did would be refused for want of an authority.
 */
int mbedtls_x509_crt_parse_file(void *chain, const char *path);

int mbedtls_x509_crt_parse_file(void *chain, const char *path)
{
	(void)chain, (void)path;
	return 0;
}

static bool load(void)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		return false;
#define FIND(name) ((*(void **)&loaded.name = dlsym(library, "git_" #name)) != NULL)
	return FIND(libgit2_init) && FIND(error_last) && FIND(merge_file) &&
	       FIND(merge_file_input_init) && FIND(merge_file_options_init) &&
	       FIND(merge_file_result_free) && FIND(diff_buffers) && FIND(diff_options_init);
#undef FIND
}

int libgit2_fault(struct fault *f, const char *context)
{
	const git_error *error = loaded.error_last();

	return fault_set(
		f, FAULT_ADMIN, "%s: %s", context, error ? error->message : "libgit2 failed");
}

const struct libgit2 *libgit2(struct fault *f)
{
	static bool started;

	if (started)
		return &loaded;
	if (!load()) {
		(void)fault_set(f, FAULT_ADMIN, "%s cannot be loaded, which merges contents: %s",
			LIBRARY, dlerror());
		return NULL;
	}
	if (loaded.libgit2_init() < 0) {
		(void)libgit2_fault(f, "libgit2");
		return NULL;
	}
	started = true;
	return &loaded;
}
