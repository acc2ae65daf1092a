/*
 * Whether a token has the structure that its kind gives it: checksums and decodings that confirm
 * without asking anyone.
 */
#ifndef RULES_STRUCTURE_CHECK_H
#define RULES_STRUCTURE_CHECK_H

#include "common/base/span.h"

/* The structure checks: their number, their name in the data, and the function in check.c. */
#define CREDENTIAL_CHECKS(X)                                         \
	X(NONE, "", check_unknown)                                   \
	X(GITHUB, "github", check_prefix4)                           \
	X(GITHUB_PAT, "github-pat", check_github_pat)                \
	X(NPM, "npm", check_prefix4)                                 \
	X(VERCEL, "vercel", check_vercel)                            \
	X(CLOUDFLARE, "cloudflare", check_cloudflare)                \
	X(GITLAB_ROUTABLE, "gitlab-routable", check_gitlab_routable) \
	X(ATLASSIAN, "atlassian", check_atlassian)                   \
	X(GRAFANA, "grafana", check_grafana)                         \
	X(ZUPLO, "zuplo", check_zuplo)                               \
	X(CONFLUENT, "confluent", check_confluent)                   \
	X(AZURE64, "azure64", check_azure64)                         \
	X(AZURE32, "azure32", check_azure32)                         \
	X(AWS_KEY_ID, "aws-key-id", check_aws)                       \
	X(NKEY, "nkey", check_nkey)                                  \
	X(AGE, "age", check_age)                                     \
	X(JWT, "jwt", check_jwt)                                     \
	X(PYPI, "pypi", check_pypi)                                  \
	X(BASE58CHECK, "base58check", check_base58)                  \
	X(WIF, "wif", check_wif)                                     \
	X(STELLAR, "stellar", check_stellar)                         \
	X(BASIC, "basic", check_basic)                               \
	X(DISCORD, "discord", check_discord)

#define CHECK_NUMBER(id, name, function) CHECK_##id,
enum credential_check_number { CREDENTIAL_CHECKS(CHECK_NUMBER) CHECK_COUNT };
#undef CHECK_NUMBER

enum credential_confirmed {
	CONFIRMED_NOT,     /* the structure is not what it should be */
	CONFIRMED_UNKNOWN, /* there is none to confirm */
	CONFIRMED_YES,
};

/* Whether the token's structure holds. */
enum credential_confirmed credential_check(enum credential_check_number number, struct span token);

#endif
