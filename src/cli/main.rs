//! The `kyso` command: a thin user of the library's public interface.

#![cfg_attr(
    test,
    allow(
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used,
        reason = "a test stops where something is wrong"
    )
)]

mod batch;
mod commands;
mod completions;
mod exit;
mod expect;
mod explain;
mod finish;
mod help;
mod input;
mod inspect;
mod key;
mod locale;
mod near;
mod net;
mod output;
mod password;
mod prepare;
mod say;
mod session;
mod sign;
mod stamp;
mod store;
mod syntax;
mod trust;
mod usage;
mod verify;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use exit::Exit;
use session::{Session, Stop};

include!(concat!(env!("OUT_DIR"), "/message_ids.rs"));

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let mut session = Session::new(&arguments);
    let run = AssertUnwindSafe(|| usage::run(arguments, &mut session));
    let exit = match catch_unwind(run).unwrap_or_else(|_| Err(Stop::Error(session::fault()))) {
        Ok(exit) | Err(Stop::Exit(exit)) => exit,
        // Whoever read the output has had enough: that is no failure.
        Err(Stop::Pipe) => Exit::Valid,
        Err(Stop::Document(path, error)) => {
            input::complain(&session, &path, &error);
            Exit::Error
        }
        Err(Stop::Error(error)) => {
            say::complain(&session, &error);
            Exit::Error
        }
    };
    ExitCode::from(exit.code())
}
