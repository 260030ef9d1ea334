//! Paths over certificates made for the purpose.

use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, KeyUsagePurpose, NameConstraints};

use crate::asn1::{Oid, Writer};
use crate::evidence::{Evidence, Origin};
use crate::limits::{Budget, Exceeded, Limits, Resource};
use crate::time::Time;
use crate::trust::{Cache, PathFacts, PathOptions, TrustStore, Use, Wanted, build_path};
use crate::x509::Certificate;
use crate::x509::testing::{Holder, day, extension, issuer_address, resealed};

/// What a search is given.
struct Scene {
    trust: TrustStore,
    evidence: Evidence,
    options: PathOptions,
    time: Time,
    cache: Cache,
    budget: Budget,
}

impl Scene {
    fn new(anchors: &[&Certificate], others: &[&Certificate]) -> Self {
        let mut scene = Self {
            trust: TrustStore::new(),
            evidence: Evidence::new(),
            options: PathOptions::default(),
            time: day(6, 1),
            cache: Cache::default(),
            budget: Budget::default(),
        };
        anchors.iter().for_each(|anchor| scene.trust.add((*anchor).clone()));
        others.iter().for_each(|other| scene.evidence.add_certificate((*other).clone(), Origin::Signature));
        scene
    }

    fn try_build(&self, end: &Certificate) -> Result<PathFacts, Exceeded> {
        build_path(end, &self.trust, Use::Signing, &self.evidence, &self.options, self.time, &self.cache, &self.budget, &Wanted::default())
    }

    fn build(&self, end: &Certificate) -> PathFacts {
        self.try_build(end).unwrap()
    }
}

fn names(facts: &PathFacts) -> Vec<&str> {
    facts.steps.iter().map(|step| step.certificate.subject().display_name().unwrap()).collect()
}

/// Ids of the problems with the index of the certificate.
fn problems(facts: &PathFacts) -> Vec<(usize, &str)> {
    facts.problems.iter().map(|problem| (problem.step, problem.message.id())).collect()
}

fn is_good(facts: &PathFacts) -> bool {
    facts.anchored && facts.problems.is_empty()
}

/// Root, authority, person.
fn three() -> [Holder; 3] {
    let root = Holder::authority("Root", None, |_| {});
    let authority = Holder::authority("Authority", Some(&root), |_| {});
    let person = Holder::person("An", &authority, |_| {});
    [root, authority, person]
}

#[test]
fn a_path_leads_over_authorities_to_the_anchor() {
    let [root, authority, person] = three();
    let facts = Scene::new(&[&root.certificate], &[&authority.certificate, &person.certificate]).build(&person.certificate);
    assert!(is_good(&facts), "{facts:?}");
    assert_eq!(names(&facts), ["An", "Authority", "Root"]);
    assert_eq!(facts.steps.iter().map(|step| step.origin).collect::<Vec<_>>(), [Origin::Signature, Origin::Signature, Origin::TrustStore]);
    assert!(facts.steps[2].revocation.is_none() && facts.steps[1].revocation.is_some());
}

#[test]
fn facts_survive_json() {
    let [root, authority, person] = three();
    let facts = Scene::new(&[&root.certificate], &[&authority.certificate]).build(&person.certificate);
    assert_eq!(serde_json::from_str::<PathFacts>(&serde_json::to_string(&facts).unwrap()).unwrap(), facts);
}

#[test]
fn a_missing_authority_ends_the_path_and_its_address_is_wanted() {
    let [root, authority, _] = three();
    let person = Holder::person("An", &authority, |params| params.custom_extensions = vec![issuer_address("http://ca.example/a.p7b")]);
    let facts = Scene::new(&[&root.certificate], &[]).build(&person.certificate);
    assert!(!facts.anchored && facts.problems.is_empty());
    assert_eq!((names(&facts), facts.wanted.as_slice()), (vec!["An"], &["http://ca.example/a.p7b".to_owned()][..]));
    let complete = Scene::new(&[&root.certificate], &[&authority.certificate]).build(&person.certificate);
    assert!(is_good(&complete) && complete.wanted.is_empty());
}

#[test]
fn nobody_is_trusted_for_being_in_the_document() {
    let [root, authority, person] = three();
    let facts = Scene::new(&[], &[&authority.certificate, &root.certificate]).build(&person.certificate);
    assert!(!facts.anchored);
    assert_eq!(names(&facts), ["An", "Authority", "Root"]);
}

