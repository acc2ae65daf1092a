#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/path/classes.h"
#include "common/path/fold.h"
#include "common/path/pattern.h"

static struct pattern_set *set;  /* compiled at once */
static struct pattern_set *late; /* as policies have it */

static int build(void **state)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);
	struct fault f = { 0 };

	(void)state;
	if (pattern_set_new(&set, PATTERN_GENEROUS, &f) < 0 ||
		pattern_set_new(&late, PATTERN_GENEROUS, &f) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (pattern_set_list(set) != (int)i || pattern_set_list(late) != (int)i)
			return -1;
		for (size_t j = 0; j < parts[i].count; j++) {
			const char *pattern = parts[i].entries[j].pattern;
			struct pattern_kept kept = { pattern, parts[i].filed[j] };

			if (pattern_set_add_class(set, (int)i, span_of(pattern), &f) < 0 ||
				pattern_set_add_class_later(late, (int)i, &kept, &f) < 0)
				return -1;
		}
	}
	return 0;
}

static int release(void **state)
{
	(void)state;
	pattern_set_free(set);
	pattern_set_free(late);
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

/* All that a set says of a path. */
struct answers {
	struct pattern_hit hits[256];
	size_t count;
};

static int keep(void *context, const struct pattern_hit *hit)
{
	struct answers *answers = context;

	assert_true(answers->count < 256);
	answers->hits[answers->count++] = *hit;
	return 0;
}

/* What is compiled only when a path asks for it says the same; how many answers there are. */
static size_t say_the_same(const struct pattern_path *path)
{
	struct answers now = { .count = 0 }, then = { .count = 0 };

	assert_int_equal(pattern_set_match(set, path, keep, &now), 0);
	assert_int_equal(pattern_set_match(late, path, keep, &then), 0);
	assert_int_equal(now.count, then.count);
	for (size_t i = 0; i < now.count; i++) {
		assert_int_equal(now.hits[i].list, then.hits[i].list);
		assert_int_equal(now.hits[i].index, then.hits[i].index);
		assert_int_equal(now.hits[i].negated, then.hits[i].negated);
	}
	return now.count;
}

static struct names parts_of(const char *path)
{
	struct names names = { "" };
	struct buf folded = BUF_INIT(65536);
	struct pattern_path both = { .bytes = span_of(path) };

	assert_int_equal(fold_path(&folded, span_of(path)), 0);
	both.folded = buf_span(&folded);
	assert_int_equal(pattern_set_match(set, &both, note, &names), 0);
	(void)say_the_same(&both);
	buf_release(&folded);
	return names;
}

/* A path that the pattern may have: its stars stand for a letter or a folder. */
static void example_of(char out[1024], const char *pattern)
{
	size_t len = 0;

	pattern += *pattern == '!';
	for (pattern += *pattern == '/'; *pattern && len < 1000; pattern++)
		if (*pattern == '[' && strchr(pattern, ']')) {
			out[len++] = pattern[1];
			pattern = strchr(pattern, ']');
		} else if (*pattern != '\\')
			out[len++] = *pattern == '*' || *pattern == '?' ? 'q' : *pattern;
	if (out[len - 1] == '/')
		out[len++] = 'q';
	out[len] = '\0';
}

/* For each pattern of each class a path; also as a link, and below a folder. */
static void patterns_that_are_filed_early_match_as_those_that_are_not(void **state)
{
	size_t count, found = 0, wanted = 0;
	const struct class_part *parts = class_parts(&count);
	char path[1024], below[1100];

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < parts[i].count; j++) {
			struct pattern_path both;

			example_of(path, parts[i].entries[j].pattern);
			(void)snprintf(below, sizeof(below), "src/%s", path);
			both = pattern_path_exact(span_of(below));
			(void)say_the_same(&both);
			both = pattern_path_exact(span_of(path));
			found += say_the_same(&both) > 0;
			both.link = true;
			(void)say_the_same(&both);
			wanted++;
		}
	assert_true(wanted > 500);
	assert_true(found * 10 > wanted * 7);
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
	{ "etc/app/hook.lua", INFRA "hosts" },
	{ "etc/dict.lua", "" },
	{ "etc/README", "" },
	{ "etc/zsh.1", "" },
	{ "etc/ChangeLog-3.0", "" },
	{ "etc/zshrc", INFRA "hosts" },
	{ "lib/generate/dockerfile.pm", "" },
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
	{ "infra/anything.txt", INFRA "folders" },
	{ "Infra/x", INFRA "folders" },
	{ "infrastructure/a/b.c", INFRA "folders" },
	{ "terraform/README.md", INFRA "folders" },
	{ "ansible/x.py", INFRA "folders" },
	{ "k8s/x.txt", INFRA "folders" },
	{ "kubernetes/x.txt", INFRA "folders" },
	{ "helm/x.txt", INFRA "folders" },
	{ "charts/x.txt", INFRA "folders" },
	{ "deploy/run.sh", INFRA "folders" },
	{ "deployment/run.sh", INFRA "folders" },
	{ "ops/run.sh", INFRA "folders" },
	{ "manifests/app.json", INFRA "folders" },
	{ "binding.gyp", "dependencies.scripts" },
	{ "ext/x/extconf.rb", "dependencies.scripts" },
	{ "crates/x/build.rs", "dependencies.scripts" },
	{ "src/zz.pth", "dependencies.scripts" },
	{ "sitecustomize.py", "dependencies.scripts" },
	{ "lib/usercustomize.py", "dependencies.scripts" },
	{ "hatch_build.py", "dependencies.scripts" },
	{ "scripts/postinstall.js", "dependencies.scripts" },
	{ ".pnp.cjs", "dependencies.scripts" },
	{ "lib/rubygems_plugin.rb", "dependencies.scripts" },
	{ "magefile.go", "dependencies.scripts" },
	{ ".mvn/extensions.xml", "dependencies" },
	{ "buildSrc/src/main/kotlin/x.kt", "dependencies.scripts" },
	{ "build/x.targets", "dependencies.scripts" },
	{ "tools/install.ps1", "dependencies.scripts" },
	{ "Pods/x/y.m", "dependencies.scripts" },
	{ "Plugins/Gen/main.swift", "dependencies.scripts" },
	{ ".iex.exs", "dependencies.scripts" },
	{ "shell.nix", "dependencies.scripts" },
	{ "sub/.envrc", "dependencies.scripts" },
	{ ".mise.local.toml", "dependencies.scripts" },
	{ "debian/x.postinst", "dependencies.scripts" },
	{ ".github/secret_scanning.yml", "git-controls" },
	{ ".secretlintrc.json", "git-controls" },
	{ "sub/.semgrepignore", "git-controls" },
	{ ".talismanrc", "git-controls" },
	{ "trivy.yaml", "git-controls" },
	{ ".github/codeql/codeql-config.yml", "git-controls" },
	{ "zizmor.yml", "git-controls" },
	{ ".github/zizmor.yml", "git-controls" },
	{ "deny.toml", "git-controls" },
	{ ".lockfile-lintrc.json", "git-controls" },
	{ ".vscode/launch.json", "agent-instructions" },
	{ "web/.vscode/tasks.json", "agent-instructions" },
	{ ".idea/runConfigurations/x.xml", "agent-instructions" },
	{ ".zed/tasks.json", "agent-instructions" },
	{ ".antigravity/rules.md", "agent-instructions" },
	{ ".qoder/rules/x.md", "agent-instructions" },
	{ ".dir-locals.el", "agent-instructions" },
	{ ".specstory/history/x.md", "agent-transcripts" },
	{ ".entire/settings.json", "agent-transcripts" },
	{ "a3/b2c4d5e6f7/0/full.jsonl", "agent-transcripts" },
	{ "tests/x.c", "tests" },
	{ "src/a.test.ts", "tests" },
	{ "pkg/a_test.go", "tests" },
	{ "spec/models/x_spec.rb", "tests" },
	{ "src/test/java/XTest.java", "tests" },
	{ "t/01-basic.t", "tests" },
	{ "tests/conftest.py", "test-controls" },
	{ "pytest.ini", "test-controls" },
	{ "jest.config.ts", "test-controls" },
	{ ".coveragerc", "test-controls" },
	{ "codecov.yml", "test-controls" },
	{ "test/skiplist.txt", "test-controls" },
	{ "docs/constraints.txt", "dependencies" },
	{ "nx.json", "dependencies" },
	{ "app/lib/x.jar", "dependencies" },
	{ "install.js", "dependencies.scripts" },
	{ "pkg/scripts/install.mjs", "dependencies.scripts" },
	{ ".puppeteerrc.cjs", "dependencies.scripts" },
	{ "_build_backend/backend.py", "dependencies.scripts" },
	{ "my_build_backend.py", "dependencies.scripts" },
	{ "devenv.yaml", "dependencies.scripts" },
	{ "src/.gdbinit", "dependencies.scripts" },
	{ ".Renviron", "dependencies.scripts" },
	{ ".lefthook.yaml", "git-controls" },
	{ "dangerfile.ts", "git-controls" },
	{ ".cm/gitstream.cm", "git-controls" },
	{ ".trunk/trunk.yaml", "git-controls" },
	{ "qodana.yaml", "git-controls" },
	{ ".config/CredScanSuppressions.json", "git-controls" },
	{ "keys/allowed_signers", "git-controls" },
	{ ".kubescape/exceptions.json", "git-controls" },
	{ ".bsp/sbt.json", "agent-instructions" },
	{ "nbproject/project.xml", "agent-instructions" },
	{ ".vimrc", "agent-instructions" },
	{ ".mux/agents/x.md", "agent-instructions" },
	{ "salt/web.sls", INFRA "iac" },
	{ "seed/user-data.yaml", INFRA "iac" },
	{ "boot/ks.cfg", INFRA "iac" },
	{ "units/data.mount", INFRA "hosts" },
	{ "images/x.apko.yaml", INFRA "containers" },
	{ "score.yaml", INFRA "deploy" },
	{ "App.xcodeproj/project.pbxproj", "dependencies" },
	{ "App.xcworkspace/contents.xcworkspacedata", "dependencies" },
	{ "Tuist/Config.swift", "dependencies" },
	{ "config/runtime.exs", "dependencies" },
	{ "config/config.exs", "dependencies" },
	{ "lib/mix/tasks/x.ex", "dependencies.scripts" },
	{ ".prototools", "dependencies" },
	{ "bin/hermit.hcl", "dependencies" },
	{ "pkgx.yaml", "dependencies" },
	{ "App.sln", "dependencies" },
	{ "App.slnx", "dependencies" },
	{ "Directory.Build.rsp", "dependencies" },
	{ "Directory.Solution.targets", "dependencies" },
	{ "src/App/Properties/launchSettings.json", "dependencies" },
	{ "src/main/resources/META-INF/services/javax.annotation.processing.Processor",
		"dependencies.scripts" },
	{ "tools/chocolateyInstall.ps1", "dependencies.scripts" },
	{ ".envrc.local", "dependencies.scripts" },
	{ "libx-gdb.py", "dependencies.scripts" },
	{ "hie.yaml", "dependencies" },
	{ "vite.config.ts", "dependencies.build" },
	{ ".golangci.yml", "git-controls" },
	{ "qlpack.yml", "git-controls" },
	{ "codeql-pack.yml", "git-controls" },
	{ ".checkov.yaml", "git-controls" },
	{ ".actionlint.yaml", "git-controls" },
	{ "policy/x.rego", "git-controls" },
	{ ".commitlintrc.json", "git-controls" },
	{ ".eslintrc.json", "git-controls.linters" },
	{ "ruff.toml", "git-controls.linters" },
	{ ".rubocop.yml", "git-controls.linters" },
	{ ".opencode.json", "agent-instructions" },
	{ "SOUL.md", "agent-instructions" },
	{ "IDENTITY.md", "agent-instructions" },
	{ "TOOLS.md", "agent-instructions" },
	{ ".clawdbot/x", "agent-instructions" },
	{ ".lingma/rules/x.md", "agent-instructions" },
	{ ".seer/x", "agent-instructions" },
	{ "x.mcpb", "agent-instructions" },
	{ "lighthouserc.json", "test-controls" },
	{ "dart_test.yaml", "test-controls" },
	{ "tests/quarantine.yml", "test-controls" },
	{ "lsan.supp", "test-controls" },
	{ "src/testFixtures/java/X.java", "tests" },
	{ "lisp/x-tests.el", "tests" },
	{ "src/x-test.js", "tests" },
	{ ".roo/history/x", "agent-transcripts" },
	{ "bamboo-specs/bamboo.yml", INFRA "ci" },
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
	"docs/agents/overview.md", "docs/knowledge.md", "docs/AI.md", "src/skills/list.ts",
	"src/prompts/system.md", "src/hooks/useState.ts", "hooks/gate/pre_receive.c", ".gitignore",
	"src/.gitignore", ".github/ISSUE_TEMPLATE/bug.md", ".github/PULL_REQUEST_TEMPLATE.md",
	".github/FUNDING.yml", "src/migration/index.ts", "src/templates/index.html",
	"templates/base.html", "src/manifests/app.json", "src/nginx/parser.c",
	"src/service/main.go", "src/systemd/unit.c", "src/ssh/config.go", "ci.md",
	"src/ci/runner.go", "docs/ci/setup.md", "src/pipeline.ts", "Makefile", "CMakeLists.txt",
	"LICENSE", "test/data/sample.json", "config/routes.rb", "config/application.rb",
	"src/compose.ts", "src/values.ts", "res/values/strings.xml", "tsconfig.json",
	".editorconfig", ".eslintrc.json", "CHANGELOG.md", "src/user-data/load.ts", "src/helm.ts",
	"src/charts/bar.tsx", "src/infra/log.ts", "lib/ops/add.py", "pkg/deploy/plan.go",
	"src/charts/templates.ts", "key.c", "src/identity/user.go", "spec/description/x.rb",
	"public/index.html", "assets/logo.svg", "src/description.md",
	"docs/ref/models/constraints.txt", "src/udev/parser.c",
	"src/App/Properties/AssemblyInfo.cs", "src/install.ts", "src/mount.c", "lib/slice.rs",
	"src/danger.ts", "docs/openvpn/intro.md", "src/trunk/index.ts", "src/score.py",
	"src/salt.c", "vite.config.ts", "webpack.config.js", "Rakefile", "justfile", "configure.ac",
	"src/startup.c", "pkg/meta/data.go" };

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

