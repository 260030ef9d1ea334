//! Whether a certificate was revoked, by the CRLs there are (RFC 5280 6.3).

use crate::evidence::Origin;
use crate::time::Time;

/// The status of one certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RevocationStatus {
    /// A list that covers the certificate does not name it.
    Good,
    /// It is named.
    Revoked,
    /// Nothing that covers the certificate is at hand.
    Unknown,
}

/// The status of one certificate, with the list that says so. How fresh the list must be is policy.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct RevocationFacts {
    /// The status.
    pub status: RevocationStatus,
    /// When it was revoked.
    pub revoked_at: Option<Time>,
    /// The number of CRLReason.
    pub reason: Option<u8>,
    /// thisUpdate of the list.
    pub this_update: Option<Time>,
    /// nextUpdate of the list.
    pub next_update: Option<Time>,
    /// Where the list came from.
    pub origin: Option<Origin>,
    /// The subject of the issuer of the list.
    pub issuer: Option<String>,
    /// Why lists at hand were not used: message ids with values.
    pub rejected: Vec<crate::message::Message>,
    /// Addresses where status may be had: CRL distribution points, OCSP.
    pub wanted: Vec<String>,
}
