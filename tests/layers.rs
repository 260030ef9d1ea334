//! The architecture as a test: which module may know which, and where the outside world may be touched.
//!
//! It reads the sources as text, without comments, string literals and test code, and fails where it found nothing to read.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where something is wrong"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Modules by rank; a module uses lower ranks, and its own module, alone.
const RANKS: &[(&str, u8)] = &[
    ("bytes", 0),
    ("error", 0),
    ("limits", 0),
    ("message", 0),
    ("time", 0),
    ("asn1", 1),
    ("crypto", 2),
    ("x509", 3),
    ("cms", 4),
    ("evidence", 5),
    ("format", 6),
    ("trust", 6),
    ("document", 7),
    ("verify", 8),
    ("sign", 9),
    ("edge", 10),
    ("capi", 11),
    ("fuzz", 11),
];

/// Rank 0 is one room: its modules know each other.
const COMMON_RANK: u8 = 0;

/// Where a third-party crate may be named: path prefixes below `src`. Crates that are not here may be named nowhere.
const FENCES: &[(&str, &[&str])] = &[
    ("aes", &["crypto/backend"]),
    ("anstream", &["cli"]),
    ("base64", &["bytes.rs", "x509", "cms", "sign", "edge/net", "cli"]),
    ("bp256", &["crypto/backend"]),
    ("bp384", &["crypto/backend"]),
    ("cbc", &["crypto/backend"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("crypto_bigint", &["crypto/backend"]),
    ("ctrlc", &["cli"]),
    ("ecdsa", &["crypto/backend"]),
    ("ed448_goldilocks", &["crypto/backend"]),
    ("flate2", &["format/pdf"]),
    ("md5", &["crypto/backend"]),
    ("memchr", &["format"]),
    ("memmap2", &["edge/file.rs"]),
    ("p12_keystore", &["edge/key", "cli"]),
    ("p256", &["crypto/backend"]),
    ("p384", &["crypto/backend"]),
    ("p521", &["crypto/backend"]),
    ("pkcs8", &["edge/key"]),
    ("primefield", &["crypto/backend"]),
    ("primeorder", &["crypto/backend"]),
    ("rc4", &["crypto/backend"]),
    ("rcgen", &["cli"]),
    ("ring", &["crypto/backend"]),
    ("rpassword", &["cli"]),
    ("serde", &[""]),
    ("serde_json", &["verify", "sign", "capi", "cli"]),
    ("sha1", &["crypto/backend"]),
    ("sha2", &["crypto/backend"]),
    ("sha3", &["crypto/backend"]),
    ("shake", &["crypto/backend"]),
    ("tempfile", &["edge", "cli"]),
    ("thiserror", &[""]),
    ("time", &["time.rs", "cli"]),
    ("toml", &["verify", "cli", "messages/build.rs"]),
    ("unicode_normalization", &["edge/key", "format/pdf/lint", "format/pdf/text", "cli"]),
    ("ureq", &["edge/net"]),
    ("x509_parser", &["x509"]),
    ("zeroize", &[""]),
];

/// What touches the world outside, and where it may.
const OUTSIDE: &[&str] =
    &["std::fs", "std::net", "std::env", "std::process", "SystemTime", "println!", "eprintln!", "print!(", "eprint!(", "dbg!"];
const EDGE: &[&str] = &["edge", "cli", "messages/build.rs"];

/// Containers of `format` that may know the formats they hold.
const CONTAINERS: &[(&str, &str)] = &[("asic", "cades"), ("asic", "xml"), ("ooxml", "xml")];

#[test]
fn every_module_has_a_rank_and_uses_lower_ranks_only() {
    let root_names = root_names();
    let mut problems = Vec::new();
    for source in library_sources() {
        let Some(module) = source.module() else { continue };
        let Some(rank) = rank(&module) else {
            problems.push(format!("{}: module `{module}` is in no layer", source.name));
            continue;
        };
        for used in source.crate_paths() {
            let target = root_names.get(&used).cloned().unwrap_or(used);
            let allowed = match rank_of(&target) {
                Some(other) => other < rank || target == module || (other == rank && rank == COMMON_RANK),
                None => false,
            };
            if !allowed {
                problems.push(format!("{}: `{module}` (rank {rank}) uses `crate::{target}`", source.name));
            }
        }
    }
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn the_c_library_uses_the_crate_root_alone() {
    let root_names = root_names();
    for source in library_sources().iter().filter(|source| source.name.starts_with("capi")) {
        for used in source.crate_paths() {
            assert!(used == "capi" || root_names.contains_key(&used), "{}: `crate::{used}` is not of the crate root", source.name);
        }
    }
}

#[test]
fn formats_do_not_know_each_other() {
    for source in library_sources().iter().filter(|source| source.name.starts_with("format/")) {
        let Some(folder) = source.name.split('/').nth(1).filter(|_| source.name.matches('/').count() > 1) else { continue };
        for other in source.paths_behind("crate::format::").into_iter().filter(|other| is_format_folder(other) && other != folder) {
            assert!(CONTAINERS.contains(&(folder, other.as_str())), "{}: format `{folder}` uses format `{other}`", source.name);
        }
    }
}

#[test]
fn the_world_outside_is_touched_at_the_edge_alone() {
    let mut problems = Vec::new();
    for source in sources().iter().filter(|source| !EDGE.iter().any(|edge| source.name.starts_with(edge))) {
        for word in OUTSIDE.iter().filter(|word| source.code.contains(**word)) {
            problems.push(format!("{}: `{word}`", source.name));
        }
        for list in source.code.split("std::{").skip(1).filter_map(|rest| rest.split_once(';')).map(|(list, _)| list) {
            for word in ["fs", "net", "env", "process"] {
                if list.split(|character: char| !character.is_alphanumeric() && character != '_').any(|part| part == word) {
                    problems.push(format!("{}: `std::{{… {word} …}}`", source.name));
                }
            }
        }
    }
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn each_third_party_crate_stays_in_its_fence() {
    let declared = declared_dependencies();
    let fenced: BTreeSet<&str> = FENCES.iter().map(|(name, _)| *name).collect();
    assert!(declared.len() > 10, "found no dependencies in Cargo.toml");
    let unfenced: Vec<_> = declared.iter().filter(|name| !fenced.contains(name.as_str())).collect();
    assert!(unfenced.is_empty(), "dependencies without a fence: {unfenced:?}");
    let mut problems = Vec::new();
    for source in sources() {
        for (name, fence) in FENCES {
            let inside = fence.iter().any(|prefix| source.name.starts_with(prefix));
            if !inside && source.names_crate(name) {
                problems.push(format!("{}: `{name}`", source.name));
            }
        }
    }
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn unsafe_code_is_where_files_are_mapped_and_at_the_c_boundary_alone() {
    for source in sources() {
        let allowed = source.name == "edge/file.rs" || source.name.starts_with("capi");
        let found = source.words().any(|word| word == "unsafe");
        assert!(allowed || !found, "{}: unsafe code", source.name);
    }
}

/// One file of `src`, without comments, literals and test code.
struct Source {
    /// The path below `src`, with slashes.
    name: String,
    code: String,
}

impl Source {
    /// The top-level module that the file is of; `None` for `lib.rs`.
    fn module(&self) -> Option<String> {
        let first = self.name.split('/').next()?;
        (first != "lib.rs").then(|| first.trim_end_matches(".rs").to_owned())
    }

    /// The first names behind `crate::`, lists taken apart.
    fn crate_paths(&self) -> BTreeSet<String> {
        self.paths_behind("crate::")
    }

    fn paths_behind(&self, prefix: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (index, _) in self.code.match_indices(prefix) {
            let preceded = self.code[..index].chars().next_back().is_some_and(|before| before.is_alphanumeric() || "_$".contains(before));
            if preceded {
                continue;
            }
            let rest = &self.code[index + prefix.len()..];
            match rest.strip_prefix('{') {
                Some(list) => found.extend(top_level_names(list)),
                None => found.extend(identifier(rest)),
            }
        }
        found
    }

    /// Whether a path begins with the crate `name`.
    fn names_crate(&self, name: &str) -> bool {
        // The crate `time` and the module `time` share a name: elsewhere than in that module, `time::` is the module.
        let path = if name == "time" { "use ::time::".to_owned() } else { format!("{name}::") };
        self.code.match_indices(&path).any(|(index, _)| {
            let before = &self.code[..index];
            !before.ends_with("::") && !before.chars().next_back().is_some_and(|character| character.is_alphanumeric() || character == '_')
        })
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.code.split(|character: char| !character.is_alphanumeric() && character != '_')
    }
}

fn rank(module: &str) -> Option<u8> {
    RANKS.iter().find(|(name, _)| *name == module).map(|(_, rank)| *rank)
}

fn rank_of(target: &str) -> Option<u8> {
    rank(target)
}

fn is_format_folder(name: &str) -> bool {
    source_root().join("format").join(name).is_dir()
}

/// The names that `lib.rs` re-exports, each with the module it is of.
fn root_names() -> BTreeMap<String, String> {
    let library = sources().into_iter().find(|source| source.name == "lib.rs").expect("src/lib.rs");
    let mut names = BTreeMap::new();
    for statement in library.code.split("pub use ").skip(1).filter_map(|rest| rest.split_once(';')).map(|(statement, _)| statement) {
        let Some((module, rest)) = statement.split_once("::") else { continue };
        let list = rest.trim().strip_prefix('{').map_or_else(|| top_level_names(&format!("{rest}}}")), top_level_names);
        names.extend(list.into_iter().map(|name| (name, module.trim().to_owned())));
    }
    assert!(names.len() > 10, "src/lib.rs re-exports nothing");
    names
}

/// The first identifiers of a `{a::b, c, d::{e, f}}` list, given from behind the brace.
fn top_level_names(list: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let (mut depth, mut start) = (0_u32, true);
    for (index, character) in list.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => start = true,
            _ if character.is_whitespace() => {}
            _ if start && depth == 0 => {
                names.extend(identifier(&list[index..]));
                start = false;
            }
            _ => {}
        }
    }
    names
}

fn identifier(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect();
    (!name.is_empty()).then_some(name)
}

fn declared_dependencies() -> BTreeSet<String> {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).expect("Cargo.toml");
    let mut names = BTreeSet::new();
    let mut inside = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line == "[dependencies]";
        } else if let Some((name, _)) = line.split_once('=').filter(|_| inside && !line.starts_with('#')) {
            // The package md-5 is the crate md5; every other hyphen becomes an underscore.
            names.insert(name.trim().replace("md-5", "md5").replace('-', "_"));
        }
    }
    names
}

