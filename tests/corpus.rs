//! Runs every `fixtures/**/case.toml`: a document, what is trusted, the time, and what the report must say.

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

use kyso::{Change, ChangeLevel, Document, Evidence, Policy, SignatureFacts, Time, TrustStore, Verdict, Verifier, Zone};
use serde::Deserialize;

/// No fewer cases than this below a folder: a run that finds almost nothing has looked in the wrong place.
const FEWEST: &[(&str, usize)] = &[("attacks", 1200), ("coverage", 20), ("honest", 410), ("pdf", 20), ("shadows", 20)];

/// The families of attacks: how the folders of their variants begin, and no fewer variants than this. Each is applied to at least three kinds
/// of documents.
const FAMILIES: &[(&str, &str, usize)] = &[
    ("universal forgery", "forgery/", 12),
    ("incremental saving", "saving/", 8),
    ("wrapping", "wrapping/", 6),
    ("shadow: hide", "shadow/hide-", 6),
    ("shadow: replace", "shadow/replace-", 6),
    ("shadow: hide and replace", "shadow/swap-", 6),
    ("certification: evil annotations", "certified/eaa-", 4),
    ("certification: sneaky signatures", "certified/ssa-", 4),
    ("certification: permissions", "certified/", 4),
    ("twins of objects and cross-references", "twins/", 8),
    ("twins in hybrid files", "twins/hybrid-", 3),
    ("twins in object streams", "twins/object-stream-", 3),
    ("dictionary of another revision", "twins/dictionary-", 2),
    ("timestamps, copied", "timestamps/copied", 2),
    ("timestamps, imprinted again", "timestamps/imprint", 2),
    ("message attributes", "cms/", 12),
    ("certificate substitution", "cms/certificate-", 3),
    ("rules for later changes", "rules/later-", 36),
    ("order of work", "order/", 24),
    ("what the document says and opens with", "document/", 30),
    ("what pages draw with", "drawing/", 30),
    ("entries of fields, notes and signatures", "fields/", 30),
    ("sections, trailers and containers", "sections/", 20),
    ("codes over encrypted documents", "mac/", 15),
    ("permissions, locks, certifications", "permissions/", 15),
];

