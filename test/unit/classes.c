#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/path/classes.h"
#include "common/path/fold.h"
#include "common/path/pattern.h"

static struct pattern_set *set;

static int build(void **state)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);
	struct fault f = { 0 };

	(void)state;
	if (pattern_set_new(&set, PATTERN_GENEROUS, &f) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (pattern_set_list(set) != (int)i)
			return -1;
		for (size_t j = 0; j < parts[i].count; j++)
			if (pattern_set_add_class(
				    set, (int)i, span_of(parts[i].entries[j].pattern), &f) < 0)
				return -1;
	}
	return 0;
}

static int release(void **state)
{
	(void)state;
	pattern_set_free(set);
	return 0;
}

struct names {
	char text[512];
};

static int note(void *context, const struct pattern_hit *hit)
{
	struct names *names = context;
	size_t count;

	if (hit->negated)
		return 0;
	if (names->text[0])
		strcat(names->text, " ");
	strcat(names->text, class_parts(&count)[hit->list].name);
	return 0;
}

static struct names parts_of(const char *path)
{
	struct names names = { "" };
	struct buf folded = BUF_INIT(65536);
	struct pattern_path both = { .bytes = span_of(path) };

	assert_int_equal(fold_path(&folded, span_of(path)), 0);
	both.folded = buf_span(&folded);
	assert_int_equal(pattern_set_match(set, &both, note, &names), 0);
	buf_release(&folded);
	return names;
}

#define INFRA "infrastructure."

static const char *const protected[][2] = {
	{ ".github/workflows/ci.yml", INFRA "ci" },
	{ ".GitHub/Workflows/ci.yml", INFRA "ci" },
	{ ".github./workflows/ci.yml", INFRA "ci" },
	{ ".github\\workflows\\ci.yml", INFRA "ci" },
	{ "tools/setup/action.yml", INFRA "ci" },
	{ ".gitlab-ci.yml", INFRA "ci" },
	{ "ci/build.gitlab-ci.yml", INFRA "ci" },
	{ ".forgejo/workflows/test.yaml", INFRA "ci" },
	{ "Jenkinsfile", INFRA "ci" },
	{ "azure-pipelines-nightly.yml", INFRA "ci" },
	{ ".circleci/config.yml", INFRA "ci" },
	{ "main.tf", INFRA "iac" },
	{ "modules/net/variables.tf", INFRA "iac" },
	{ "live/prod/terragrunt.hcl", INFRA "iac" },
	{ "Pulumi.prod.yaml", INFRA "iac" },
	{ "infra/main.bicep", INFRA "iac" },
	{ "roles/web/tasks/main.yml", INFRA "iac" },
	{ "group_vars/all.yml", INFRA "iac" },
	{ "flake.nix", INFRA "iac" },
	{ "deploy/k8s/app.yaml", INFRA "kubernetes" },
	{ "charts/app/Chart.yaml", INFRA "kubernetes" },
	{ "charts/app/templates/_helpers.tpl", INFRA "kubernetes" },
	{ "overlays/prod/kustomization.yaml", INFRA "kubernetes" },
	{ "Dockerfile", INFRA "containers" },
	{ "web/Dockerfile.dev", INFRA "containers" },
	{ "web/Dockerfile_arm", INFRA "containers" },
	{ "dockerfiles/Dockerfile", INFRA "containers" },
	{ "kubeconfig.yaml", "credential-files" },
	{ "build/api.Dockerfile", INFRA "containers" },
	{ "docker-compose.override.yml", INFRA "containers" },
	{ ".devcontainer/devcontainer.json", INFRA "containers" },
	{ "src/dockerfile/testdata/Dockerfile", INFRA "containers" },
	{ "dist/app.service", INFRA "hosts" },
	{ "ops/sudoers.d/app", INFRA "hosts" },
	{ "ops/nginx/app.conf", INFRA "hosts" },
	{ "etc/fstab", INFRA "hosts" },
	{ "fly.toml", INFRA "deploy" },
	{ "db/migrate/001_users.rb", INFRA "migrations" },
	{ "app/migrations/0001_initial.py", INFRA "migrations" },
	{ ".env", "credential-files" },
	{ "web/.env.production", "credential-files" },
	{ "prod.env", "credential-files" },
	{ "certs/server.key", "credential-files" },
	{ "id_ed25519", "credential-files" },
	{ "prod.tfvars", "credential-files" },
	{ "terraform.tfstate.backup", "credential-files" },
	{ "home/.aws/credentials", "credential-files" },
	{ "x/.docker/config.json", "credential-files" },
	{ "config/service-account-prod.json", "credential-files" },
	{ ".npmrc", "credential-files dependencies" },
	{ "package.json", "dependencies" },
	{ "web/pnpm-lock.yaml", "dependencies" },
	{ "go.sum", "dependencies" },
	{ "requirements-dev.txt", "dependencies" },
	{ "src/App/App.csproj", "dependencies" },
	{ "gradle/wrapper/gradle-wrapper.properties", "dependencies" },
	{ "vendor/github.com/x/y.go", "dependencies" },
	{ "AGENTS.md", "agent-instructions" },
	{ "web/CLAUDE.md", "agent-instructions" },
	{ ".claude/settings.json", "agent-instructions" },
	{ ".cursor/rules/x.mdc", "agent-instructions" },
	{ ".github/copilot-instructions.md", "agent-instructions" },
	{ ".vscode/mcp.json", "agent-instructions" },
	{ "tools/pdf/SKILL.md", "agent-instructions" },
	{ ".gitattributes", "git-controls" },
	{ "docs/CODEOWNERS", "git-controls" },
	{ ".countersign.json", "git-controls" },
	{ ".husky/pre-commit", "git-controls" },
	{ ".pre-commit-config.yaml", "git-controls" },
};

