//! What cannot be said in a file of cases: pipes that close, full disks, terminals, and what a process leaves behind.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use kyso::{DigestAlgorithm, PemKey, SignatureAlgorithm, Signer as _};

use super::case::{command, listing, package};

pub(crate) type Check = (&'static str, fn() -> Vec<String>);

pub(crate) const CHECKS: &[Check] = &[
    ("process: a reader that has had enough is no failure", closed_pipe),
    ("process: a closed pipe does not make an invalid letter valid", closed_pipe_on_an_invalid_letter),
    ("process: a full device is an error", full_device),
    ("process: a full disk leaves no half file and no temporary one", full_disk),
    ("process: a kill while signing leaves no half file", killed),
    ("process: Ctrl-C ends it", interrupted),
    ("process: a password from a descriptor", descriptor),
    ("process: a password that is typed is not shown", typed_password),
    ("process: a certificate is trusted when its last digits are typed", typed_fingerprint),
    ("process: two steps with a key that is elsewhere", two_steps),
    ("process: every completion script is made", completions),
    ("process: every manual page is made and groff finds no fault", manual),
];

const LETTER: &str = "fixtures/pdf/unsigned/doc.pdf";

fn closed_pipe() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    problems_of(&with_closed_pipe(command(folder.path()).args(["completions", "bash"])), 0)
}

fn closed_pipe_on_an_invalid_letter() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let letter = package().join("fixtures/pdf/broken/doc.pdf");
    problems_of(&with_closed_pipe(command(folder.path()).arg("verify").arg(&letter).arg(letter)), 1)
}

fn with_closed_pipe(command: &mut Command) -> Output {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts");
    drop(child.stdout.take());
    child.wait_with_output().expect("the command ends")
}

fn full_device() -> Vec<String> {
    let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else { return skipped("/dev/full") };
    let folder = tempfile::tempdir().expect("a folder");
    let output = command(folder.path()).arg("--help").stdout(full).output().expect("the command runs");
    if output.status.code() == Some(2) && text(&output.stderr).contains("the disk is full\n") {
        return Vec::new();
    }
    vec![format!("{}: {}", output.status, text(&output.stderr))]
}

/// The shell bounds the size of files, and a write past it fails as on a full disk.
fn full_disk() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let sign = sign(folder.path());
    let limited = format!("trap '' XFSZ; ulimit -f 4; exec {sign}");
    let output = shell(folder.path(), &limited);
    let mut problems = Vec::new();
    if output.status.code() != Some(2) || !text(&output.stderr).starts_with("kyso: ") {
        problems.push(format!("{}: {}", output.status, text(&output.stderr)));
    }
    problems.extend(only_the_letter(folder.path()));
    problems
}

/// The same, but the system ends the process in the middle of the write.
fn killed() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let sign = sign(folder.path());
    let output = shell(folder.path(), &format!("ulimit -f 4; ulimit -c 0; exec {sign}"));
    let mut problems = Vec::new();
    if output.status.code().is_some() {
        problems.push(format!("it was not killed: {}", output.status));
    }
    for name in listing(folder.path(), "").iter().filter(|name| !name.starts_with(".kyso-") && *name != "letter.pdf") {
        problems.push(format!("{name} is left"));
    }
    if fs::read(folder.path().join("letter.pdf")).ok() != fs::read(package().join(LETTER)).ok() {
        problems.push("the letter was changed".into());
    }
    problems
}

fn interrupted() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = command(folder.path())
        .args(["verify", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    pipe.write_all(b"%PDF-1.7\n").expect("it reads");
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    if !sent.is_ok_and(|status| status.success()) {
        drop(pipe);
        child.wait().expect("the command ends");
        return skipped("kill");
    }
    let status = child.wait().expect("the command ends");
    // A shell says 130 for this.
    if status.code().is_none() { Vec::new() } else { vec![format!("status {status}")] }
}

fn descriptor() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("p"), "Mật khẩu 123\n").expect("a file");
    let letter = package().join("fixtures/pdf/encrypted/doc.pdf");
    let line = format!("exec {} verify {} -q --password-fd 3 3<p", kyso(), letter.display());
    problems_of(&shell(folder.path(), &line), 4)
}

