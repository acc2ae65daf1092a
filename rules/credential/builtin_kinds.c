/* Kinds of credentials that are known by where they are, not by a row of the data. */
#include "rules/credential/scan.h"

#define OWN(name, text, remedy)                            \
	{                                                  \
		.id = name, .what = text, .revoke = remedy \
	}

const struct credential_kind credential_builtin[BUILTIN_COUNT] = {
	[BUILTIN_PASSWORD] = OWN("password", "password in plain text",
		"Change the password wherever it is valid and read it from a secret store."),
	[BUILTIN_SECRET] = OWN("secret", "secret, token or key in plain text",
		"Revoke it with whoever issued it and read it from a secret store."),
	[BUILTIN_KEY] = OWN("key", "key or seed in plain text",
		"Replace it if it protects anything and read it from a secret store."),
	[BUILTIN_URL] = OWN("url-password", "password in a URL",
		"Change the password of the account that the URL names."),
	[BUILTIN_BEARER] = OWN("bearer-token", "bearer token in an authorisation header",
		"Revoke the token with the service it is sent to."),
	[BUILTIN_BASIC] = OWN("basic-authorization", "name and password in an authorisation header",
		"Change the password of the account with the service it is sent to."),
	[BUILTIN_PRIVATE_KEY] = OWN("private-key", "private key",
		"Make a new key pair, replace certificates and authorised keys that use this one, "
		"and revoke them."),
	[BUILTIN_ENCRYPTED_KEY] = OWN("encrypted-private-key", "private key under a passphrase",
		"Make a new key pair: a passphrase can be guessed offline."),
	[BUILTIN_PUTTY] = OWN("putty-private-key", "PuTTY private key",
		"Make a new key pair and remove this one from authorised keys."),
	[BUILTIN_KEY_FILE] = OWN("key-store", "key store (PKCS #12 or Java)",
		"Replace the keys it holds: its password can be guessed offline."),
	[BUILTIN_JWT] = OWN("jwt", "JSON web token",
		"End the session it stands for, or rotate the key it is signed with."),
	[BUILTIN_SURPLUS] = OWN("surplus", "more credentials than are told one by one",
		"Look through the file, and split it or leave it out."),
};
