#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <time.h>

#include "common/base/buf.h"
#include "rules/recognise/recognise.h"

static const char *parts(struct span content)
{
	static char text[512];
	struct recognised found[RECOGNISED_MAX];
	size_t count = recognise(span_of("notes.txt"), content, found);

	text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		if (strstr(text, found[i].part + strlen("infrastructure.")))
			continue;
		strcat(text, *text ? " " : "");
		strcat(text, found[i].part + strlen("infrastructure."));
	}
	return text;
}

struct sample {
	const char *parts, *content;
};

static const struct sample samples[] = {
	/* Kubernetes, plainly and by one who would not be recognised */
	{ "kubernetes", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n" },
	{ "hosts", "##template:jinja\n#cloud-config\nruncmd: [id]\n" },
	{ "hosts", "## template: jinja\n#!/bin/sh\nid\n" },
	{ "hosts", "#include\nhttps://example.org/x\n" },
	{ "hosts", "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: "
		   "text/cloud-config\n\n#cloud-config\n--x--\n" },
	{ "containers", "FROM alp\\\nine:3\nRUN id\n" },
	{ "containers", "FR\\\nOM alpine\nRUN id\n" },
	{ "iac", "{\"data\": {\"aws_ami\": {\"x\": {}}}}\n" },
	{ "iac", "{\"terraform\": {\"backend\": {\"s3\": {}}}}\n" },
	{ "iac", "variable \"x\" {\n  default = 1\n}\n" },
	{ "iac", "moved {\n  from = a.b\n  to = a.c\n}\n" },
	{ "iac", "ephemeral \"a_b\" \"c\" {}\n" },
	{ "iac", "- name: x\n  local_action: command id\n" },
	{ "kubernetes", "# c\n---\n# c\napiVersion: apps/v1\n\nkind: Deployment\n" },
	{ "kubernetes", "\"apiVersion\": \"v1\"\n'kind': 'Pod'\n" },
	{ "kubernetes", "\"api\\u0056ersion\": v1\n\"\\x6bind\": Pod\n" },
	{ "kubernetes", "{\"apiVersion\": \"v1\", \"kind\": \"Pod\"}" },
	{ "kubernetes",
		"{\n  \"kind\": \"List\",\n  \"apiVersion\":\"v1\",\n  \"items\": []\n}\n" },
	{ "kubernetes", "{\"apiVersion\"\n:\n\"v1\"\n,\"kind\"\n:\"Pod\"}" },
	{ "kubernetes", "--- {apiVersion: v1, kind: Pod}\n" },
	{ "kubernetes", "--- !!map\napiVersion: v1\nkind: Pod\n" },
	{ "kubernetes", "&a\napiVersion: v1\nkind: Pod\n" },
	{ "kubernetes", "!!map {apiVersion: v1, kind: Pod}\n" },
	{ "kubernetes", "{&k apiVersion: v1, !!str kind: Pod}\n" },
	{ "kubernetes", "  apiVersion: v1\n  kind: Pod\n" },
	{ "kubernetes", "apiVersion: v1\r\nkind: Pod\r\n" },
	{ "kubernetes", "apiVersion: v1\rkind: Pod\r" },
	{ "kubernetes", "apiVersion: v1\xc2\x85kind: Pod\n" },
	{ "kubernetes", "apiVersion: v1\xe2\x80\xa8kind: Pod\n" },
	{ "kubernetes", "\xef\xbb\xbf"
			"apiVersion: v1\nkind: Pod\n" },
	{ "kubernetes", "kind:\tPod\napiVersion:\tv1\n" },
	{ "kubernetes", "kind : Pod\napiVersion : v1\n" },
	{ "kubernetes", "? kind\n: Pod\n? apiVersion\n: v1\n" },
	{ "kubernetes", "kind:\n  Pod\napiVersion:\n  v1\n" },
	{ "kubernetes", "kind: |-\n  Pod\napiVersion: >-\n  v1\n" },
	{ "kubernetes", "x: &k Pod\nkind: *k\napiVersion: v1\n" },
	{ "kubernetes", "&a apiVersion: &b v1\n!!str kind: !!str Pod\n" },
	{ "kubernetes", "x: &x\n  apiVersion: v1\n  kind: Pod\n<<: *x\n" },
	{ "kubernetes", "x: &x apiVersion\n*x : v1\nkind: Pod\nz: {apiVersion: v1}\n" },
	{ "kubernetes", "x: \"\n```\nfoo\n\"\napiVersion: v1\nkind: Pod\n" },
	{ "kubernetes", "x: |\n   ```\n  prose: here\nkind: Pod\napiVersion: v1\n" },
	{ "kubernetes", "x: [1,\n2, {a: b}\n]\nkind: Pod\napiVersion: v1\n" },
	{ "kubernetes", "text only\n---\napiVersion: v1\nkind: Pod\n" },
	{ "kubernetes", "a: b\n...\n---\napiVersion: v1\nkind: Pod\n" },
	{ "kubernetes", "%YAML 1.2\n---\napiVersion: v1\nkind: Pod\n" },
	{ "kubernetes",
		"{{- if .Values.x }}\napiVersion: {{ .V }}\nkind: Deployment\n{{- end }}\n" },
	{ "kubernetes", "{{/*\nA comment: of Helm\nover lines\n*/}}\napiVersion: v1\nkind: Pod\n" },
	{ "kubernetes", "extra:\n- apiVersion: v1\n  kind: Pod\n  metadata: {}\n" },
	{ "kubernetes", "- apiVersion: v1\n  kind: Pod\n" },
	{ "kubernetes", "kind: Pod\nspec:\n  containers:\n  - name: x\n    args:\n    - "
			"a\napiVersion: v1\n" },
	{ "kubernetes", "apiVersion: v1\nx: foo\n  [ bar\nkind: Pod\n" },
	{ "kubernetes", "apiVersion: v1\nx: foo\n  \"bar\n  - >\nkind: Pod\n" },
	{ "kubernetes", "x:\n|\n  a[\nkind: Pod\napiVersion: v1\n" },
	{ "kubernetes", "x:\nfoo\nkind: Pod\napiVersion: v1\n" },
	{ "kubernetes", "&a # c\nkind: Pod\napiVersion: v1\n" },
	{ "kubernetes", "?\n kind\n: Pod\n?\n apiVersion\n: v1\n" },
	{ "kubernetes", "{? kind: Pod, ?  apiVersion: v1}\n" },
	{ "kubernetes", "{x:' 1, kind: Pod, apiVersion: v1}\n" },
	{ "kubernetes", "x: 1\n%YAML 1.1\n---\nkind: Pod\napiVersion: v1\n" },
	/* Others in an outline */
	{ "iac", "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  B:\n    Type: "
		 "AWS::S3::Bucket\n" },
	{ "iac", "Resources:\n  B:\n    Properties: {}\n    Type: AWS::S3::Bucket\n" },
	{ "iac", "{\"Resources\": {\"B\": {\"Type\": \"AWS::S3::Bucket\"}}}" },
	{ "iac", "Resources: {B: {Type: 'AWS::S3::Bucket'}}\n" },
	{ "iac", "- hosts: all\n  tasks:\n    - shell: x\n" },
	{ "iac", "- name: p\n  hosts: all\n  become: true\n  roles: [web]\n" },
	{ "iac", "- {hosts: all, tasks: [{shell: x}]}\n" },
	{ "iac", "-   hosts: all\n    tasks: []\n" },
	{ "iac", "- name: x\n  ansible.builtin.shell: id\n" },
	{ "iac", "- import_playbook: x.yml\n" },
	{ "iac", "{\"$schema\": "
		 "\"https://schema.management.azure.com/schemas/2019-04-01/"
		 "deploymentTemplate.json#\"}" },
	{ "containers", "services:\n  web:\n    image: nginx\n" },
	{ "containers", "version: '3'\nservices:\n  web:\n    build: .\n    ports:\n    - 80\n" },
	{ "containers", "services: {web: {image: nginx}}\n" },
	{ "ci", "name: x\non: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n    - "
		"run: id\n" },
	{ "ci", "\"on\":\n  push:\njobs:\n  a:\n    uses: ./.github/workflows/x.yml\n" },
	{ "ci", "{on: push, jobs: {a: {runs-on: x, steps: []}}}\n" },
	{ "ci", "name: a\nruns:\n  using: composite\n  steps: []\n" },
	{ "ci", "stages: [build]\nb:\n  script: make\n" },
	{ "ci", "b:\n  stage: build\n  script:\n  - make\n" },
	{ "ci", "trigger:\n- main\npool:\n  vmImage: x\nsteps:\n- script: id\n" },
	{ "ci", "version: 2.1\njobs:\n  b:\n    docker: []\nworkflows:\n  w: {}\n" },
	{ "ci", "image: x\npipelines:\n  branches: {}\n" },
	{ "ci", "kind: pipeline\ntype: docker\nsteps:\n- name: x\n" },
	{ "ci", "pipeline {\n  agent any\n  stages {\n  }\n}\n" },
	{ "hosts", "network:\n  version: 2\n  ethernets: {}\n" },
	/* Under odd forms */
	{ "kubernetes", "v: &v apps/v1\nk: &k Deployment\napiVersion: *v\nkind: *k\n" },
	{ "kubernetes", "apiVersion: &v apps/v1\nkind: &k Deployment\nmetadata: {}\n" },
	{ "kubernetes", "a: &d {apiVersion: v1}\n<<: *d\nkind: Pod\n" },
	{ "kubernetes", "apiVersion: &v\n  v1\nkind: &k\n  Pod\n" },
	{ "kubernetes", "apiVersion: !!str &v v1\nkind: &k !!str Pod\n" },
	{ "kubernetes", "apiVersion: &v 'v1'\nkind: &k \"Pod\"\n" },
	{ "kubernetes", "{apiVersion: &v v1, kind: &k Pod}\n" },
	{ "hosts", "## template: jinja\n#cloud-config\nruncmd: [id]\n" },
	{ "hosts", "## template:jinja\n#cloud-config\nruncmd: [id]\n" },
	{ "hosts", "#cloud-config \nruncmd: [id]\n" },
	{ "hosts", "\n#cloud-config\nruncmd: [id]\n" },
	{ "hosts", "#cloud-config-archive\n- type: text/x-shellscript\n" },
	{ "iac", "- name: x\n  block:\n  - shell: id\n  - copy: {src: a, dest: b}\n" },
	{ "iac", "- block:\n    - name: x\n      apt: name=x\n  rescue:\n    - debug: msg=x\n" },
	{ "iac", "- name: x\n  shell: id\n  when: a\n" },
	{ "iac", "- name: x\n  copy:\n    src: a\n  become: true\n" },
	{ "iac", "- name: x\n  community.general.ufw: {rule: allow}\n  notify: y\n" },
	{ "containers", "FROM \\\n  debian:12\nRUN id\n" },
	{ "containers", "FROM --platform=x \\\n# c\n  debian AS \\\n b\nRUN id\n" },
	{ "containers", "# escape=`\nFROM `\n  windows\nRUN id\n" },
	{ "containers", "ARG A=\\\n1\nFROM x\nRUN id\n" },
	{ "iac", "/* c */ resource \"a\" \"b\" {\n}\n" },
	{ "iac", "/* c\n */ resource \"a\" \"b\" {\n}\n" },
	{ "iac", "/* a */ /* b */ provider \"aws\" {\n}\n" },
	{ "iac", "resource /* c */ \"a\" \"b\" {\n}\n" },
	{ "iac", "resource \"a\" \"b\" /* c */ {\n}\n" },
	{ "iac", "# c\nx = 1 // y\nmodule \"m\" { # z\n}\n" },
	{ "iac", "{\"resource\": {\"aws_s3_bucket\": {\"b\": {}}}}" },
	{ "iac", "{\"resource\": [{\"aws_s3_bucket\": [{\"b\": {}}]}]}" },
	{ "iac", "{\"terraform\": {\"required_providers\": {}}, \"provider\": {\"aws\": {}}}" },
	{ "iac", "{\"//\": \"c\", \"data\": {\"aws_ami\": {\"x\": {}}}, \"resource\": {\"a_b\": "
		 "{\"c\": {}}}}" },
	{ "iac", "Resources:\n  C:\n    Type: MongoDB::Atlas::Cluster\n" },
	{ "iac", "{\"Resources\": {\"C\": {\"Type\": \"Datadog::Monitors::Monitor\"}}}" },
	{ "iac", "Resources:\n  C:\n    Type: MyOrg::Net::Vpc::MODULE\n" },
	{ "containers", "services:\n  web:\n    extends: {file: a.yml, service: b}\n" },
	{ "containers", "services:\n  web:\n    extends:\n      service: b\n" },
	{ "containers", "include:\n- a.yml\nservices:\n  web:\n    extends: b\n" },
	/* What alone says it */
	{ "iac", "{\"module\": {\"vpc\": {\"source\": \"terraform-aws-modules/vpc/aws\"}}}" },
	{ "iac", "{\"module\": [{\"vpc\": [{\"source\": \"./vpc\"}]}]}" },
	{ "iac", "{\"import\": [{\"to\": \"aws_s3_bucket.b\", \"id\": \"b\"}]}" },
	{ "iac", "{\"check\": {\"h\": {\"assert\": [{\"condition\": \"x\"}]}}}" },
	{ "iac", "{\"moved\": [{\"from\": \"module.a\", \"to\": \"module.b\"}]}" },
	{ "iac", "{\"terraform\": [{\"required_version\": \">= 1.5\"}]}" },
	{ "iac", "import {\n  to = aws_s3_bucket.b\n  id = \"b\"\n}\n" },
	{ "iac", "import {\n  # c\n  for_each = x\n}\n" },
	{ "iac", "check \"h\" {\n  assert {\n  }\n}\n" },
	{ "iac", "include \"root\" {\n  path = x()\n}\n" },
	{ "iac", "dependencies {\n  paths = [\"../vpc\"]\n}\n" },
	{ "iac", "inputs = {\n}\nremote_state {\n}\n" },
	{ "iac", "x = 1\nvariable \"y\" {\n}\n" },
	{ "iac", "Resources:\n  Fn::ForEach::T:\n  - N\n  - [a]\n" },
	{ "iac", "{\"Resources\": {\"Fn::Transform\": {\"Name\": \"AWS::Include\"}}}" },
	{ "iac", "- name: x\n  shell: bash x.sh\n" },
	{ "iac", "- name: x\n  template:\n    src: a\n    dest: b\n" },
	{ "iac", "- name: x\n  service:\n    name: y\n    state: restarted\n" },
	{ "iac", "- hosts: web\n  become: yes\n" },
	{ "iac", "- name: x\n  copy: {src: a, dest: b}\n  until: c\n" },
	{ "iac", "{\"resource\": {\"aws_kms_key\": {\"k\": {}}}}" },
	{ "containers", "x: &a\n  image: y\nservices:\n  web:\n    <<: *a\n" },
	{ "containers", "x: &a {image: y}\nservices:\n  web: *a\n" },
	{ "containers", "services:\n  web:\n    network_mode: host\n" },
	{ "containers", "services:\n  web:\n    volumes: [\"/:/host\"]\n" },
	{ "containers", "include:\n- a.yml\n" },
	{ "containers", "include: [a.yaml]\n" },
	{ "containers", "include:\n  - path: a.yml\n" },
	{ "ci", "include:\n- project: a/b\n  file: c\n" },
	{ "ci", "---\ninclude:\n  - https://example.org/ci/recipes/debian.yml\n\nvariables:\n"
		"  RELEASE: 'x'\n" },
	{ "ci", "include: 'https://example.org/ci/recipes/debian.yml'\n" },
	{ "containers", "include:\n  - https://example.org/a.git#main:b/compose.yaml\n" },
	{ "containers", "web:\n  image: nginx\n  ports: [\"80:80\"]\n" },
	{ "containers", "web:\n  build: .\n  links: [db]\n" },
	{ "containers", "a:\n  image: x\n  privileged: true\n" },
	{ "containers", "a:\n  image: example.org/a/b:1\n  volumes: [\"/:/x\"]\n" },
	{ "containers", "a:\n  image: $IMAGE\n  net: host\n" },
	{ "containers", "a:\n  extends:\n    file: b.yml\n    service: c\n" },
	{ "iac", "- name: a\n  command: make install\n  when: x\n" },
	{ "iac", "- copy: src=a dest=/b\n" },
	{ "iac", "- name: a\n  command: id\n  args:\n    chdir: /x\n" },
	{ "", "page:\n  image: a.png\n  links: [/b]\n  restart: 3\n" },
	{ "", "page:\n  image: sunset\n  links: [/b]\n" },
	{ "", "theme:\n  build: light\n  links: [a]\n" },
	{ "", "a:\n  image: {src: x}\n  hostname: y\n  dns: z\n" },
	{ "", "job:\n  image: node\n  environment: x\n  script: y\n" },
	{ "", "- user: {path: x}\n  file:\n    - src=a\n" },
	{ "", "- user: Ada\n  message: its src is gone\n" },
	{ "", "- run: a\n  command: b\n" },
	{ "ci", "include:\n  remote: https://example.org/x.yml\n" },
	/* By lines */
	{ "containers", "# syntax=docker/dockerfile:1\nARG V=1\nFROM debian:${V} AS b\nRUN id\n" },
	{ "containers", "from --platform=linux/amd64 scratch\r\ncopy . .\r\n" },
	{ "hosts", "[Unit]\nDescription=x\n\n[Service]\nExecStart=/bin/x\n" },
	{ "hosts", "; c\n[Timer]\nOnCalendar=daily\n" },
	{ "iac", "# c\nterraform {\n}\nresource \"aws_x\" \"y\" {\n" },
	{ "iac", "/* c\n c */\nlocals {\n}\nresource aws_x y {\n}\n" },
	{ "iac", "provider \"aws\" {\n}\n" },
	{ "hosts", "MAILTO=x\n# c\n*/5 * * * * root /bin/x\n" },
	{ "hosts", "#cloud-config\nruncmd: [id]\n" },
	/* What only talks about it, and what is something else */
	{ "", "" },
	{ "", "{\"resource\": {\"user_id\": 5, \"name\": \"x\"}}" },
	{ "", "{\"resource\": {\"user_id\": {\"type\": \"int\"}}}" },
	{ "", "{\"resource\": {\"user_id\": {\"type\": {\"name\": \"int\"}}}}" },
	{ "", "{\"data\": {\"user_profile\": {\"name\": {\"first\": \"x\"}}}}" },
	{ "", "{\"resource\": {\"pull_request\": {\"head\": {\"ref\": \"x\"}}}}" },
	{ "", "{\"resource\": {\"merge_request\": {\"source\": {\"name\": \"x\"}}}}" },
	{ "", "test:\n  image: x\n  ports: [1]\n  script:\n    - id\n" },
	{ "", "ada:\n  image: ada.png\n  links: [x]\n" },
	{ "", "- name: build\n  command: npm run build\n" },
	{ "", "- name: x\n  command: y\n  args: [a, b]\n" },
	{ "", "{\"module\": {\"rules\": [{\"test\": \"x\"}]}}" },
	{ "", "{\"module\": \"x.mjs\", \"exports\": {\".\": {\"source\": \"./x.ts\"}}}" },
	{ "", "{\"import\": [{\"from\": \"a\", \"id\": \"b\"}]}" },
	{ "", "{\"resource\": {\"name\": \"x\"}, \"aws_region\": {\"a\": {\"b\": \"c\"}}}" },
	{ "", "{\"module\": {\"rules\": []}, \"build\": {\"source\": \"./src\"}}" },
	{ "", "{\"module\": {\"a\": {\"source\": \"see a/b/c there\"}}}" },
	{ "", "- command: x\n  a:\n    b:\n      copy:\n        dest: y\n" },
	{ "", "include:\n- project: x\n" },
	{ "", "includes a.yml\n" },
	{ "", "include:a.yml\n" },
	{ "", "x:\n  include: [a.yml]\n" },
	{ "", "import {\n  to as x,\n  id\n} from \"./x\"\n" },
	{ "", "resource {\n  x = 1\n}\n" },
	{ "", "services:\n  App\\A:\n    extends: App\\B\n" },
	{ "", "services:\n  a:\n    class: A\n    extends: b\n" },
	{ "", "services:\n  a:\n    <<: *x\n    class: A\n" },
	{ "", "{\"include\": [\"src\"]}" },
	{ "", "include:\n- \"src/**/*.ts\"\n" },
	{ "", "- name: x\n  shell: bash\n" },
	{ "", "- {name: x, shell: /bin/zsh}\n" },
	{ "", "- name: x\n  shell: /usr/bin/env fish\n" },
	{ "", "import {\n  to,\n  id\n} from \"./x\"\n" },
	{ "", "import {\n  java.util.List\n}\n" },
	{ "", "dependencies {\n  implementation \"x\"\n}\n" },
	{ "", "build {\n}\n" },
	{ "", "Resources:\n- Fn: x\n" },
	{ "", "# Pods\n\nWrite this:\n\n```yaml\napiVersion: v1\nkind: Pod\n```\n" },
	{ "", "Some prose.\n\n```yaml\napiVersion: v1\nkind: A\n---\napiVersion: v1\nkind: "
	      "B\n---\nkind: C\n```\n" },
	{ "", "---\ntitle: Kubernetes\n---\n\nA manifest has apiVersion: v1 and kind: Pod\n" },
	{ "", "package x\n\nconst y = `\napiVersion: v1\nkind: Pod\n`\n" },
	{ "", "def f(x):\n    y = {'a': 1}\n\nX = \"\"\"\n---\napiVersion: v1\nkind: "
	      "Pod\n---\n\"\"\"\n" },
	{ "", "{\"name\": \"x\", \"version\": \"1\", \"scripts\": {\"build\": \"x\"}, "
	      "\"services\": {}}" },
	{ "", "name: x\nkind: y\nversion: 1\n" },
	{ "", "apiVersion: backstage.io/v1alpha1\nkind: Component\n" },
	{ "", "openapi: 3.0.0\ninfo:\n  title: x\npaths:\n  /a:\n    get: {}\n" },
	{ "", "services:\n  App\\Foo:\n    arguments: []\n" },
	{ "", "hosts:\n- a\n- b\n" },
	{ "", "From here we go\nRun the tests first.\nCopy what you need.\n" },
	{ "", "To build:\n\nFROM debian\nRUN id\n" },
	{ "", "Write a unit:\n\n[Service]\nExecStart=/bin/x\n" },
	{ "", "[Desktop Entry]\nExec=x\n" },
	{ "", "Use this:\n\nresource \"a\" \"b\" {\n}\n" },
	{ "", "data class X {\n}\n" },
	{ "", "module Foo {\n}\n" },
	{ "", "1 2 3 4 5 6\n" },
	{ "", "int main(void)\n{\n\treturn 0;\n}\n" },
	{ "", "* * * * * stars in a text\nand prose\n" },
	{ "", "#!/bin/sh\nkubectl apply -f - <<EOF\napiVersion: v1\nkind: Pod\nEOF\n" },
	{ "", "on: push\njobs: none\n" },
	{ "", "- name: Ann\n  group: x\n- name: Bob\n  user: y\n" },
	{ "", "- name: a\n  command: make\n" },
	{ "", "resource:\n  service_name: x\n" },
	{ "", "{\"resource\": {\"type\": \"x\", \"id\": 1}}" },
	{ "", "block:\n- text: x\n" },
	{ "", "services:\n  a:\n    parent: b\n" },
	{ "", "Resources:\n  A:\n    Type: std::string\n" },
	{ "", "#include <stdio.h>\nint x;\n" },
	{ "", "int x; /* resource \"a\" \"b\" { */\n" },
	{ "", "**Example 1: Get**\n\nOutput::\n\n    {\n    \"kind\": \"X\",\n    \"apiVersion\": "
	      "\"v1\"\n    }\n" },
};

static void files_are_known_by_what_they_say(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const char *is = parts(span_of(samples[i].content));

		if (strcmp(is, samples[i].parts) == 0)
			continue;
		print_message("`%s`, not `%s`:\n%s\n", is, samples[i].parts, samples[i].content);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void utf16_is_read(void **state)
{
	const char *text = "apiVersion: v1\nkind: Pod\n";
	struct buf big = BUF_INIT(1000), little = BUF_INIT(1000);

	(void)state;
	buf_add(&big, "\xfe\xff", 2);
	buf_add(&little, "\xff\xfe", 2);
	for (; *text; text++) {
		char b[2] = { 0, *text }, l[2] = { *text, 0 };

		buf_add(&big, b, 2);
		buf_add(&little, l, 2);
	}
	assert_string_equal(parts(buf_span(&big)), "kubernetes");
	assert_string_equal(parts(buf_span(&little)), "kubernetes");
	buf_release(&big);
	buf_release(&little);
}

static void the_line_is_told(void **state)
{
	struct recognised found[RECOGNISED_MAX];

	(void)state;
	assert_int_equal(
		recognise(span_of("x"), span_of("# a\n\napiVersion: v1\r\nkind: Pod\n"), found), 1);
	assert_int_equal(found[0].line, 4);
	assert_int_equal(recognise(span_of("x"), span_of("# a\nFROM x\nRUN y\n"), found), 1);
	assert_int_equal(found[0].line, 2);
}

static void a_nul_stops_nothing(void **state)
{
	static const char text[] = "a: {\0b\n\0, c: [\0]}\n";

	(void)state;
	assert_string_equal(parts((struct span){ text, sizeof(text) - 1 }), "");
}

/* Whatever is made of these pieces over megabytes is read in a moment. */
static void reading_takes_linear_time(void **state)
{
	static const char *const pieces[] = { "{", "[", "- ", "a: \"", "a: {{", "\n", "? ", "'",
		"\\", "*a: ", "a: |\n", "{a: ", " ", "resource ", "* * ", "FROM \n", "\r", "\"\n" };
	struct recognised found[RECOGNISED_MAX];
	clock_t start = clock();

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct buf b = BUF_INIT(4 << 20);

		while (b.len < 1 << 20)
			buf_adds(&b, pieces[i]);
		(void)recognise(span_of("x"), buf_span(&b), found);
		(void)recognise_hidden((struct span){ NULL, 0 }, buf_span(&b));
		buf_release(&b);
	}
	assert_true(clock() - start < 10 * CLOCKS_PER_SEC);
}

static unsigned int hidden(const char *old, const char *content)
{
	return recognise_hidden(span_of(old), span_of(content)).character;
}

static void hidden_characters_are_found(void **state)
{
	struct hidden_character h;

	(void)state;
	assert_int_equal(hidden("", "a\xe2\x80\x8b"
				    "b"),
		0x200b);
	assert_int_equal(hidden("", "a\xe2\x80\xae"
				    "b"),
		0x202e);
	assert_int_equal(hidden("", "a\xf3\xa0\x81\xa1"), 0xe0061);
	assert_int_equal(hidden("", "a\xef\xb8\x8f"), 0xfe0f);
	assert_int_equal(hidden("", "a\xf3\xa0\x84\x80"), 0xe0100);
	assert_int_equal(hidden("", "a\xef\xbb\xbf"), 0xfeff);
	assert_int_equal(hidden("", "a\xe2\x80\x8d"
				    "b"),
		0x200d);
	/* a flag with more behind it than a flag has */
	assert_int_equal(hidden("", "\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa1"), 0xe0061);
	h = recognise_hidden(span_of(""), span_of("ab\nc\xc3\xa9\xe2\x80\x8b\n"));
	assert_int_equal(h.line, 2);
	assert_int_equal(h.column, 3);
}

#define SCOTLAND                                                                                   \
	"\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2\xf3\xa0\x81\xb3\xf3\xa0\x81\xa3\xf3\xa0" \
	"\x81\xb4\xf3\xa0\x81\xbf"

static const char *described(const char *content)
{
	static char out[256];
	struct hidden_character h = recognise_hidden(span_of(""), span_of(content));

	hidden_describe(&h, span_of(content), out, sizeof(out));
	return out;
}

static void hidden_text_is_decoded(void **state)
{
	(void)state;
	assert_string_equal(described("x\ny\xf3\xa0\x81\xa8\xf3\xa0\x81\xa9 z"),
		"a tag character (U+E0068), which says: hi");
	assert_string_equal(described("a\xe2\x80\xae"
				      "b"),
		"text forced right to left (U+202E)");
	/* bytes in variation selectors behind a letter */
	assert_string_equal(described("a\xf3\xa0\x85\x98\xf3\xa0\x85\x99"),
		"a variation selector (U+E0158), which says: hi");
}

static void names_that_look_like_others_are_found(void **state)
{
	static const char *const fine[] = { "scope = 1", "\xd1\x81\xd0\xbe\xd1\x80\xd0\xb0",
		"SQL\xd0\xb7\xd0\xb0\xd0\xbf\xd1\x80\xd0\xbe\xd1\x81", "caf\xc3\xa9", "\xce\x94x",
		"na\xc3\xafve_name", "\xef\xbc\xa1\xe7\xa4\xbe",
		"\xef\xbc\xb5\xef\xbc\xb2\xef\xbc\xac\xe3\x82\x92", "\xef\xbc\xb5\xef\xbc\xb2" };
	/* in full width, wholly where it is called; in letters of mathematics */
	static const char *const dressed[] = { "\xef\xbd\x89mport os", "\xef\xbc\xa1pi",
		"\xef\xbd\x85\xef\xbd\x98(x)", "os.\xef\xbd\x93_\xef\xbd\x99(1)",
		"\xf0\x9d\x96\x8aval(x)", "\xf0\x9d\x96\x8a\xf0\x9d\x96\x9b(x)" };
	struct hidden_character h =
		recognise_lookalike(span_of(""), span_of("int a;\nint s\xd1\x81ope;\n"));

	(void)state;
	assert_int_equal(h.character, 0x441);
	assert_int_equal(h.line, 2);
	assert_int_equal(h.column, 6);
	h = recognise_lookalike(span_of("s\xd1\x81ope\n"), span_of("x\ns\xd1\x81ope\n"));
	assert_int_equal(h.character, 0);
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		assert_int_equal(recognise_lookalike(span_of(""), span_of(fine[i])).character, 0);
	for (size_t i = 0; i < sizeof(dressed) / sizeof(dressed[0]); i++)
		assert_true(recognise_lookalike(span_of(""), span_of(dressed[i])).character);
}

static void what_writing_needs_is_no_hidden_character(void **state)
{
	static const char *const fine[] = { "", "plain\r\ntext\n", "\xef\xbb\xbfwith a mark",
		"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",         /* woman technologist */
		"\xe2\x9d\xa4\xef\xb8\x8f\xe2\x80\x8d\xf0\x9f\x94\xa5", /* heart on fire */
		/* with a skin tone */
		"\xf0\x9f\x91\xa9\xf0\x9f\x8f\xbd\xe2\x80\x8d\xf0\x9f\x92\xbb",
		"\xe2\x9a\xa0\xef\xb8\x8f warning", "1\xef\xb8\x8f\xe2\x83\xa3",
		/* Persian */
		"\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae\xd9\x88\xd8\xa7\xd9\x87\xd9\x85",
		"\xe0\xa4\x95\xe0\xa5\x8d\xe2\x80\x8d\xe0\xa4\xb7", /* Devanagari */
		SCOTLAND };

	(void)state;
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		if (hidden("", fine[i]))
			fail_msg("U+%04X in %zu", hidden("", fine[i]), i);
}

static void lines_that_were_there_are_not_found_again(void **state)
{
	(void)state;
	assert_int_equal(hidden("a\xe2\x80\x8b\n", "new\na\xe2\x80\x8b\n"), 0);
	assert_int_equal(hidden("a\xe2\x80\x8b\n", "a\xe2\x80\x8b"
						   "x\n"),
		0x200b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_known_by_what_they_say),
		cmocka_unit_test(utf16_is_read),
		cmocka_unit_test(the_line_is_told),
		cmocka_unit_test(a_nul_stops_nothing),
		cmocka_unit_test(reading_takes_linear_time),
		cmocka_unit_test(hidden_characters_are_found),
		cmocka_unit_test(hidden_text_is_decoded),
		cmocka_unit_test(names_that_look_like_others_are_found),
		cmocka_unit_test(what_writing_needs_is_no_hidden_character),
		cmocka_unit_test(lines_that_were_there_are_not_found_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
