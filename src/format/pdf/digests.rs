//! The digests of the signed bytes of all signatures, each byte hashed as seldom as can be.

use super::coverage::Range;
use crate::crypto::DigestAlgorithm;

/// A digest that some signature needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) range: Range,
    pub(crate) algorithm: DigestAlgorithm,
}

/// The digests of `requests`, in their order; `None` where they ask for more work than honest signatures can.
///
/// Signatures of one document share what comes before the first of them, so one running digest goes through the document from gap to
/// gap, and a copy of it goes on behind each gap. Behind the gap of a signature comes only the rest of its own revision.
pub(crate) fn digests(bytes: &[u8], requests: &[Request]) -> Vec<Option<Vec<u8>>> {
    let mut answers: Vec<Option<Vec<u8>>> = vec![None; requests.len()];
    let mut order: Vec<usize> = (0..requests.len()).collect();
    let key = |index: &usize| requests.get(*index).map(|request| (request.algorithm, request.range.gap, request.range.end));
    order.sort_by_key(key);
    // The ranges of honest signatures are nested: what lies behind their gaps adds up to one document at most.
    let mut allowance = bytes.len().saturating_mul(4).saturating_add(1 << 20);
    let mut position = 0;
    while let Some(first) = order.get(position).and_then(|index| requests.get(*index)) {
        let group: Vec<usize> = order
            .iter()
            .skip(position)
            .copied()
            .take_while(|index| requests.get(*index).is_some_and(|request| request.algorithm == first.algorithm))
            .collect();
        position = position.saturating_add(group.len());
        hash_group(bytes, requests, &group, &mut allowance, &mut answers);
    }
    answers
}

/// Answers the requests of one algorithm, which come in the order of their gaps.
fn hash_group(bytes: &[u8], requests: &[Request], group: &[usize], allowance: &mut usize, answers: &mut [Option<Vec<u8>>]) {
    let mut trunk: Option<crate::crypto::Hasher> = None;
    let mut hashed = 0;
    let mut previous: Option<(Range, usize)> = None;
    for (position, index) in group.iter().enumerate() {
        let Some(Request { range, algorithm }) = requests.get(*index).copied() else { continue };
        if let Some((_, same)) = previous.filter(|(known, _)| *known == range) {
            let answer = answers.get(same).cloned().flatten();
            answers.get_mut(*index).into_iter().for_each(|slot| slot.clone_from(&answer));
            continue;
        }
        let (Some(before), Some(behind)) = (bytes.get(hashed..range.gap.start), bytes.get(range.gap.end..range.end)) else { continue };
        let Some(left) = allowance.checked_sub(before.len().saturating_add(behind.len())) else { return };
        *allowance = left;
        let mut running = trunk.take().unwrap_or_else(|| algorithm.hasher());
        running.update(before);
        hashed = range.gap.start;
        if position.saturating_add(1) < group.len() {
            trunk = Some(running.clone());
        }
        running.update(behind);
        answers.get_mut(*index).into_iter().for_each(|slot| *slot = Some(running.clone().finish()));
        previous = Some((range, *index));
    }
}
