/* A set of patterns as a whole: made, counted, and let go of. */
#include "common/path/pattern_private.h"

#define CODE_MAX ((size_t)256 << 20)

int pattern_set_new(struct pattern_set **out, enum pattern_mode mode, struct fault *f)
{
	struct pattern_set *set = *out = calloc(1, sizeof(*set));

	if (!set)
		return fault_memory(f);
	set->mode = mode;
	set->unfiled = -1;
	set->code.max = CODE_MAX;
	set->other.max = CODE_MAX;
	set->compiler.run.max = PATTERN_MAX;
	set->compiler.generous = mode == PATTERN_GENEROUS;
	set->compiler.code = &set->code;
	return 0;
}

void pattern_set_free(struct pattern_set *set)
{
	if (!set)
		return;
	pattern_set_free(set->exact);
	buf_release(&set->code);
	buf_release(&set->other);
	buf_release(&set->compiler.run);
	pattern_index_release(&set->index);
	pattern_set_later_release(set);
	free(set->components);
	free(set->patterns);
	free(set->lists);
	free(set->names);
	free(set->touched);
	free(set);
}

int pattern_set_list(struct pattern_set *set)
{
	if (pattern_room(&set->lists, &set->list_cap, set->list_count, sizeof(*set->lists)) < 0 ||
		pattern_room(&set->touched, &set->touched_cap, set->list_count,
			sizeof(*set->touched)) < 0)
		return -1;
	set->lists[set->list_count] = (struct pattern_list){
		.first = -1, .last = -1, .best = { -1, -1, -1, -1, -1, -1 }
	};
	_Static_assert(READINGS == 5, "each reading has a best");
	return (int)set->list_count++;
}

size_t pattern_set_lists(const struct pattern_set *set)
{
	return set->list_count;
}
