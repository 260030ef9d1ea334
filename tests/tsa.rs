//! Signing with timestamps of an authority on this computer, as a user does it: with the command.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where something is wrong"
)]

#[path = "tsa/authority.rs"]
mod authority;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use authority::{Authority, Manner, is_possible, pki};
use kyso::{Document, Match, TrustStore, Verifier};

/// The command in `folder`, with the key of the fixtures where it signs.
fn kyso(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kyso"));
    command.current_dir(folder).env_clear().env("HOME", folder).env("KYSO_LANG", "en").env("LC_ALL", "C.UTF-8").args(arguments);
    command
}

fn sign(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = kyso(folder, &["sign"]);
    let pki = pki();
    command.arg("--key").arg(pki.join("an.key.pem")).arg("--cert").arg(pki.join("an.pem")).arg("--cert").arg(pki.join("sub-rsa.pem"));
    command.args(arguments);
    command
}

fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// A folder with so many letters, some of them a folder deeper.
fn letters(count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("letters/deeper")).unwrap();
    let letter = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pdf/unsigned/doc.pdf");
    for number in 0..count {
        let below = if number % 3 == 0 { "letters/deeper" } else { "letters" };
        fs::copy(&letter, folder.path().join(below).join(format!("{number:04}.pdf"))).unwrap();
    }
    folder
}

/// Every file below `folder`, by its path below it.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_path_buf(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// How many intact signatures with an intact timestamp are in the file.
fn stamped(path: &Path) -> usize {
    let document = Document::open(path).unwrap();
    let facts = Verifier::new(TrustStore::new()).gather(&document).unwrap().facts;
    let fits = |signature: &&kyso::SignatureFacts| {
        let cms = signature.cms.as_ref().unwrap();
        let stamps = &cms.signature_timestamps;
        cms.content == Match::Matches
            && cms.value == Match::Matches
            && stamps.len() == 1
            && [stamps[0].imprint, stamps[0].content(), stamps[0].value()] == [Match::Matches; 3]
            && stamps[0].token.as_ref().unwrap().findings.is_empty()
    };
    facts.document.signatures.iter().filter(fits).count()
}

#[test]
fn a_letter_is_stamped_and_the_time_is_told() {
    if !is_possible() {
        return;
    }
    let authority = Authority::start(Manner::Honest);
    for more in [&[][..], &["--tsa-digest", "sha512"], &["--tsa-policy", "1.3.6.1.4.1.99999.2"]] {
        let folder = letters(1);
        let arguments = [&["letters/deeper/0000.pdf", "-o", "out.pdf", "--tsa", &authority.address, "--tsa-timeout", "60s"], more].concat();
        let (status, out, error) = run(&mut sign(folder.path(), &arguments));
        assert_eq!((status, error.as_str()), (Some(0), ""), "{more:?}");
        assert!(out.contains("(time-stamp by Kyso Test TSA)"), "{out}");
        assert_eq!(stamped(&folder.path().join("out.pdf")), 1);
    }
    assert_eq!(authority.asked(), 3);
}

#[test]
fn two_steps_are_stamped_in_the_second() {
    if !is_possible() {
        return;
    }
    let authority = Authority::start(Manner::Honest);
    let folder = letters(1);
    let (cert, letter) = (pki().join("an.pem"), "letters/deeper/0000.pdf");
    let prepare = ["prepare", letter, "-o", "state", "--json", "--for-timestamp", "--cert", cert.to_str().unwrap()];
    let (status, out, _) = run(&mut kyso(folder.path(), &prepare));
    assert_eq!(status, Some(0));
    let to_sign: serde_json::Value = serde_json::from_str(&out).unwrap();
    let message = to_sign["message"]["base64"].as_str().unwrap();
    fs::write(folder.path().join("message"), message).unwrap();
    let line = format!("base64 -d message | openssl dgst -sha256 -sign {} -out value", pki().join("an.key.pem").display());
    assert!(Command::new("sh").current_dir(folder.path()).args(["-c", &line]).status().unwrap().success());
    let finish = ["finish", "state", "--document", letter, "--signature", "value", "-o", "out.pdf", "--tsa", &authority.address];
    assert_eq!(run(&mut kyso(folder.path(), &finish)).0, Some(0));
    assert_eq!(stamped(&folder.path().join("out.pdf")), 1);
}