fn library_sources() -> Vec<Source> {
    sources().into_iter().filter(|source| !source.name.starts_with("cli") && source.name != "messages/build.rs").collect()
}

fn sources() -> Vec<Source> {
    let root = source_root();
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 20, "found {} source files under {}", files.len(), root.display());
    let tests: BTreeSet<PathBuf> = files.iter().flat_map(|file| test_modules(file)).collect();
    files.retain(|file| !tests.contains(file));
    files.sort();
    files
        .iter()
        .map(|path| {
            let name = path.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
            Source { name, code: without_tests(&without_literals(&fs::read_to_string(path).expect("a source file"))) }
        })
        .collect()
}

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Collects `.rs` files; test files and folders are left out.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a source folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_test = matches!(name.as_str(), "tests" | "tests.rs" | "testing.rs" | "testing");
        if path.is_dir() && !is_test {
            collect(&path, files);
        } else if name.ends_with(".rs") && !is_test {
            files.push(path);
        }
    }
}

/// The files of modules that `file` declares under `#[cfg(test)]`.
fn test_modules(file: &Path) -> Vec<PathBuf> {
    let folder = match file.file_name().and_then(|name| name.to_str()) {
        Some("mod.rs" | "lib.rs" | "main.rs") => file.parent().expect("a folder").to_owned(),
        _ => file.with_extension(""),
    };
    let code = without_literals(&fs::read_to_string(file).expect("a source file"));
    let declared = code.split("#[cfg(test)]").skip(1).filter_map(|rest| {
        let (declaration, _) = rest.split_once(';')?;
        let name = declaration.trim().trim_start_matches("pub(crate) ").strip_prefix("mod ")?;
        identifier(name).filter(|identifier| identifier == name)
    });
    declared.map(|name| folder.join(format!("{name}.rs"))).collect()
}