fn typed_password() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let letter = package().join("fixtures/pdf/encrypted/doc.pdf");
    let line = format!("{} verify {}", kyso(), letter.display());
    let Some(output) = on_a_terminal(folder.path(), &line, "sai\nMật khẩu 123\n") else { return skipped("script") };
    let screen = text(&output.stdout);
    let mut problems = Vec::new();
    if output.status.code() != Some(4) || screen.matches("Password of ").count() != 2 || !screen.contains("NO SIGNATURE") {
        problems.push(format!("{}: {screen}", output.status));
    }
    if screen.contains("khẩu 123") {
        problems.push("the password was shown".into());
    }
    problems
}

fn typed_fingerprint() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let root = package().join("fixtures/pki/root-rsa.pem");
    let line = format!("{} trust add {}", kyso(), root.display());
    let mut problems = Vec::new();
    for (typed, status) in [("6660\n", 2), ("8666\n", 0)] {
        let Some(output) = on_a_terminal(folder.path(), &line, typed) else { return skipped("script") };
        if output.status.code() != Some(status) {
            problems.push(format!("{typed}: {}: {}", output.status, text(&output.stdout)));
        }
    }
    problems
}

fn two_steps() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let pki = package().join("fixtures/pki");
    fs::copy(package().join(LETTER), folder.path().join("letter.pdf")).expect("a letter");
    let mut problems = Vec::new();
    let mut step = |arguments: &[&str]| {
        let arguments = arguments.iter().map(|argument| argument.replace("PKI", &pki.to_string_lossy()));
        let output = command(folder.path()).args(arguments).output().expect("the command runs");
        problems.extend(problems_of(&output, 0));
        text(&output.stdout)
    };
    let to_sign = step(&["prepare", "letter.pdf", "-o", "state", "--json", "--cert", "PKI/binh.pem", "--cert", "PKI/sub-p256.pem"]);
    let key = fs::read(pki.join("binh.key.pem")).expect("a key");
    let key = PemKey::from_bytes(&key, None, &fs::read(pki.join("binh.pem")).expect("a certificate")).expect("a key");
    let to_sign: serde_json::Value = serde_json::from_str(&to_sign).expect("JSON");
    let message = from_hex(to_sign["message"]["hex"].as_str().expect("a message"));
    let value = key.sign(SignatureAlgorithm::Ecdsa { digest: DigestAlgorithm::Sha256 }, &message).expect("a value");
    let value: String = value.iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(folder.path().join("value"), value).expect("a file");
    step(&["finish", "state", "--document", "letter.pdf", "--signature", "value", "-o", "signed.pdf"]);
    let (root, list, sub) = ("PKI/root-p256.pem", "PKI/root-p256.crl", "PKI/sub-p256.crl");
    step(&["verify", "signed.pdf", "-q", "--trust", root, "--evidence", list, "--evidence", sub]);
    problems
}

fn completions() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut problems = Vec::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = command(folder.path()).args(["completions", shell]).output().expect("the command runs");
        let script = text(&output.stdout);
        if !output.status.success() || !script.contains("expect-signer") {
            problems.push(format!("{shell}: {}, {} bytes", output.status, script.len()));
        }
        fs::write(folder.path().join(shell), script).expect("a file");
    }
    let checked = Command::new("bash").arg("-n").arg(folder.path().join("bash")).output();
    match checked {
        Ok(checked) if checked.status.success() => problems,
        Ok(checked) => vec![text(&checked.stderr)],
        Err(_) => skipped("bash"),
    }
}

