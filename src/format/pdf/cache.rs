//! What has been read of a file already, shared by all its views.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use super::{Object, Reference};
use crate::bytes::Bytes;

/// Objects and object streams by where they stand. Bounded: it forgets everything when it is full.
#[derive(Debug, Default)]
pub(super) struct Cache {
    objects: Mutex<Held<(usize, u32), Arc<Parsed>>>,
    members: Mutex<Held<(usize, usize), Object>>,
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
    /// Where it stands in the file.
    pub(super) place: usize,
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
    fn insert(&mut self, key: K, value: V, weight: usize, most: usize) {
        if self.weight.saturating_add(weight) > most {
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
            held.insert((offset, revision), Arc::clone(parsed), weight(parsed.values), MAX_OBJECTS);
        }
    }

    /// The object at `offset` of the data of an object stream.
    pub(super) fn member(&self, stream: &ObjectStream, offset: usize) -> Option<Object> {
        self.members.lock().ok()?.map.get(&(stream.place, offset)).cloned()
    }

    pub(super) fn keep_member(&self, stream: &ObjectStream, offset: usize, object: &Object, values: usize) {
        if let Ok(mut held) = self.members.lock() {
            held.insert((stream.place, offset), object.clone(), weight(values), MAX_MEMBERS);
        }
    }

    pub(super) fn stream(&self, offset: usize) -> Option<Arc<ObjectStream>> {
        self.streams.lock().ok()?.map.get(&offset).cloned()
    }

    pub(super) fn keep_stream(&self, offset: usize, stream: &Arc<ObjectStream>) {
        if let Ok(mut held) = self.streams.lock() {
            let weight = stream.data.len().saturating_add(stream.index.len().saturating_mul(16));
            held.insert(offset, Arc::clone(stream), weight, MAX_STREAMS);
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

const fn weight(values: usize) -> usize {
    values.saturating_add(1).saturating_mul(VALUE_WEIGHT)
}

/// A key for objects that read the same in every revision.
pub(super) const ANY_REVISION: u32 = u32::MAX;
/// About as many bytes as the stores of objects, of members of object streams, and of these streams may hold.
const MAX_OBJECTS: usize = 40 << 20;
const MAX_MEMBERS: usize = 24 << 20;
const MAX_STREAMS: usize = 48 << 20;
/// About as many bytes as a value takes.
const VALUE_WEIGHT: usize = 96;