/// The code without comments, and with empty string and character literals.
fn without_literals(text: &str) -> String {
    let bytes: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut index = 0;
    while index < bytes.len() {
        let rest = &bytes[index..];
        index += match rest {
            ['/', '/', ..] => rest.iter().position(|character| *character == '\n').unwrap_or(rest.len()),
            ['/', '*', ..] => find(rest, &['*', '/']).map_or(rest.len(), |at| at + 2),
            ['r', '#', '"', ..] | ['r', '"', ..] => skip_raw_string(rest),
            ['"', ..] => skip_string(rest),
            ['\'', '\\', ..] => rest.iter().skip(2).position(|character| *character == '\'').map_or(rest.len(), |at| at + 3),
            ['\'', _, '\'', ..] => 3,
            [character, ..] => {
                out.push(*character);
                1
            }
            [] => 1,
        };
    }
    out
}

fn find(text: &[char], pattern: &[char]) -> Option<usize> {
    text.windows(pattern.len()).position(|window| window == pattern)
}

fn skip_string(text: &[char]) -> usize {
    let mut index = 1;
    while index < text.len() {
        match text[index] {
            '\\' => index += 2,
            '"' => return index + 1,
            _ => index += 1,
        }
    }
    text.len()
}

fn skip_raw_string(text: &[char]) -> usize {
    let hashes = text.iter().skip(1).take_while(|character| **character == '#').count();
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    find(&text[hashes + 2..], &end).map_or(text.len(), |at| at + hashes + 2 + end.len())
}

