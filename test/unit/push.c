#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/git/push.h"
#include "common/git/refname.h"

#define A "1111111111111111111111111111111111111111"
#define B "2222222222222222222222222222222222222222"
#define LINE(ref) A " " B " " ref "\n"

static int read_bytes(struct push *push, const char *bytes, size_t len, struct fault *f)
{
	FILE *in = fmemopen((void *)(uintptr_t)bytes, len, "r");
	int status;

	assert_non_null(in);
	status = push_read(push, in, f);
	(void)fclose(in);
	return status;
}

static void accepted(const char *bytes, size_t len, size_t count)
{
	struct fault f = { 0 };
	struct push push;

	assert_int_equal(read_bytes(&push, bytes, len, &f), 0);
	assert_int_equal(push.count, count);
	push_release(&push);
}

static void refused(const char *bytes, size_t len)
{
	struct fault f = { 0 };
	struct push push;

	assert_int_equal(read_bytes(&push, bytes, len, &f), -1);
	assert_int_equal(f.class, FAULT_PUSHER);
	push_release(&push);
}

#define ACCEPTED(literal, count) accepted(literal, sizeof(literal) - 1, count)
#define REFUSED(literal) refused(literal, sizeof(literal) - 1)

static void lines_of_git_are_read(void **state)
{
	(void)state;
	ACCEPTED(LINE("refs/heads/main"), 1);
	ACCEPTED(LINE("refs/heads/main") LINE("refs/tags/v1.0"), 2);
	ACCEPTED(LINE("refs/heads/\xc3\xa9t\xc3\xa9"), 1);
}

static void anything_else_refuses_the_whole_push(void **state)
{
	(void)state;
	REFUSED(LINE("refs/heads/main") "garbage\n");
	REFUSED(LINE("refs/heads/main") "\n");
	REFUSED(A " " B " refs/heads/cut-off");
	REFUSED(A "  " B " refs/heads/main\n");
	REFUSED(A " " B "\trefs/heads/main\n");
	REFUSED("111111111111111111111111111111111111111A " B " refs/heads/main\n");
	REFUSED(A " " B " \n");
	REFUSED(LINE("HEAD"));
	REFUSED(LINE("refs/heads/a b"));
	REFUSED(LINE("refs/heads/a\033b"));
	REFUSED(LINE("refs/heads/a\0b"));
	REFUSED(LINE("refs/heads/\xff"));
	REFUSED(LINE("refs/heads/a\xe2\x80\x8b"
		     "b"));
	REFUSED(LINE("refs/heads/a\r"));
}

static void ref_names_keep_to_the_rules_of_git(void **state)
{
	static const char *const bad[] = { "refs/heads/a..b", "refs/heads/.a", "refs/heads/a.lock",
		"refs/heads//a", "refs/heads/a/", "refs/heads/a.", "refs/heads/a@{b",
		"refs/heads/a~1", "refs/heads/a^", "refs/heads/a:b", "refs/heads/a?",
		"refs/heads/a*", "refs/heads/a[", "refs/heads/a\\b", "refs/", "refs", "" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(refname_objection(span_of(bad[i])));
	assert_null(refname_objection(span_of("refs/heads/feature/a-b_c.d@e")));
	assert_null(refname_objection(span_of("refs/heads/a.locked")));
}

static void some_refs_are_nobodys(void **state)
{
	(void)state;
	assert_non_null(refname_reserved("refs/replace/x"));
	assert_non_null(refname_reserved("refs/Replace/x"));
	assert_non_null(refname_reserved("refs/countersign/holds/x"));
	assert_non_null(refname_reserved("refs/namespaces/a/refs/heads/main"));
	assert_null(refname_reserved("refs/heads/replace/x"));
	assert_null(refname_reserved("refs/replacement"));
	assert_true(refname_is_approval("refs/countersign/approvals/x/alice"));
	assert_false(refname_is_approval("refs/Countersign/approvals/x/alice"));
}

static void the_account_is_the_first_that_is_set(void **state)
{
	static const char *const order[] = { "COUNTERSIGN_USER", "GL_USER", NULL };
	char *vars[] = { (char *)(uintptr_t) "COUNTERSIGN_USER=", (char *)(uintptr_t) "GL_USER=bob",
		NULL };
	struct env env = { .vars = vars };
	struct fault f = { 0 };
	struct push push = { .arena = ARENA_INIT(65536) };

	(void)state;
	assert_int_equal(push_account(&push, &env, order, &f), 0);
	assert_string_equal(push.account, "bob");
	vars[0] = (char *)(uintptr_t) "COUNTERSIGN_USER=carol";
	assert_int_equal(push_account(&push, &env, order, &f), 0);
	assert_string_equal(push.account, "carol");
	vars[0] = NULL;
	assert_int_equal(push_account(&push, &env, order, &f), 0);
	assert_true(push.account[0]);
	push_release(&push);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_git_are_read),
		cmocka_unit_test(anything_else_refuses_the_whole_push),
		cmocka_unit_test(ref_names_keep_to_the_rules_of_git),
		cmocka_unit_test(some_refs_are_nobodys),
		cmocka_unit_test(the_account_is_the_first_that_is_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
