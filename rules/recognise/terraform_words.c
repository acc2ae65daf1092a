#include "rules/recognise/terraform_words.h"

#include <string.h>

#include "rules/recognise/words.h"

#define LISTED(list, key) words_listed(list, sizeof(list) / sizeof((list)[0]), key)

static bool begins(const char *const *list, size_t count, struct span text)
{
	for (size_t i = 0; i < count; i++)
		if (span_starts(text, list[i]))
			return true;
	return false;
}

#define BEGINS(list, text) begins(list, sizeof(list) / sizeof((list)[0]), text)

static bool ends(struct span text, const char *const *list)
{
	for (; *list; list++)
		if (span_ends(text, *list))
			return true;
	return false;
}

/* `aws_s3_bucket`: a type of Terraform's resources, and not `user_id`. */
static bool is_type(struct span key)
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

/* Of a provider that is widely used. */
bool terraform_is_known_type(struct span key)
{
	static const char *const providers[] = { "acme_", "aci_", "aiven_", "akamai_", "alicloud_",
		"archive_", "argocd_", "auth0_", "aws_", "awscc_", "azapi_", "azuread_",
		"azuredevops_", "azurerm_", "boundary_", "civo_", "cloudflare_", "cloudinit_",
		"confluent_", "consul_", "databricks_", "datadog_", "digitalocean_", "dns_",
		"docker_", "external_", "exoscale_", "fastly_", "flux_", "github_", "gitlab_",
		"google_", "grafana_", "hcloud_", "hcp_", "helm_", "heroku_", "http_", "ibm_",
		"incus_", "kubectl_", "kubernetes_", "libvirt_", "linode_", "local_",
		"mongodbatlas_", "mysql_", "newrelic_", "nomad_", "null_", "oci_", "okta_",
		"openstack_", "ovh_", "pagerduty_", "postgresql_", "proxmox_", "random_",
		"rancher2_", "rabbitmq_", "scaleway_", "sentry_", "snowflake_", "spotinst_",
		"tailscale_", "talos_", "template_", "tencentcloud_", "terraform_", "tfe_", "time_",
		"tls_", "vault_", "vercel_", "vsphere_", "vultr_", "yandex_" };

	return is_type(key) && BEGINS(providers, key);
}

bool terraform_is_resource_type(struct span key)
{
	static const char *const others[] = { "_at", "_by", "_count", "_id", "_ids", "_key",
		"_name", "_names", "_path", "_type", "_types", "_url", NULL };

	/* what forges tell of in their answers */
	static const char *const told[] = { "access_", "check_", "code_", "commit_", "deploy_",
		"issue_", "merge_", "pull_", "repository_", "review_", "team_", "user_",
		"workflow_" };

	return is_type(key) &&
	       ((!ends(key, others) && !BEGINS(told, key)) || terraform_is_known_type(key));
}

bool terraform_is_part(struct span key)
{
	static const char *const names[] = { "backend", "cloud", "required_providers",
		"required_version" };

	return LISTED(names, key);
}

/* What stands under a name of its own. */
bool terraform_is_named(struct span key)
{
	static const char *const names[] = { "check", "module" };

	return LISTED(names, key);
}

/* What such things have. */
bool terraform_is_part_of(struct span key)
{
	static const char *const names[] = { "assert", "source" };

	return LISTED(names, key);
}

/* `./vpc`, `git::https://...`, `terraform-aws-modules/vpc/aws` */
bool terraform_is_module_source(struct span value)
{
	static const char *const heads[] = { "./", "../", "git::", "git@",
		"hg::", "s3::", "gcs::", "http://", "https://", "github.com/", "bitbucket.org/" };
	size_t slashes = 0;

	for (size_t i = 0; i < value.len; i++) {
		slashes += value.data[i] == '/';
		if (value.data[i] == ' ')
			return false;
	}
	return BEGINS(heads, value) || slashes == 2 || slashes == 3;
}

bool terraform_is_moving(struct span key)
{
	static const char *const names[] = { "import", "moved", "removed" };

	return LISTED(names, key);
}

bool terraform_is_end_of_move(struct span key)
{
	static const char *const names[] = { "from", "to" };

	return LISTED(names, key);
}

/* `aws_s3_bucket.b`, `module.vpc` */
bool terraform_is_address(struct span value)
{
	const char *dot = memchr(value.data, '.', value.len);

	return dot && (span_starts(value, "module.") || span_starts(value, "data.") ||
			      is_type((struct span){ value.data, (size_t)(dot - value.data) }));
}
