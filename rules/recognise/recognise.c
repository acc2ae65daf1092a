#include "rules/recognise/recognise.h"

#include <stdint.h>

#include "common/base/buf.h"
#include "common/path/outline.h"
#include "rules/recognise/lines.h"
#include "rules/recognise/words.h"

/* ---- facts about mappings below the root ---- */

enum fact {
	FACT_OBJECT = 1,
	FACT_PLAY = 2,
	FACT_TASKS = 4,
	FACT_COMPOSE = 8,
	FACT_JOB = 16,
	FACT_RESOURCE = 32,
	FACT_SCRIPT = 64,
	FACT_STAGE = 128,
	FACT_STEP = 256,
	FACT_ACTION = 512,
	FACT_PIPELINES = 1024,
	FACT_NETWORK = 2048,
	FACT_COMMANDS = 4096,
	FACT_BUILDKITE = 8192,
	FACT_TERRAFORM = 16384,
};

enum where {
	ANYWHERE,
	IN_ROOT_LIST, /* an item of a document that is a list */
	BELOW_ROOT,   /* the value of a key of the root, which is one of `key` if that names any */
	TWO_BELOW,    /* a value or item in the value of such a key */
	ITEM_OF,      /* an item of a list that is the value of such a key, anywhere */
	TYPED_BELOW,  /* the value of a resource's type that stands in the value of such a key */
};

static const struct {
	enum where where;
	uint64_t key;
	uint64_t all, any; /* of its own keys */
	unsigned fact;
} node_facts[] = {
	{ ANYWHERE, 0, W(apiVersion) | W(kind) | W(metadata), 0, FACT_OBJECT },
	{ IN_ROOT_LIST, 0, W(apiVersion) | W(kind), 0, FACT_OBJECT },
	{ IN_ROOT_LIST, 0, W(hosts), W(play_part), FACT_PLAY },
	{ IN_ROOT_LIST, 0, 0, W(import_playbook), FACT_PLAY },
	{ IN_ROOT_LIST, 0, 0, W(ansible) | W(inclusion), FACT_TASKS },
	{ IN_ROOT_LIST, 0, W(module), W(task_key), FACT_TASKS },
	{ IN_ROOT_LIST, 0, W(word_of_task), W(only_task_key), FACT_TASKS },
	{ ITEM_OF, W(block), 0, W(ansible) | W(inclusion) | W(module) | W(word_of_task),
		FACT_TASKS },
	{ TWO_BELOW, W(services), 0, W(image) | W(build) | W(extends), FACT_COMPOSE },
	{ TYPED_BELOW, W(resource), 0, 0, FACT_TERRAFORM },
	{ BELOW_ROOT, 0, W(required_providers), 0, FACT_TERRAFORM },
	{ TWO_BELOW, W(jobs), 0, W(runs_on) | W(uses) | W(steps), FACT_JOB },
	{ TWO_BELOW, W(Resources), W(Type), 0, FACT_RESOURCE },
	{ BELOW_ROOT, 0, W(script), 0, FACT_SCRIPT },
	{ BELOW_ROOT, 0, W(stage), 0, FACT_STAGE },
	{ TWO_BELOW, W(steps), 0, W(task) | W(script) | W(bash), FACT_STEP },
	{ TWO_BELOW, W(steps), W(image) | W(commands), 0, FACT_COMMANDS },
	{ TWO_BELOW, W(steps), W(command), W(label) | W(plugins), FACT_BUILDKITE },
	{ TWO_BELOW, W(jobs) | W(stages), 0, W(job) | W(stage) | W(steps) | W(jobs), FACT_STEP },
	{ BELOW_ROOT, W(runs), W(using), 0, FACT_ACTION },
	{ BELOW_ROOT, W(pipelines), 0, W(branches) | W(pull_requests) | W(custom), FACT_PIPELINES },
	{ BELOW_ROOT, W(network), 0, W(ethernets) | W(wifis), FACT_NETWORK },
};

/* ---- what documents are ---- */

