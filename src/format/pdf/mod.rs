//! PDF (ISO 32000-2): an own lazy, revision-aware reader; coverage and later changes; incremental writing.

mod cache;
pub(crate) mod coverage;
pub(crate) mod crypt;
pub(crate) mod diff;
pub(crate) mod diff_catalog;
mod diff_detail;
pub(crate) mod diff_form;
pub(crate) mod diff_graph;
pub(crate) mod diff_page;
pub(crate) mod diff_rest;
pub(crate) mod diff_rules;
pub(crate) mod diff_step;
pub(crate) mod digests;
pub(crate) mod dss;
pub(crate) mod entries;
pub(crate) mod equal;
pub(crate) mod examine;
pub(crate) mod field;
mod history;
#[cfg(test)]
pub(crate) mod letter;
pub(crate) mod lexer;
pub(crate) mod lint;
pub(crate) mod mac;
pub(crate) mod object;
mod permissions;
pub(crate) mod permit;
pub(crate) mod prepare;
mod recovery;
pub(crate) mod revision;
#[cfg(test)]
pub(crate) mod sample;
pub(crate) mod seed;
mod seed_certificate;
pub(crate) mod signature;
pub(crate) mod store;
pub(crate) mod stream;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod text;
mod view;
pub(crate) mod write;
pub(crate) mod xref;

pub(crate) use dss::evidence;
pub(crate) use examine::{contents, examine, shadows, signed_revision};
pub(crate) use history::history;
pub(crate) use object::{Array, Dictionary, Name, Object, PdfString, Reference, Stream, Value};
pub(crate) use revision::{OpenOptions, Pdf, View};
