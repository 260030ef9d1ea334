//! What happened to the document after a signature.

use super::Pdf;
use super::examine::Signature;
use super::signature::Forms;
use crate::format::{ChangeLevel, Later};

/// What came after each of `signatures`, in their order.
pub(crate) fn later(pdf: &Pdf, _forms: &Forms, signatures: &[Signature]) -> crate::Result<Vec<Later>> {
    let last = pdf.revisions().len().saturating_sub(1);
    let later = |signature: &Signature| Later {
        level: (signature.revision == Some(last)).then_some(ChangeLevel::Nothing),
        allowed: ChangeLevel::FormFilling,
        changes: Vec::new(),
    };
    Ok(signatures.iter().map(later).collect())
}
