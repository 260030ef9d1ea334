//! The `kyso` command.
fn main() {}
