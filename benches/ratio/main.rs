//! How long kyso takes, as a ratio to the floor: a process that starts, reads the file, hashes the signed bytes once and checks the signature
//! with `ring`, and nothing else.
//!
//! `cargo bench` runs every case; `cargo bench -- letter` those whose name has `letter` in it. Both processes run in turn, and the median of
//! the pairs is printed, of the time that passes and, for a machine with other work, of the time on a processor. Absolute times move from
//! machine to machine, ratios hold. Nothing is asserted.
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
    println!("{:<34} {:>10} {:>10} {:>7} {:>9}   goal", "case", "floor", "kyso", "ratio", "processor");
    for case in cases::all().into_iter().filter(|case| case.name.contains(filter)) {
        let made = (case.make)(folder.path());
        report(&case, &made.floor, &made.kyso);
        if case.memory {
            println!(
                "{:<34} {:>7} KiB {:>7} KiB",
                "  peak of memory besides files",
                anonymous_peak(&made.floor),
                anonymous_peak(&made.kyso)
            );
        }
        std::fs::remove_dir_all(&made.folder).expect("the case is removed");
    }
}

fn report(case: &Case, floor: &[OsString], kyso: &[OsString]) {
    let mut pairs: Vec<(Spent, Spent)> = Vec::new();
    for round in 0..=case.rounds {
        let pair = (time(floor), time(kyso));
        if round > 0 {
            pairs.push(pair);
        }
    }
    let seconds = |of: fn(&(Spent, Spent)) -> Duration| median(pairs.iter().map(|pair| of(pair).as_secs_f64()).collect());
    let ratio =
        |of: fn(&Spent) -> Duration| median(pairs.iter().map(|pair| of(&pair.1).as_secs_f64() / of(&pair.0).as_secs_f64()).collect());
    let (floor, kyso) = (seconds(|pair| pair.0.wall) * 1e3, seconds(|pair| pair.1.wall) * 1e3);
    let (wall, processor) = (ratio(|spent| spent.wall), ratio(|spent| spent.processor));
    println!("{:<34} {floor:>7.2} ms {kyso:>7.2} ms {wall:>7.2} {processor:>9.2}   {}", case.name, case.goal);
}

/// What a process took.
struct Spent {
    wall: Duration,
    /// On a processor, as `/proc` tells; zero where there is none.
    processor: Duration,
}

fn time(command: &[OsString]) -> Spent {
    let start = Instant::now();
    let mut child = run(command).stdout(Stdio::piped()).spawn().expect("the command starts");
    // The end of its output is the end of the process, which is not forgotten before it is waited for.
    std::io::copy(child.stdout.as_mut().expect("a pipe"), &mut std::io::sink()).expect("its output is read");
    let schedule = std::fs::read_to_string(format!("/proc/{}/schedstat", child.id())).unwrap_or_default();
    let status = child.wait().expect("the command ends");
    let wall = start.elapsed();
    assert!(status.success(), "{command:?} ends with {status}");
    let nanoseconds = schedule.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(0);
    Spent { wall, processor: Duration::from_nanos(nanoseconds) }
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
