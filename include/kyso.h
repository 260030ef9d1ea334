/* kyso.h: signs and verifies administrative e-documents with personal digital certificates.
 *
 * C99, and C++ from C++11 on.
 *
 * Handles are opaque. Each is made by a function that takes a pointer to a pointer, and freed by the function named for it; NULL is
 * nothing to free. A handle is never changed by the functions that take it as const, and several threads may use it at once; kyso_signer
 * is for one thread at a time.
 *
 * Every function that can fail answers with a kyso_status: KYSO_OK, or what kind of thing went wrong. Where its last argument is not NULL,
 * an error object is put there, which says the rest and belongs to the caller (kyso_error_free). Outputs are written when the answer is
 * KYSO_OK, and only then.
 *
 * Texts are UTF-8 and end with NUL; paths too. Bytes are a pointer and a length. What a function gives out belongs to the caller: texts
 * are freed with kyso_string_free, bytes with kyso_bytes_free and the length they came with. Strings that come as a result (const char *)
 * belong to what they were asked of.
 *
 * Options are a JSON object, or NULL for everything as it is usual. A key that is not named here is KYSO_ARGUMENT.
 *
 * A panic inside of the library is caught and answered with KYSO_PANIC; it has then been reported on standard error. The handles of that
 * call must only be freed.
 */
#ifndef KYSO_H
#define KYSO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A number is never given a second meaning. */
typedef uint32_t kyso_status;

#define KYSO_OK ((kyso_status)0)
#define KYSO_ARGUMENT ((kyso_status)1)     /* an argument makes no sense */
#define KYSO_FORMAT ((kyso_status)2)       /* the input is not what it should be */
#define KYSO_IO ((kyso_status)3)           /* reading or writing failed */
#define KYSO_KEY ((kyso_status)4)          /* a key cannot be read or used */
#define KYSO_LIMIT ((kyso_status)5)        /* more work than the limits allow */
#define KYSO_NOT_FOUND ((kyso_status)6)    /* there is no such file */
#define KYSO_PASSWORD ((kyso_status)7)     /* a password is missing or wrong */
#define KYSO_REFUSED ((kyso_status)8)      /* signing was refused, before the key was touched; or a file is there already */
#define KYSO_SIGNATURE ((kyso_status)9)    /* a signature value does not fit what was to be signed */
#define KYSO_UNSUPPORTED ((kyso_status)10) /* something known, but not supported */
#define KYSO_NULL ((kyso_status)11)        /* a pointer is NULL that must not be */
#define KYSO_NOT_UTF8 ((kyso_status)12)    /* a string is not UTF-8 */
#define KYSO_TIMESTAMP ((kyso_status)13)   /* no time-stamp could be had, or none that proves anything */
#define KYSO_PANIC ((kyso_status)99)       /* a defect of the library */

typedef struct kyso_document kyso_document;
typedef struct kyso_error kyso_error;
typedef struct kyso_prepared kyso_prepared;
typedef struct kyso_report kyso_report;
typedef struct kyso_signed kyso_signed;
typedef struct kyso_signer kyso_signer;
typedef struct kyso_trust kyso_trust;
typedef struct kyso_verifier kyso_verifier;

/* The version of the library; the string lives as long as the process. */
const char *kyso_version(void);

/* ---- errors ---- */

/* What went wrong, and what to do about it (NULL where there is nothing to say), in the language "en" or "vi"; NULL is English. */
const char *kyso_error_message(const kyso_error *error, const char *language);
const char *kyso_error_hint(const kyso_error *error, const char *language);

/* For programs: the kind, such as "not_found", and the id of the message, such as "file.not_pdf". */
const char *kyso_error_kind(const kyso_error *error);
const char *kyso_error_id(const kyso_error *error);

/* The report of a document that could not be opened, as `kyso verify --json` prints it, without the line break. Options as for
 * kyso_verifier_new; `length` may be NULL. */
kyso_status kyso_error_json(const kyso_error *error, const char *name, const char *options, char **json, size_t *length,
                            kyso_error **failure);

void kyso_error_free(kyso_error *error);

/* ---- memory ---- */