/* What is off unless named: classes that no starter policy names, and parts. */
static bool is_off(const char *names)
{
	static const char *const off[] = { "", "tests", "git-controls.linters",
		"dependencies.build" };

	for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++)
		if (strcmp(names, off[i]) == 0)
			return true;
	return false;
}

static void everyday_files_are_in_no_class(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(free_paths) / sizeof(free_paths[0]); i++) {
		struct names names = parts_of(free_paths[i]);

		if (!is_off(names.text))
			fail_msg("`%s` is in `%s`", free_paths[i], names.text);
	}
}

/* A path that the pattern is for: `x1` for a star, two folders for two, a letter of a set. */
static void instance(char *out, const char *pattern)
{
	for (pattern += *pattern == '/'; *pattern; pattern++) {
		if (strncmp(pattern, "**", 2) == 0) {
			out += sprintf(out, "d1/d2");
			pattern++;
		} else if (*pattern == '*') {
			out += sprintf(out, "x1");
		} else if (*pattern == '[') {
			*out++ = pattern[1];
			pattern = strchr(pattern, ']');
		} else {
			*out++ = *pattern;
		}
	}
	if (out[-1] == '/')
		out += sprintf(out, "file");
	*out = '\0';
}

static void every_entry_protects_what_it_is_for(void **state)
{
	size_t count;
	const struct class_part *parts = class_parts(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < parts[i].count; j++) {
			const char *pattern = parts[i].entries[j].pattern;
			char path[512];

			if (*pattern == '!')
				continue;
			instance(path, pattern);
			if (!strstr(parts_of(path).text, parts[i].name))
				fail_msg("%s: `%s` does not protect `%s`", parts[i].name, pattern,
					path);
			assert_true(parts[i].entries[j].why[0]);
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
		cmocka_unit_test(patterns_that_are_filed_early_match_as_those_that_are_not),
		cmocka_unit_test(what_a_class_is_about_is_in_it),
		cmocka_unit_test(everyday_files_are_in_no_class),
		cmocka_unit_test(every_entry_protects_what_it_is_for),
		cmocka_unit_test(a_class_covers_its_parts_but_those_named_alone),
		cmocka_unit_test(parts_are_sorted_and_say_what_they_are),
	};

	return cmocka_run_group_tests(tests, build, release);
}
