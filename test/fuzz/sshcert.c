/* SSH certificates over any bytes: what is read has parts that are in it. */
#include "common/key/sshcert.h"

#include <openssl/evp.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = { (const char *)data, size }, list, name;
	struct buf plain = BUF_INIT(1 << 16);
	struct sshcert cert;
	EVP_PKEY *key;
	const char *why;

	if (sshcert_parse(&cert, bytes, &why) != SSHRAW_READ) {
		if (!why)
			__builtin_trap();
		return 0;
	}
	list = cert.principals;
	while (list.len && sshcert_principal(&list, &name))
		if (name.data < bytes.data || name.data + name.len > bytes.data + bytes.len)
			__builtin_trap();
	(void)sshcert_why_invalid(&cert, 1, SSHRAW_FLAG_VERIFIED);
	(void)sshcert_touch_optional(&cert);
	sshcert_plain(&plain, &cert);
	buf_release(&plain);
	key = sshkey_open(&cert.signer);
	if (key)
		(void)sshcert_verify(&cert, key);
	EVP_PKEY_free(key);
	return 0;
}