void kyso_string_free(char *text);
void kyso_bytes_free(uint8_t *bytes, size_t length);

/* ---- documents ---- */

/* Opens a file. `password` may be NULL. Reports call the document by the path. */
kyso_status kyso_document_open(const char *path, const char *password, kyso_document **document, kyso_error **error);

/* Reads a document from memory; the bytes are copied. `name` is what reports call it; `name` and `password` may be NULL. */
kyso_status kyso_document_parse(const uint8_t *bytes, size_t length, const char *name, const char *password, kyso_document **document,
                                kyso_error **error);

/* The versions in the file, as `kyso inspect --revisions --json` prints them (docs/history.schema.json), without the line break: who signed
 * each, and what it changed. No verdict. Options as for kyso_verifier_new, of which "evidence" and "lang" count; `length` may be NULL. */
kyso_status kyso_document_history(const kyso_document *document, const char *options, char **json, size_t *length, kyso_error **error);

void kyso_document_free(kyso_document *document);

/* ---- whom to trust ---- */

/* Trusts nobody yet. */
kyso_status kyso_trust_new(kyso_trust **trust, kyso_error **error);

/* Trusts the certificates of a file, or of the files of a folder (.pem .crt .cer .der .p7b). */
kyso_status kyso_trust_open(const char *path, kyso_trust **trust, kyso_error **error);

/* Trusts the certificates in these bytes (PEM, DER or PKCS#7) too. No other thread may use the store meanwhile. */
kyso_status kyso_trust_add(kyso_trust *trust, const uint8_t *bytes, size_t length, kyso_error **error);

void kyso_trust_free(kyso_trust *trust);

/* ---- verify ---- */

/* A verifier, for many documents. It keeps what it needs of the trust store. Options:
 *   "policy":      "basic" (usual), "strict" or "legacy"
 *   "policy_toml": a policy of one's own, as TOML; counts before "policy"
 *   "at":          the time of judgement: RFC 3339, or a day, which is its end in "tz"; usual is the time of the call
 *   "evidence":    an array of paths of files and folders with certificates and lists of revoked certificates
 *   "online":      true: issuers and status that are not at hand are asked for over the network; usual is false, and nothing is asked
 *   "timeout":     seconds that one request may take, 1 to 600; usual is 10
 *   "proxy":       http://host:port; usual is what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say
 *   "cache":       a folder in which answers are kept until they run out, a day at most; usual is none, and the verifier remembers them
 *   "allow_private": true: addresses of this computer and of private networks may be asked; usual is false, for they come from documents
 *   "lang":        "en" (usual) or "vi", for the texts of the report
 *   "tz":          "utc" (usual) or an offset such as "+07:00", for the times of the page */
kyso_status kyso_verifier_new(const kyso_trust *trust, const char *options, kyso_verifier **verifier, kyso_error **error);

void kyso_verifier_free(kyso_verifier *verifier);

/* Verifies every signature of a document. A bad signature is KYSO_OK and a report that says so. */
kyso_status kyso_verify(const kyso_verifier *verifier, const kyso_document *document, kyso_report **report, kyso_error **error);

/* The verdict as the exit status of the command: 0 valid, 1 invalid, 3 uncertain, 4 unsigned; 2 where `report` is NULL. */
uint32_t kyso_report_exit(const kyso_report *report);

/* The report as `kyso verify --json` prints it, without the line break. `length` may be NULL. */
kyso_status kyso_report_json(const kyso_report *report, char **json, size_t *length, kyso_error **error);

/* The page for people, as `kyso verify` prints it. `length` may be NULL. */
kyso_status kyso_report_text(const kyso_report *report, char **text, size_t *length, kyso_error **error);

void kyso_report_free(kyso_report *report);

/* ---- sign ---- */

/* The key of a PKCS#12 file, with its certificates. `password` may be NULL. */
kyso_status kyso_signer_open(const char *path, const char *password, kyso_signer **signer, kyso_error **error);
kyso_status kyso_signer_parse(const uint8_t *bytes, size_t length, const char *password, kyso_signer **signer, kyso_error **error);