#[test]
fn a_pinned_authority_is_trusted_whatever_its_signature() {
    let [root, authority, person] = three();
    let weak = resealed(&authority.certificate, Oid::SHA1_WITH_RSA);
    let facts = Scene::new(&[&weak], &[&root.certificate]).build(&person.certificate);
    assert!(is_good(&facts), "{facts:?}");
    assert_eq!(names(&facts), ["An", "Authority"]);
    let unpinned = Scene::new(&[&root.certificate], &[&weak]).build(&person.certificate);
    assert_eq!(problems(&unpinned), [(1, "chain.signature")]);
}

#[test]
fn a_pinned_end_certificate_is_a_path_of_its_own_and_may_not_issue() {
    let [root, _, person] = three();
    let other = Holder::person("Bình", &person, |_| {});
    let scene = Scene::new(&[&person.certificate], &[&root.certificate]);
    let facts = scene.build(&person.certificate);
    assert!(is_good(&facts));
    assert_eq!(names(&facts), ["An"]);
    assert_eq!(problems(&scene.build(&other.certificate)), [(1, "chain.basic_constraints"), (1, "chain.key_usage")]);
}

#[test]
fn an_anchor_counts_for_its_uses_alone() {
    let [root, authority, person] = three();
    let mut scene = Scene::new(&[], &[&authority.certificate]);
    scene.trust.add_for(root.certificate, &[Use::Timestamping]);
    assert!(!scene.build(&person.certificate).anchored);
    let stamp = build_path(
        &person.certificate,
        &scene.trust,
        Use::Timestamping,
        &scene.evidence,
        &scene.options,
        scene.time,
        &scene.cache,
        &scene.budget,
        &Wanted::default(),
    );
    assert!(is_good(&stamp.unwrap()));
}

#[test]
fn a_forged_certificate_has_a_signature_that_does_not_fit() {
    let [root, authority, person] = three();
    let forged = resealed(&person.certificate, Oid::SHA256_WITH_ECDSA);
    let facts = Scene::new(&[&root.certificate], &[&authority.certificate]).build(&forged);
    assert!(facts.anchored);
    assert_eq!(problems(&facts), [(0, "chain.signature")]);
}

#[test]
fn another_key_of_the_issuer_is_a_missing_issuer_and_no_forgery() {
    let [root, authority, person] = three();
    let renewed = Holder::authority("Authority", Some(&root), |_| {});
    let scene = Scene::new(&[&root.certificate], &[&renewed.certificate]);
    let facts = scene.build(&person.certificate);
    assert_eq!((facts.anchored, names(&facts), problems(&facts)), (false, vec!["An"], vec![]));
    let both = Scene::new(&[&root.certificate], &[&renewed.certificate, &authority.certificate]);
    assert!(is_good(&both.build(&person.certificate)));
}

#[test]
fn an_unknown_algorithm_is_told_from_a_wrong_signature() {
    let [root, authority, person] = three();
    let odd = resealed(&person.certificate, Oid(&[0x2A, 0x03, 0x04]));
    let facts = Scene::new(&[&root.certificate], &[&authority.certificate]).build(&odd);
    assert_eq!(problems(&facts), [(0, "chain.algorithm_unsupported")]);
}

