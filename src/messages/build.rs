//! Turns data files into tables, so that nothing is parsed at run time: the message catalogues, with the constants of their ids, and the
//! built-in policies. Stops the build where the languages differ.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a build stops where something is wrong")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

const LANGUAGES: [&str; 2] = ["en", "vi"];
const PARTS: [&str; 3] = ["text", "hint", "explain"];
const POLICIES: [&str; 5] = ["basic", "strict", "legacy", "archive", "vietnam-2025"];

type Catalogue = BTreeMap<String, BTreeMap<String, String>>;

fn main() {
    let catalogues: Vec<Catalogue> = LANGUAGES.iter().map(|language| read(language)).collect();
    let mut problems = Vec::new();
    let ids: BTreeSet<&String> = catalogues.iter().flat_map(BTreeMap::keys).collect();
    for id in &ids {
        compare(id, &catalogues, &mut problems);
    }
    if !problems.is_empty() {
        panic!("the message catalogues differ:\n  {}", problems.join("\n  "));
    }
    let mut code = String::from("static CATALOGUE: &[Entry] = &[\n");
    for id in &ids {
        let texts: Vec<String> = catalogues.iter().map(|catalogue| texts(&catalogue[*id])).collect();
        let _ = writeln!(code, "    Entry {{ id: {id:?}, languages: [{}] }},", texts.join(", "));
    }
    code.push_str("];\n");
    let mut names = String::from(
        "/// The ids of the catalogue.\n#[allow(dead_code, reason = \"library and command name different ones\")]\npub(crate) mod id {\n",
    );
    for id in &ids {
        let name = id.replace('.', "_").to_ascii_uppercase();
        let _ = writeln!(names, "    pub(crate) const {name}: &str = {id:?};");
    }
    names.push_str("}\n");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("messages.rs"), code).expect("OUT_DIR is writable");
    fs::write(Path::new(&out).join("message_ids.rs"), names).expect("OUT_DIR is writable");
    fs::write(Path::new(&out).join("policies.rs"), policies()).expect("OUT_DIR is writable");
    fs::write(Path::new(&out).join("corrections.rs"), corrections()).expect("OUT_DIR is writable");
}

/// The built-in policies and the lifetimes of algorithms. What the entries mean is checked by the tests of `verify::policy`.
fn policies() -> String {
    let mut code = format!("static BUILT_IN_NAMES: &[&str] = &{POLICIES:?};\nstatic BUILT_IN: &[BuiltIn] = &[\n");
    for name in POLICIES {
        let policy = parse(&format!("src/verify/policies/{name}.toml"));
        let section = |key: &str| policy.get(key).and_then(toml::Value::as_table).map(pairs).unwrap_or_default();
        let age = policy.get("revocation").and_then(|table| table.get("max_list_age_days")).and_then(toml::Value::as_integer);
        let current = policy.get("revocation").and_then(|table| table.get("current_authorities")).and_then(toml::Value::as_bool);
        let current = current.unwrap_or_default();
        let signature = |key: &str| policy.get("signature").and_then(|table| table.get(key));
        let padding = signature("note_padding").and_then(toml::Value::as_bool).unwrap_or_default();
        let level = signature("least_level").and_then(toml::Value::as_str);
        let version = policy.get("version").and_then(toml::Value::as_integer).unwrap_or_default();
        let (checks, algorithms) = (section("checks"), section("algorithms"));
        let _ = writeln!(
            code,
            "    BuiltIn {{ name: {name:?}, version: {version}, max_list_age_days: {age:?}, current_authorities: {current}, note_padding: {padding}, least_level: {level:?}, checks: &{checks:?}, \
             algorithms: &{algorithms:?} }},"
        );
    }
    let table = parse("src/verify/policies/algorithms.toml");
    let algorithms = pairs(&table);
    let _ = writeln!(code, "];\nstatic ALGORITHMS: &[(&str, &str)] = &{algorithms:?};");
    code
}

/// The table of wrong addresses. Every row says why it is there.
fn corrections() -> String {
    let table = parse("src/edge/corrections.toml");
    let mut code = String::from("static CORRECTIONS: &[Correction] = &[\n");
    for row in table.get("correction").and_then(toml::Value::as_array).expect("corrections.toml has rows") {
        let [kind, prefix, replacement, ..] = ["kind", "prefix", "replacement", "reason", "source"]
            .map(|key| row.get(key).and_then(toml::Value::as_str).unwrap_or_else(|| panic!("corrections.toml: a row lacks `{key}`")));
        let _ = writeln!(code, "    Correction {{ kind: {kind:?}, prefix: {prefix:?}, replacement: {replacement:?} }},");
    }
    code + "];\n"
}

fn pairs(table: &toml::Table) -> Vec<(&str, &str)> {
    table.iter().map(|(key, value)| (key.as_str(), value.as_str().unwrap_or_default())).collect()
}

fn parse(path: &str) -> toml::Table {
    println!("cargo:rerun-if-changed={path}");
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    toml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn read(language: &str) -> Catalogue {
    let path = format!("src/messages/{language}.toml");
    parse(&path).try_into().unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn compare(id: &str, catalogues: &[Catalogue], problems: &mut Vec<String>) {
    let well_formed = id.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
    if !well_formed {
        problems.push(format!("{id}: an id is of lower-case letters, underscores and dots"));
    }
    for part in PARTS {
        let texts: Vec<&str> =
            catalogues.iter().map(|catalogue| catalogue.get(id).and_then(|entry| entry.get(part)).map_or("", String::as_str)).collect();
        if texts.iter().any(|text| text.is_empty() != texts[0].is_empty()) || (part == "text" && texts[0].is_empty()) {
            problems.push(format!("{id}: `{part}` is not there in every language"));
        }
        if texts.iter().any(|text| optional(text).is_none() || optional(text) != optional(texts[0])) {
            problems.push(format!("{id}: `{part}` has other optional parts in another language, or one that does not end"));
        }
        if texts.iter().any(|text| placeholders(text) != placeholders(texts[0])) {
            problems.push(format!("{id}: `{part}` has other placeholders in another language"));
        }
    }
    for catalogue in catalogues {
        for part in catalogue.get(id).into_iter().flat_map(BTreeMap::keys) {
            if !PARTS.contains(&part.as_str()) {
                problems.push(format!("{id}: there is no part `{part}`"));
            }
        }
    }
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|after| after.split(['}', ':']).next()).collect()
}

/// The placeholders of each part that may be left out; a part without an end, or without placeholders, is none.
fn optional(text: &str) -> Option<BTreeSet<BTreeSet<&str>>> {
    let parts: Vec<&str> = text.split("[[").skip(1).map(|part| part.split_once("]]").map(|(part, _)| part)).collect::<Option<_>>()?;
    let balanced = text.matches("[[").count() == text.matches("]]").count();
    let names = |part: &&str| !placeholders(part.split("||").next().unwrap_or_default()).is_empty();
    (balanced && parts.iter().all(names)).then(|| parts.into_iter().map(placeholders).collect())
}

fn texts(entry: &BTreeMap<String, String>) -> String {
    let part = |name: &str| entry.get(name).map_or("", |text| text.trim_end());
    format!("Texts {{ text: {:?}, hint: {:?}, explain: {:?} }}", part("text"), part("hint"), part("explain"))
}
