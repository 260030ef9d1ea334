//! Certificate extensions (RFC 5280 4.2).
//!
//! Owned, plain data. An extension that is present but malformed is kept in `malformed`; path validation then refuses the certificate.

use super::Name;

/// The extensions that kyso knows, and the identifiers of the critical ones that it does not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extensions {
    pub(crate) basic_constraints: Option<BasicConstraints>,
    pub(crate) key_usage: Option<KeyUsage>,
    /// Dotted identifiers.
    pub(crate) extended_key_usage: Option<Vec<String>>,
    pub(crate) extended_key_usage_critical: bool,
    pub(crate) subject_key_identifier: Option<Vec<u8>>,
    pub(crate) authority_key_identifier: Option<Vec<u8>>,
    pub(crate) subject_alternative_names: Vec<GeneralName>,
    pub(crate) name_constraints: Option<NameConstraints>,
    pub(crate) policies: Option<Vec<PolicyInformation>>,
    /// Pairs of issuerDomainPolicy and subjectDomainPolicy, dotted.
    pub(crate) policy_mappings: Vec<(String, String)>,
    pub(crate) policy_constraints: Option<PolicyConstraints>,
    pub(crate) inhibit_any_policy: Option<u32>,
    pub(crate) crl_distribution_points: Vec<DistributionPoint>,
    pub(crate) freshest_crl: Vec<DistributionPoint>,
    pub(crate) ocsp_urls: Vec<String>,
    pub(crate) issuer_urls: Vec<String>,
    pub(crate) ocsp_no_check: bool,
    /// Dotted identifiers of critical extensions that nothing here processes.
    pub(crate) unknown_critical: Vec<String>,
    /// Dotted identifiers of extensions that are malformed.
    pub(crate) malformed: Vec<String>,
    /// Dotted identifiers of extensions that occur twice.
    pub(crate) duplicate: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BasicConstraints {
    pub(crate) authority: bool,
    pub(crate) path_length: Option<u32>,
    pub(crate) critical: bool,
}

/// The bits of KeyUsage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct KeyUsage {
    pub(crate) digital_signature: bool,
    pub(crate) non_repudiation: bool,
    pub(crate) certificate_sign: bool,
    pub(crate) crl_sign: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum GeneralName {
    Directory(Name),
    Dns(String),
    Email(String),
    /// Address, or address and mask in a constraint.
    Ip(Vec<u8>),
    Uri(String),
    /// Tag number, contents.
    Other(u32, Vec<u8>),
}

#[derive(Clone, Debug)]
pub(crate) struct GeneralSubtree {
    pub(crate) base: GeneralName,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct NameConstraints {
    pub(crate) permitted: Vec<GeneralSubtree>,
    pub(crate) excluded: Vec<GeneralSubtree>,
}

#[derive(Clone, Debug)]
pub(crate) struct PolicyInformation {
    /// Dotted.
    pub(crate) identifier: String,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PolicyConstraints {
    pub(crate) require_explicit: Option<u32>,
    pub(crate) inhibit_mapping: Option<u32>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct DistributionPoint {
    pub(crate) full_name: Vec<GeneralName>,
    /// DER of the RelativeDistinguishedName, where the name is relative.
    pub(crate) relative_name: Option<Vec<u8>>,
    pub(crate) reasons: Option<ReasonFlags>,
    pub(crate) crl_issuer: Vec<GeneralName>,
}

/// Bit n is reason n of RFC 5280 4.2.1.13.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReasonFlags(pub(crate) u16);
