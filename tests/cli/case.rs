//! A case: files, then steps; each step is a command with what it must answer.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use serde::Deserialize;

/// One file of cases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Book {
    #[serde(default, rename = "case")]
    pub(crate) cases: Vec<Case>,
    /// What stands above the first case.
    #[serde(skip)]
    head: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// The claim.
    pub(crate) name: String,
    /// Files made in the folder the command runs in: name and text.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Files copied there: name, and path below the package.
    #[serde(default)]
    copy: BTreeMap<String, String>,
    /// For every step: variables of the environment.
    #[serde(default)]
    env: BTreeMap<String, String>,
    /// What the folder holds at the end, folders with a slash; not looked at where it is not given.
    left: Option<Vec<String>>,
    /// Files that must be as they were copied.
    #[serde(default)]
    untouched: Vec<String>,
    #[serde(rename = "step")]
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// `{fixtures}` is the folder of the fixtures, `{tmp}` the folder the command runs in.
    args: Vec<String>,
    stdin: Option<String>,
    #[serde(default)]
    status: i32,
    #[serde(default)]
    stdout: String,
    #[serde(default)]
    stderr: String,
    /// What standard output must hold, instead of all that it is: for texts that differ from run to run.
    stdout_has: Option<Vec<String>>,
}

impl Book {
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("the file is readable");
        let mut book: Self = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        book.head = text.split("[[case]]").next().unwrap_or_default().trim_end().to_owned();
        book
    }

    pub(crate) fn write(&self, path: &Path) {
        let cases: Vec<String> = self.cases.iter().map(Case::written).collect();
        fs::write(path, format!("{}\n\n{}", self.head, cases.join("\n"))).expect("the file is writable");
    }
}

impl Case {
    /// Runs every step; what is not as it must be. With `accept`, what came out becomes what must.
    pub(crate) fn run(&mut self, accept: bool) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder for the case");
        let place = folder.path().join("work");
        fs::create_dir(&place).expect("a folder to work in");
        for (name, text) in &self.files {
            write(&place.join(name), text.as_bytes());
        }
        for (name, from) in &self.copy {
            write(&place.join(name), &fs::read(package().join(from)).unwrap_or_else(|error| panic!("{from}: {error}")));
        }
        let mut problems = Vec::new();
        for (number, step) in self.steps.iter_mut().enumerate() {
            let output = step.output(&place, &self.env);
            step.compare(&output, &place, number + 1, accept, &mut problems);
        }
        self.compare_folder(&place, accept, &mut problems);
        problems
    }

    fn compare_folder(&mut self, place: &Path, accept: bool, problems: &mut Vec<String>) {
        for name in &self.untouched {
            let before = self.copy.get(name).map(|from| fs::read(package().join(from)).expect("a fixture"));
            let before = before.or_else(|| self.files.get(name).map(|text| text.clone().into_bytes()));
            if fs::read(place.join(name)).ok() != before {
                problems.push(format!("{name} is not as it was"));
            }
        }
        let Some(expected) = &mut self.left else { return };
        let mut left = listing(place, "");
        left.sort();
        if *expected == left {
            return;
        }
        if accept {
            *expected = left;
        } else {
            problems.push(format!("the folder holds {left:?}, not {expected:?}"));
        }
    }

    fn written(&self) -> String {
        let mut out = format!("[[case]]\nname = {}\n", quoted(&self.name));
        for (key, map) in [("files", &self.files), ("copy", &self.copy), ("env", &self.env)] {
            if !map.is_empty() {
                let entries: Vec<String> = map.iter().map(|(name, value)| format!("{} = {}", quoted(name), quoted(value))).collect();
                let _ = writeln!(out, "{key} = {{ {} }}", entries.join(", "));
            }
        }
        if let Some(left) = &self.left {
            let _ = writeln!(out, "left = {}", list(left));
        }
        if !self.untouched.is_empty() {
            let _ = writeln!(out, "untouched = {}", list(&self.untouched));
        }
        for step in &self.steps {
            out.push_str(&step.written());
        }
        out
    }
}

