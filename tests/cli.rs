//! Runs every `tests/cli/*.toml`: what is typed, and what must come out, byte for byte. One named result a case.
//!
//! `KYSO_ACCEPT=1` writes what came out into the files, to be read before it is committed. Words behind `--` pick cases by name.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where something is wrong"
)]

mod cli {
    pub(crate) mod case;
    pub(crate) mod process;
}

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use cli::case::Book;
use cli::process;

/// No fewer cases than this: a run that finds almost nothing has looked in the wrong place.
const FEWEST: usize = 180;

fn main() -> ExitCode {
    let filter: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if env::args().any(|word| word == "--list") {
        return ExitCode::SUCCESS;
    }
    let accept = env::var_os("KYSO_ACCEPT").is_some_and(|value| value == "1");
    let mut score = Score::default();
    let mut found = process::CHECKS.len();
    for path in books() {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut book = Book::read(&path);
        found += book.cases.len();
        for case in book.cases.iter_mut().filter(|case| filter.iter().all(|word| format!("{stem}: {}", case.name).contains(word))) {
            score.note(&format!("{stem}: {}", case.name), case.run(accept));
        }
        if accept {
            book.write(&path);
        }
    }
    for (name, check) in process::CHECKS.iter().filter(|(name, _)| filter.iter().all(|word| name.contains(word))) {
        score.note(name, check());
    }
    println!("\ncommand line: {} of {found} cases ran, {} passed, {} failed", score.ran, score.ran - score.failed, score.failed);
    assert!(found >= FEWEST, "only {found} cases were found");
    if score.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[derive(Default)]
struct Score {
    ran: usize,
    failed: usize,
}

impl Score {
    fn note(&mut self, name: &str, problems: Vec<String>) {
        self.ran += 1;
        if problems.is_empty() {
            println!("ok      {name}");
            return;
        }
        self.failed += 1;
        println!("FAILED  {name}");
        for problem in problems {
            println!("        {}", problem.replace('\n', "\n        "));
        }
    }
}

fn books() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("tests/cli is there")
        .map(|entry| entry.expect("the folder is readable").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    paths
}
