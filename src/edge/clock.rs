//! The clock.

use crate::SignOptions;

/// The time now.
#[must_use]
pub fn now() -> crate::Time {
    todo!()
}

impl SignOptions {
    /// Signs now, with everything else as it is usual.
    #[must_use]
    pub fn new() -> Self {
        let now = now();
        let mut options = Self::at(now);
        options.now = Some(now);
        options
    }
}

impl Default for SignOptions {
    fn default() -> Self {
        Self::new()
    }
}
