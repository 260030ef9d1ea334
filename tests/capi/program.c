/* Verifies and signs through the C library, one task a run:
 *   verify DOCUMENT TRUST OPTIONS             prints the report as JSON
 *   page DOCUMENT TRUST OPTIONS               prints the page for people
 *   history DOCUMENT OPTIONS                  prints the versions in the file as JSON
 *   memory DOCUMENT TRUST OPTIONS             as verify, with the document and the trust read by this program
 *   sign DOCUMENT KEY PASSWORD OPTIONS OUT    signs with a PKCS#12 file
 *   prepare DOCUMENT CERTIFICATES OPTIONS STATE MESSAGE
 *   finish STATE DOCUMENT SIGNATURE OUT
 *   mistakes DOCUMENT OPTIONS                 does everything wrong that a program can do wrong
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kyso.h"

static int failed(kyso_status status, kyso_error *error) {
    const char *hint = kyso_error_hint(error, NULL);
    fprintf(stderr, "status %u, %s, %s\n%s\n%s\n%s\n", (unsigned)status, kyso_error_kind(error), kyso_error_id(error),
            kyso_error_message(error, NULL), kyso_error_message(error, "vi"), hint == NULL ? "-" : hint);
    kyso_error_free(error);
    return 1;
}

#define TRY(call)                                 \
    do {                                          \
        kyso_error *error = NULL;                 \
        kyso_status status = (call);              \
        if (status != KYSO_OK) {                  \
            result = failed(status, error);       \
            goto done;                            \
        }                                         \
    } while (0)

/* The bytes of a file; the program ends where it cannot be read. */
static uint8_t *contents(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(1 << 20);
    if (file == NULL || bytes == NULL) {
        perror(path);
        exit(2);
    }
    *length = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

static void store(const char *path, const uint8_t *bytes, size_t length) {
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, length, file) != length || fclose(file) != 0) {
        perror(path);
        exit(2);
    }
}

static int verify(const char *task, char **arguments) {
    int result = 0;
    kyso_document *document = NULL;
    kyso_trust *trust = NULL;
    kyso_verifier *verifier = NULL;
    kyso_report *report = NULL;
    char *text = NULL;
    size_t length = 0;
    if (strcmp(task, "memory") == 0) {
        size_t size;
        uint8_t *bytes = contents(arguments[1], &size);
        kyso_error *error = NULL;
        kyso_status status = kyso_trust_new(&trust, &error);
        if (status == KYSO_OK) status = kyso_trust_add(trust, bytes, size, &error);
        free(bytes);
        if (status == KYSO_OK) {
            bytes = contents(arguments[0], &size);
            status = kyso_document_parse(bytes, size, arguments[0], NULL, &document, &error);
            free(bytes);
        }
        if (status != KYSO_OK) {
            result = failed(status, error);
            goto done;
        }
    } else {
        TRY(kyso_document_open(arguments[0], NULL, &document, &error));
        TRY(kyso_trust_open(arguments[1], &trust, &error));
    }
    TRY(kyso_verifier_new(trust, arguments[2], &verifier, &error));
    TRY(kyso_verify(verifier, document, &report, &error));
    if (strcmp(task, "page") == 0) {
        TRY(kyso_report_text(report, &text, &length, &error));
        fputs(text, stdout);
    } else {
        TRY(kyso_report_json(report, &text, &length, &error));
        puts(text);
    }
    result = length == strlen(text) ? (int)kyso_report_exit(report) : 9;
done:
    kyso_string_free(text);
    kyso_report_free(report);
    kyso_verifier_free(verifier);
    kyso_trust_free(trust);
    kyso_document_free(document);
    return result;
}

static int history(char **arguments) {
    int result = 0;
    kyso_document *document = NULL;
    char *json = NULL;
    size_t length = 0;
    TRY(kyso_document_open(arguments[0], NULL, &document, &error));
    TRY(kyso_document_history(document, arguments[1], &json, &length, &error));
    puts(json);
    result = length == strlen(json) ? 0 : 9;
done:
    kyso_string_free(json);
    kyso_document_free(document);
    return result;
}

static int sign(char **arguments) {
    int result = 0;
    kyso_document *document = NULL;
    kyso_signer *signer = NULL;
    kyso_signed *signed_document = NULL;
    TRY(kyso_document_open(arguments[0], NULL, &document, &error));
    TRY(kyso_signer_open(arguments[1], arguments[2], &signer, &error));
    TRY(kyso_sign(document, signer, arguments[3], &signed_document, &error));
    TRY(kyso_signed_save(signed_document, arguments[4], 0, &error));
done:
    kyso_signed_free(signed_document);
    kyso_signer_free(signer);
    kyso_document_free(document);
    return result;
}

