/*
 * libcurl, by which notifications are posted.  It brings some thirty libraries, which take a
 * deliverer longer to start than all it does while the push that started it goes on: so it is
 * loaded when something is to be posted.
 */
#ifndef COMMON_NOTIFY_LIBCURL_H
#define COMMON_NOTIFY_LIBCURL_H

#define CURL_DISABLE_TYPECHECK /* which knows functions only, and no pointers to such */
#include <curl/curl.h>

#include "common/base/fault.h"

/* Its functions that are called, each a member of its own name. */
/* clang-format off */
#define LIBCURL_FUNCTIONS(each) \
	each(curl_easy_cleanup) \
	each(curl_easy_getinfo) \
	each(curl_easy_init) \
	each(curl_easy_setopt) \
	each(curl_easy_strerror) \
	each(curl_global_cleanup) \
	each(curl_global_init) \
	each(curl_multi_add_handle) \
	each(curl_multi_cleanup) \
	each(curl_multi_info_read) \
	each(curl_multi_init) \
	each(curl_multi_perform) \
	each(curl_multi_poll) \
	each(curl_multi_remove_handle) \
	each(curl_slist_append) \
	each(curl_slist_free_all)
/* clang-format on */

#define LIBCURL_MEMBER(name) __typeof__(name) *name;

struct libcurl {
	LIBCURL_FUNCTIONS(LIBCURL_MEMBER)
};

/* The library, loaded once a process, or NULL on a fault. */
const struct libcurl *libcurl_load(struct fault *f);

#endif
