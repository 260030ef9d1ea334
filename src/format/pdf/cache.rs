//! What has been read of a file already, shared by all its views.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use super::{Object, Reference};
use crate::bytes::Bytes;

/// Objects and object streams by where they stand. Bounded: it forgets everything when it is full.
#[derive(Debug, Default)]
pub(super) struct Cache {
    objects: Mutex<Held<(usize, u32), Arc<Parsed>>>,
    streams: Mutex<Held<usize, Arc<ObjectStream>>>,
    searches: Mutex<BTreeMap<usize, Option<usize>>>,
}

/// An indirect object at some offset.
#[derive(Debug)]
pub(super) struct Parsed {
    /// The number and generation that stand before it.
    pub(super) reference: Reference,
    pub(super) object: Object,
    /// The offset behind it, `endobj` included.
    pub(super) end: usize,
    pub(super) values: usize,
}

/// A decoded object stream.
#[derive(Debug)]
pub(super) struct ObjectStream {
    pub(super) data: Bytes,
    /// Number and offset in `data` of each object.
    pub(super) index: Vec<(u32, usize)>,
}

impl ObjectStream {
    /// The text of the object with this index.
    pub(super) fn text(&self, index: u32) -> &[u8] {
        let Some((_, start)) = usize::try_from(index).ok().and_then(|index| self.index.get(index)) else { return &[] };
        let next = usize::try_from(index).ok().and_then(|index| self.index.get(index.checked_add(1)?));
        // Where the next one does not follow, the text goes on too far.
        let end = next.map_or(self.data.len(), |(_, next)| *next).max(*start);
        self.data.get(*start..end.min(self.data.len())).unwrap_or_default()
    }
}

#[derive(Debug)]
struct Held<K, V> {
    map: HashMap<K, V>,
    weight: usize,
}

impl<K, V> Default for Held<K, V> {
    fn default() -> Self {
        Self { map: HashMap::new(), weight: 0 }
    }
}

impl<K: std::hash::Hash + Eq, V: Clone> Held<K, V> {
    fn insert(&mut self, key: K, value: V, weight: usize) {
        if self.weight.saturating_add(weight) > MAX_WEIGHT {
            self.map.clear();
            self.weight = 0;
        }
        self.weight = self.weight.saturating_add(weight);
        self.map.insert(key, value);
    }
}

impl Cache {
    /// `revision` tells apart what an indirect `/Length` makes differ; see `ANY_REVISION`.
    pub(super) fn object(&self, offset: usize, revision: u32) -> Option<Arc<Parsed>> {
        let held = self.objects.lock().ok()?;
        held.map.get(&(offset, ANY_REVISION)).or_else(|| held.map.get(&(offset, revision))).cloned()
    }

    pub(super) fn keep_object(&self, offset: usize, revision: u32, parsed: &Arc<Parsed>) {
        if let Ok(mut held) = self.objects.lock() {
            held.insert((offset, revision), Arc::clone(parsed), parsed.values.saturating_add(1).saturating_mul(VALUE_WEIGHT));
        }
    }

    pub(super) fn stream(&self, offset: usize) -> Option<Arc<ObjectStream>> {
        self.streams.lock().ok()?.map.get(&offset).cloned()
    }

    pub(super) fn keep_stream(&self, offset: usize, stream: &Arc<ObjectStream>) {
        if let Ok(mut held) = self.streams.lock() {
            let weight = stream.data.len().saturating_add(stream.index.len().saturating_mul(16));
            held.insert(offset, Arc::clone(stream), weight);
        }
    }

    /// The first offset from `start` on where `search` finds something. What was searched once is not searched again, so that all
    /// searches together pass over the file once.
    pub(super) fn search(&self, start: usize, search: impl FnOnce() -> Option<usize>) -> Option<usize> {
        let Ok(mut searches) = self.searches.lock() else { return search() };
        if let Some((_, &found)) = searches.range(..=start).next_back()
            && found.is_none_or(|found| start <= found)
        {
            return found;
        }
        let found = search();
        searches.insert(start, found);
        found
    }
}

/// A key for objects that read the same in every revision.
pub(super) const ANY_REVISION: u32 = u32::MAX;
/// About as many bytes as each of the two stores may hold.
const MAX_WEIGHT: usize = 48 << 20;
/// About as many bytes as a value takes.
const VALUE_WEIGHT: usize = 96;
