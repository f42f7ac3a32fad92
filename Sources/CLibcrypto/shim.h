#ifndef HOLDFAST_CLIBCRYPTO_SHIM_H
#define HOLDFAST_CLIBCRYPTO_SHIM_H

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

/// The bytes a memory BIO holds: sets `*bytes`, returns their count. They stay owned by the BIO.
/// A shim because `BIO_get_mem_data` is a function-like macro, which Swift cannot call (BIO_s_mem(3)).
static inline long holdfast_bio_contents(BIO *bio, char **bytes) {
    return BIO_get_mem_data(bio, bytes);
}

#endif
