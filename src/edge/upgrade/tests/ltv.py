"""Whether pyHanko accepts the first signature of a document at a level, with nothing but a root and the document itself.

ltv.py ROOT FILE LEVEL
"""
import asyncio
import sys

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

root_path, path, level = sys.argv[1:]
root = load_cert_from_pemder(root_path)
anchors = {"trust_roots": [root], "allow_fetching": False}


async def main():
    with open(path, "rb") as file:
        reader = PdfFileReader(file)
        signature = reader.embedded_regular_signatures[0]
        stamp = reader.embedded_timestamp_signatures[0]
        if level == "B-T":
            context = ValidationContext(**anchors, other_certs=list(signature.other_embedded_certs))
        else:
            # Everything that is needed is in the store.
            store = DocumentSecurityStore.read_dss(reader)
            context = store.as_validation_context({**anchors, "revocation_mode": "require"})
        stamped = await async_validate_pdf_timestamp(stamp, context)
        assert stamped.intact and stamped.valid and stamped.trusted, stamped.summary()
        status = await async_validate_pdf_signature(signature, context)
        assert status.bottom_line, status.pretty_print_details()
        if level == "B-LTA":
            policy = CertValidationPolicySpec(
                trust_manager=SimpleTrustManager.build(trust_roots=[root]), revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO)
            )
            result = await ades_lta_validation(signature, PdfSignatureValidationSpec(SignatureValidationSpec(policy)))
            assert result.ades_subindic == AdESPassed.OK, (result.ades_subindic, result.failure_msg)
            assert result.oldest_evidence_record_timestamp
        print(level, status.summary())


asyncio.run(main())