impl Step {
    fn output(&self, place: &Path, env: &BTreeMap<String, String>) -> Output {
        let fill = |text: &str| text.replace("{fixtures}", &fixtures()).replace("{tmp}", &place.to_string_lossy());
        let mut command = command(place);
        command.args(self.args.iter().map(|argument| fill(argument)));
        command.envs(env.iter().map(|(name, value)| (name, fill(value))));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        if let (Some(mut pipe), Some(text)) = (child.stdin.take(), &self.stdin) {
            // A command that does not read its input closes it.
            let _ = pipe.write_all(fill(text).as_bytes());
        }
        child.wait_with_output().expect("the command ends")
    }

    fn compare(&mut self, output: &Output, place: &Path, number: usize, accept: bool, problems: &mut Vec<String>) {
        let shown =
            |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&*place.to_string_lossy(), "{tmp}").replace(&fixtures(), "{fixtures}");
        let (stdout, stderr) = (shown(&output.stdout), shown(&output.stderr));
        let status = output.status.code().unwrap_or(-1);
        if accept {
            self.status = status;
            self.stderr = stderr;
            if self.stdout_has.is_none() {
                self.stdout = stdout;
            }
            return;
        }
        if status != self.status {
            problems.push(format!("step {number}: status {status}, not {}", self.status));
        }
        if let Some(parts) = &self.stdout_has {
            problems.extend(
                parts
                    .iter()
                    .filter(|part| !stdout.contains(&**part))
                    .map(|part| format!("step {number}: stdout lacks {part:?}:\n{stdout}")),
            );
        } else if stdout != self.stdout {
            problems.push(format!("step {number}: stdout {}", difference(&stdout, &self.stdout)));
        }
        if stderr != self.stderr {
            problems.push(format!("step {number}: stderr {}", difference(&stderr, &self.stderr)));
        }
    }

    fn written(&self) -> String {
        let mut out = format!("[[case.step]]\nargs = {}\n", list(&self.args));
        if let Some(stdin) = &self.stdin {
            let _ = writeln!(out, "stdin = {}", quoted(stdin));
        }
        let _ = writeln!(out, "status = {}", self.status);
        if let Some(parts) = &self.stdout_has {
            let _ = writeln!(out, "stdout_has = {}", list(parts));
        }
        for (key, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                let _ = writeln!(out, "{key} = {}", block(text));
            }
        }
        out
    }
}

/// The command, in a world of its own: no variables of this machine, no trust store, one time zone.
pub(crate) fn command(place: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kyso"));
    command.current_dir(place).env_clear();
    command.env("LC_ALL", "C.UTF-8").env("TZ", "UTC").env("HOME", place).env("KYSO_TRUST_DIR", place.join("trust"));
    // What coverage tools need to write their figures.
    command.envs(env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("LLVM_")));
    command
}

pub(crate) fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn fixtures() -> String {
    package().join("fixtures").to_string_lossy().into_owned()
}

/// The first line that is not as it must be, from shortly before where it differs.
fn difference(is: &str, must: &str) -> String {
    let (mut is, mut must) = (is.lines(), must.lines());
    for number in 1.. {
        let (one, other) = (is.next(), must.next());
        if one == other && one.is_some() {
            continue;
        }
        let (one, other) = (one.unwrap_or("(the end)"), other.unwrap_or("(the end)"));
        let equal = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count().saturating_sub(20);
        let part = |line: &str| line.chars().skip(equal).take(160).collect::<String>();
        return format!("line {number} is\n{}\nnot\n{}", part(one), part(other));
    }
    String::new()
}

fn write(path: &Path, bytes: &[u8]) {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).expect("a folder for the file");
    }
    fs::write(path, bytes).expect("a file of the case");
}

/// Every file below, and every empty folder.
pub(crate) fn listing(place: &Path, prefix: &str) -> Vec<String> {
    let mut out = Vec::new();
    for entry in fs::read_dir(place).expect("the folder is readable") {
        let entry = entry.expect("the folder is readable");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            let inside = listing(&entry.path(), &format!("{name}/"));
            out.extend(if inside.is_empty() { vec![format!("{name}/")] } else { inside });
        } else {
            out.push(name);
        }
    }
    out
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    toml::Value::from(text.replace('\n', "\u{1}")).to_string().replace("\\u0001", "\\n")
}

/// A text of several lines, as it is where TOML can hold it so.
fn block(text: &str) -> String {
    let plain = !text.contains("'''") && text.ends_with('\n') && text.chars().all(|character| character == '\n' || !character.is_control());
    if plain { format!("'''\n{text}'''") } else { quoted(text) }
}