static const struct {
	const char *part, *why;
	uint64_t all, any; /* of the root's keys */
	unsigned facts;    /* one of them */
	unsigned with;     /* and one of these */
	enum word tells;   /* whose line is told */
} kinds[] = {
	{ "infrastructure.kubernetes", "a Kubernetes object (apiVersion and kind)",
		W(apiVersion) | W(kind), 0, 0, 0, WORD_kind },
	{ "infrastructure.kubernetes", "holds a Kubernetes object (apiVersion, kind and metadata)",
		0, 0, FACT_OBJECT, 0, WORD_kind },
	{ "infrastructure.iac", "a CloudFormation template", W(AWSTemplateFormatVersion), 0, 0, 0,
		WORD_AWSTemplateFormatVersion },
	{ "infrastructure.iac", "a CloudFormation template (resources of cloud types)", 0, 0,
		FACT_RESOURCE, 0, WORD_Type },
	{ "infrastructure.iac", "a CloudFormation template with a transform",
		W(Transform) | W(Resources), 0, 0, 0, WORD_Transform },
	{ "infrastructure.iac", "an Azure Resource Manager template", W(schema), 0, 0, 0,
		WORD_schema },
	{ "infrastructure.iac", "an Ansible playbook", 0, 0, FACT_PLAY, 0, WORD_hosts },
	{ "infrastructure.iac", "Ansible tasks", 0, 0, FACT_TASKS, 0, WORD_ansible },
	{ "infrastructure.iac", "Terraform in JSON", 0, 0, FACT_TERRAFORM, 0, WORD_resource },
	{ "infrastructure.iac", "a Serverless Framework service",
		W(service) | W(provider) | W(functions), 0, 0, 0, WORD_service },
	{ "infrastructure.containers", "a compose file (services with an image or build)", 0, 0,
		FACT_COMPOSE, 0, WORD_services },
	{ "infrastructure.ci", "a workflow of GitHub, Gitea or Forgejo Actions (on and jobs)",
		W(jobs), W(on) | W(true), FACT_JOB, 0, WORD_jobs },
	{ "infrastructure.ci", "an action of GitHub, Gitea or Forgejo (runs using)", 0, 0,
		FACT_ACTION, 0, WORD_runs },
	{ "infrastructure.ci", "a GitLab pipeline (stages and scripts)", W(stages), 0, FACT_SCRIPT,
		0, WORD_stages },
	{ "infrastructure.ci", "a GitLab pipeline (jobs with stage and script)", 0, 0, FACT_SCRIPT,
		FACT_STAGE, WORD_script },
	{ "infrastructure.ci", "an Azure pipeline", 0, W(trigger) | W(pool) | W(pr), FACT_STEP, 0,
		WORD_steps },
	{ "infrastructure.ci", "a CircleCI pipeline", W(version) | W(jobs), W(workflows) | W(orbs),
		0, 0, WORD_jobs },
	{ "infrastructure.ci", "a Bitbucket pipeline", 0, 0, FACT_PIPELINES, 0, WORD_pipelines },
	{ "infrastructure.ci", "a Drone pipeline", W(kind_pipeline) | W(steps), 0, 0, 0,
		WORD_kind_pipeline },
	{ "infrastructure.ci", "a Woodpecker pipeline (steps with image and commands)", 0, 0,
		FACT_COMMANDS, 0, WORD_steps },
	{ "infrastructure.ci", "a Buildkite pipeline (steps with commands)", 0, 0, FACT_BUILDKITE,
		0, WORD_steps },
	{ "infrastructure.ci", "a Travis CI pipeline (language and script)",
		W(language) | W(script), 0, 0, 0, WORD_language },
	{ "infrastructure.hosts", "network settings (netplan)", 0, 0, FACT_NETWORK, 0,
		WORD_network },
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct findings {
	struct recognised *out;
	size_t count;
	unsigned facts; /* of the document being read */
};

/* One row for each kind, where it was first seen. */
static void add(struct findings *found, struct recognised what)
{
	for (size_t i = 0; i < found->count; i++)
		if (found->out[i].why == what.why)
			return;
	if (found->count < RECOGNISED_MAX)
		found->out[found->count++] = what;
}

/* {"resource": {"aws_s3_bucket": {"b": {}}}}, and the same with lists. */
static bool is_typed(
	uint64_t key, const struct outline_node *node, const struct outline_node *parent)
{
	const uint64_t type = W(resource_type);

	if (node->depth == 2 && (parent->under & key))
		return parent->list ? (node->seen & type) != 0 : (node->under & type) != 0;
	return node->depth == 3 && parent->list && (parent->under & type);
}

static bool stands(enum where where, uint64_t key, const struct outline_node *node,
	const struct outline_node *parent)
{
	switch (where) {
	case ANYWHERE:
		return true;
	case IN_ROOT_LIST:
		return parent && parent->depth == 0 && parent->list;
	case ITEM_OF:
		return parent && parent->list && (parent->under & key);
	case TYPED_BELOW:
		return is_typed(key, node, parent);
	case BELOW_ROOT:
		return node->depth == 1 && !parent->list && (!key || (node->under & key));
	default:
		return node->depth == 2 && (parent->under & key);
	}
}

static void see_node(
	void *context, const struct outline_node *node, const struct outline_node *parent)
{
	struct findings *found = context;

	for (size_t i = 0; i < COUNT(node_facts); i++)
		if ((node->seen & node_facts[i].all) == node_facts[i].all &&
			(!node_facts[i].any || (node->seen & node_facts[i].any)) &&
			stands(node_facts[i].where, node_facts[i].key, node, parent))
			found->facts |= node_facts[i].fact;
}

static void see_document(void *context, const struct outline_document *document)
{
	struct findings *found = context;

	for (size_t i = 0; i < COUNT(kinds); i++) {
		size_t line = document->lines[kinds[i].tells];

		if ((document->root & kinds[i].all) != kinds[i].all ||
			(kinds[i].any && !(document->root & kinds[i].any)) ||
			(kinds[i].facts && !(found->facts & kinds[i].facts)) ||
			(kinds[i].with && !(found->facts & kinds[i].with)))
			continue;
		add(found, (struct recognised){ kinds[i].part, kinds[i].why, line ? line : 1 });
	}
	found->facts = 0;
}

/* ---- encodings ---- */

static int add_utf8(struct buf *out, unsigned int c)
{
	char utf8[3] = { (char)(0xe0 | c >> 12), (char)(0x80 | (c >> 6 & 0x3f)),
		(char)(0x80 | (c & 0x3f)) };

	return c < 0x80 ? buf_addc(out, (char)c) : buf_add(out, utf8, sizeof(utf8));
}

/* Only ASCII and line ends matter here, so surrogates need no joining. */
static int from_utf16(struct buf *out, struct span content, bool big)
{
	for (size_t i = 2; i + 1 < content.len; i += 2) {
		unsigned char a = (unsigned char)content.data[i],
			      b = (unsigned char)content.data[i + 1];

		if (add_utf8(out, big ? (unsigned)a << 8 | b : (unsigned)b << 8 | a) < 0)
			return -1;
	}
	return 0;
}

/* YAML 1.1 also ends lines at NEL, LS and PS. */
static int plain_line_ends(struct buf *out, struct span content)
{
	static const char *const ends[] = { "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9" };

	for (size_t i = 0; i < content.len; i++) {
		struct span rest = { content.data + i, content.len - i };
		size_t end = 0;

		while (end < COUNT(ends) && !span_starts(rest, ends[end]))
			end++;
		if (buf_addc(out, end < COUNT(ends) ? '\n' : content.data[i]) < 0)
			return -1;
		i += end < COUNT(ends) ? strlen(ends[end]) - 1 : 0;
	}
	return 0;
}

/* The first of the bytes `lead` with these bytes behind it. */
static bool has_sequence(struct span content, char lead, const char *const *ends)
{
	const char *at = content.data, *stop = at + content.len;

	for (; (at = memchr(at, (unsigned char)lead, (size_t)(stop - at))); at++)
		for (const char *const *end = ends; *end; end++)
			if (span_starts((struct span){ at, (size_t)(stop - at) }, *end))
				return true;
	return false;
}

static bool has_odd_line_ends(struct span content)
{
	return has_sequence(content, '\xc2', (const char *const[]){ "\xc2\x85", NULL }) ||
	       has_sequence(content, '\xe2',
		       (const char *const[]){ "\xe2\x80\xa8", "\xe2\x80\xa9", NULL });
}

/*
 * A key stands before a colon or behind a question mark, so that most prose and code need not be
 * read as YAML.
 */
static bool may_have_keys(struct span content)
{
	return memchr(content.data, ':', content.len) || memchr(content.data, '?', content.len);
}

static void recognise_utf8(struct findings *found, struct span content)
{
	const struct outline outline = { words, WORD_COUNT, see_node, see_document, found };
	struct recognised what;

	if (span_starts(content, "\xef\xbb\xbf"))
		content = (struct span){ content.data + 3, content.len - 3 };
	if (may_have_keys(content))
		outline_read(&outline, content);
	for (size_t i = 0; recognise_lines(i, content, &what) >= 0; i++)
		if (what.part)
			add(found, what);
}

size_t recognise(struct span path, struct span content, struct recognised out[RECOGNISED_MAX])
{
	struct findings found = { .out = out };
	struct buf plain = BUF_INIT(content.len * 2 + 16);

	(void)path;
	if (!content.len)
		return 0;
	if (span_starts(content, "\xff\xfe") || span_starts(content, "\xfe\xff")) {
		(void)from_utf16(&plain, content, content.data[0] == '\xfe');
		content = buf_span(&plain);
	} else if (has_odd_line_ends(content)) {
		recognise_utf8(&found, content);
		(void)plain_line_ends(&plain, content);
		content = buf_span(&plain);
	}
	if (content.len)
		recognise_utf8(&found, content);
	buf_release(&plain);
	return found.count;
}
