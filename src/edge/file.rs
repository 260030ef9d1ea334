//! Files: read into memory, or mapped where large; written whole or not at all.
//!
//! Adds to the core types: `Document::open(path)`, `Document::open_with(path, options)`, `TrustStore::open(path)` (a file, or a folder of
//! `.pem .crt .cer .der .p7b` files), `Evidence::add_path(path)`, `Signed::save(path)` and `Signed::save_new(path)` (refuses an existing file).
