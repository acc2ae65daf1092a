#include "rules/credential/kind.h"

const char *const credential_check_names[] = { "", "github", "github-pat", "npm", "vercel",
	"cloudflare", "gitlab-routable", "atlassian", "grafana", "zuplo", "confluent", "azure64",
	"azure32", "azure-cask", "aws-key-id", "nkey", "age", "jwt", "pypi", "base58check", "wif",
	"stellar", "basic", "discord" };
const size_t credential_check_count =
	sizeof(credential_check_names) / sizeof(credential_check_names[0]);
