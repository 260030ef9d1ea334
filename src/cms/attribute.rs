//! Signed and unsigned attributes.
