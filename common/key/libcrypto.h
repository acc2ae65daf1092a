/*
 * libcrypto, by which signatures are verified.  Most pushes have none to verify, so it is loaded
 * when the first comes, and not with the program: loading it costs a hook as much as all the rest.
 */
#ifndef COMMON_KEY_LIBCRYPTO_H
#define COMMON_KEY_LIBCRYPTO_H

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

/* Its functions that are called, each a member of its own name. */
/* clang-format off */
#define LIBCRYPTO_FUNCTIONS(each) \
	each(BN_bin2bn) \
	each(BN_free) \
	each(CRYPTO_free) \
	each(ECDSA_SIG_free) \
	each(ECDSA_SIG_new) \
	each(ECDSA_SIG_set0) \
	each(ERR_clear_error) \
	each(EVP_DigestSign) \
	each(EVP_DigestSignInit_ex) \
	each(EVP_DigestVerify) \
	each(EVP_DigestVerifyInit_ex) \
	each(EVP_MD_CTX_free) \
	each(EVP_MD_CTX_new) \
	each(EVP_PKEY_CTX_free) \
	each(EVP_PKEY_CTX_new_from_name) \
	each(EVP_PKEY_free) \
	each(EVP_PKEY_fromdata) \
	each(EVP_PKEY_fromdata_init) \
	each(EVP_PKEY_get_raw_public_key) \
	each(EVP_PKEY_new_raw_private_key) \
	each(EVP_PKEY_new_raw_public_key) \
	each(EVP_Q_digest) \
	each(OSSL_PARAM_BLD_free) \
	each(OSSL_PARAM_BLD_new) \
	each(OSSL_PARAM_BLD_push_BN) \
	each(OSSL_PARAM_BLD_to_param) \
	each(OSSL_PARAM_construct_end) \
	each(OSSL_PARAM_construct_octet_string) \
	each(OSSL_PARAM_construct_utf8_string) \
	each(OSSL_PARAM_free) \
	each(i2d_ECDSA_SIG)
/* clang-format on */

#define LIBCRYPTO_MEMBER(name) __typeof__(name) *name;

struct libcrypto {
	LIBCRYPTO_FUNCTIONS(LIBCRYPTO_MEMBER)
};

/*
 * The library, loaded once a process.  Where it cannot be loaded the process ends, as one that
 * could not judge: without it an agent's own signature would count for nothing.
 */
const struct libcrypto *libcrypto(void);

#endif
