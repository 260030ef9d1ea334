//! Documents of all kinds of programs, signed once more.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::support::{Person, options};
use crate::{Document, DocumentOptions};

/// The files of the corpus with their passwords, where it is there.
fn files() -> Option<Vec<(PathBuf, Option<String>)>> {
    let default = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("KYSO_CORPUS").map_or(default, PathBuf::from).join("pdf");
    let Ok(manifest) = std::fs::read_to_string(folder.join("manifest.tsv")) else {
        assert!(std::env::var("KYSO_PEERS").as_deref() != Ok("required"), "the corpus is required, and not at {}", folder.display());
        println!("skipped: no corpus at {}", folder.display());
        return None;
    };
    let mut lines = manifest.lines();
    let heads: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let column = |name: &str| heads.iter().position(|head| *head == name).unwrap();
    let (file, password) = (column("file"), column("password"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        (folder.join(cells[file]), Some(cells[password].to_owned()).filter(|password| !password.is_empty() && password != "-"))
    };
    Some(lines.map(row).collect())
}

#[test]
fn a_document_is_signed_or_refused_and_no_earlier_signature_changes() {
    let Some(files) = files() else { return };
    let person = Person::new("an");
    let mut outcomes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, password) in &files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(path).unwrap();
        let document = DocumentOptions { password: password.clone().map(Into::into), ..DocumentOptions::default() };
        let outcome = match Document::parse_with(bytes.clone(), document).and_then(|document| options().sign(&document, &person)) {
            Ok(signed) => {
                assert!(signed.to_bytes().starts_with(&bytes), "{name}");
                String::from("signed")
            }
            Err(error) => error.message().id().to_owned(),
        };
        outcomes.entry(outcome).or_default().push(name);
    }
    for (outcome, names) in &outcomes {
        println!("{outcome}: {}{}", names.len(), if outcome == "signed" { String::new() } else { format!(" {names:?}") });
    }
    assert!(outcomes["signed"].len() > files.len() / 2);
    for unexpected in ["sign.self_check", "sign.earlier_broken"] {
        assert_eq!(outcomes.get(unexpected), None, "{unexpected}");
    }
}
