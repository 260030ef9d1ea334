//! No change that a later update makes to what pages show goes by unnamed: random changes of signed documents, and two renderers.
//!
//! `KYSO_MUTATIONS` is how many, `KYSO_MUTATION_SEED` the seed, `KYSO_MUTATION_ONLY` the index of a single one, which is then kept.

#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where something is wrong"
)]

#[path = "mutation/base.rs"]
mod base;
#[path = "mutation/draft.rs"]
mod draft;
#[path = "mutation/judge.rs"]
mod judge;
#[path = "mutation/letter.rs"]
mod letter;
#[path = "mutation/random.rs"]
mod random;
#[path = "mutation/render.rs"]
mod render;
#[path = "mutation/roles.rs"]
mod roles;
#[path = "mutation/write.rs"]
mod write;

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use kyso::{ChangeLevel, Locale, Verifier};

use base::Base;
use draft::Draft;
use judge::Answer;
use random::Random;
use render::RENDERERS;
use roles::Honest;

/// What came of all of them.
#[derive(Default)]
struct Tally {
    tried: u64,
    repeated: u64,
    untouched: u64,
    refused: u64,
    failed: u64,
    indeterminate: u64,
    named: u64,
    silent: u64,
    /// By renderer: pages that differ, and of those what was refused, failed, indeterminate, allowed and named.
    shown: [[u64; 5]; 2],
    /// Shown by neither renderer as something else, and failed.
    failed_alike: u64,
    honest: u64,
    by_base: BTreeMap<String, u64>,
    /// Failed though every change was honest and allowed: rules that said so.
    alarms: BTreeMap<String, (u64, u64)>,
    slowest: (Duration, u64),
    missed: Vec<String>,
}

#[test]
fn no_change_of_pages_goes_unnamed() {
    let is_required = std::env::var("KYSO_PEERS").as_deref() == Ok("required");
    if let Some(missing) = RENDERERS.iter().find(|renderer| !renderer.is_there()) {
        assert!(!is_required, "{} is required", missing.name());
        println!("skipped: {} is not installed", missing.name());
        return;
    }
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap_or_else(|_| panic!("{name} is no number")));
    let (count, seed) = (number("KYSO_MUTATIONS").unwrap_or(2_000), number("KYSO_MUTATION_SEED").unwrap_or(1));
    let only = number("KYSO_MUTATION_ONLY");
    let folder = tempfile::tempdir().unwrap();
    let bases = base::all(folder.path());
    let tally = Mutex::new(Tally::default());
    let (next, seen) = (AtomicU64::new(0), Mutex::new(HashSet::new()));
    let workers = std::thread::available_parallelism().map_or(2, usize::from).min(8);
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let run = Run { bases: &bases, seed, folder: folder.path().join(worker.to_string()), tally: &tally, seen: &seen, only };
            let next = &next;
            scope.spawn(move || {
                fs::create_dir(&run.folder).unwrap();
                let verifier = base::verifier();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    match only {
                        Some(only) if index == 0 => run.mutation(only, &verifier),
                        None if index < count => run.mutation(index, &verifier),
                        _ => break,
                    }
                }
            });
        }
    });
    let tally = tally.into_inner().unwrap();
    report(&tally, seed, bases.len());
    assert!(tally.missed.is_empty(), "{} changes of pages are missed:\n{}", tally.missed.len(), tally.missed.join("\n"));
    if only.is_none() {
        assert!(tally.untouched * 20 < tally.tried, "nothing was changed");
        assert!(tally.shown.iter().all(|shown| shown[0] * 10 > tally.tried), "pages hardly ever differed");
        assert!(tally.named > 0 && tally.silent > 0, "no change was ever allowed");
    }
}

