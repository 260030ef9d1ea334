//! What a CRL covers (RFC 5280 5.2.5, 6.3.3 b, d, e).

use super::status::ALL_REASONS;
use crate::x509::{Certificate, Crl, DistributionPoint, GeneralName, Name};

/// Whether the list may have been made for the certificate: its issuer is that of the certificate, or one that a distribution point of the
/// certificate names.
pub(super) fn concerns(crl: &Crl, certificate: &Certificate) -> bool {
    crl.issuer().matches(certificate.issuer())
        || certificate.extensions().crl_distribution_points.iter().any(|point| names_issuer(point, crl.issuer()))
}

/// The reasons for which the list covers the certificate; `None` where it does not.
pub(super) fn covered_reasons(crl: &Crl, certificate: &Certificate) -> Option<u16> {
    let (point, reasons, (only_users, only_authorities, only_attributes)) = crl.scope();
    let is_authority = certificate.extensions().basic_constraints.is_some_and(|constraints| constraints.authority);
    if only_attributes || (only_users && is_authority) || (only_authorities && !is_authority) {
        return None;
    }
    let listed = reasons.map_or(ALL_REASONS, |reasons| reasons.0) & ALL_REASONS;
    let issuer = certificate.issuer();
    let is_direct = crl.issuer().matches(issuer);
    let mut covered = 0;
    for stated in &certificate.extensions().crl_distribution_points {
        let right_issuer = if stated.crl_issuer.is_empty() { is_direct } else { crl.is_indirect() && names_issuer(stated, crl.issuer()) };
        if right_issuer && point.is_none_or(|point| share_name(&names(point, crl.issuer()), &stated_names(stated, issuer))) {
            covered |= listed & stated.reasons.map_or(ALL_REASONS, |reasons| reasons.0);
        }
    }
    // RFC 5280 6.3.3, at the end: lists of the issuer that no distribution point names, as if one named the issuer.
    if is_direct && point.is_none_or(|point| share_name(&names(point, crl.issuer()), &[GeneralName::Directory(issuer.clone())])) {
        covered |= listed;
    }
    (covered != 0).then_some(covered)
}

fn names_issuer(point: &DistributionPoint, issuer: &Name) -> bool {
    point.crl_issuer.iter().any(|name| matches!(name, GeneralName::Directory(name) if name.matches(issuer)))
}

/// The names of the point of a list.
fn names(point: &DistributionPoint, issuer: &Name) -> Vec<GeneralName> {
    match &point.relative_name {
        Some(relative) => issuer.join(relative).map(GeneralName::Directory).into_iter().collect(),
        None => point.full_name.clone(),
    }
}

/// The names of a point in a certificate; without a name of its own, those of the issuer of the list.
fn stated_names(point: &DistributionPoint, issuer: &Name) -> Vec<GeneralName> {
    match &point.relative_name {
        Some(_) => {
            let base = point.crl_issuer.iter().find_map(|name| if let GeneralName::Directory(name) = name { Some(name) } else { None });
            names(point, base.unwrap_or(issuer))
        }
        None if point.full_name.is_empty() => point.crl_issuer.clone(),
        None => point.full_name.clone(),
    }
}

fn share_name(left: &[GeneralName], right: &[GeneralName]) -> bool {
    left.iter().any(|left| right.iter().any(|right| same(left, right)))
}

fn same(left: &GeneralName, right: &GeneralName) -> bool {
    match (left, right) {
        (GeneralName::Directory(left), GeneralName::Directory(right)) => left.matches(right),
        (GeneralName::Dns(left), GeneralName::Dns(right)) => left.eq_ignore_ascii_case(right),
        (GeneralName::Email(left), GeneralName::Email(right)) | (GeneralName::Uri(left), GeneralName::Uri(right)) => left == right,
        (GeneralName::Ip(left), GeneralName::Ip(right)) => left == right,
        (GeneralName::Other(left, left_bytes), GeneralName::Other(right, right_bytes)) => left == right && left_bytes == right_bytes,
        _ => false,
    }
}