fn manual() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let output = command(folder.path()).args(["man", "pages"]).output().expect("the command runs");
    if !output.status.success() {
        return vec![text(&output.stderr)];
    }
    let mut problems = Vec::new();
    let pages: Vec<_> = fs::read_dir(folder.path().join("pages")).expect("pages").map(|entry| entry.expect("a page").path()).collect();
    if pages.len() < 15 {
        problems.push(format!("only {} pages", pages.len()));
    }
    for page in pages {
        let Ok(checked) = Command::new("groff").args(["-man", "-ww", "-z", "-Kutf8", "-Tutf8"]).arg(&page).output() else {
            return skipped("groff");
        };
        if !checked.stderr.is_empty() {
            problems.push(format!("{}: {}", page.display(), text(&checked.stderr)));
        }
    }
    problems
}

/// The line that signs a letter, which it puts into `folder`.
fn sign(folder: &Path) -> String {
    fs::copy(package().join(LETTER), folder.join("letter.pdf")).expect("a letter");
    let pki = package().join("fixtures/pki");
    let (key, certificate) = (pki.join("an.key.pem"), pki.join("an.pem"));
    format!("{} sign letter.pdf --key {} --cert {}", kyso(), key.display(), certificate.display())
}

fn only_the_letter(folder: &Path) -> Vec<String> {
    let left = listing(folder, "");
    let intact = fs::read(folder.join("letter.pdf")).ok() == fs::read(package().join(LETTER)).ok();
    if left == ["letter.pdf"] && intact { Vec::new() } else { vec![format!("left: {left:?}, intact: {intact}")] }
}

/// Runs a line of the shell in the world of the command.
fn shell(folder: &Path, line: &str) -> Output {
    let mut shell = Command::new("sh");
    adopt(&mut shell, folder);
    shell.args(["-c", line]).output().expect("a shell")
}

/// Runs a line on a terminal of its own, and types.
fn on_a_terminal(folder: &Path, line: &str, typed: &str) -> Option<Output> {
    let mut script = Command::new("script");
    adopt(&mut script, folder);
    script.args(["-qec", line, "/dev/null"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = script.spawn().ok()?;
    let mut screen = child.stdout.take().expect("a pipe");
    let mut keyboard = child.stdin.take().expect("a pipe");
    let mut seen = Vec::new();
    let mut waiting = typed.split_inclusive('\n');
    let mut chunk = [0; 4096];
    // Every line is typed when something new asks for it: a prompt ends with a colon and a space.
    while let Ok(length) = screen.read(&mut chunk) {
        if length == 0 {
            break;
        }
        seen.extend_from_slice(&chunk[..length]);
        if seen.ends_with(b": ") {
            // The prompt stands there a moment before the terminal stops to show what is typed.
            std::thread::sleep(Duration::from_millis(300));
            let _ = keyboard.write_all(waiting.next().unwrap_or_default().as_bytes());
        }
    }
    let status = child.wait().expect("it ends");
    Some(Output { status, stdout: seen, stderr: Vec::new() })
}

fn adopt(command: &mut Command, folder: &Path) {
    command.current_dir(folder).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.envs(super::case::command(folder).get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))));
}

fn kyso() -> &'static str {
    env!("CARGO_BIN_EXE_kyso")
}

fn problems_of(output: &Output, status: i32) -> Vec<String> {
    if output.status.code() == Some(status) && output.stderr.is_empty() {
        return Vec::new();
    }
    vec![format!("{}: {}", output.status, text(&output.stderr))]
}

/// Said aloud, and a failure where everything is required.
fn skipped(what: &str) -> Vec<String> {
    println!("skipped: {what}");
    let required = std::env::var_os("KYSO_PEERS").is_some_and(|value| value == "required");
    if required { vec![format!("{what} is required")] } else { Vec::new() }
}

fn from_hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().map(|digit| digit.to_digit(16).expect("a digit")).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).expect("a byte")).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
