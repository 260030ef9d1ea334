//! How long kyso takes, as a ratio to the floor: a process that starts, reads the file, hashes the signed bytes once and checks the signature
//! with `ring`, and nothing else.
//!
//! `cargo bench` runs every case; `cargo bench -- letter` those whose name has `letter` in it. Both processes run in turn, and the median of
//! the pairs is printed, beside the ratio of the fastest runs; absolute times move from machine to machine, ratios hold. Nothing is asserted.
//!
//! The cases lie in the folder for temporary files. With `TMPDIR` in memory (`/dev/shm`) signing is measured without the disk, which both
//! processes wait for: they store what they write.

#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a bench that stops where something is wrong"
)]

mod cases;
mod floor;

use std::ffi::OsString;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cases::Case;

fn main() {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "--floor") {
        floor::main(&arguments[1..]);
        return;
    }
    let filter = arguments.iter().filter_map(|argument| argument.to_str()).find(|argument| !argument.starts_with('-')).unwrap_or("");
    let folder = tempfile::tempdir().expect("a folder for the cases");
    println!("{:<34} {:>10} {:>10} {:>7} {:>7}   {}", "case", "floor", "kyso", "ratio", "best", "goal");
    for case in cases::all().into_iter().filter(|case| case.name.contains(filter)) {
        let made = (case.make)(folder.path());
        report(&case, &made.floor, &made.kyso);
        if case.memory {
            println!("{:<34} {:>7} KiB {:>7} KiB", "  peak of memory besides files", anonymous_peak(&made.floor), anonymous_peak(&made.kyso));
        }
        std::fs::remove_dir_all(&made.folder).expect("the case is removed");
    }
}

fn report(case: &Case, floor: &[OsString], kyso: &[OsString]) {
    let mut pairs: Vec<(Duration, Duration)> = Vec::new();
    for round in 0..=case.rounds {
        let pair = (time(floor), time(kyso));
        if round > 0 {
            pairs.push(pair);
        }
    }
    let floor = median(pairs.iter().map(|pair| pair.0.as_secs_f64()).collect());
    let kyso = median(pairs.iter().map(|pair| pair.1.as_secs_f64()).collect());
    let ratio = median(pairs.iter().map(|pair| pair.1.as_secs_f64() / pair.0.as_secs_f64()).collect());
    let best = best_ratio(&pairs);
    println!("{:<34} {:>7.2} ms {:>7.2} ms {ratio:>7.2} {best:>7.2}   {}", case.name, floor * 1e3, kyso * 1e3, case.goal);
}

/// The ratio of the fastest runs: on a busy machine it tells more than the median.
fn best_ratio(pairs: &[(Duration, Duration)]) -> f64 {
    let fastest = |of: fn(&(Duration, Duration)) -> Duration| pairs.iter().map(of).min().unwrap_or_default().as_secs_f64();
    fastest(|pair| pair.1) / fastest(|pair| pair.0)
}

fn time(command: &[OsString]) -> Duration {
    let start = Instant::now();
    let status = run(command).status().expect("the command starts");
    let elapsed = start.elapsed();
    assert!(status.success(), "{command:?} ends with {status}");
    elapsed
}

fn run(command: &[OsString]) -> Command {
    let mut built = Command::new(&command[0]);
    built.args(&command[1..]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    built
}

/// The most memory in KiB that was the process's own: `RssAnon` of `/proc`, asked again and again while it runs. The pages of a mapped file,
/// which the system takes back when it needs them, are not in it. 0 where there is no `/proc`.
fn anonymous_peak(command: &[OsString]) -> u64 {
    let mut child = run(command).spawn().expect("the command starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("the command is waited for").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        let now = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0);
        peak = peak.max(now);
    }
    peak
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
