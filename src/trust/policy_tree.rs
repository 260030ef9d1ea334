//! Certificate policies (RFC 5280 6.1, with the graph of RFC 9618 instead of the tree, whose size a hostile chain can make exponential).

use std::collections::{BTreeMap, BTreeSet};

use super::PathOptions;
use crate::x509::Certificate;

/// The state of policy processing between two certificates.
#[derive(Debug)]
pub(super) struct Policies<'a> {
    options: &'a PathOptions,
    current: Level,
    /// The levels before, the one of the first certificate below the anchor first.
    above: Vec<Level>,
    explicit: u32,
    inhibit_any: u32,
    mapping: u32,
}

/// The valid policies at one depth.
#[derive(Clone, Debug, Default)]
struct Level {
    /// Each policy with the policies of the level above that it comes from; none where it comes from any-policy.
    nodes: BTreeMap<String, BTreeSet<String>>,
    has_any: bool,
}

/// A rule of policies is broken.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken;

impl<'a> Policies<'a> {
    /// The state at the anchor of a path with `count` certificates below it (RFC 5280 6.1.2).
    pub(super) fn new(options: &'a PathOptions, count: usize) -> Self {
        let after_all = u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
        let start = |inhibited: bool| if inhibited { 0 } else { after_all };
        Self {
            options,
            current: Level { nodes: BTreeMap::new(), has_any: true },
            above: Vec::new(),
            explicit: start(options.explicit_policy),
            inhibit_any: start(options.inhibit_any_policy),
            mapping: start(options.inhibit_policy_mapping),
        }
    }

    /// RFC 5280 6.1.3 d to f.
    pub(super) fn process(&mut self, certificate: &Certificate, is_end: bool) -> Result<(), Broken> {
        let any_allowed = self.inhibit_any > 0 || (!is_end && certificate.is_self_issued());
        let level = &mut self.current;
        match &certificate.extensions().policies {
            None => *level = Level::default(),
            Some(policies) => {
                let stated: BTreeSet<&str> = policies.iter().map(|policy| policy.identifier.as_str()).collect();
                let had_any = level.has_any;
                if !(stated.contains(ANY) && any_allowed) {
                    level.nodes.retain(|policy, _| stated.contains(policy.as_str()));
                    level.has_any = false;
                }
                if had_any {
                    for policy in stated.into_iter().filter(|policy| *policy != ANY) {
                        level.nodes.entry(policy.to_owned()).or_default();
                    }
                }
            }
        }
        if self.explicit == 0 && self.current.is_empty() { Err(Broken) } else { Ok(()) }
    }

    /// RFC 5280 6.1.4 a, b, h, i, j.
    pub(super) fn prepare_next(&mut self, certificate: &Certificate) -> Result<(), Broken> {
        let extensions = certificate.extensions();
        let mappings = &extensions.policy_mappings;
        if mappings.iter().any(|(issuer, subject)| issuer == ANY || subject == ANY) {
            return Err(Broken);
        }
        self.map(mappings);
        if !certificate.is_self_issued() {
            for counter in [&mut self.explicit, &mut self.mapping, &mut self.inhibit_any] {
                *counter = counter.saturating_sub(1);
            }
        }
        if let Some(constraints) = extensions.policy_constraints {
            self.explicit = self.explicit.min(constraints.require_explicit.unwrap_or(u32::MAX));
            self.mapping = self.mapping.min(constraints.inhibit_mapping.unwrap_or(u32::MAX));
        }
        self.inhibit_any = self.inhibit_any.min(extensions.inhibit_any_policy.unwrap_or(u32::MAX));
        Ok(())
    }

    /// RFC 5280 6.1.5 a, b, g.
    pub(super) fn finish(mut self, end: &Certificate) -> Result<(), Broken> {
        let required_now = end.extensions().policy_constraints.is_some_and(|constraints| constraints.require_explicit == Some(0));
        self.explicit = if required_now { 0 } else { self.explicit.saturating_sub(1) };
        if self.explicit > 0 || self.is_acceptable() { Ok(()) } else { Err(Broken) }
    }

    /// Ends the level with the mappings and opens the next one.
    fn map(&mut self, mappings: &[(String, String)]) {
        let allowed = self.mapping > 0;
        let level = &mut self.current;
        let mut next = Level { nodes: BTreeMap::new(), has_any: level.has_any };
        let mapped: BTreeSet<&str> = mappings.iter().map(|(issuer, _)| issuer.as_str()).collect();
        if !allowed {
            level.nodes.retain(|policy, _| !mapped.contains(policy.as_str()));
        } else if level.has_any {
            for policy in &mapped {
                level.nodes.entry((*policy).to_owned()).or_default();
            }
        }
        for policy in level.nodes.keys().filter(|policy| !mapped.contains(policy.as_str())) {
            next.nodes.entry(policy.clone()).or_default().insert(policy.clone());
        }
        if allowed {
            for (issuer, subject) in mappings.iter().filter(|(issuer, _)| level.nodes.contains_key(issuer)) {
                next.nodes.entry(subject.clone()).or_default().insert(issuer.clone());
            }
        }
        self.above.push(std::mem::replace(&mut self.current, next));
    }

    /// Whether a policy that the caller accepts is valid for the whole path.
    fn is_acceptable(&self) -> bool {
        let last = &self.current;
        let accepted: BTreeSet<&str> = self.options.initial_policies.iter().map(String::as_str).collect();
        if last.has_any || accepted.is_empty() || accepted.contains(ANY) {
            return !last.is_empty();
        }
        let mut reachable: BTreeSet<&str> = last.nodes.keys().map(String::as_str).collect();
        for level in std::iter::once(last).chain(self.above.iter().rev()) {
            let mut above = BTreeSet::new();
            for policy in reachable {
                match level.nodes.get(policy) {
                    Some(parents) if parents.is_empty() && accepted.contains(policy) => return true,
                    Some(parents) => above.extend(parents.iter().map(String::as_str)),
                    None => {}
                }
            }
            reachable = above;
        }
        false
    }
}

impl Level {
    fn is_empty(&self) -> bool {
        self.nodes.is_empty() && !self.has_any
    }
}

/// anyPolicy.
const ANY: &str = "2.5.29.32.0";