fn report(tally: &Tally, seed: u64, bases: usize) {
    println!(
        "seed {seed}: {} mutations of {bases} documents ({} repeated, {} changed nothing)",
        tally.tried, tally.repeated, tally.untouched
    );
    println!(
        "kyso: {} refused, {} failed, {} indeterminate, {} passed with changes of fields, signatures or annotations named, {} passed otherwise",
        tally.refused, tally.failed, tally.indeterminate, tally.named, tally.silent
    );
    for (renderer, [differ, refused, failed, indeterminate, named]) in RENDERERS.iter().zip(tally.shown) {
        let flagged = refused + failed + indeterminate + named;
        println!(
            "{}: {differ} showed different pixels, {flagged} of them flagged: {refused} refused, {failed} failed, {indeterminate} indeterminate, \
             {named} allowed and named; {} missed",
            renderer.name(),
            differ - flagged
        );
    }
    println!(
        "{} failed though both renderers show the same; of {} honest and allowed mutations, by what failed:",
        tally.failed_alike, tally.honest
    );
    tally.alarms.iter().for_each(|(rule, (count, index))| println!("  {count} {rule}, such as {index}"));
    println!("slowest verification: {:?} ({})", tally.slowest.0, tally.slowest.1);
}

struct Run<'a> {
    bases: &'a [Base],
    seed: u64,
    folder: PathBuf,
    tally: &'a Mutex<Tally>,
    seen: &'a Mutex<HashSet<u64>>,
    only: Option<u64>,
}

impl Run<'_> {
    fn mutation(&self, index: u64, verifier: &Verifier) {
        let (draft, honest) = make(self.bases, self.seed, index);
        let mut hasher = DefaultHasher::new();
        draft.bytes.hash(&mut hasher);
        let is_new = self.seen.lock().unwrap().insert(hasher.finish());
        if !is_new || draft.is_untouched() {
            let mut tally = self.tally.lock().unwrap();
            tally.tried += 1;
            tally.repeated += u64::from(!is_new);
            tally.untouched += u64::from(is_new);
            return;
        }
        let started = Instant::now();
        let (answer, allowed) = judge::answer(draft.base, draft.bytes.clone(), verifier);
        let took = started.elapsed();
        let path = self.folder.join("mutation.pdf");
        fs::write(&path, &draft.bytes).unwrap();
        let images = RENDERERS.map(|renderer| renderer.pages(&path, &self.folder.join("pages.pgm")));
        let places = match &answer {
            Answer::Passed(_, changes) => judge::places(&draft, changes),
            _ => Vec::new(),
        };
        let mut tally = self.tally.lock().unwrap();
        tally.tried += 1;
        *tally.by_base.entry(draft.base.name.clone()).or_default() += 1;
        if took > tally.slowest.0 {
            tally.slowest = (took, index);
        }
        let mut is_alike = true;
        for (which, (after, before)) in images.iter().zip(&draft.base.images).enumerate() {
            if after == before {
                continue;
            }
            is_alike = false;
            tally.shown[which][0] += 1;
            let missed = match &answer {
                Answer::Refused => flag(&mut tally, which, 1),
                Answer::Failed(_) => flag(&mut tally, which, 2),
                Answer::Indeterminate => flag(&mut tally, which, 3),
                Answer::Passed(level, _) if *level <= ChangeLevel::LongTermData => Some(String::from("nothing is named")),
                Answer::Passed(..) => match judge::stray(before, after, &places) {
                    Some((page, column, row)) => Some(format!("outside of what is named: page {}, pixel {column} {row}", page + 1)),
                    None => flag(&mut tally, which, 4),
                },
            };
            if let Some(missed) = missed {
                let text = self.describe(index, &draft, &answer, RENDERERS[which].name(), &missed);
                eprintln!("{text}");
                tally.missed.push(text);
                self.keep(index, &draft);
            }
        }
        count(&mut tally, index, &answer, allowed, honest, is_alike);
        if self.only.is_some() {
            println!("{}", self.describe(index, &draft, &answer, "", ""));
            self.keep(index, &draft);
        }
    }

    fn describe(&self, index: u64, draft: &Draft<'_>, answer: &Answer, renderer: &str, missed: &str) -> String {
        let changes = match answer {
            Answer::Passed(_, changes) | Answer::Failed(changes) => changes.as_slice(),
            _ => &[],
        };
        let changes: Vec<String> =
            changes.iter().map(|change| format!("{} ({})", change.message.id(), change.message.text(&Locale::default()))).collect();
        let kind = match answer {
            Answer::Refused => "refused",
            Answer::Failed(_) => "failed",
            Answer::Indeterminate => "indeterminate",
            Answer::Passed(..) => "passed",
        };
        format!(
            "{} {index} of {} by {}: {renderer} {missed}: {kind} {}",
            self.seed,
            draft.base.name,
            draft.told.join(", "),
            changes.join("; ")
        )
    }

    /// Keeps a document that shows something.
    fn keep(&self, index: u64, draft: &Draft<'_>) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutation");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{}-{index}.pdf", self.seed)), &draft.bytes).unwrap();
        fs::write(folder.join(format!("{}-{index}.base.pdf", self.seed)), &draft.base.bytes).unwrap();
    }
}

