/*
 * Names of refs, byte for byte: which are well-formed, and which nobody may push.
 */
#ifndef COMMON_GIT_REFNAME_H
#define COMMON_GIT_REFNAME_H

#include <stdbool.h>

#include "common/base/span.h"

#define REFNAME_MAX 4096

/*
 * What is wrong with the name, or NULL: it begins with `refs/`, has something after that, keeps
 * the rules of git-check-ref-format(1), and is well-formed UTF-8 without invisible characters.
 */
const char *refname_objection(struct span name);

/*
 * Whether git has refs of that name below refs/: the rules of git-check-ref-format(1) alone, which
 * let more pass than refname_objection().  For refs that are in the repository already.
 */
bool refname_is_valid(struct span name);

/*
 * Why a push to the ref is reserved, or NULL.  Case makes no difference, since the name may become
 * a file's.  refs/countersign/ is reserved here as a whole; approvals are let in by those who judge
 * them.
 */
const char *refname_reserved(const char *name);

/*
 * Why a ref of that name may not be made, or NULL: a folder in refs/ that has HEAD, objects/ and
 * refs/ in it is a repository that git serves by its path, without hooks.  HEAD is what ordinary
 * names never end in; of refs/remotes/NAME, which has one, it is objects/.
 */
const char *refname_embeds(const char *name);

/* Whether the ref lies in refs/countersign/approvals/. */
bool refname_is_approval(const char *name);

#endif
