/* Telling who was found by the marks of a commit. */
#include "common/mark/marks_private.h"

static bool found_at_all(const struct marks *marks, uint16_t agent)
{
	for (size_t by = 0; by < BY_COUNT; by++)
		if (agent_set_has(&marks->found[by], agent))
			return true;
	return false;
}

void marks_settle(struct marks *marks)
{
	const struct catalogue_table *table = catalogue_table(CATALOGUE_TRAILERS);
	unsigned settled = 0;

	for (size_t i = 0; i < table->count && marks->pending; i++)
		if (table->rows[i].group && found_at_all(marks, table->rows[i].agent))
			settled |= 1u << table->rows[i].group;
	for (size_t i = 0; i < table->count && marks->pending & ~settled; i++)
		if (marks->pending & ~settled & 1u << table->rows[i].group &&
			table->rows[i].strength == MARK_SURE)
			agent_set_add(&marks->found[marks_index(BY_TRAILER)], table->rows[i].agent);
}

/* Those of the set that are conventions, or those that are not. */
static int set_tell(const struct agent_set *set, bool standards, enum identified_by by,
	marks_found *found, void *context)
{
	size_t count;
	const struct catalogue_agent *agents = catalogue_agents(&count);
	int status = 0;

	for (size_t word = 0; word < sizeof(set->bits) / sizeof(set->bits[0]) && !status; word++)
		for (uint64_t bits = set->bits[word]; bits && !status; bits &= bits - 1) {
			const struct catalogue_agent *agent =
				&agents[word * 64 + (size_t)__builtin_ctzll(bits)];

			if ((agent->kind == AGENT_STANDARD) == standards)
				status = found(context, agent->id, by);
		}
	return status;
}

/* Whose it is before in which form it was said: `AI-Agent: Codex` is Codex's. */
int marks_tell(struct marks *marks, marks_found *found, void *context)
{
	unsigned said = 0;
	int status = 0;

	marks_settle(marks);
	for (int by = 0; by < BY_COUNT; by++)
		said |= agent_set_empty(&marks->found[by]) ? 0 : 1u << by;
	for (int by = 0; by < 2 * BY_COUNT && said && !status; by++)
		if (said & 1u << by % BY_COUNT)
			status = set_tell(&marks->found[by % BY_COUNT], by >= BY_COUNT,
				(enum identified_by)(1 << by % BY_COUNT), found, context);
	return status ? status : policy_marks_tell(&marks->own, found, context);
}