/// How the folders of variants end: on what document, in what structure.
const BASES: &[&str] = &[
    "double",
    "hybrid",
    "p1",
    "p1-hybrid",
    "p1-streams",
    "p2",
    "p2-hybrid",
    "p2-streams",
    "p3",
    "p3-hybrid",
    "p3-streams",
    "password",
    "streams",
    "table",
    "update",
    "whole",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the case shows, one sentence.
    #[allow(dead_code, reason = "for the reader of the file")]
    about: String,
    /// Where the rule or the attack is from.
    #[allow(dead_code, reason = "for the reader of the file")]
    source: Option<String>,
    /// The rule for later changes that the case is about: what it allows here, or what fails by it.
    rule: Option<String>,
    /// The time of judgement.
    at: String,
    /// Files below `fixtures` whose certificates are trusted.
    #[serde(default)]
    trust: Vec<String>,
    /// Files below `fixtures` with certificates and CRLs that help.
    #[serde(default)]
    evidence: Vec<String>,
    /// A built-in policy.
    policy: Option<String>,
    password: Option<String>,
    /// A feature without which the answer is another.
    feature: Option<String>,
    expect: Expectation,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    /// `passed`, `indeterminate`, `failed`, `unsigned`; `not_passed` where any of the other answers will do; `unreadable` where the
    /// document is refused.
    verdict: String,
    /// What the report says in Vietnamese.
    #[serde(default)]
    says: Vec<String>,
    #[serde(default)]
    signatures: Vec<ExpectedSignature>,
    /// The check ids that the report gives for the document as a whole, no more and no fewer; `None`: whatever.
    document: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedSignature {
    verdict: Option<String>,
    /// EN 319 102-1 names.
    sub_indication: Option<String>,
    /// `none`, `allowed`, `forbidden` or `unknown`, as the JSON report has it.
    later: Option<String>,
    /// Check ids that must be among the reasons.
    #[serde(default)]
    why: Vec<String>,
}

#[test]
fn every_case_gets_its_verdict() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut cases = Vec::new();
    collect(&root, &mut cases);
    cases.sort();
    let mut problems = Vec::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut shown = Shown::default();
    for path in &cases {
        let name = path.parent().and_then(|folder| folder.strip_prefix(&root).ok()).expect("below fixtures").display().to_string();
        *counts.entry(name.split(['/', '\\']).next().unwrap_or_default().to_owned()).or_default() += 1;
        if let Err(problem) = run(path, &root, &mut shown) {
            problems.push(format!("{name}: {problem}"));
        }
    }
    println!("{} cases, {} disagree: {counts:?}", cases.len(), problems.len());
    for (folder, fewest) in FEWEST {
        let count = counts.get(*folder).copied().unwrap_or_default();
        assert!(count >= *fewest, "found {count} cases below {}/{folder}", root.display());
    }
    problems.extend(shown.gaps());
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// The rules for later changes that have a case which must not fail, and one that must.
#[derive(Default)]
struct Shown {
    benign: BTreeSet<String>,
    sneaky: BTreeSet<String>,
}

impl Shown {
    /// Judges a case that is about a rule: a benign one shows the rule where something can allow it; of a sneaky one that nothing allows,
    /// nothing else is wrong.
    fn add(&mut self, rule: &str, document: &Document, evidence: &Evidence, verdict: Verdict) -> Result<(), String> {
        let facts = document.examine(evidence).map_err(|error| error.to_string())?;
        let changes =
            || facts.signatures.iter().flat_map(|signature| signature.later.changes.iter().map(move |change| (signature, change)));
        let ids = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect::<BTreeSet<String>>();
        let found = ids(changes().map(|(_, change)| change.message.id()).collect());
        let is_forbidden =
            |(signature, change): &(&SignatureFacts, &Change)| change.level == ChangeLevel::Other || change.level > signature.later.allowed;
        let forbidden = ids(changes().filter(is_forbidden).map(|(_, change)| change.message.id()).collect());
        let is_never = *rules().get(rule).ok_or_else(|| format!("no rule `{rule}`"))?;
        if verdict != Verdict::Failed {
            if !is_never && !found.contains(rule) {
                return Err(format!("about {rule}, and it has {found:?}"));
            }
            self.benign.insert(rule.to_owned());
        } else {
            if is_never && forbidden != BTreeSet::from([rule.to_owned()]) {
                return Err(format!("about {rule}, and it fails by {forbidden:?}"));
            }
            self.sneaky.insert(rule.to_owned());
        }
        Ok(())
    }

    fn gaps(&self) -> Vec<String> {
        let mut gaps = Vec::new();
        for rule in rules().keys() {
            for (kind, shown) in [("benign", &self.benign), ("sneaky", &self.sneaky)] {
                if !shown.contains(rule) {
                    gaps.push(format!("{rule}: no {kind} case"));
                }
            }
        }
        gaps
    }
}

/// Each rule, and whether nothing allows it: the table of the documentation, which a test of the library compares with the rules.
fn rules() -> BTreeMap<String, bool> {
    let text = include_str!("../docs/later-changes.md");
    let rows = text.lines().filter_map(|line| {
        let mut cells = line.split('|').map(str::trim);
        let id = cells.nth(1)?.strip_prefix('`')?.strip_suffix('`')?;
        Some((id.to_owned(), cells.next()?.starts_with("never")))
    });
    let rules: BTreeMap<String, bool> = rows.collect();
    assert!(rules.len() > 30, "{} rules", rules.len());
    rules
}

#[test]
fn every_family_of_attacks_has_its_variants() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/attacks");
    let mut cases = Vec::new();
    collect(&root, &mut cases);
    let names: Vec<String> =
        cases.iter().filter_map(|path| Some(path.parent()?.strip_prefix(&root).ok()?.display().to_string().replace('\\', "/"))).collect();
    for (family, start, fewest) in FAMILIES {
        let (mut variants, mut bases) = (BTreeSet::new(), BTreeSet::new());
        let members: Vec<&String> = names.iter().filter(|name| name.starts_with(start)).collect();
        for name in &members {
            let base = BASES.iter().filter(|base| name.ends_with(&format!("-{base}"))).max_by_key(|base| base.len());
            let base = base.unwrap_or_else(|| panic!("{name}: on what document?"));
            variants.insert(name.strip_suffix(base).expect("its end"));
            bases.insert(*base);
        }
        println!("{family}: {} documents, {} variants, on {bases:?}", members.len(), variants.len());
        assert!(variants.len() >= *fewest, "{family}: {} variants", variants.len());
        assert!(bases.len() >= 3, "{family}: on {bases:?}");
    }
}