/// How the authority between root and person is made, and what is then wrong, with the index of the certificate.
type Flaw<'a> = (&'a str, &'a dyn Fn(&mut CertificateParams), &'a [(usize, &'a str)]);

#[test]
fn what_an_authority_may_not_is_a_problem() {
    let constraints = |permitted: &[&str], excluded: &[&str]| {
        let subtrees = |hosts: &[&str]| hosts.iter().map(|host| GeneralSubtree::Rfc822Name((*host).to_owned())).collect::<Vec<_>>();
        Some(NameConstraints { permitted_subtrees: subtrees(permitted), excluded_subtrees: subtrees(excluded) })
    };
    let flaws: &[Flaw<'_>] = &[
        ("nothing", &|_| {}, &[]),
        ("no authority", &|params| params.is_ca = IsCa::ExplicitNoCa, &[(1, "chain.basic_constraints")]),
        ("no basic constraints", &|params| params.is_ca = IsCa::NoCa, &[(1, "chain.basic_constraints")]),
        ("key usage", &|params| params.key_usages = vec![KeyUsagePurpose::CrlSign], &[(1, "chain.key_usage")]),
        ("no key usage", &|params| params.key_usages = vec![], &[]),
        (
            "unknown critical extension",
            &|params| params.custom_extensions = vec![extension(Oid(&[0x2A, 0x03]), true, vec![])],
            &[(1, "chain.critical_extension")],
        ),
        ("unknown extension", &|params| params.custom_extensions = vec![extension(Oid(&[0x2A, 0x03]), false, vec![])], &[]),
        (
            "malformed extension",
            &|params| params.custom_extensions = vec![extension(Oid::CERTIFICATE_POLICIES, false, vec![0x05, 0x00])],
            &[(1, "chain.malformed")],
        ),
        ("permitted host", &|params| params.name_constraints = constraints(&["example.vn"], &[]), &[]),
        ("other host", &|params| params.name_constraints = constraints(&["example.org"], &[]), &[(0, "chain.name_constraints")]),
        (
            "excluded before permitted",
            &|params| params.name_constraints = constraints(&["example.vn"], &["an@example.vn"]),
            &[(0, "chain.name_constraints")],
        ),
        (
            "policy that is required and missing",
            &|params| params.custom_extensions = vec![extension(Oid::POLICY_CONSTRAINTS, true, vec![0x30, 0x03, 0x80, 0x01, 0x00])],
            &[(0, "chain.policy")],
        ),
    ];
    for (what, change, expected) in flaws {
        let root = Holder::authority("Root", None, |_| {});
        let authority = Holder::authority("Authority", Some(&root), change);
        let person = Holder::person("An", &authority, |params| {
            params.subject_alt_names = vec![rcgen::SanType::Rfc822Name("an@example.vn".try_into().unwrap())];
        });
        let facts = Scene::new(&[&root.certificate], &[&authority.certificate]).build(&person.certificate);
        assert!(facts.anchored);
        assert_eq!(problems(&facts), *expected, "{what}");
    }
}

#[test]
fn a_path_must_not_be_longer_than_an_authority_allows() {
    let root = Holder::authority("Root", None, |params| params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)));
    let first = Holder::authority("First", Some(&root), |_| {});
    let person = Holder::person("An", &first, |_| {});
    let scene = Scene::new(&[&root.certificate], &[&first.certificate]);
    assert!(is_good(&scene.build(&first.certificate)), "an end certificate does not count, authority or not");
    assert_eq!(problems(&scene.build(&person.certificate)), [(1, "chain.path_length")]);
}

#[test]
fn an_extended_key_usage_is_asked_of_certificates_that_limit_theirs() {
    let root = Holder::authority("Root", None, |_| {});
    for (stated, expected) in [
        (vec![], true),
        (vec![ExtendedKeyUsagePurpose::TimeStamping], true),
        (vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::Any], true),
        (vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::EmailProtection], false),
    ] {
        let person = Holder::person("An", &root, |params| params.extended_key_usages = stated.clone());
        let mut scene = Scene::new(&[&root.certificate], &[]);
        assert!(is_good(&scene.build(&person.certificate)), "nothing is asked");
        scene.options.extended_key_usage = Some(Oid::TIME_STAMPING.dotted());
        let facts = scene.build(&person.certificate);
        assert_eq!(is_good(&facts), expected, "{stated:?}");
        assert_eq!(problems(&facts).is_empty(), expected, "{stated:?}");
    }
}

#[test]
fn the_path_that_is_in_date_and_faultless_is_found_among_several() {
    let old = Holder::authority("Old root", None, |_| {});
    let new = Holder::authority("New root", None, |_| {});
    let authority = Holder::authority("Authority", Some(&old), |_| {});
    let person = Holder::person("An", &authority, |_| {});
    let expired = authority.certified_by(&old, |params| params.not_after = rcgen::date_time_ymd(2026, 1, 1));
    let unfit = authority.certified_by(&old, |params| params.key_usages = vec![KeyUsagePurpose::CrlSign]);
    let good = authority.certified_by(&new, |_| {});
    let others = [&expired, &unfit, &good];
    for rotation in 0..3 {
        let mut others = others;
        others.rotate_left(rotation);
        let facts = Scene::new(&[&old.certificate, &new.certificate], &others).build(&person.certificate);
        assert!(is_good(&facts));
        assert_eq!(names(&facts), ["An", "Authority", "New root"]);
    }
    let facts = Scene::new(&[&old.certificate], &[&expired, &unfit]).build(&person.certificate);
    assert!(facts.problems.is_empty(), "out of date is a lesser failure than a broken rule");
}

#[test]
fn cross_certificates_in_a_circle_end() {
    let [first, second, third] = ["A", "B", "C"].map(|name| Holder::authority(name, None, |_| {}));
    let circle = [first.certified_by(&second, |_| {}), second.certified_by(&third, |_| {}), third.certified_by(&first, |_| {})];
    let person = Holder::person("An", &first, |_| {});
    let circle: Vec<&Certificate> = circle.iter().collect();
    let facts = Scene::new(&[], &circle).build(&person.certificate);
    assert!(!facts.anchored && facts.problems.is_empty());
    let anchored = Scene::new(&[&third.certificate], &circle).build(&person.certificate);
    assert!(is_good(&anchored));
    assert_eq!(names(&anchored), ["An", "A", "B", "C"]);
}

