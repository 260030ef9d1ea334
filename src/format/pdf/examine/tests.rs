mod made;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use crate::format::{ChangeLevel, DocumentFacts, SignatureFacts};
use crate::{Document, DocumentOptions, Evidence, Match};

/// Rows of the corpus where its verdict and ours differ, and why. One that is no longer true fails.
const KNOWN: &[(&str, &str)] = &[
    ("Signature-P-HU_NET-2.pdf", "a signature identifier in the digest slot is accepted where it names the same digest"),
    ("pades-enveloping-empty-bytes-cms.pdf", "empty encapsulated content is accepted"),
    ("SignatureValidatorTest__docWithBrokenDss.pdf", "the corpus speaks of the second signature; the first is broken"),
];

struct Row {
    file: String,
    class: String,
    overall: String,
    password: String,
}

fn corpus() -> Option<(PathBuf, Vec<Row>)> {
    let root =
        std::env::var_os("KYSO_CORPUS").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let root = root.join("pdf");
    let Ok(text) = std::fs::read_to_string(root.join("manifest.tsv")) else {
        assert_ne!(std::env::var("KYSO_PEERS").as_deref(), Ok("required"), "no corpus at {}", root.display());
        println!("skipped: no corpus at {}", root.display());
        return None;
    };
    let mut lines = text.lines();
    let names: BTreeMap<&str, usize> = lines.next().unwrap().split('\t').enumerate().map(|(index, name)| (name, index)).collect();
    let rows = lines.map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |name: &str| cells[names[name]].to_owned();
        Row { file: cell("file"), class: cell("class"), overall: cell("overall"), password: cell("password") }
    });
    Some((root, rows.collect()))
}

/// The files of the corpus, where it is there.
pub(crate) fn files() -> Option<Vec<PathBuf>> {
    let (root, rows) = corpus()?;
    Some(rows.iter().map(|row| root.join(&row.file)).collect())
}

fn examine(root: &std::path::Path, row: &Row) -> crate::Result<DocumentFacts> {
    let bytes = std::fs::read(root.join(&row.file)).unwrap();
    let mut options = DocumentOptions::default();
    options.password = (!row.password.is_empty()).then(|| row.password.clone().into());
    Document::parse_with(bytes, options)?.examine(&Evidence::new())
}

/// What a policy would call failed.
fn problems(signature: &SignatureFacts) -> Vec<String> {
    const MILD: &[&str] =
        &["format.certification_order", "format.filter", "format.orphan", "format.time", "format.two_fields", "cms.readable"];
    const FALSE: &[&str] = &["cms.algorithm_mismatch", "cms.signature_timestamp_broken", "cms.signature_timestamp_imprint"];
    let grave = |finding: &&crate::Message| {
        (finding.id().starts_with("coverage.") || finding.id().starts_with("format.")) && !MILD.contains(&finding.id())
    };
    let mut problems: Vec<String> = signature.findings.iter().filter(grave).map(|finding| finding.id().to_owned()).collect();
    match &signature.cms {
        None => problems.push("cms".into()),
        Some(cms) => {
            let is_false = |finding: &&crate::Message| FALSE.contains(&finding.id());
            problems.extend(cms.findings.iter().filter(is_false).map(|finding| finding.id().to_owned()));
            if cms.content == Match::Differs {
                problems.push("content".into());
            }
            if cms.value == Match::Differs {
                problems.push("value".into());
            }
        }
    }
    let allowed = |level: ChangeLevel| level <= signature.later.allowed;
    if !signature.later.level.is_some_and(allowed) {
        problems.push(format!("later({:?}>{:?})", signature.later.level, signature.later.allowed));
        problems.extend(
            signature
                .later
                .changes
                .iter()
                .filter(|change| !allowed(change.level))
                .map(|change| format!("{}{}", change.message.id(), serde_json::to_string(change.message.arguments()).unwrap())),
        );
    }
    problems
}

fn line(row: &Row, facts: &crate::Result<DocumentFacts>) -> (String, String) {
    let mut text = String::new();
    let outcome = match facts {
        Err(error) => {
            let _ = write!(text, " {error}");
            "error"
        }
        Ok(facts) if facts.signatures.is_empty() => "n/a",
        Ok(facts) => {
            for signature in &facts.signatures {
                let found: Vec<&str> = signature
                    .findings
                    .iter()
                    .map(crate::Message::id)
                    .chain(signature.cms.iter().flat_map(|cms| cms.findings.iter().map(crate::Message::id)))
                    .collect();
                let problems = problems(signature);
                let changes: Vec<String> =
                    signature.later.changes.iter().map(|change| format!("{}:{:?}", change.message.id(), change.level)).collect();
                let _ = write!(
                    text,
                    "\n      {:?} {:?} r{:?}/{} P{:?} {}",
                    signature.field,
                    signature.sub_filter,
                    signature.coverage.revision,
                    signature.coverage.revisions,
                    signature.certification,
                    problems.join(" ")
                );
                let _ = write!(
                    text,
                    "\n         found: {} | later {:?} <= {:?}: {}",
                    found.join(" "),
                    signature.later.level,
                    signature.later.allowed,
                    changes.join(" ")
                );
            }
            if facts.signatures.iter().all(|signature| problems(signature).is_empty()) { "ok" } else { "fail" }
        }
    };
    (outcome.into(), format!("{} [{}] want {} got {outcome}{text}", row.file, row.class, row.overall))
}

#[test]
fn the_corpus_is_told_apart() {
    let Some((root, rows)) = corpus() else { return };
    let verbose = std::env::var_os("KYSO_VERBOSE").is_some();
    let mut tally: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let (mut judged, mut wrong) = (0, Vec::new());
    for row in &rows {
        let (outcome, line) = line(row, &examine(&root, row));
        let known = KNOWN.iter().find(|(file, _)| row.file.ends_with(file));
        if verbose {
            println!("{line}");
        }
        if !matches!(row.overall.as_str(), "ok" | "fail" | "n/a") {
            continue;
        }
        let agrees = outcome == row.overall;
        let counts = tally.entry(&row.class).or_default();
        counts.0 += 1;
        counts.1 += usize::from(agrees);
        judged += 1;
        if agrees == known.is_some() {
            wrong.push(format!("{line}\n      known: {known:?}"));
        }
    }
    println!("{} files, {judged} judged, {} known exceptions", rows.len(), KNOWN.len());
    for (class, (judged, agree)) in &tally {
        println!("{class}: {agree}/{judged}");
    }
    assert!(judged > 200, "only {judged} rows");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
