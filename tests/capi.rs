//! The C library, as C and Python use it: what it answers is what the command prints, byte for byte.
//!
//! Needs a C compiler; valgrind, nm, a C++ compiler and Python are used where they are there, and missed visibly.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where something is wrong"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use std::{env, fs};

use kyso::{PemKey, SignatureAlgorithm, Signer as _};

/// One library and one program for all tests here.
static BUILT: LazyLock<Option<Built>> = LazyLock::new(Built::make);

const AT: &str = "2026-11-24T02:00:00Z";
const OPTIONS: &str = r#"{"at":"2026-11-24T02:00:00Z","lang":"vi","tz":"+07:00"}"#;
const FLAGS: [&str; 6] = ["--at", AT, "--lang", "vi", "--tz", "+07:00"];

struct Built {
    library: PathBuf,
    program: PathBuf,
    _folder: tempfile::TempDir,
}

#[test]
fn the_report_is_the_one_of_the_command() {
    let Some(built) = &*BUILT else { return };
    for (case, status) in [("valid", 0), ("broken", 1), ("untrusted", 3), ("unsigned", 4), ("changed", 1)] {
        let document = format!("fixtures/pdf/{case}/doc.pdf");
        for task in ["verify", "memory"] {
            let said = run(built.program().args([task, &document, ROOT, OPTIONS]));
            let expected = run(command().args(["verify", &document, "--trust", ROOT, "--json"]).args(FLAGS));
            assert_eq!(text(&said.stdout), text(&expected.stdout), "{case}");
            assert_eq!(said.status.code(), Some(status), "{case}");
        }
        let said = run(built.program().args(["page", &document, ROOT, OPTIONS]));
        let expected = run(command().args(["verify", &document, "--trust", ROOT]).args(FLAGS));
        assert_eq!(text(&said.stdout), text(&expected.stdout), "{case}");
    }
}

