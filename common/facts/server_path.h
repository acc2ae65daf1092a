/*
 * Paths of the server in what a pusher is told: where repositories and programs lie is the
 * server's own business.
 */
#ifndef COMMON_FACTS_SERVER_PATH_H
#define COMMON_FACTS_SERVER_PATH_H

#include "common/base/buf.h"

/*
 * Appends the text, in which each absolute path of this machine is replaced by its end: what lies
 * below the current folder (which is the repository, in a hook) by the rest of it, anything else
 * below a folder of the root by its last component.  0, or -1 as buf_add.
 */
int server_path_hide(struct buf *out, struct span text);

#endif
