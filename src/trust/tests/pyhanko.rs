//! Paths with unusual algorithms from the tests of pyHanko.

use std::fs;

use super::material::{Case, Depth, Tally, folder};
use crate::time::{Time, Zone};
use crate::trust::PathOptions;
use crate::x509::pem_certificates;

#[test]
fn paths_with_unusual_algorithms_are_judged_as_expected() {
    let Some(folder) = folder() else { return };
    let folder = folder.join("pyhanko");
    let mut tally = Tally::new("pyHanko paths", &[]);
    for (name, end, time) in [
        ("testing-ca-ed25519", "signer.cert.pem", "2020-11-01T00:00:00Z"),
        ("testing-ca-ed448", "signer.cert.pem", "2020-11-01T00:00:00Z"),
        ("testing-ca-pss", "signer1.cert.pem", "2021-05-03T00:00:00Z"),
    ] {
        let read = |file: &str| pem_certificates(&fs::read(folder.join(name).join(file)).unwrap()).unwrap().remove(0).as_der().to_vec();
        let case = Case {
            end: read(end),
            others: vec![read("interm.cert.pem")],
            anchors: vec![read("root.cert.pem")],
            lists: Vec::new(),
            options: PathOptions::default(),
            time: Time::parse(time, Zone::UTC).unwrap(),
        };
        let expected = cfg!(feature = "extra-curves") || name != "testing-ca-ed448";
        tally.count(name, expected, case.reasons(Depth::Path).is_empty());
    }
    tally.finish(3);
}
