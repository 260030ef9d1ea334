//! Certificate revocation lists (RFC 5280 5).

use std::sync::Arc;

use super::{DistributionPoint, Name, ReasonFlags};
use crate::crypto::PublicKey;
use crate::time::Time;

/// A CRL; cheap to clone.
#[derive(Clone)]
pub(crate) struct Crl(#[allow(dead_code)] Arc<CrlInner>);

struct CrlInner {}

/// One entry of a CRL.
#[derive(Clone, Debug)]
pub(crate) struct RevokedCertificate {
    pub(crate) at: Time,
    /// The number of CRLReason; 0 where the entry gives none.
    pub(crate) reason: u8,
    pub(crate) invalidity_date: Option<Time>,
}

impl Crl {
    /// Reads a DER CRL.
    pub(crate) fn from_der(_der: &[u8]) -> crate::Result<Self> {
        todo!()
    }
    pub(crate) fn as_der(&self) -> &[u8] {
        todo!()
    }
    pub(crate) fn issuer(&self) -> &Name {
        todo!()
    }
    pub(crate) fn this_update(&self) -> Time {
        todo!()
    }
    pub(crate) fn next_update(&self) -> Option<Time> {
        todo!()
    }
    pub(crate) fn number(&self) -> Option<&[u8]> {
        todo!()
    }
    pub(crate) fn authority_key_identifier(&self) -> Option<&[u8]> {
        todo!()
    }
    pub(crate) fn is_delta(&self) -> bool {
        todo!()
    }
    pub(crate) fn is_indirect(&self) -> bool {
        todo!()
    }
    /// The distribution point of IssuingDistributionPoint, its onlyContains… flags as (user, authority, attribute).
    pub(crate) fn scope(&self) -> (Option<&DistributionPoint>, Option<ReasonFlags>, (bool, bool, bool)) {
        todo!()
    }
    /// Whether it has a critical extension that nothing here processes, or a malformed one.
    pub(crate) fn has_unknown_critical(&self) -> bool {
        todo!()
    }
    /// The entry for `serial` of a certificate issued by `issuer`.
    pub(crate) fn entry(&self, _issuer: &Name, _serial: &[u8]) -> Option<RevokedCertificate> {
        todo!()
    }
    pub(crate) fn is_signed_by(&self, _issuer: &PublicKey) -> Result<(), crate::crypto::VerifyError> {
        todo!()
    }
}

impl std::fmt::Debug for Crl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Crl({} {})", self.issuer(), self.this_update())
    }
}