/* The key in memory is overwritten. */
void kyso_signer_free(kyso_signer *signer);

/* Signs. Options:
 *   "reason", "location", "contact": texts
 *   "time":    the signing time to claim (RFC 3339, or a day), usual is now; "tz": the zone it is written in, usual is "utc"
 *   "digest":  "sha256", "sha384" or "sha512"; usual is what suits the key
 *   "pss":     true for RSASSA-PSS
 *   "field":   the name of the signature field, an empty one of the document or a new one
 *   "certify": "no-changes", "form-filling" or "annotations" make it a certification
 *   "reserve": bytes to reserve for the signature
 *   "strict":  true refuses a document in which anything can show something else than is signed (hidden layers, scripts and the like)
 *   "accept_shadow": true signs although a form field shows another text than its value, which is refused otherwise (sign.shadow_value)
 *   "tsa":     an array of addresses of time-stamp authorities, asked in this order; with them the signature gets a time-stamp (PAdES B-T),
 *              or KYSO_TIMESTAMP where none can be had
 *   "tsa_policy": the policy of the authority, in numbers; "tsa_digest": as "digest", usual is "sha256"
 *   "tsa_timeout": seconds for each authority, usual is 180; "tsa_password": "user:password" for the authorities */
kyso_status kyso_sign(const kyso_document *document, const kyso_signer *signer, const char *options, kyso_signed **signed_document,
                      kyso_error **error);

/* Writes the signed document, whole or not at all. Where `replace` is 0, a file that is there stays (KYSO_REFUSED). The document that was
 * signed is never replaced. */
kyso_status kyso_signed_save(const kyso_signed *signed_document, const char *path, uint32_t replace, kyso_error **error);

kyso_status kyso_signed_bytes(const kyso_signed *signed_document, uint8_t **bytes, size_t *length, kyso_error **error);

void kyso_signed_free(kyso_signed *signed_document);

/* ---- sign in two steps, with a key that is elsewhere ---- */

/* `certificates` (PEM, DER or PKCS#7): the signer's first, then its issuers; NULL and 0 where it is not known yet, and then only
 * kyso_prepared_finish_cms can finish. Options as for kyso_sign. */
kyso_status kyso_prepare(const kyso_document *document, const uint8_t *certificates, size_t length, const char *options,
                         kyso_prepared **prepared, kyso_error **error);

/* What is to be signed: the digest (of the message; of the document where the certificate is not known), or the message itself. */
kyso_status kyso_prepared_digest(const kyso_prepared *prepared, uint8_t **bytes, size_t *length, kyso_error **error);
kyso_status kyso_prepared_message(const kyso_prepared *prepared, uint8_t **bytes, size_t *length, kyso_error **error);
kyso_status kyso_prepared_document_digest(const kyso_prepared *prepared, uint8_t **bytes, size_t *length, kyso_error **error);

/* The stored form, for another day or another process; `kyso finish` reads it too. */
kyso_status kyso_prepared_store(const kyso_prepared *prepared, uint8_t **bytes, size_t *length, kyso_error **error);
kyso_status kyso_prepared_parse(const uint8_t *bytes, size_t length, kyso_prepared **prepared, kyso_error **error);

/* `document` is the one that was prepared. The value is checked before it goes in. */
kyso_status kyso_prepared_finish(const kyso_prepared *prepared, const kyso_document *document, const uint8_t *signature, size_t length,
                                 kyso_signed **signed_document, kyso_error **error);
/* With a time-stamp of the authorities that the options name as for kyso_sign. kyso_prepare should have named them too: it keeps the room. */
kyso_status kyso_prepared_finish_timestamped(const kyso_prepared *prepared, const kyso_document *document, const uint8_t *signature,
                                             size_t length, const char *options, kyso_signed **signed_document, kyso_error **error);
kyso_status kyso_prepared_finish_cms(const kyso_prepared *prepared, const kyso_document *document, const uint8_t *cms, size_t length,
                                     kyso_signed **signed_document, kyso_error **error);

void kyso_prepared_free(kyso_prepared *prepared);

#ifdef __cplusplus
}
#endif

#endif
