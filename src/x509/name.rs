//! Distinguished names (RFC 5280 4.1.2.4, 7.1).

/// A distinguished name.
#[derive(Clone, Debug)]
pub struct Name {}

impl Name {
    /// Reads a DER `Name`.
    pub(crate) fn parse(_der: &[u8]) -> Option<Self> {
        todo!()
    }

    /// The DER bytes as they were read.
    pub(crate) fn as_der(&self) -> &[u8] {
        todo!()
    }

    pub(crate) fn is_empty(&self) -> bool {
        todo!()
    }

    /// Whether both are the same name by RFC 5280 7.1 (case folded, white space collapsed, string types equal).
    pub(crate) fn matches(&self, _other: &Self) -> bool {
        todo!()
    }

    /// Whether this name lies within the subtree `base` (RFC 5280 4.2.1.10).
    pub(crate) fn is_within(&self, _base: &Self) -> bool {
        todo!()
    }

    /// The last common name, else the last organisational unit, organisation or e-mail address: what a person calls the holder.
    #[must_use]
    pub fn display_name(&self) -> Option<&str> {
        todo!()
    }

    /// The first value of the organisation.
    #[must_use]
    pub fn organization(&self) -> Option<&str> {
        todo!()
    }

    /// The first value of the title.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        todo!()
    }

    /// Every value of the attribute `short` (`CN`, `O`, `OU`, `L`, `UID`, `emailAddress`, …), in order.
    #[must_use]
    pub fn values(&self, _short: &str) -> Vec<&str> {
        todo!()
    }
}

/// RFC 4514 with the order as people write it: `CN=…,O=…,C=VN`; NFC as stored.
impl std::fmt::Display for Name {
    fn fmt(&self, _formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        todo!()
    }
}
