"""Verifies and signs through the C library with nothing but ctypes.

    script.py LIBRARY DOCUMENT TRUST OPTIONS KEY PASSWORD SIGNED

prints the report on DOCUMENT, then signs it with the PKCS#12 file KEY to SIGNED and prints the report on that. Eight threads share one
verifier and one document, and must agree.
"""

import ctypes
import sys
from concurrent.futures import ThreadPoolExecutor

Pointer, Text, Size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t


class KysoError(Exception):
    pass


class Library:
    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        for name in ("message", "hint"):
            function = getattr(self.library, f"kyso_error_{name}")
            function.restype, function.argtypes = Text, [Pointer, Text]

    def call(self, name, *arguments):
        """Calls a function that gives out one pointer, which is its last argument but the error."""
        out, error = Pointer(), Pointer()
        self.run(name, *arguments, ctypes.byref(out), error=error)
        return out

    def run(self, name, *arguments, error):
        status = getattr(self.library, name)(*arguments, ctypes.byref(error))
        if status != 0:
            message = self.library.kyso_error_message(error, b"en").decode()
            self.library.kyso_error_free(error)
            raise KysoError(f"{name}: {status}: {message}")

    def json(self, report):
        text, length, error = Pointer(), Size(), Pointer()
        self.run("kyso_report_json", report, ctypes.byref(text), ctypes.byref(length), error=error)
        json = ctypes.string_at(text, length.value).decode()
        self.library.kyso_string_free(text)
        return json

    def free(self, kind, handle):
        function = getattr(self.library, f"kyso_{kind}_free")
        function.restype, function.argtypes = None, [Pointer]
        function(handle)


def main(path, document_path, trust_path, options, key, password, signed_path):
    kyso = Library(path)
    trust = kyso.call("kyso_trust_open", trust_path.encode())
    verifier = kyso.call("kyso_verifier_new", trust, options.encode())
    kyso.free("trust", trust)

    document = kyso.call("kyso_document_open", document_path.encode(), None)

    def report_on(document):
        report = kyso.call("kyso_verify", verifier, document)
        json = kyso.json(report)
        kyso.free("report", report)
        return json

    with ThreadPoolExecutor(8) as pool:
        reports = set(pool.map(report_on, [document] * 64))
    assert len(reports) == 1, "the threads disagree"
    print(reports.pop())

    signer = kyso.call("kyso_signer_open", key.encode(), password.encode())
    signed = kyso.call("kyso_sign", document, signer, b'{"reason":"Ph\xc3\xaa duy\xe1\xbb\x87t","tz":"+07:00"}')
    kyso.run("kyso_signed_save", signed, signed_path.encode(), ctypes.c_uint32(0), error=Pointer())
    for kind, handle in (("signed", signed), ("signer", signer), ("document", document)):
        kyso.free(kind, handle)

    document = kyso.call("kyso_document_open", signed_path.encode(), None)
    print(report_on(document))
    kyso.free("document", document)
    kyso.free("verifier", verifier)

    try:
        kyso.call("kyso_document_open", b"nowhere.pdf", None)
    except KysoError as error:
        assert str(error) == "kyso_document_open: 6: no such file: nowhere.pdf", error
    else:
        raise AssertionError("a missing file was opened")


if __name__ == "__main__":
    main(*sys.argv[1:])
