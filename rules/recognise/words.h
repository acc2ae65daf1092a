/*
 * The keys and values by which recognise.c knows an outline; a word is a bit.
 */
#ifndef RULES_RECOGNISE_WORDS_H
#define RULES_RECOGNISE_WORDS_H

#include "common/path/outline.h"

/* name, its C name, the check of its value; `ansible.builtin.` is a prefix. */
#define WORDS(X)                          \
	X(apiVersion, is_api_version)     \
	X(kind, is_kind)                  \
	X(metadata, NULL)                 \
	X(hosts, NULL)                    \
	X(import_playbook, NULL)          \
	X(services, NULL)                 \
	X(image, NULL)                    \
	X(build, NULL)                    \
	X(on, NULL)                       \
	X(jobs, NULL)                     \
	X(uses, NULL)                     \
	X(steps, NULL)                    \
	X(runs, NULL)                     \
	X(using, NULL)                    \
	X(stages, NULL)                   \
	X(stage, NULL)                    \
	X(script, NULL)                   \
	X(trigger, NULL)                  \
	X(pool, NULL)                     \
	X(pr, NULL)                       \
	X(task, NULL)                     \
	X(job, NULL)                      \
	X(bash, NULL)                     \
	X(commands, NULL)                 \
	X(command, NULL)                  \
	X(label, NULL)                    \
	X(plugins, NULL)                  \
	X(workflows, NULL)                \
	X(orbs, NULL)                     \
	X(version, NULL)                  \
	X(pipelines, NULL)                \
	X(branches, NULL)                 \
	X(custom, NULL)                   \
	X(language, NULL)                 \
	X(service, NULL)                  \
	X(provider, NULL)                 \
	X(functions, NULL)                \
	X(network, NULL)                  \
	X(ethernets, NULL)                \
	X(wifis, NULL)                    \
	X(AWSTemplateFormatVersion, NULL) \
	X(Transform, is_aws_transform)    \
	X(Resources, NULL)                \
	X(Type, is_cloud_type)            \
	X(block, NULL)                    \
	X(extends, NULL)                  \
	X(resource, NULL)                 \
	X(required_providers, NULL)

enum word {
#define X(name, check) WORD_##name,
	WORDS(X)
#undef X
		WORD_runs_on,
	WORD_pull_requests,
	WORD_true,
	WORD_schema,
	WORD_kind_pipeline,
	WORD_ansible,
	WORD_play_part,
	WORD_inclusion,
	WORD_module,
	WORD_word_of_task,
	WORD_task_key,
	WORD_only_task_key,
	WORD_resource_type,
	WORD_COUNT,
};

_Static_assert(WORD_COUNT <= OUTLINE_WORDS, "a word is a bit");

#define W(name) (UINT64_C(1) << WORD_##name)

/* All of them, in the order of the enumeration. */
extern const struct outline_word words[WORD_COUNT];

#endif