#[test]
fn the_history_is_the_one_of_the_command() {
    let Some(built) = &*BUILT else { return };
    for case in ["valid", "changed", "unsigned"] {
        let document = format!("fixtures/pdf/{case}/doc.pdf");
        let said = run(built.program().args(["history", &document, r#"{"lang":"vi"}"#]));
        let expected = run(command().args(["inspect", "--revisions", "--json", "--lang", "vi", &document]));
        assert!(text(&said.stdout).starts_with(r#"{"schema":"kyso.history/1""#), "{case}: {}", text(&said.stdout));
        assert_eq!(text(&said.stdout), text(&expected.stdout), "{case}");
        assert_eq!(said.status.code(), Some(0), "{case}");
    }
}

#[test]
fn mistakes_are_answered_and_write_no_output() {
    let Some(built) = &*BUILT else { return };
    let said = run(built.program().args(["mistakes", "fixtures/pdf/valid/doc.pdf", OPTIONS]));
    assert_eq!(said.status.code(), Some(0), "{}", text(&said.stderr));
    let expected = run(command().args(["verify", "nowhere/GXN-123.pdf", "--json"]).args(FLAGS));
    assert_eq!(text(&said.stdout), text(&expected.stdout));
}

#[test]
fn a_letter_is_signed_with_a_pkcs12_file() {
    let Some(built) = &*BUILT else { return };
    let identity = Identity::make();
    let signed = identity.path("signed.pdf");
    let sign = ["sign", LETTER, &identity.path("an.p12"), PASSWORD, r#"{"reason":"Phê duyệt","field":"GiamDoc"}"#, &signed];
    let said = run(built.program().args(sign));
    assert_eq!(said.status.code(), Some(0), "{}", text(&said.stderr));
    identity.assert_valid(&signed);
    let again = run(built.program().args(sign));
    assert!(text(&again.stderr).starts_with("status 8, refused, file.exists\n"), "{}", text(&again.stderr));
    let wrong = run(built.program().args(["sign", LETTER, &identity.path("an.p12"), "sai", "{}", &identity.path("other.pdf")]));
    assert!(text(&wrong.stderr).starts_with("status 7, password, "), "{}", text(&wrong.stderr));
}

#[test]
fn a_letter_is_signed_in_two_steps_with_a_key_that_is_elsewhere() {
    let Some(built) = &*BUILT else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let chain = [fs::read("fixtures/pki/an.pem").unwrap(), fs::read("fixtures/pki/sub-rsa.pem").unwrap()].concat();
    fs::write(path("chain.pem"), &chain).unwrap();
    let options = r#"{"time":"2026-11-23T16:28:29+07:00","tz":"+07:00"}"#;
    let said = run(built.program().args(["prepare", LETTER, &path("chain.pem"), options, &path("state"), &path("message")]));
    assert_eq!(text(&said.stdout), "32\n", "{}", text(&said.stderr));

    let key = PemKey::from_bytes(&fs::read("fixtures/pki/an.key.pem").unwrap(), None, &chain).unwrap();
    let algorithm = SignatureAlgorithm::RsaPkcs1 { digest: kyso::DigestAlgorithm::Sha256 };
    let mut value = key.sign(algorithm, &fs::read(path("message")).unwrap()).unwrap();
    fs::write(path("value"), &value).unwrap();
    let said = run(built.program().args(["finish", &path("state"), LETTER, &path("value"), &path("signed.pdf")]));
    assert_eq!(said.status.code(), Some(0), "{}", text(&said.stderr));
    let report = run(built.program().args(["verify", &path("signed.pdf"), ROOT, &evidence(&["root-rsa.crl", "sub-rsa.crl"])]));
    assert_eq!(report.status.code(), Some(0), "{}", text(&report.stdout));

    value[7] ^= 1;
    fs::write(path("value"), &value).unwrap();
    let said = run(built.program().args(["finish", &path("state"), LETTER, &path("value"), &path("other.pdf")]));
    assert!(text(&said.stderr).starts_with("status 9, signature, "), "{}", text(&said.stderr));
}

#[test]
fn python_gets_the_reports_of_the_command() {
    let Some(built) = &*BUILT else { return };
    let identity = Identity::make();
    let signed = identity.path("signed.pdf");
    let document = "fixtures/pdf/valid/doc.pdf";
    let now = kyso::now().rfc3339();
    let options = format!(r#"{{"at":"{now}","evidence":["{}"]}}"#, identity.path("an.crl"));
    let script = ["tests/capi/script.py", &built.library.to_string_lossy(), document, &identity.path("an.ca.pem"), &options];
    let Some(said) = peer("python3", Command::new("python3").args(script).args([&identity.path("an.p12"), PASSWORD, &signed])) else {
        return;
    };
    assert!(said.status.success(), "{}", text(&said.stderr));
    let trust = ["--trust", &identity.path("an.ca.pem"), "--evidence", &identity.path("an.crl"), "--at", &now, "--json"];
    let expected = [document, &signed].map(|path| text(&run(command().args(["verify", path]).args(trust)).stdout));
    assert_eq!(text(&said.stdout), expected.concat());
    assert!(expected[1].contains(r#""verdict":"valid""#), "{}", expected[1]);
}

#[test]
fn valgrind_finds_no_fault_and_no_leak() {
    let Some(built) = &*BUILT else { return };
    let identity = Identity::make();
    let tasks: [&[&str]; 4] = [
        &["verify", "fixtures/pdf/valid/doc.pdf", ROOT, OPTIONS],
        &["memory", "fixtures/pdf/untrusted/doc.pdf", ROOT, OPTIONS],
        &["sign", LETTER, &identity.path("an.p12"), PASSWORD, "{}", &identity.path("signed.pdf")],
        &["mistakes", "fixtures/pdf/valid/doc.pdf", OPTIONS],
    ];
    for (task, status) in tasks.into_iter().zip([0, 3, 0, 0]) {
        let mut valgrind = Command::new("valgrind");
        valgrind.args([
            "-q",
            "--leak-check=full",
            "--show-leak-kinds=definite,indirect",
            "--errors-for-leak-kinds=definite,indirect",
            "--error-exitcode=99",
        ]);
        let Some(said) = peer("valgrind", valgrind.arg(&built.program).args(task)) else { return };
        assert_eq!(said.status.code(), Some(status), "{}", text(&said.stderr));
    }
}

#[test]
fn the_header_is_c99_and_cpp17_without_a_warning() {
    for (compiler, language, standard) in [("cc", "c", "-std=c99"), ("c++", "c++", "-std=c++17")] {
        let mut check = Command::new(compiler);
        check.args([standard, "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only", "-x", language, "include/kyso.h"]);
        let Some(said) = peer(compiler, &mut check) else { continue };
        assert!(said.status.success(), "{compiler}: {}", text(&said.stderr));
    }
}

#[test]
fn the_library_exports_what_the_header_declares_and_no_more() {
    let Some(built) = &*BUILT else { return };
    let Some(said) = peer("nm", Command::new("nm").args(["-D", "--defined-only"]).arg(&built.library)) else { return };
    let mut exported: Vec<String> = text(&said.stdout).lines().filter_map(|line| line.split(' ').nth(2)).map(str::to_owned).collect();
    exported.sort();
    let header = fs::read_to_string("include/kyso.h").unwrap();
    let mut declared: Vec<String> = header
        .lines()
        .filter(|line| !line.starts_with([' ', '*', '/', '#']))
        .filter_map(|line| line.split_once('(')?.0.rsplit([' ', '*']).next().map(str::to_owned))
        .filter(|name| name.starts_with("kyso_"))
        .collect();
    declared.sort();
    assert!(declared.len() > 30);
    assert_eq!(exported, declared);
}

const ROOT: &str = "fixtures/pki/root-rsa.pem";
const LETTER: &str = "fixtures/pdf/unsigned/doc.pdf";
const PASSWORD: &str = "mật khẩu";

/// A demo identity as `kyso key new` makes it.
struct Identity(tempfile::TempDir);

impl Identity {
    fn make() -> Self {
        let identity = Self(tempfile::tempdir().unwrap());
        let made = run(command()
            .args(["key", "new", "--name", "Nguyễn Văn Thử", "-o", &identity.path("an.p12"), "--key-password-env", "W"])
            .env("W", PASSWORD));
        assert!(made.status.success(), "{}", text(&made.stderr));
        identity
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_string_lossy().into_owned()
    }

    fn assert_valid(&self, path: &str) {
        let said = run(command().args(["verify", path, "--trust", &self.path("an.ca.pem"), "--evidence", &self.path("an.crl")]));
        assert_eq!(said.status.code(), Some(0), "{}", text(&said.stdout));
    }
}

impl Built {
    /// Builds the library beside what is built already, so that its dependencies are not built again.
    fn make() -> Option<Self> {
        let executable = env::current_exe().unwrap();
        let profile = executable.ancestors().nth(2).unwrap();
        let mut build = Command::new(env!("CARGO"));
        build.args(["rustc", "--quiet", "--lib", "--crate-type", "cdylib", "--features", "capi"]);
        build.arg("--target-dir").arg(profile.parent().unwrap());
        if profile.ends_with("release") {
            build.arg("--release");
        }
        let said = run(&mut build);
        assert!(said.status.success(), "{}", text(&said.stderr));
        let library = profile.join(format!("{}kyso{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX));
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("program");
        let mut compile = Command::new("cc");
        compile.args(["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-g", "-Iinclude", "tests/capi/program.c", "-o"]);
        compile.arg(&program).arg(&library).arg(format!("-Wl,-rpath,{}", profile.display()));
        let said = peer("cc", &mut compile)?;
        assert!(said.status.success(), "{}", text(&said.stderr));
        Some(Self { library, program, _folder: folder })
    }

    fn program(&self) -> Command {
        let mut program = Command::new(&self.program);
        program.current_dir(env!("CARGO_MANIFEST_DIR"));
        program
    }
}

/// The command, with nobody trusted but whom the options name.
fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kyso"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("KYSO_TRUST_DIR", Path::new("/nowhere")).env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
    command
}

fn evidence(lists: &[&str]) -> String {
    let paths: Vec<String> = lists.iter().map(|list| format!("\"fixtures/pki/{list}\"")).collect();
    format!(r#"{{"at":"{AT}","evidence":[{}]}}"#, paths.join(","))
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// What a program of another project answers; `None`, said aloud, where it is not installed.
fn peer(name: &str, command: &mut Command) -> Option<Output> {
    match command.current_dir(env!("CARGO_MANIFEST_DIR")).output() {
        Ok(output) => Some(output),
        Err(error) => {
            println!("skipped: {name} ({error})");
            assert!(env::var_os("KYSO_PEERS").is_none_or(|value| value != "required"), "{name} is required");
            None
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