static int prepare(char **arguments) {
    int result = 0;
    kyso_document *document = NULL;
    kyso_prepared *prepared = NULL;
    uint8_t *state = NULL, *message = NULL, *digest = NULL, *certificates;
    size_t state_length = 0, message_length = 0, digest_length = 0, length;
    certificates = contents(arguments[1], &length);
    TRY(kyso_document_open(arguments[0], NULL, &document, &error));
    TRY(kyso_prepare(document, certificates, length, arguments[2], &prepared, &error));
    TRY(kyso_prepared_store(prepared, &state, &state_length, &error));
    TRY(kyso_prepared_message(prepared, &message, &message_length, &error));
    TRY(kyso_prepared_digest(prepared, &digest, &digest_length, &error));
    store(arguments[3], state, state_length);
    store(arguments[4], message, message_length);
    printf("%u\n", (unsigned)digest_length);
done:
    free(certificates);
    kyso_bytes_free(digest, digest_length);
    kyso_bytes_free(message, message_length);
    kyso_bytes_free(state, state_length);
    kyso_prepared_free(prepared);
    kyso_document_free(document);
    return result;
}

static int finish(char **arguments) {
    int result = 0;
    kyso_document *document = NULL;
    kyso_prepared *prepared = NULL;
    kyso_signed *signed_document = NULL;
    uint8_t *state, *signature, *bytes = NULL;
    size_t state_length, signature_length, length = 0;
    state = contents(arguments[0], &state_length);
    signature = contents(arguments[2], &signature_length);
    TRY(kyso_prepared_parse(state, state_length, &prepared, &error));
    TRY(kyso_document_open(arguments[1], NULL, &document, &error));
    TRY(kyso_prepared_finish(prepared, document, signature, signature_length, &signed_document, &error));
    TRY(kyso_signed_bytes(signed_document, &bytes, &length, &error));
    store(arguments[3], bytes, length);
done:
    free(state);
    free(signature);
    kyso_bytes_free(bytes, length);
    kyso_signed_free(signed_document);
    kyso_prepared_free(prepared);
    kyso_document_free(document);
    return result;
}

/* Every answer is a status, and no output is written. */
static int mistakes(const char *path, const char *options) {
    char untouched;
    kyso_document *document = (kyso_document *)&untouched;
    kyso_signer *signer = (kyso_signer *)&untouched;
    kyso_error *error = NULL;
    char *json = NULL;
    int wrong = 0;
    wrong += kyso_document_open("nowhere/GXN-123.pdf", NULL, &document, &error) != KYSO_NOT_FOUND;
    wrong += kyso_error_json(error, "nowhere/GXN-123.pdf", options, &json, NULL, NULL) != KYSO_OK;
    puts(json);
    kyso_string_free(json);
    kyso_error_free(error);
    wrong += kyso_document_open(NULL, NULL, &document, NULL) != KYSO_NULL;
    wrong += kyso_document_open("\xff", NULL, &document, NULL) != KYSO_NOT_UTF8;
    wrong += kyso_document_open(path, NULL, NULL, NULL) != KYSO_NULL;
    wrong += kyso_document_parse((const uint8_t *)"<html>", 6, NULL, NULL, &document, NULL) != KYSO_FORMAT;
    wrong += kyso_document_parse(NULL, 6, NULL, NULL, &document, NULL) != KYSO_NULL;
    wrong += kyso_signer_parse((const uint8_t *)"0", 1, "x", &signer, NULL) != KYSO_KEY;
    wrong += document != (kyso_document *)&untouched || signer != (kyso_signer *)&untouched;
    wrong += kyso_report_exit(NULL) != 2;
    json = &untouched;
    wrong += kyso_document_history(NULL, NULL, &json, NULL, NULL) != KYSO_NULL || json != &untouched;
    return wrong;
}

int main(int count, char **words) {
    if (count >= 5 && (strcmp(words[1], "verify") == 0 || strcmp(words[1], "page") == 0 || strcmp(words[1], "memory") == 0))
        return verify(words[1], words + 2);
    if (count == 4 && strcmp(words[1], "history") == 0) return history(words + 2);
    if (count == 7 && strcmp(words[1], "sign") == 0) return sign(words + 2);
    if (count == 7 && strcmp(words[1], "prepare") == 0) return prepare(words + 2);
    if (count == 6 && strcmp(words[1], "finish") == 0) return finish(words + 2);
    if (count == 4 && strcmp(words[1], "mistakes") == 0) return mistakes(words[2], words[3]);
    fprintf(stderr, "kyso %s: which task?\n", kyso_version());
    return 2;
}
