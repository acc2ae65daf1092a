/* Armours, SSH signatures and OpenPGP packets over any bytes; none is ever good. */
#include "common/key/signature.h"
#include "common/key/armour.h"
#include "common/key/openpgp_packet.h"
#include "common/key/sshsig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = { (const char *)data, size };
	struct fault f = { 0 };
	struct keyring *ring;
	struct signature_check check;
	struct openpgp_packet packet;
	struct sshsig sig;
	const char *why;
	bool malformed;

	(void)sshsig_parse(&sig, bytes, &why);
	(void)openpgp_packet_parse(&packet, bytes, &malformed, &why);
	if (keyring_new(&ring, &f) < 0)
		return 0;
	if (signature_verify(ring, bytes, bytes, 1, &check, &f) == 0 &&
		check.verdict == SIGNATURE_GOOD)
		__builtin_trap();
	keyring_free(ring);
	return 0;
}
