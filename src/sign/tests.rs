//! Signing, from a letter to a file that other programs call intact.

mod peers;
mod refusals;
mod round_trips;
mod support;
mod two_steps;
