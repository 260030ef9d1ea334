//! Which object refers to which, in every revision: an index from each object to all that lead to it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::diff_rules::TRAILER_WAYS;
use super::field::tolerate;
use super::revision::Entry;
use super::{Array, Dictionary, Pdf, Reference, Value};

/// The number that stands for the trailer, which is no object; object 0 is always free.
pub(crate) const TRAILER: u32 = 0;

/// One reference.
#[derive(Clone, Debug)]
pub(crate) struct Edge {
    /// The object that holds it.
    pub(crate) source: u32,
    /// The index of the revision that this version of the object is from.
    pub(crate) revision: usize,
    /// The keys on the way through the object, joined by zero bytes; arrays add nothing.
    pub(crate) path: Arc<[u8]>,
}

/// All references of all versions of all objects. It is made once, and only where something changed later.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    referrers: HashMap<Reference, Vec<Edge>>,
    paths: HashSet<Arc<[u8]>>,
    /// Object streams, and the first revision that has objects in them.
    containers: HashMap<u32, usize>,
}

impl Graph {
    pub(crate) fn read(pdf: &Pdf) -> crate::Result<Self> {
        let mut graph = Self::default();
        for index in 0..pdf.revisions().len() {
            let view = pdf.view(index);
            let mut trailer = Dictionary::clone(&view.trailer());
            trailer.entries.retain(|(key, _)| TRAILER_WAYS.contains(&&*key.0));
            graph.add_dictionary(&trailer, TRAILER, index, &mut Vec::new());
            for number in pdf.revisions().get(index).map(super::revision::Revision::numbers).unwrap_or_default() {
                let generation = match view.entry(number) {
                    Some(Entry::At { generation, .. }) => generation,
                    Some(Entry::InStream { stream, .. }) => {
                        graph.containers.entry(stream).or_insert(index);
                        0
                    }
                    Some(Entry::Free { .. }) | None => continue,
                };
                let object = tolerate(view.object(Reference { number, generation }))?;
                // A cross-reference stream repeats the trailer, and nothing reads it as an object.
                if let Some(object) = object.filter(|object| !is_of_type(&object.value, b"XRef")) {
                    graph.add(&object.value, number, index, &mut Vec::new());
                }
            }
        }
        Ok(graph)
    }

    /// The first revision that has objects in this object stream.
    pub(crate) fn members_since(&self, stream: u32) -> Option<usize> {
        self.containers.get(&stream).copied()
    }

    /// What refers to `target` in the revision with this index.
    pub(crate) fn referrers<'a>(&'a self, pdf: &'a Pdf, target: Reference, revision: usize) -> impl Iterator<Item = &'a Edge> {
        let edges = self.referrers.get(&target).map(Vec::as_slice).unwrap_or_default();
        edges.iter().filter(move |edge| is_live(pdf, edge, revision))
    }

    /// Every object that the trailer of the revision leads to.
    pub(crate) fn reachable(&self, pdf: &Pdf, revision: usize) -> HashSet<u32> {
        let mut targets: HashMap<u32, Vec<u32>> = HashMap::new();
        for (target, edges) in &self.referrers {
            for edge in edges.iter().filter(|edge| is_live(pdf, edge, revision)) {
                targets.entry(edge.source).or_default().push(target.number);
            }
        }
        let mut reached = HashSet::new();
        let mut waiting = VecDeque::from([TRAILER]);
        while let Some(source) = waiting.pop_front() {
            for target in targets.remove(&source).unwrap_or_default() {
                if reached.insert(target) {
                    waiting.push_back(target);
                }
            }
        }
        reached
    }

    fn add(&mut self, value: &Value, source: u32, revision: usize, path: &mut Vec<u8>) {
        match value {
            Value::Array(array) => {
                let Array(items) = &**array;
                items.iter().for_each(|item| self.add(&item.value, source, revision, path));
            }
            Value::Dictionary(dictionary) => self.add_dictionary(dictionary, source, revision, path),
            Value::Reference(reference) => {
                let path = self.path(path);
                self.referrers.entry(*reference).or_default().push(Edge { source, revision, path });
            }
            Value::Stream(stream) => self.add_dictionary(&stream.dictionary, source, revision, path),
            _ => {}
        }
    }

    fn add_dictionary(&mut self, dictionary: &Dictionary, source: u32, revision: usize, path: &mut Vec<u8>) {
        for (key, object) in &dictionary.entries {
            let length = path.len();
            extend(path, &key.0);
            self.add(&object.value, source, revision, path);
            path.truncate(length);
        }
    }

    fn path(&mut self, path: &[u8]) -> Arc<[u8]> {
        if let Some(known) = self.paths.get(path) {
            return Arc::clone(known);
        }
        let path: Arc<[u8]> = path.into();
        self.paths.insert(Arc::clone(&path));
        path
    }
}

/// Whether the dictionary, or that of the stream, says that it is of this type.
pub(crate) fn is_of_type(value: &Value, name: &[u8]) -> bool {
    let kind = value.as_dictionary().and_then(|dictionary| dictionary.get(b"Type"));
    kind.is_some_and(|kind| kind.value.as_name() == Some(name))
}

/// Goes one key further on a path.
pub(crate) fn extend(path: &mut Vec<u8>, key: &[u8]) {
    if !path.is_empty() {
        path.push(0);
    }
    path.extend_from_slice(key);
}

/// Whether the version of the object that holds the reference is the one that counts in the revision.
fn is_live(pdf: &Pdf, edge: &Edge, revision: usize) -> bool {
    if edge.source == TRAILER {
        return edge.revision == revision;
    }
    edge.revision <= revision && pdf.locate(edge.source, revision).is_some_and(|(defined, _)| defined == edge.revision)
}