fn flag(tally: &mut Tally, renderer: usize, how: usize) -> Option<String> {
    tally.shown[renderer][how] += 1;
    None
}

fn count(tally: &mut Tally, index: u64, answer: &Answer, allowed: ChangeLevel, honest: Honest, is_alike: bool) {
    match answer {
        Answer::Refused => tally.refused += 1,
        Answer::Failed(_) => tally.failed += 1,
        Answer::Indeterminate => tally.indeterminate += 1,
        Answer::Passed(level, _) if *level > ChangeLevel::LongTermData => tally.named += 1,
        Answer::Passed(..) => tally.silent += 1,
    }
    let is_failed = matches!(answer, Answer::Refused | Answer::Failed(_));
    tally.failed_alike += u64::from(is_failed && is_alike);
    let needed = match honest {
        Honest::LongTermData => ChangeLevel::LongTermData,
        Honest::FormFilling => ChangeLevel::FormFilling,
        Honest::Annotations => ChangeLevel::Annotations,
        Honest::No => return,
    };
    if needed > allowed {
        return;
    }
    tally.honest += 1;
    if let Answer::Failed(changes) = answer {
        let mut rules: Vec<&str> = changes.iter().filter(|change| change.level > allowed).map(|change| change.message.id()).collect();
        rules.dedup();
        let alarm = tally.alarms.entry(rules.join(" ")).or_insert((0, index));
        alarm.0 += 1;
    }
}

/// The mutation of this index, and how far it goes where all of it is honest.
fn make(bases: &[Base], seed: u64, index: u64) -> (Draft<'_>, Honest) {
    let mut random = Random::new(seed, index);
    // What has everything is worth the most.
    let rich: Vec<&Base> = bases.iter().filter(|base| base.is_rich).collect();
    let base = if random.percent(45) { random.one(&rich) } else { &bases[random.below(bases.len())] };
    let mut draft = Draft::new(base);
    let mut honest = Honest::LongTermData;
    let updates = if random.percent(15) { 2 } else { 1 };
    let style = random.below(10);
    for update in 0..updates {
        for _ in 0..=random.below(4) {
            honest = honest.max(match style {
                0 => roles::honest_change(&mut draft, &mut random),
                1..=6 => roles::change(&mut draft, &mut random),
                7 if random.percent(50) => roles::change(&mut draft, &mut random),
                _ => {
                    draft.change_anything(&mut random);
                    Honest::No
                }
            });
        }
        if style > 0 && random.percent(12) {
            draft.trick(&mut random);
            honest = Honest::No;
        }
        if update == 0 || !draft.told.is_empty() {
            draft.write(&mut random);
        }
    }
    (draft, honest)
}
