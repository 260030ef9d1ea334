//! What is left of a comparison: objects that no rule accounts for, or that more leads to than the rule knew.

use std::collections::HashSet;

use super::diff_graph::{Edge, TRAILER, is_of_type};
use super::diff_rules as rules;
use super::diff_step::{Claim, Step, Touch, reference_of};
use super::field::{page_number, tolerate};
use super::{Reference, Value};

impl Step<'_> {
    /// Every touched object must be accounted for by now.
    pub(super) fn judge_rest(&mut self) -> crate::Result<()> {
        let touched: Vec<u32> = self.touched.keys().copied().collect();
        let mut unused = 0_u64;
        for number in touched {
            let Some(touch) = self.touched.get(&number).cloned() else { continue };
            let is_explained = match &touch {
                Touch::Added(reference, _) => self.judge_added(*reference)?,
                Touch::Altered(reference, ..) => self.judge_altered(*reference)?,
                Touch::Removed(reference) => self.judge_removed(*reference)?,
            };
            if !is_explained {
                unused = unused.saturating_add(u64::from(!self.describe(number)?));
            }
        }
        if unused > 0 {
            self.event(&rules::UNUSED_OBJECTS, &[("count", unused.into())], None);
        }
        Ok(())
    }

    /// An added object must be accounted for, and nothing may have pointed to it while it was not there.
    fn judge_added(&mut self, reference: Reference) -> crate::Result<bool> {
        let sources = self.graph.referrers(reference, self.before.revision)?;
        if self.is_any_reachable(0, sources.iter().map(|edge| edge.source))? {
            self.event(&rules::HIDDEN_OBJECT, &[("object", reference.number.into())], None);
            return Ok(true);
        }
        Ok(self.approved.contains(&reference.number))
    }

    /// An altered object must be claimed, on every way that leads to it.
    fn judge_altered(&mut self, reference: Reference) -> crate::Result<bool> {
        let Some(claim) = self.claims.remove(&reference.number) else { return Ok(false) };
        let strays = match &claim {
            Claim::Any => Vec::new(),
            Claim::Ways(ways) => {
                let edges = self.graph.referrers(reference, self.after.revision)?.into_iter();
                let is_claimed = |edge: &Edge<'_>| ways.get(&edge.source).is_some_and(|paths| paths.contains(edge.path));
                let mut strays: Vec<u32> = edges.filter(|edge| !is_claimed(edge)).map(|edge| edge.source).collect();
                for source in ways.keys() {
                    strays.extend(self.bypasses(*source)?);
                }
                strays
            }
            Claim::Keys(keys) => self.strays(reference, keys, 0)?,
        };
        self.claims.insert(reference.number, claim);
        if self.is_any_reachable(1, strays.into_iter())? && !self.describe_page(reference)? {
            self.event(&rules::SHARED_OBJECT, &[("object", reference.number.into())], None);
        }
        Ok(true)
    }

    /// The sources that lead to an object under other keys than these; an array object leads on under those of its referrers.
    fn strays(&self, reference: Reference, keys: &[&[u8]], depth: usize) -> crate::Result<Vec<u32>> {
        let mut strays = Vec::new();
        for edge in self.graph.referrers(reference, self.after.revision)? {
            let is_array = edge.path.is_empty() && edge.source != TRAILER && depth < 4;
            let last = edge.path.rsplit(|byte| *byte == 0).next().unwrap_or_default();
            if is_array {
                if let Some(above) = reference_of(self.after, edge.source) {
                    strays.extend(self.strays(above, keys, depth.saturating_add(1))?);
                }
            } else if !keys.contains(&last) || edge.path.split(|byte| *byte == 0).any(|key| rules::RESOURCE_KEYS.contains(&key)) {
                strays.push(edge.source);
            }
        }
        Ok(strays)
    }

    /// A removed object must not be missed.
    fn judge_removed(&mut self, reference: Reference) -> crate::Result<bool> {
        let sources = self.graph.referrers(reference, self.after.revision)?;
        if self.is_any_reachable(1, sources.iter().map(|edge| edge.source))? {
            self.event(&rules::OBJECT_REMOVED, &[("object", reference.number.into())], None);
        }
        Ok(true)
    }

    /// Says what an object is that no rule explains; `false` where no reader can see it, before or after.
    fn describe(&mut self, number: u32) -> crate::Result<bool> {
        if !self.is_reachable(1, number)? && !self.is_reachable(0, number)? {
            return Ok(false);
        }
        let Some(reference) = reference_of(self.after, number) else { return Ok(true) };
        if self.describe_page(reference)? {
            return Ok(true);
        }
        let value = tolerate(self.after.object(reference))?.map_or(Value::Null, |object| object.value);
        if is_of_type(&value, b"Pages") {
            self.event(&rules::PAGES, &[], None);
        } else {
            self.event(&rules::OBJECT, &[("object", number.into())], None);
        }
        Ok(true)
    }

    /// Looks upward for the page whose content the object is part of. Where too much leads to it, it is described as an object.
    fn describe_page(&mut self, reference: Reference) -> crate::Result<bool> {
        const STEPS: usize = 64;
        let mut seen = HashSet::from([reference]);
        let mut waiting = vec![reference];
        while let Some(target) = waiting.pop() {
            let Some(ways) = self.ways.checked_sub(1) else { return Ok(false) };
            let edges = self.graph.referrers(target, self.after.revision)?;
            self.ways = ways.saturating_sub(edges.len());
            for edge in edges {
                let Some(source) = reference_of(self.after, edge.source) else { continue };
                let first = edge.path.split(|byte| *byte == 0).next().unwrap_or_default();
                let Some(value) = tolerate(self.after.object(source))? else { continue };
                let is_page = is_of_type(&value.value, b"Page") && matches!(first, b"Contents" | b"Resources");
                if is_page && let Some(page) = page_number(self.after, source)? {
                    self.event(&rules::PAGE_CONTENT, &[("page", page.into())], None);
                    return Ok(true);
                }
                let is_content =
                    matches!(first, b"" | b"Resources" | b"XObject" | b"Font" | b"Contents") || value.value.as_stream().is_some();
                if is_content && seen.len() < STEPS && seen.insert(source) {
                    waiting.push(source);
                }
            }
        }
        Ok(false)
    }

    /// Whether the trailer leads to the object, before (0) or after (1). It is found out where it matters.
    fn is_reachable(&mut self, when: usize, number: u32) -> crate::Result<bool> {
        let revision = if when == 0 { self.before.revision } else { self.after.revision };
        let Some(known) = self.reached.get_mut(when) else { return Ok(true) };
        self.graph.is_reachable(known, number, revision)
    }

    pub(super) fn is_any_reachable(&mut self, when: usize, numbers: impl Iterator<Item = u32>) -> crate::Result<bool> {
        for number in numbers {
            if self.is_reachable(when, number)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
