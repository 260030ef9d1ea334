//! Judges facts: pure.

use super::{Facts, Policy, Report};
use crate::time::Time;

/// Judges `facts` under `policy` at `time`.
#[must_use]
pub fn judge(_facts: &Facts, _policy: &Policy, _time: Time) -> Report {
    todo!()
}
