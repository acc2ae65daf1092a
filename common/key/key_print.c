/* Keys as a policy would name them, for records that outlive it. */
#include "common/base/base64.h"
#include "common/key/key.h"

static int print_principals(struct buf *out, names principals)
{
	int status = buf_adds(out, "cert-authority");

	for (size_t i = 0; status == 0 && principals && principals[i]; i++)
		status = buf_addf(out, "%s%s", i ? "," : ",principals=\"", principals[i]);
	if (status == 0 && principals && principals[0])
		status = buf_addc(out, '"');
	return status < 0 ? -1 : buf_addc(out, ' ');
}

int key_print(struct buf *out, const struct key *key)
{
	if (key->kind == KEY_OPENPGP)
		return 0;
	if (key->touch_optional && buf_adds(out, "no-touch-required ") < 0)
		return -1;
	if (key->authority && print_principals(out, key->principals) < 0)
		return -1;
	if (buf_addf(out, "%s ", key->type) < 0)
		return -1;
	if (key->kind == KEY_PASSKEY &&
		(base64_encode(out, key->credential) < 0 || buf_addc(out, ' ') < 0))
		return -1;
	return base64_encode(out, key->blob);
}
