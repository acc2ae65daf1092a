#include "rules/recognise/words.h"

#include <ctype.h>
#include <string.h>

/* `v1`, `apps/v1`, `{{ ... }}`; but not of catalogues that only borrow the form. */
static bool is_api_version(struct span v)
{
	if (span_starts(v, "backstage.io/"))
		return false;
	if (span_starts(v, "{{") || span_starts(v, "$"))
		return true;
	for (size_t i = 0; i + 1 < v.len; i++)
		if (v.data[i] == 'v' && (i == 0 || v.data[i - 1] == '/') && v.data[i + 1] >= '0' &&
			v.data[i + 1] <= '9')
			return true;
	return false;
}

static bool is_kind(struct span v)
{
	return v.len &&
	       ((v.data[0] >= 'A' && v.data[0] <= 'Z') || v.data[0] == '{' || v.data[0] == '$');
}

static bool is_pipeline(struct span v)
{
	return span_is(v, "pipeline");
}

/* `AWS::S3::Bucket`, and what third parties add: `MongoDB::Atlas::Cluster`. */
static bool is_cloud_type(struct span v)
{
	size_t parts = 1, length = 0;

	if (span_starts(v, "AWS::") || span_starts(v, "Custom::"))
		return true;
	for (size_t i = 0; i < v.len; i++) {
		if (v.data[i] == ':' && length && i + 1 < v.len && v.data[i + 1] == ':') {
			parts++;
			length = 0;
			i++;
		} else if (!isalnum((unsigned char)v.data[i])) {
			return false;
		} else {
			length++;
		}
	}
	return length && parts >= 3;
}

static bool is_listed(const char *const *list, size_t count, struct span key)
{
	for (size_t i = 0; i < count; i++)
		if (span_is(key, list[i]))
			return true;
	return false;
}

#define LISTED(list, key) is_listed(list, sizeof(list) / sizeof((list)[0]), key)

/* Modules of Ansible that nothing else is called like. */
static bool is_module(struct span key)
{
	static const char *const names[] = { "apt", "apt_key", "apt_repository", "authorized_key",
		"blockinfile", "dnf", "get_url", "include_vars", "lineinfile", "set_fact", "shell",
		"synchronize", "unarchive", "yum", "yum_repository", "zypper", "apk", "pacman",
		"async_status", "win_shell", "win_command", "win_copy", "win_feature",
		"win_service" };

	return LISTED(names, key);
}

/* Modules whose names say less by themselves. */
static bool is_word_of_task(struct span key)
{
	static const char *const names[] = { "assert", "command", "copy", "cron", "debug", "fail",
		"fetch", "file", "find", "git", "group", "hostname", "iptables", "mount", "package",
		"pause", "pip", "raw", "reboot", "replace", "script", "service", "service_facts",
		"setup", "stat", "sysctl", "systemd", "systemd_service", "template", "uri", "user",
		"wait_for", "docker_container", "ufw", "npm", "gem", "slurp", "tempfile" };

	return LISTED(names, key);
}

/* What a task says beside its module. */
static bool is_task_key(struct span key)
{
	static const char *const names[] = { "name", "when", "become", "become_user", "notify",
		"register", "with_items", "changed_when", "failed_when", "delegate_to", "no_log",
		"check_mode", "ignore_errors", "loop_control", "with_dict", "with_fileglob",
		"listen" };

	return LISTED(names, key);
}

/* What a task says that nothing else does. */
static bool is_only_task_key(struct span key)
{
	return !span_is(key, "name") && !span_is(key, "when") && is_task_key(key);
}

/* What a play has beside its hosts. */
static bool is_play_part(struct span key)
{
	static const char *const names[] = { "tasks", "roles", "pre_tasks", "post_tasks",
		"handlers" };

	return LISTED(names, key);
}

static bool is_inclusion(struct span key)
{
	static const char *const names[] = { "include_tasks", "import_tasks", "include_role",
		"import_role", "local_action" };

	return LISTED(names, key);
}

/* Modules by their whole names. */
static bool is_whole_module(struct span key)
{
	static const char *const collections[] = { "ansible.", "community.", "kubernetes.core.",
		"amazon.aws.", "azure.azcollection.", "google.cloud.", "containers.podman." };

	for (size_t i = 0; i < sizeof(collections) / sizeof(collections[0]); i++)
		if (span_starts(key, collections[i]))
			return memchr(key.data + strlen(collections[i]), '.',
				       key.len - strlen(collections[i])) ||
			       i > 1;
	return false;
}

/* `aws_s3_bucket`: a type of Terraform's resources. */
static bool is_resource_type(struct span key)
{
	bool under = false;

	for (size_t i = 0; i < key.len; i++) {
		char c = key.data[i];

		if (!(c >= 'a' && c <= 'z') &&
			!(i && ((c >= '0' && c <= '9') || c == '_' || c == '-')))
			return false;
		under |= c == '_';
	}
	return under;
}

static bool is_aws_transform(struct span v)
{
	return span_starts(v, "AWS::");
}

static bool is_arm_schema(struct span v)
{
	return memmem(v.data, v.len, "deploymentTemplate.json", 23) != NULL;
}

const struct outline_word words[WORD_COUNT] = {
#define X(name, check) [WORD_##name] = { #name, false, NULL, check },
	WORDS(X)
#undef X
		[WORD_runs_on] = { "runs-on", false, NULL, NULL },
	[WORD_pull_requests] = { "pull-requests", false, NULL, NULL },
	[WORD_true] = { "true", false, NULL, NULL },
	[WORD_schema] = { "$schema", false, NULL, is_arm_schema },
	[WORD_kind_pipeline] = { "kind", false, NULL, is_pipeline },
	[WORD_ansible] = { "ansible", false, is_whole_module, NULL },
	[WORD_play_part] = { "tasks", false, is_play_part, NULL },
	[WORD_inclusion] = { "include_tasks", false, is_inclusion, NULL },
	[WORD_module] = { "shell", false, is_module, NULL },
	[WORD_word_of_task] = { "command", false, is_word_of_task, NULL },
	[WORD_task_key] = { "name", false, is_task_key, NULL },
	[WORD_only_task_key] = { "become", false, is_only_task_key, NULL },
	[WORD_resource_type] = { "aws_s3_bucket", false, is_resource_type, NULL },
};