#[test]
fn an_authority_that_fails_leaves_nothing_and_is_named() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/", listener.local_addr().unwrap())
    };
    let elsewhere = Authority::start(Manner::Says("200 OK", b"nobody should ask".to_vec()));
    for (name, manner, said) in [
        ("garbage", Manner::Says("200 OK", b"<html>log in</html>".to_vec()), "no time-stamp that can be read"),
        ("a refusal", Manner::Says("200 OK", vec![0x30, 9, 0x30, 7, 2, 1, 2, 3, 2, 7, 0x80]), "does not take this hash algorithm"),
        ("an error", Manner::Says("404 Not Found", Vec::new()), "404"),
        ("an endless answer", Manner::Says("200 OK", vec![0x30; 300 << 10]), "larger than"),
        ("a hang-up", Manner::HangsUp, "broke off"),
        ("a way into this computer", Manner::LeadsTo(elsewhere.address.clone()), "in a private network"),
        ("nobody", Manner::LeadsTo("gopher://x/".into()), "leads on"),
    ] {
        let authority = Authority::start(manner);
        let folder = letters(1);
        let arguments = ["letters/deeper/0000.pdf", "-o", "out.pdf", "--tsa", &authority.address, "--tsa", &closed];
        let (status, out, error) = run(&mut sign(folder.path(), &arguments));
        assert_eq!((status, out.as_str()), (Some(2), ""), "{name}");
        for part in [said, &authority.address, &closed, "leave --tsa out"] {
            assert!(error.split_whitespace().collect::<Vec<_>>().join(" ").contains(part), "{name}: {part} is not in: {error}");
        }
        assert_eq!(files(folder.path()).len(), 1, "{name}: something is left");
    }
    assert_eq!(elsewhere.asked(), 0);
}

#[test]
fn the_next_authority_is_asked_where_one_fails() {
    if !is_possible() {
        return;
    }
    let down = Authority::start(Manner::Says("503 Service Unavailable", Vec::new()));
    let guarded = Authority::start(Manner::Guarded("Basic YW46Ym8gbcOhdA=="));
    let folder = letters(1);
    let asked = ["letters/deeper/0000.pdf", "-o", "out.pdf", "--tsa", &down.address, "--tsa", &guarded.address];
    let (status, _, error) = run(&mut sign(folder.path(), &asked));
    assert_eq!(status, Some(2));
    assert!(error.contains("503") && error.contains("401"), "{error}");
    // Faults that may pass are tried three times.
    assert_eq!((down.asked(), guarded.asked()), (3, 1));
    fs::write(folder.path().join("password"), "an:bo mát\n").unwrap();
    let (status, out, _) = run(&mut sign(folder.path(), &[&asked[..], &["--tsa-password-file", "password"]].concat()));
    assert_eq!(status, Some(0));
    assert!(!out.contains("bo mát"));
    assert_eq!(stamped(&folder.path().join("out.pdf")), 1);
}

#[test]
fn a_folder_is_signed_and_signed_again_only_where_it_must_be() {
    if !is_possible() {
        return;
    }
    let authority = Authority::start(Manner::Honest);
    let folder = letters(9);
    fs::write(folder.path().join("letters/broken.pdf"), "no PDF").unwrap();
    let arguments = ["letters", "-o", "signed", "-j", "3", "--tsa", &authority.address];
    let (status, out, error) = run(&mut sign(folder.path(), &arguments));
    assert_eq!(status, Some(2), "{out}{error}");
    assert!(out.starts_with("10 documents: 9 signed · 0 signed already · 1 not signed · 0 not begun\n"), "{out}");
    assert!(error.contains("broken.pdf"), "{error}");
    let first = files(&folder.path().join("signed"));
    let inputs: Vec<PathBuf> = files(&folder.path().join("letters")).into_keys().filter(|path| !path.ends_with("broken.pdf")).collect();
    assert_eq!(first.keys().cloned().collect::<Vec<_>>(), inputs);
    for path in first.keys() {
        assert_eq!(stamped(&folder.path().join("signed").join(path)), 1);
    }
    // Without --resume nothing that is there is touched.
    let (status, out, _) = run(&mut sign(folder.path(), &arguments));
    assert_eq!(status, Some(2));
    assert!(out.starts_with("10 documents: 0 signed · 0 signed already · 10 not signed · 0 not begun\n"), "{out}");
    // One is missing, one is another letter's, one was cut off: only the missing one is signed, and nothing is replaced.
    let [one, two, three] = &inputs[..3] else { panic!() };
    let output = |path: &PathBuf| folder.path().join("signed").join(path);
    fs::remove_file(output(one)).unwrap();
    fs::write(output(two), "another").unwrap();
    fs::write(output(three), &first[three][..first[three].len() - 100]).unwrap();
    fs::remove_file(folder.path().join("letters/broken.pdf")).unwrap();
    let (status, out, error) = run(&mut sign(folder.path(), &[&arguments[..], &["--resume"]].concat()));
    assert_eq!(status, Some(2), "{error}");
    assert!(out.starts_with("9 documents: 1 signed · 6 signed already · 2 not signed · 0 not begun\n"), "{out}");
    assert_eq!(stamped(&output(one)), 1);
    assert_eq!(fs::read(output(two)).unwrap(), b"another");
    assert_eq!(files(&folder.path().join("signed")).iter().filter(|(path, bytes)| first.get(*path) == Some(*bytes)).count(), 6);
}

