//! The checks, one row each.
