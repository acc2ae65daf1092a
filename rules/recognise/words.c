#include "rules/recognise/words.h"

#include <ctype.h>
#include <string.h>

#include "rules/recognise/compose_words.h"
#include "rules/recognise/terraform_words.h"

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

bool words_listed(const char *const *list, size_t count, struct span key)
{
	for (size_t i = 0; i < count; i++)
		if (span_is(key, list[i]))
			return true;
	return false;
}

#define LISTED(list, key) words_listed(list, sizeof(list) / sizeof((list)[0]), key)

/* No single value is a mapping or a list. */
static bool is_nested(struct span value)
{
	(void)value;
	return false;
}

/* ---- Ansible ---- */

/* Modules that nothing else is called like. */
static bool is_module(struct span key)
{
	static const char *const names[] = { "apt", "apt_key", "apt_repository", "authorized_key",
		"blockinfile", "dnf", "get_url", "include_vars", "lineinfile", "set_fact", "shell",
		"synchronize", "unarchive", "yum", "yum_repository", "zypper", "apk", "pacman",
		"async_status", "win_shell", "win_command", "win_copy", "win_feature",
		"win_service" };

	return LISTED(names, key);
}

/* What a module is given; the name of a shell is a setting of something else: `shell: bash`. */
static bool is_given_to_module(struct span value)
{
	static const char *const shells[] = { "bash", "cmd", "csh", "dash", "elvish", "false",
		"fish", "ksh", "nologin", "nu", "powershell", "pwsh", "python", "sh", "tcsh",
		"true", "xonsh", "zsh", "" };
	const char *slash = memrchr(value.data, '/', value.len);

	if (slash && !memchr(value.data, ' ', value.len)) {
		value.len -= (size_t)(slash + 1 - value.data);
		value.data = slash + 1;
	} else if (span_starts(value, "/usr/bin/env ")) {
		value = (struct span){ value.data + 13, value.len - 13 };
	}
	return !LISTED(shells, value);
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

/* What modules are given on one line: `src=a dest=b`. */
static bool is_free_form(struct span value)
{
	static const char *const names[] = { "dest=", "job=", "line=", "mode=", "msg=", "name=",
		"owner=", "path=", "repo=", "src=", "state=", "url=", "var=" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *at = memmem(value.data, value.len, names[i], strlen(names[i]));

		if (at && (at == value.data || at[-1] == ' '))
			return true;
	}
	return false;
}

/* What a task says beside its module. */
static bool is_task_key(struct span key)
{
	static const char *const names[] = { "name", "when", "become", "become_user",
		"become_method", "become_flags", "notify", "register", "with_items", "changed_when",
		"failed_when", "delegate_to", "no_log", "check_mode", "ignore_errors",
		"ignore_unreachable", "loop_control", "with_dict", "with_fileglob",
		"with_first_found", "with_sequence", "listen", "until", "run_once",
		"any_errors_fatal", "delegate_facts" };

	return LISTED(names, key);
}

/* What a task says that nothing else does. */
static bool is_only_task_key(struct span key)
{
	return !span_is(key, "name") && !span_is(key, "when") && is_task_key(key);
}

/* What is told to modules, and to little else. */
static bool is_module_argument(struct span key)
{
	static const char *const names[] = { "dest", "chdir", "creates", "removes", "argv",
		"daemon_reload", "cmd" };

	return LISTED(names, key);
}

static bool is_state(struct span key)
{
	return span_is(key, "state");
}

static bool is_task_state(struct span key)
{
	static const char *const names[] = { "present", "absent", "started", "stopped", "restarted",
		"reloaded", "latest", "directory", "touch", "link", "installed", "removed" };

	return LISTED(names, key);
}

/* What a play has beside its hosts. */
static bool is_play_part(struct span key)
{
	static const char *const names[] = { "tasks", "roles", "pre_tasks", "post_tasks",
		"handlers", "gather_facts", "vars_files", "become", "become_user", "connection",
		"remote_user", "serial" };

	return LISTED(names, key);
}

static bool is_inclusion(struct span key)
{
	static const char *const names[] = { "include_tasks", "import_tasks", "include_role",
		"import_role", "import_playbook", "local_action" };

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

/* ---- pipelines ---- */

static bool is_azure_part(struct span key)
{
	static const char *const names[] = { "pool", "pr", "trigger" };

	return LISTED(names, key);
}

static bool is_azure_step(struct span key)
{
	static const char *const names[] = { "bash", "powershell", "pwsh", "task" };

	return LISTED(names, key);
}

static bool is_buildkite_part(struct span key)
{
	static const char *const names[] = { "label", "plugins" };

	return LISTED(names, key);
}

static bool is_circle_part(struct span key)
{
	static const char *const names[] = { "orbs", "workflows" };

	return LISTED(names, key);
}

static bool is_pipeline_part(struct span key)
{
	static const char *const names[] = { "branches", "custom", "pull-requests", "tags" };

	return LISTED(names, key);
}

static bool is_trigger(struct span key)
{
	static const char *const names[] = { "on", "true" };

	return LISTED(names, key);
}

/* What a pipeline of GitLab takes in. */
static bool is_ci_inclusion(struct span key)
{
	static const char *const names[] = { "component", "local", "project", "remote",
		"template" };

	return LISTED(names, key);
}

static bool is_ci_source(struct span value)
{
	return memchr(value.data, '/', value.len) || memmem(value.data, value.len, ".yml", 4);
}

/* ---- others ---- */

static bool is_netplan_part(struct span key)
{
	static const char *const names[] = { "bonds", "bridges", "ethernets", "modems", "tunnels",
		"vlans", "wifis" };

	return LISTED(names, key);
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
#define X(name, check) [WORD_##name] = { #name, false, NULL, check, false },
	WORDS(X)
#undef X
#define LIKE(name, matches, check) [WORD_##name] = { #name, false, matches, check, false }
		[WORD_runs_on] = { "runs-on", false, NULL, NULL, false },
	[WORD_schema] = { "$schema", false, NULL, is_arm_schema, false },
	[WORD_kind_pipeline] = { "kind", false, NULL, is_pipeline, false },
	[WORD_merge] = { "<<", false, NULL, NULL, false },
	[WORD_intrinsic] = { "Fn::", true, NULL, NULL, false },
	LIKE(on, is_trigger, NULL),
	LIKE(ansible, is_whole_module, NULL),
	LIKE(play_part, is_play_part, NULL),
	LIKE(inclusion, is_inclusion, NULL),
	LIKE(module, is_module, is_given_to_module),
	LIKE(word_of_task, is_word_of_task, NULL),
	LIKE(task_key, is_task_key, NULL),
	LIKE(only_task_key, is_only_task_key, NULL),
	LIKE(task_state, is_state, is_task_state),
	LIKE(module_argument, is_module_argument, NULL),
	LIKE(resource_type, terraform_is_resource_type, NULL),
	LIKE(known_type, terraform_is_known_type, NULL),
	LIKE(azure_part, is_azure_part, NULL),
	LIKE(azure_step, is_azure_step, NULL),
	LIKE(buildkite_part, is_buildkite_part, NULL),
	LIKE(circle_part, is_circle_part, NULL),
	LIKE(pipeline_part, is_pipeline_part, NULL),
	LIKE(netplan_part, is_netplan_part, NULL),
	LIKE(terraform_part, terraform_is_part, NULL),
	LIKE(terraform_named, terraform_is_named, is_nested),
	LIKE(terraform_part_of, terraform_is_part_of, terraform_is_module_source),
	LIKE(terraform_moving, terraform_is_moving, NULL),
	LIKE(terraform_address, terraform_is_end_of_move, terraform_is_address),
	LIKE(compose_part, compose_is_part, NULL),
	LIKE(foreign_service, compose_is_foreign, NULL),
	LIKE(ci_inclusion, is_ci_inclusion, is_ci_source),
	[WORD_service_image] = { "image", false, NULL, compose_is_image, true },
	[WORD_known_image] = { "image", false, NULL, compose_is_known_image, true },
	[WORD_service_build] = { "build", false, NULL, compose_is_context, true },
	LIKE(service_part, compose_is_old_part, NULL),
	LIKE(weak_service_part, compose_is_weak_part, NULL),
	LIKE(extends_part, compose_is_extended, NULL),
	[WORD_free_form] = { "src=", false, is_word_of_task, is_free_form, true },
	[WORD_task_when] = { "when", false, NULL, NULL, false },
	[WORD_task_args] = { "args", false, NULL, NULL, false },
#undef LIKE
};