/// Authorities of which each has certified each.
fn mesh(count: usize) -> (Vec<Holder>, Vec<Certificate>) {
    let holders: Vec<Holder> = (0..count).map(|index| Holder::authority(&format!("Mesh {index}"), None, |_| {})).collect();
    let mut certificates = Vec::new();
    for subject in &holders {
        for issuer in holders.iter().filter(|issuer| issuer.certificate != subject.certificate) {
            certificates.push(subject.certified_by(issuer, |_| {}));
        }
    }
    (holders, certificates)
}

#[test]
fn a_mesh_of_authorities_does_not_cost_more_than_the_budget() {
    let (holders, certificates) = mesh(9);
    let person = Holder::person("An", &holders[0], |_| {});
    let others: Vec<&Certificate> = certificates.iter().collect();
    // No anchor at all, one that some of them lead to, and one that they only name.
    let facts = Scene::new(&[], &others).build(&person.certificate);
    assert!(!facts.anchored);
    let facts = Scene::new(&[&holders[8].certificate], &others).build(&person.certificate);
    assert!(is_good(&facts));
    let namesake = Holder::authority("Root", None, |_| {});
    let real = Holder::authority("Root", None, |params| params.use_authority_key_identifier_extension = true);
    let bridge = holders[8].certified_by(&namesake, |_| {});
    let others: Vec<&Certificate> = certificates.iter().chain([&bridge]).collect();
    let scene = Scene::new(&[&real.certificate], &others);
    assert_eq!(scene.try_build(&person.certificate).err(), Some(Exceeded(Resource::PathSteps)));
}

#[test]
fn a_long_chain_ends() {
    let root = Holder::authority("Root", None, |_| {});
    let mut chain = vec![Holder::authority("CA 0", Some(&root), |_| {})];
    for index in 1..80 {
        let next = Holder::authority(&format!("CA {index}"), chain.last(), |_| {});
        chain.push(next);
    }
    let certificates: Vec<&Certificate> = chain.iter().map(|holder| &holder.certificate).collect();
    let scene = Scene::new(&[&root.certificate], &certificates);
    assert!(is_good(&scene.build(certificates[40])));
    assert!(!scene.build(certificates[79]).anchored);
}

#[test]
fn mappings_that_double_at_each_level_do_not_explode() {
    let policies = [Oid(&[0x2A, 0x03, 0x01]), Oid(&[0x2A, 0x03, 0x02])];
    let stated = Writer::build(|writer| {
        writer.sequence(|writer| policies.iter().for_each(|policy| writer.sequence(|writer| writer.oid(*policy))));
    });
    let mapped = Writer::build(|writer| {
        writer.sequence(|writer| {
            for (from, to) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                writer.sequence(|writer| {
                    writer.oid(policies[from]);
                    writer.oid(policies[to]);
                });
            }
        });
    });
    let change = |params: &mut CertificateParams| {
        params.custom_extensions =
            vec![extension(Oid::CERTIFICATE_POLICIES, false, stated.clone()), extension(Oid::POLICY_MAPPINGS, false, mapped.clone())];
    };
    let root = Holder::authority("Root", None, |_| {});
    let mut chain = vec![Holder::authority("CA 0", Some(&root), change)];
    for index in 1..40 {
        let next = Holder::authority(&format!("CA {index}"), chain.last(), change);
        chain.push(next);
    }
    let person = Holder::person("An", chain.last().unwrap(), |params| {
        params.custom_extensions = vec![extension(Oid::CERTIFICATE_POLICIES, false, stated.clone())];
    });
    let certificates: Vec<&Certificate> = chain.iter().map(|holder| &holder.certificate).collect();
    let mut scene = Scene::new(&[&root.certificate], &certificates);
    scene.options.explicit_policy = true;
    for (accepted, expected) in [(policies[0], true), (Oid(&[0x2A, 0x03, 0x03]), false)] {
        scene.options.initial_policies = vec![accepted.dotted()];
        assert_eq!(is_good(&scene.build(&person.certificate)), expected);
    }
}

#[test]
fn public_key_operations_are_not_repeated() {
    let [root, authority, person] = three();
    let mut scene = Scene::new(&[&root.certificate], &[&authority.certificate]);
    scene.evidence.add_crl(root.crl((5, 20), &[]), Origin::Caller);
    scene.evidence.add_crl(authority.crl((5, 20), &[]), Origin::Caller);
    let first = scene.build(&person.certificate);
    scene.budget = Budget::new(Limits { signature_checks: 0, ..Limits::default() });
    assert_eq!(scene.build(&person.certificate), first);
    scene.cache = Cache::default();
    assert_eq!(scene.try_build(&person.certificate).err(), Some(Exceeded(Resource::SignatureChecks)));
}
