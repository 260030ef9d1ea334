//! Addresses that are known to be wrong (`corrections.toml`).

use crate::RequestKind;

include!(concat!(env!("OUT_DIR"), "/corrections.rs"));

/// One row of the table.
struct Correction {
    kind: &'static str,
    prefix: &'static str,
    replacement: &'static str,
}

/// What to ask instead of `address`, where it is known to be wrong.
pub(super) fn corrected(kind: RequestKind, address: &str) -> Option<String> {
    let row = CORRECTIONS.iter().find(|row| row.kind == kind.name() && address.starts_with(row.prefix))?;
    let rest = address.strip_prefix(row.prefix)?;
    Some(format!("{}{rest}", row.replacement))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_correction_leads_elsewhere_and_no_further() {
        assert!(!CORRECTIONS.is_empty());
        let kinds = [RequestKind::Crl, RequestKind::Issuer, RequestKind::Ocsp, RequestKind::Timestamp];
        for row in CORRECTIONS {
            let kind = *kinds.iter().find(|kind| kind.name() == row.kind).unwrap();
            let target = corrected(kind, row.prefix).unwrap();
            assert_eq!(target, row.replacement);
            assert!(kinds.iter().all(|kind| corrected(*kind, &target).is_none()), "{target}");
        }
        assert_eq!(corrected(RequestKind::Crl, "http://ca.gov.vn/tsa"), None);
        assert_eq!(corrected(RequestKind::Timestamp, "http://ca.gov.vn/other"), None);
    }
}
