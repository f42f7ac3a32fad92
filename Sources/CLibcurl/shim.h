// libcurl for Swift: one typed function per option, because curl_easy_setopt and curl_easy_getinfo are variadic and
// so neither importable nor type-checked. `long` options take `long`: an int passed through the varargs is undefined.
#ifndef HOLDFAST_CURL_SHIM_H
#define HOLDFAST_CURL_SHIM_H

#include <curl/curl.h>
#include <dlfcn.h>

typedef size_t (*hf_curl_bytes_callback)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode hf_curl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

#define HF_STRING(name, option) \
    static inline CURLcode hf_curl_set_##name(CURL *h, const char *v) { return curl_easy_setopt(h, option, v); }
#define HF_LONG(name, option) \
    static inline CURLcode hf_curl_set_##name(CURL *h, long v) { return curl_easy_setopt(h, option, v); }

HF_STRING(url, CURLOPT_URL)
HF_STRING(protocols, CURLOPT_PROTOCOLS_STR)
HF_STRING(proxy, CURLOPT_PROXY)
HF_STRING(username, CURLOPT_USERNAME)
HF_STRING(password, CURLOPT_PASSWORD)
HF_STRING(login_options, CURLOPT_LOGIN_OPTIONS)
HF_STRING(ca_file, CURLOPT_CAINFO)
HF_STRING(ca_folder, CURLOPT_CAPATH)
HF_STRING(bearer, CURLOPT_XOAUTH2_BEARER)
HF_STRING(client_certificate, CURLOPT_SSLCERT)
HF_STRING(client_key, CURLOPT_SSLKEY)
HF_STRING(client_key_password, CURLOPT_KEYPASSWD)
HF_STRING(form, CURLOPT_COPYPOSTFIELDS)
HF_LONG(connect_only, CURLOPT_CONNECT_ONLY)
HF_LONG(no_signal, CURLOPT_NOSIGNAL)
HF_LONG(netrc, CURLOPT_NETRC)
HF_LONG(sasl_initial_response, CURLOPT_SASL_IR)
HF_LONG(verify_peer, CURLOPT_SSL_VERIFYPEER)
HF_LONG(verify_host, CURLOPT_SSL_VERIFYHOST)
HF_LONG(certificate_info, CURLOPT_CERTINFO)
HF_LONG(keepalive, CURLOPT_TCP_KEEPALIVE)
HF_LONG(connect_timeout_ms, CURLOPT_CONNECTTIMEOUT_MS)
HF_LONG(response_timeout_s, CURLOPT_SERVER_RESPONSE_TIMEOUT)
HF_LONG(follow_redirects, CURLOPT_FOLLOWLOCATION)

static inline CURLcode hf_curl_require_tls12(CURL *h) {
    return curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}
static inline CURLcode hf_curl_use_starttls(CURL *h, int required) {
    return curl_easy_setopt(h, CURLOPT_USE_SSL, (long)(required ? CURLUSESSL_ALL : CURLUSESSL_NONE));
}
static inline CURLcode hf_curl_set_line_callback(CURL *h, hf_curl_bytes_callback callback, void *context) {
    CURLcode code = curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, callback);
    return code ? code : curl_easy_setopt(h, CURLOPT_HEADERDATA, context);
}
static inline CURLcode hf_curl_set_body_callback(CURL *h, hf_curl_bytes_callback callback, void *context) {
    CURLcode code = curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, callback);
    return code ? code : curl_easy_setopt(h, CURLOPT_WRITEDATA, context);
}

static inline CURLcode hf_curl_set_tls_callback(CURL *h, curl_ssl_ctx_callback callback, void *context) {
    CURLcode code = curl_easy_setopt(h, CURLOPT_SSL_CTX_FUNCTION, callback);
    return code ? code : curl_easy_setopt(h, CURLOPT_SSL_CTX_DATA, context);
}

#define HF_INFO(name, option, type) \
    static inline CURLcode hf_curl_##name(CURL *h, type *v) { return curl_easy_getinfo(h, option, v); }

HF_INFO(socket, CURLINFO_ACTIVESOCKET, curl_socket_t)
HF_INFO(peer, CURLINFO_PRIMARY_IP, char *)
HF_INFO(status, CURLINFO_RESPONSE_CODE, long)
HF_INFO(resolved_us, CURLINFO_NAMELOOKUP_TIME_T, curl_off_t)
HF_INFO(connected_us, CURLINFO_CONNECT_TIME_T, curl_off_t)
HF_INFO(encrypted_us, CURLINFO_APPCONNECT_TIME_T, curl_off_t)
HF_INFO(tls, CURLINFO_TLS_SSL_PTR, struct curl_tlssessioninfo *)
HF_INFO(certificates, CURLINFO_CERTINFO, struct curl_certinfo *)
HF_INFO(verify_result, CURLINFO_SSL_VERIFYRESULT, long)

// OpenSSL's own names for what was negotiated. Looked up in the libssl that libcurl already loaded: no second TLS
// library is linked, and with a libcurl on another backend the answer is simply NULL.
static inline const char *hf_openssl_version(const void *ssl) {
    const char *(*name)(const void *) = (const char *(*)(const void *))dlsym((void *)0, "SSL_get_version");
    return name ? name(ssl) : (const char *)0;
}
static inline const char *hf_openssl_cipher(const void *ssl) {
    const void *(*current)(const void *) = (const void *(*)(const void *))dlsym((void *)0, "SSL_get_current_cipher");
    const char *(*name)(const void *) = (const char *(*)(const void *))dlsym((void *)0, "SSL_CIPHER_get_name");
    return current && name ? name(current(ssl)) : (const char *)0;
}

#endif
