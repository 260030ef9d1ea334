//! Signing, from a letter to a file that other programs call intact.

mod corpus;
mod mutants;
pub(crate) mod peers;
mod proof;
mod refusals;
mod round_trips;
pub(crate) mod support;
mod timestamps;
mod two_steps;
