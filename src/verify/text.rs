//! The page for a clerk.
