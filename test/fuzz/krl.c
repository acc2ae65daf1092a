/* Key revocation lists over any bytes: what is read is a list. */
#include "common/key/krl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sshcert cert = {
		.serial = 7,
		.id = { "id", 2 },
		.authority = { "authority", 9 },
	};
	const struct krl_subject subject = { { "plain", 5 }, &cert };
	struct span bytes = { (const char *)data, size };

	(void)krl_revokes(bytes, &subject);
	if (!krl_objection(bytes) && !krl_is(bytes))
		__builtin_trap();
	return 0;
}
