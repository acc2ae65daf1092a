/*
 * The loader over any bytes: once as a repository's file, all errors collected, and once as what a
 * branch has delegated, below a site's policy that it must not loosen.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/policy/policy.h"

static const char site[] =
	"{\"version\":1,\"people\":{\"alice\":{\"accounts\":[\"alice\"],\"groups\":[\"platform\"]},"
	"\"bob\":{\"emails\":[\"bob@example.com\"]}},\"delegates\":[\"platform\"],"
	"\"agents\":{\"*\":{\"scope\":[\"/src/"
	"\"]},\"bot\":{\"owner\":\"alice\",\"accounts\":[\"bot\"]}},"
	"\"rules\":[{\"name\":\"a\",\"paths\":[\"class:infrastructure\",\"/a/"
	"\"],\"action\":\"hold\","
	"\"approvers\":[\"platform\"]}],\"limits\":{\"commits\":50,\"holds\":5}}";

static char site_file[] = "/tmp/fuzz-policy-site-XXXXXX",
	    own_file[] = "/tmp/fuzz-policy-own-XXXXXX";

static void must(bool so)
{
	if (!so)
		__builtin_trap();
}

static void put(int fd, const void *data, size_t size)
{
	must(ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
}

static void tidy(void)
{
	(void)unlink(site_file);
	(void)unlink(own_file);
}

/* The file that the bytes go to, made once, with the site's beside it. */
static int own(void)
{
	static int fd = -1;
	int other;

	if (fd >= 0)
		return fd;
	fd = mkstemp(own_file);
	other = mkstemp(site_file);
	must(fd >= 0 && other >= 0 && atexit(tidy) == 0);
	put(other, site, strlen(site));
	(void)close(other);
	return fd;
}

static bool shown_safely(const struct buf *errors)
{
	for (size_t i = 0; i < errors->len; i++)
		if ((unsigned char)errors->data[i] < 0x20 && errors->data[i] != '\n')
			return false;
	return true;
}

/* All errors: some exactly when the outcome says so. */
static void check(enum layer layer)
{
	struct buf errors = BUF_INIT(4u << 20);
	struct fault f = { 0 };
	int outcome = policy_check_file(own_file, layer, &errors, &f);

	must(outcome == 0 || outcome == 1 || f.class != FAULT_NONE);
	must(outcome != 1 || errors.len > 0);
	must(shown_safely(&errors));
	buf_release(&errors);
}

/* What a delegated file comes to is nowhere looser than the site's policy. */
static void delegate(const uint8_t *data, size_t size)
{
	struct policy_sources sources = {
		.site = site_file,
		.delegated = { (const char *)data, size },
		.head = "refs/heads/main",
	};
	struct fault f = { 0 };
	struct policy *policy;

	if (policy_load(&policy, &sources, &f) < 0) {
		must(!policy && f.class != FAULT_NONE);
		return;
	}
	must(policy->limits.commits <= 50 && policy->limits.holds <= 5);
	must(policy->approval.exclude_owner && policy->approval.exclude_pusher);
	must((policy->approval.accept & ~(unsigned)(ACCEPT_TAG | ACCEPT_MERGE)) == 0);
	must(policy->approval.expires > 0 && policy->approval.expires <= 14 * 86400);
	must(!policy->approval.land && !policy->observe && !policy->webhook_count);
	must(policy->allowance_count == 0 && !policy_agent(policy, "bot")->rewrite);
	must(policy->rules[0].action == ACTION_HOLD && !policy->rules[0].observe);
	must(policy_person(policy, "alice")->layer == LAYER_SITE);
	for (size_t i = 0; i < policy->person_count; i++)
		must(policy->people[i].layer == LAYER_SITE ||
			!policy_names_person(policy->rules[0].approvers, &policy->people[i]));
	policy_free(policy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	put(own(), data, size);
	check(LAYER_REPOSITORY);
	check(LAYER_DELEGATED);
	delegate(data, size);
	return 0;
}
