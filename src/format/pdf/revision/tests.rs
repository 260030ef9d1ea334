use std::path::PathBuf;

use super::*;

/// The folder of the corpus, where it is there.
fn corpus() -> Option<PathBuf> {
    let default = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("KYSO_CORPUS").map_or(default, PathBuf::from);
    if folder.join("pdf/manifest.tsv").is_file() {
        return Some(folder);
    }
    assert!(std::env::var("KYSO_PEERS").as_deref() != Ok("required"), "the corpus is required, and not at {}", folder.display());
    println!("skipped: no corpus at {}", folder.display());
    None
}

#[test]
fn every_object_of_every_revision_of_the_corpus_is_read_without_a_panic() {
    let Some(folder) = corpus() else { return };
    let manifest = std::fs::read_to_string(folder.join("pdf/manifest.tsv")).unwrap();
    let mut lines = manifest.lines();
    let heads: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let column = |name: &str| heads.iter().position(|head| *head == name).unwrap();
    let (file, password) = (column("file"), column("password"));
    let (mut opened, mut failed, mut objects) = (0, 0, 0_usize);
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        let bytes = std::fs::read(folder.join("pdf").join(cells[file])).unwrap();
        let password = Some(cells[password]).filter(|password| !password.is_empty() && *password != "-");
        let options = OpenOptions { password: password.map(|password| password.as_bytes().to_vec().into()) };
        match Pdf::open(bytes.into(), &options, &Budget::default()) {
            Ok(pdf) => {
                opened += 1;
                objects += walk(&pdf);
                let ends: Vec<_> = pdf.revisions().iter().map(|revision| (revision.end, revision.well_formed)).collect();
                let notes: Vec<_> = pdf.repairs().iter().chain(&pdf.findings()).map(|note| note.text(&crate::Locale::default())).collect();
                println!("{}: {:?} of {} {notes:?}", cells[file], ends, pdf.bytes().len());
            }
            Err(error) => {
                failed += 1;
                println!("{}: {error}", cells[file]);
            }
        }
    }
    println!("{opened} opened, {failed} failed, {objects} objects read");
    assert!(opened > 0);
}

fn walk(pdf: &Pdf) -> usize {
    let mut objects = 0;
    for index in 0..pdf.revisions().len() {
        let view = pdf.view(index);
        for number in pdf.revisions()[index].numbers() {
            let generation = match view.entry(number) {
                Some(Entry::At { generation, .. }) => generation,
                _ => 0,
            };
            if let Ok(object) = view.object(Reference { number, generation }) {
                objects += 1;
                if let Some(stream) = object.value.as_stream() {
                    let _ = view.decode(stream);
                }
            }
        }
        let _ = view.pages(100);
        let _ = view.page_count();
    }
    objects
}