static const char *const free_paths[] = { "README.md", "docs/kubernetes.md", "docs/docker.md",
	"src/deploy/index.ts", "src/deploy/rollout.go", "lib/cron.c", "src/cron/schedule.ts",
	"src/main.c", "pkg/k8s/client.go", "internal/kubernetes/api.go", "src/dockerfile/parser.go",
	"lexers/dockerfile.py", "stubs/dockerfile-parse/dockerfile_parse/parser.pyi",
	"pkg/kubeconfig.go", "lexers/procfile.py", "docs/api/Agent.md", "pkg/caddyfile.go",
	"tools/jenkinsfile.js", "frontend/dockerfile/instructions/parse.go", "lib/terraform.py",
	"docs/terraform/intro.md", "src/workspace/tree.ts", "src/codeowners/match.go",
	"internal/owners/list.go", "src/app/user.service.ts", "src/inventory/stock.py",
	"src/roles/admin.ts", "app/models/role.rb", "roles/admin.md", ".env.example",
	"web/.env.sample", ".env.production.example", "config/example.env", "docs/environment.md",
	"src/env.ts", "src/environment/index.ts", "src/secrets.ts", "lib/credentials.rb",
	"src/keys.ts", "test/keyboard.key.ts", "locales/en/auth.json", "locales/en/common.json",
	"src/auth/index.ts", "src/package.ts", "docs/package.json.md", "src/requirements.ts",
	"src/lock.c", "src/project/Model.scala", "src/agents/planner.py", "src/cursor/index.ts",
	"docs/agents/overview.md", "src/skills/list.ts", "src/prompts/system.md",
	"src/hooks/useState.ts", "hooks/gate/pre_receive.c", ".gitignore", "src/.gitignore",
	".github/ISSUE_TEMPLATE/bug.md", ".github/PULL_REQUEST_TEMPLATE.md", ".github/FUNDING.yml",
	"src/migration/index.ts", "src/templates/index.html", "templates/base.html",
	"manifests/app.json", "src/nginx/parser.c", "src/service/main.go", "src/systemd/unit.c",
	"src/ssh/config.go", "ci.md", "src/ci/runner.go", "docs/ci/setup.md", "src/pipeline.ts",
	"Makefile", "CMakeLists.txt", "LICENSE", "test/data/sample.json", "config/routes.rb",
	"config/application.rb", "src/compose.ts", "src/values.ts", "res/values/strings.xml",
	"tsconfig.json", ".editorconfig", ".eslintrc.json", "CHANGELOG.md", "src/user-data/load.ts",
	"src/helm.ts", "src/charts/bar.tsx", "src/charts/templates.ts", "key.c",
	"src/identity/user.go", "spec/description/x.rb", "public/index.html", "assets/logo.svg",
	"src/description.md" };

static void what_a_class_is_about_is_in_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(protected) / sizeof(protected[0]); i++) {
		struct names names = parts_of(protected[i][0]);

		if (!strstr(names.text, protected[i][1]))
			fail_msg("`%s` is in `%s`, not in `%s`", protected[i][0], names.text,
				protected[i][1]);
	}
}

static void everyday_files_are_in_no_class(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(free_paths) / sizeof(free_paths[0]); i++) {
		struct names names = parts_of(free_paths[i]);

		if (names.text[0])
			fail_msg("`%s` is in `%s`", free_paths[i], names.text);
	}
}

static const struct class_part *part(const char *name)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(parts[i].name, name) == 0)
			return &parts[i];
	fail_msg("no part %s", name);
	return NULL;
}

static void a_class_covers_its_parts_but_those_named_alone(void **state)
{
	(void)state;
	assert_true(class_covers("infrastructure", part("infrastructure.ci")));
	assert_true(class_covers("infrastructure.ci", part("infrastructure.ci")));
	assert_false(class_covers("infrastructure.ci", part("infrastructure.iac")));
	assert_false(class_covers("infrastructure", part("infrastructure.migrations")));
	assert_true(class_covers("infrastructure.migrations", part("infrastructure.migrations")));
	assert_true(class_covers("dependencies", part("dependencies")));
	assert_true(class_known("infrastructure"));
	assert_true(class_known("git-controls"));
	assert_false(class_known("infrastructur"));
	assert_false(class_known("credentials"));
	assert_true(class_is_content("credentials"));
	assert_false(class_is_content("dependencies"));
}

static void parts_are_sorted_and_say_what_they_are(void **state)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);

	(void)state;
	assert_true(count >= 11);
	for (size_t i = 0; i < count; i++) {
		assert_true(i == 0 || strcmp(parts[i - 1].name, parts[i].name) < 0);
		assert_true(parts[i].title[0] != '\0' && parts[i].count > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_class_is_about_is_in_it),
		cmocka_unit_test(everyday_files_are_in_no_class),
		cmocka_unit_test(a_class_covers_its_parts_but_those_named_alone),
		cmocka_unit_test(parts_are_sorted_and_say_what_they_are),
	};

	return cmocka_run_group_tests(tests, build, release);
}
