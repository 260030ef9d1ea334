//! What cannot be said in a file of cases: pipes that close, and what a process leaves behind.

use std::fs;
use std::io::Read as _;
use std::process::Stdio;

use super::case::command;

pub(crate) type Check = (&'static str, fn() -> Vec<String>);

pub(crate) const CHECKS: &[Check] = &[
    ("process: a reader that has had enough is no failure", closed_pipe),
    ("process: every completion script is made", completions),
    ("process: every manual page is made and groff finds no fault", manual),
];

fn closed_pipe() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = command(folder.path())
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    let status = child.wait().expect("the command ends");
    let mut stderr = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut stderr).expect("text");
    let mut problems = Vec::new();
    if status.code() != Some(0) {
        problems.push(format!("status {status}"));
    }
    if !stderr.is_empty() {
        problems.push(stderr);
    }
    problems
}

fn completions() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut problems = Vec::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = command(folder.path()).args(["completions", shell]).output().expect("the command runs");
        let script = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() || !script.contains("expect-signer") {
            problems.push(format!("{shell}: {}, {} bytes", output.status, script.len()));
        }
    }
    problems
}

fn manual() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let output = command(folder.path()).args(["man", "pages"]).output().expect("the command runs");
    let mut problems = Vec::new();
    if !output.status.success() {
        return vec![String::from_utf8_lossy(&output.stderr).into_owned()];
    }
    let pages: Vec<_> = fs::read_dir(folder.path().join("pages")).expect("pages").map(|entry| entry.expect("a page").path()).collect();
    if pages.len() < 15 {
        problems.push(format!("only {} pages", pages.len()));
    }
    for page in pages {
        let checked = std::process::Command::new("groff").args(["-man", "-ww", "-z", "-Kutf8", "-Tutf8"]).arg(&page).output();
        match checked {
            Ok(checked) if checked.stderr.is_empty() => {}
            Ok(checked) => problems.push(format!("{}: {}", page.display(), String::from_utf8_lossy(&checked.stderr))),
            Err(error) => {
                println!("skipped: groff ({error})");
                if std::env::var_os("KYSO_PEERS").is_some_and(|value| value == "required") {
                    problems.push("groff is required".into());
                }
                break;
            }
        }
    }
    problems
}
