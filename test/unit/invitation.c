/* An invitation opens for its secret alone, for a day, and until it is answered. */
#include "hooks/admin/invitation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "test/sandbox.h"

#define NOW 1798761600

static void make(struct invitation *out, char secret[INVITATION_SECRET_SIZE])
{
	struct fault f = { 0 };

	*out = (struct invitation)INVITATION_INIT;
	(void)snprintf(out->person, sizeof(out->person), "alice");
	(void)snprintf(
		out->repository, sizeof(out->repository), "0f1e2d3c4b5a69788796a5b4c3d2e1f0");
	if (invitation_make(sandbox_path, out, NOW, secret, &f) < 0)
		fail_msg("%s", f.text);
}

static int find(struct invitation *out, const char *person)
{
	struct fault f = { 0 };

	*out = (struct invitation)INVITATION_INIT;
	return invitation_find(out, sandbox_path, person, &f);
}

static void opens_for_its_secret_and_a_day(void **state)
{
	struct invitation made, found;
	char secret[INVITATION_SECRET_SIZE], other[INVITATION_SECRET_SIZE];

	(void)state;
	make(&made, other);
	make(&made, secret); /* takes the place of the first */
	assert_int_equal(find(&found, "alice"), 1);
	assert_true(invitation_opens(&found, span_of(secret), NOW));
	assert_true(invitation_opens(&found, span_of(secret), NOW + INVITATION_LASTS - 1));
	assert_false(invitation_opens(&found, span_of(secret), NOW + INVITATION_LASTS));
	assert_false(invitation_opens(&found, span_of(secret), NOW - 1));
	assert_false(invitation_opens(&found, span_of(other), NOW));
	assert_false(invitation_opens(&found, span_of(""), NOW));
	assert_false(invitation_opens(&found, span_of(made.secret), NOW));
	invitation_release(&found);
	invitation_release(&made);
}

static void is_used_up_by_an_answer(void **state)
{
	const struct passkey_answer answer = { span_of("credential"), span_of("data"),
		span_of("{}"), { NULL, 0 } };
	char secret[INVITATION_SECRET_SIZE];
	struct invitation made, found;
	struct fault f = { 0 };

	(void)state;
	make(&made, secret);
	assert_int_equal(invitation_answer(sandbox_path, &made, &answer, &f), 0);
	assert_int_equal(find(&found, "alice"), 1);
	assert_true(found.answered && span_is(found.answer.authenticator_data, "data"));
	assert_true(span_is(found.answer.credential, "credential"));
	assert_false(invitation_opens(&found, span_of(secret), NOW));
	invitation_release(&found);
	assert_int_equal(invitation_drop(sandbox_path, "alice", &f), 0);
	assert_int_equal(find(&found, "alice"), 0);
	invitation_release(&made);
}

static void nothing_but_a_persons_name_is_looked_for(void **state)
{
	static const char *const odd[] = { "", "../alice", "a/b", "a\nb", ".", ".." };
	struct invitation found;

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		assert_int_equal(find(&found, odd[i]), -1);
}

static void what_others_wrote_there_is_no_invitation(void **state)
{
	char secret[INVITATION_SECRET_SIZE];
	struct invitation made, found;

	(void)state;
	make(&made, secret);
	sandbox_do("echo '{}' >countersign/invitations/alice.json");
	assert_int_equal(find(&found, "alice"), -1);
	sandbox_do("cd countersign/invitations && mv alice.json x && ln -s x alice.json");
	assert_int_equal(find(&found, "alice"), -1);
	sandbox_do("rm countersign/invitations/alice.json");
	invitation_release(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_for_its_secret_and_a_day),
		cmocka_unit_test(is_used_up_by_an_answer),
		cmocka_unit_test(nothing_but_a_persons_name_is_looked_for),
		cmocka_unit_test(what_others_wrote_there_is_no_invitation),
	};

	return cmocka_run_group_tests(tests, sandbox_group, NULL);
}