#[test]
fn an_authority_that_goes_down_ends_a_batch_early() {
    let authority = Authority::start(Manner::Says("404 Not Found", Vec::new()));
    let folder = letters(30);
    let (status, out, _) = run(&mut sign(folder.path(), &["letters", "-o", "signed", "-j", "1", "--tsa", &authority.address]));
    assert_eq!(status, Some(2));
    assert!(out.starts_with("30 documents: 0 signed · 0 signed already · 3 not signed · 27 not begun\n"), "{out}");
    assert_eq!(authority.asked(), 3);
    assert!(files(&folder.path().join("signed")).is_empty());
}

#[test]
fn an_interrupted_batch_loses_nothing_and_goes_on() {
    if !is_possible() {
        return;
    }
    let authority = Authority::start(Manner::Slow(Duration::from_millis(200)));
    let folder = letters(24);
    let arguments = ["letters", "-o", "signed", "-j", "2", "--tsa", &authority.address];
    let child = sign(folder.path(), &arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let signed = folder.path().join("signed");
    let begun = Instant::now();
    while files(&signed).keys().filter(|path| path.extension().is_some_and(|end| end == "pdf")).count() < 4 {
        assert!(begun.elapsed() < Duration::from_secs(120), "nothing is signed");
        thread::sleep(Duration::from_millis(20));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let out = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(130), "{out}");
    assert!(out.contains("--resume"), "{out}");
    let first = files(&signed);
    assert!((4..24).contains(&first.len()), "{} are there", first.len());
    for path in first.keys() {
        assert_eq!(stamped(&signed.join(path)), 1, "{}", path.display());
    }
    let (status, out, error) = run(&mut sign(folder.path(), &[&arguments[..], &["--resume"]].concat()));
    assert_eq!((status, error.as_str()), (Some(0), ""));
    let all = files(&signed);
    assert_eq!(all.keys().collect::<Vec<_>>(), files(&folder.path().join("letters")).keys().collect::<Vec<_>>());
    assert!(first.iter().all(|(path, bytes)| all.get(path) == Some(bytes)), "a signed letter was signed again");
    assert!(out.contains(&format!("{} signed · {} signed already · 0 not signed", 24 - first.len(), first.len())), "{out}");
}

#[test]
fn documents_that_would_become_one_file_are_not_signed() {
    let folder = letters(1);
    fs::copy(folder.path().join("letters/deeper/0000.pdf"), folder.path().join("letters/0000.pdf")).unwrap();
    let (status, _, error) = run(&mut sign(folder.path(), &["letters/0000.pdf", "letters/deeper/0000.pdf", "-o", "signed"]));
    assert_eq!(status, Some(2));
    assert!(error.contains("signed/0000.pdf"), "{error}");
    let (status, _, error) = run(&mut sign(folder.path(), &["letters"]));
    assert_eq!(status, Some(2));
    assert!(error.contains("-o"), "{error}");
    // The outputs below the inputs are no inputs.
    let (status, out, _) = run(&mut sign(folder.path(), &["letters", "-o", "letters/signed"]));
    assert_eq!(status, Some(0));
    assert!(out.starts_with("2 documents: 2 signed"), "{out}");
    let (status, out, _) = run(&mut sign(folder.path(), &["letters", "-o", "letters/signed", "--resume"]));
    assert_eq!(status, Some(0));
    assert!(out.starts_with("2 documents: 0 signed · 2 signed already"), "{out}");
}

/// Figures, not a claim: how many documents a second an authority stamps, and how many the command signs with it.
/// `KYSO_LETTERS=1000 cargo test --test tsa -- --ignored --nocapture`
#[test]
#[ignore = "takes minutes, and asserts no time"]
fn a_batch_beside_the_speed_of_its_authority() {
    if !is_possible() {
        return;
    }
    const JOBS: usize = 16;
    let count: usize = std::env::var("KYSO_LETTERS").ok().and_then(|count| count.parse().ok()).unwrap_or(1_000);
    let folder = letters(count);
    let query = folder.path().join("query");
    let made = Command::new("openssl").args(["ts", "-query", "-digest", &"ab".repeat(32), "-sha256", "-cert", "-out"]).arg(&query).output();
    assert!(made.unwrap().status.success());
    let query = fs::read(query).unwrap();
    for (name, manner) in [
        ("an authority that is busy (openssl ts)", Manner::Honest),
        ("an authority that takes 0.5 s for each", Manner::Slow(Duration::from_millis(500))),
    ] {
        let authority = Authority::start(manner);
        let begun = Instant::now();
        thread::scope(|scope| {
            for job in 0..JOBS {
                let (authority, query) = (&authority, &query);
                scope.spawn(move || (job..count).step_by(JOBS).for_each(|_| authority.ask(query)));
            }
        });
        let alone = begun.elapsed().as_secs_f64();
        let _ = fs::remove_dir_all(folder.path().join("signed"));
        let begun = Instant::now();
        let (status, out, error) = run(&mut sign(folder.path(), &["letters", "-o", "signed", "-j", "16", "--tsa", &authority.address]));
        let signing = begun.elapsed().as_secs_f64();
        assert_eq!((status, error.as_str()), (Some(0), ""), "{out}");
        let number = u32::try_from(count).map(f64::from).unwrap();
        println!(
            "{name}: {count} tokens alone {:.1}/s, {count} letters signed and stamped {:.1}/s ({:.0} %)",
            number / alone,
            number / signing,
            100.0 * alone / signing
        );
    }
}

/// The report on `file` with what it carries alone.
fn report(folder: &Path, file: &str) -> serde_json::Value {
    let root = pki().join("root-rsa.pem");
    let arguments = ["verify", file, "--json", "--no-user-trust", "--trust", root.to_str().unwrap()];
    serde_json::from_str(&run(&mut kyso(folder, &arguments)).1).unwrap()
}

#[test]
fn a_signed_letter_goes_up_the_levels() {
    if !is_possible() {
        return;
    }
    let authority = Authority::start(Manner::Honest);
    let folder = letters(1);
    let (root, issuer) = (pki().join("root-rsa.pem"), pki().join("sub-rsa.pem"));
    let (lists, more) = (pki().join("sub-rsa.crl"), pki().join("root-rsa.crl"));
    let [root, issuer, lists, more] = [&root, &issuer, &lists, &more].map(|path| path.to_str().unwrap());
    let (status, ..) = run(&mut sign(folder.path(), &["letters/deeper/0000.pdf", "-o", "signed.pdf", "--tsa", &authority.address]));
    assert_eq!(status, Some(0));
    let known = ["--no-user-trust", "--trust", root, "--evidence", issuer, "--evidence", lists, "--evidence", more];
    let upgrade = |input: &str, output: &str, level: &str, others: &[&str]| {
        let asked = ["upgrade", input, "-o", output, "--to", level, "--tsa", authority.address.as_str()];
        run(&mut kyso(folder.path(), &[&asked[..], others].concat()))
    };
    for (level, file, name) in [("lt", "lt.pdf", "B-LT"), ("lta", "lta.pdf", "B-LTA")] {
        let (status, out, error) = upgrade("signed.pdf", file, level, &known);
        assert_eq!((status, error.as_str()), (Some(0), ""), "{level}");
        assert!(out.starts_with(&format!("upgraded: {file}\n")), "{out}");
        let report = report(folder.path(), file);
        assert_eq!((&report["verdict"], &report["signatures"][0]["level"]), (&"valid".into(), &name.into()), "{report}");
        assert_eq!(report["signatures"][0]["time"]["source"], "timestamp");
    }
    // Again: one more timestamp over all of it.
    assert_eq!(upgrade("lta.pdf", "again.pdf", "lta", &known).0, Some(0));
    assert_eq!(report(folder.path(), "again.pdf")["signatures"].as_array().unwrap().len(), 3);
    // What cannot be had is named, and nothing is written; nor over what is there, nor for a trial.
    let (status, _, error) = upgrade("signed.pdf", "none.pdf", "lt", &known[..1]);
    assert_eq!(status, Some(2));
    assert!(error.contains("no trusted issuer") && error.contains("--online"), "{error}");
    assert!(!folder.path().join("none.pdf").exists());
    assert_eq!(upgrade("signed.pdf", "lt.pdf", "lt", &known).0, Some(2));
    assert_eq!(upgrade("signed.pdf", "small.pdf", "lta", &[&known[..], &["--max-growth", "1k"]].concat()).0, Some(2));
    let trial = ["upgrade", "signed.pdf", "--dry-run", "--to", "lta", "--tsa", authority.address.as_str()];
    let (status, out, _) = run(&mut kyso(folder.path(), &[&trial[..], &known].concat()));
    assert_eq!(status, Some(0));
    assert!(out.starts_with("1 time-stamp would be asked for, 0 things fetched"), "{out}");
}