fn run(path: &Path, root: &Path, shown: &mut Shown) -> Result<(), String> {
    let case: Case = toml::from_str(&fs::read_to_string(path).map_err(|error| error.to_string())?).map_err(|error| error.to_string())?;
    if case.feature.as_deref() == Some("extra-curves") && cfg!(not(feature = "extra-curves")) {
        return Ok(());
    }
    let mut trust = TrustStore::new();
    for file in &case.trust {
        let bytes = fs::read(root.join(file)).map_err(|error| format!("{file}: {error}"))?;
        trust.add_bytes(&bytes).map_err(|error| format!("{file}: {error}"))?;
    }
    let mut evidence = Evidence::new();
    for file in &case.evidence {
        let bytes = fs::read(root.join(file)).map_err(|error| format!("{file}: {error}"))?;
        evidence.add(&bytes).map_err(|error| format!("{file}: {error}"))?;
    }
    let at = Time::parse(&case.at, Zone::VIETNAM).ok_or("`at` is no time")?;
    let policy = case.policy.as_deref().unwrap_or("basic");
    let policy = Policy::named(policy).ok_or_else(|| format!("no policy `{policy}`"))?;
    let mut options = kyso::DocumentOptions::default();
    options.password = case.password.map(Into::into);
    let bytes = fs::read(path.with_file_name("doc.pdf")).map_err(|error| error.to_string())?;
    let document = match (Document::parse_with(bytes, options), case.expect.verdict.as_str()) {
        (Err(_), "unreadable") => return Ok(()),
        (Ok(_), "unreadable") => return Err("expected to be refused, and was read".to_owned()),
        (parsed, _) => parsed.map_err(|error| error.to_string())?,
    };
    let report = Verifier::new(trust)
        .with_policy(policy)
        .with_time(at)
        .with_evidence(evidence.clone())
        .verify(&document)
        .map_err(|error| error.to_string())?;
    let json: serde_json::Value = serde_json::from_str(&report.to_json(&kyso::Locale::default())).map_err(|error| error.to_string())?;
    compare(&case.expect, report.verdict(), &json)?;
    let text = report.to_text(&kyso::Locale::new(kyso::Language::Vietnamese, Zone::VIETNAM));
    if let Some(missing) = case.expect.says.iter().find(|words| !text.contains(words.as_str())) {
        return Err(format!("the report does not say {missing}:\n{text}"));
    }
    case.rule.map_or(Ok(()), |rule| shown.add(&rule, &document, &evidence, report.verdict()))
}

fn compare(expect: &Expectation, verdict: Verdict, json: &serde_json::Value) -> Result<(), String> {
    let reasons = || {
        let ids =
            json["signatures"].as_array().into_iter().flatten().flat_map(|signature| signature["why"].as_array().into_iter().flatten());
        ids.filter_map(|why| why["id"].as_str()).collect::<Vec<_>>().join(" ")
    };
    let agrees = if expect.verdict == "not_passed" { verdict != Verdict::Passed } else { name(verdict) == expect.verdict };
    if !agrees {
        return Err(format!("expected {}, got {}: {}", expect.verdict, name(verdict), reasons()));
    }
    if let Some(expected) = &expect.document {
        let found: BTreeSet<&str> = json["why"].as_array().into_iter().flatten().filter_map(|why| why["id"].as_str()).collect();
        if found != expected.iter().map(String::as_str).collect() {
            return Err(format!("expected {expected:?} of the document, got {found:?}"));
        }
    }
    let signatures = json["signatures"].as_array().cloned().unwrap_or_default();
    if !expect.signatures.is_empty() && signatures.len() != expect.signatures.len() {
        return Err(format!("expected {} signatures, got {}", expect.signatures.len(), signatures.len()));
    }
    for (number, (expected, found)) in expect.signatures.iter().zip(&signatures).enumerate() {
        let words = [("passed", "valid"), ("indeterminate", "uncertain"), ("failed", "invalid")];
        let verdict = expected.verdict.as_deref().map(|name| words.iter().find(|(code, _)| *code == name).map_or(name, |(_, word)| word));
        for (key, want, got) in [
            ("verdict", verdict, &found["verdict"]),
            ("sub_indication", expected.sub_indication.as_deref(), &found["sub_indication"]),
            ("later", expected.later.as_deref(), &found["covers"]["later"]),
        ] {
            if want.is_some_and(|want| got != want) {
                return Err(format!("signature {}: expected {key} {}, got {got}: {}", number + 1, want.unwrap_or_default(), reasons()));
            }
        }
        let ids: Vec<&str> = found["why"].as_array().into_iter().flatten().filter_map(|why| why["id"].as_str()).collect();
        if let Some(missing) = expected.why.iter().find(|id| !ids.contains(&id.as_str())) {
            return Err(format!("signature {}: expected the reason {missing} among {ids:?}", number + 1));
        }
    }
    Ok(())
}

fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Failed => "failed",
        Verdict::Indeterminate => "indeterminate",
        Verdict::Passed => "passed",
        Verdict::Unsigned => "unsigned",
        _ => "?",
    }
}

fn collect(folder: &Path, cases: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the fixtures") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, cases);
        } else if path.file_name().is_some_and(|name| name == "case.toml") {
            cases.push(path);
        }
    }
}
