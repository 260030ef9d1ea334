//! Policies: how severe each check is, and what is fresh and strong enough.

/// A policy. The built-in ones are `basic`, `strict` and `legacy`.
#[derive(Clone, Debug)]
pub struct Policy {}

impl Policy {
    /// The policy `basic`.
    #[must_use]
    pub fn basic() -> Self {
        todo!()
    }

    /// The built-in policy of this name.
    #[must_use]
    pub fn named(_name: &str) -> Option<Self> {
        todo!()
    }

    /// The names of the built-in policies.
    #[must_use]
    pub fn names() -> &'static [&'static str] {
        todo!()
    }

    /// Reads a policy. An unknown check id, key or severity is an error.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Format`], naming the entry.
    pub fn from_toml(_text: &str) -> crate::Result<Self> {
        todo!()
    }

    /// Name and version, such as `basic/1`.
    #[must_use]
    pub fn id(&self) -> &str {
        todo!()
    }
}
