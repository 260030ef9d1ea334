//! Files: read into memory, or mapped where large; written whole or not at all.
//!
//! Adds to the core types: `Document::open(path)`, `Document::open_with(path, options)`, `TrustStore::open(path)` (a file, or a folder of
//! `.pem .crt .cer .der .p7b` files), `Evidence::add_path(path)`, `Signed::save(path)` and `Signed::save_new(path)` (refuses an existing file).

use std::path::Path;
impl crate::Document { pub fn open_with(path: impl AsRef<Path>, options: crate::DocumentOptions) -> crate::Result<Self> { let b=std::fs::read(path).map_err(|e| crate::Error::new(if e.kind()==std::io::ErrorKind::NotFound {crate::ErrorKind::NotFound} else {crate::ErrorKind::Io}, crate::Message::new("x")))?; Self::parse_with(b, options) } }
impl crate::TrustStore { pub fn open(path: impl AsRef<Path>) -> crate::Result<Self> { todo!() } }
impl crate::Evidence { pub fn add_path(&mut self, path: impl AsRef<Path>) -> crate::Result<()> { todo!() } }