/// The code without items under `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some((before, behind)) = rest.split_once("#[cfg(test)]") {
        out.push_str(before);
        rest = skip_item(behind);
    }
    out.push_str(rest);
    out
}

/// The text behind the item that `text` begins with: to its closing brace, or its semicolon.
fn skip_item(text: &str) -> &str {
    let mut depth = 0_u32;
    for (index, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth <= 1 => return &text[index + 1..],
            '}' => depth -= 1,
            ';' if depth == 0 => return &text[index + 1..],
            _ => {}
        }
    }
    ""
}

#[test]
fn this_test_sees_what_it_should() {
    let code = without_tests(&without_literals(
        "use crate::{asn1::Oid, x509::{A, B}}; // crate::cli\n\"crate::edge\"; #[cfg(test)] mod tests { use std::fs; } fn a() {}",
    ));
    let source = Source { name: "crypto/key.rs".into(), code };
    assert_eq!(source.crate_paths().into_iter().collect::<Vec<_>>(), ["asn1", "x509"]);
    assert!(!source.code.contains("std::fs"));
    assert!(source.code.contains("fn a"));
    assert!(Source { name: "a.rs".into(), code: "use ring::digest;".into() }.names_crate("ring"));
    assert!(!Source { name: "a.rs".into(), code: "use crate::ring::digest; string::x".into() }.names_crate("ring"));
}
