//! Small documents for tests, in every layout that files have.

/// How objects and cross-references are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// A cross-reference table.
    Table,
    /// A cross-reference stream, the objects outside of object streams.
    Stream,
    /// A cross-reference stream, the objects in an object stream where they may be.
    ObjectStream,
    /// A table, and a stream for the objects that are in an object stream: all but the catalog, the pages and what has a stream.
    Hybrid,
}

pub(crate) const LAYOUTS: [Layout; 4] = [Layout::Table, Layout::Stream, Layout::ObjectStream, Layout::Hybrid];

/// The objects of a document, from number 1. The first is the catalog.
#[derive(Clone, Debug)]
pub(crate) struct Objects(pub(crate) Vec<String>);

impl Objects {
    /// A letter of one page: 1 catalog, 2 pages, 3 page, 4 font, 5 content. The texts go into catalog and page.
    pub(crate) fn letter(catalog: &str, page: &str) -> Self {
        let content = "BT /F1 18 Tf 72 720 Td (Kinh gui) Tj ET";
        Self(vec![
            format!("<< /Type /Catalog /Pages 2 0 R {catalog}>>"),
            String::from("<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0.000 0 595.276 841.89] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R {page}>>"
            ),
            String::from("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"),
            format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        ])
    }

    /// With one more object; its number follows.
    pub(crate) fn with(mut self, object: &str) -> Self {
        self.0.push(object.to_owned());
        self
    }

    /// The file.
    pub(crate) fn write(&self, layout: Layout) -> Vec<u8> {
        let mut file = File { bytes: b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec(), entries: vec![(0, 0, 65535)] };
        let is_packed: Vec<bool> = self.0.iter().enumerate().map(|(index, object)| packs(layout, index, object)).collect();
        let container = self.0.len() + 1;
        let mut packed = Vec::new();
        for (index, object) in self.0.iter().enumerate() {
            if is_packed[index] {
                file.entries.push((2, container, packed.len()));
                packed.push((index + 1, object.as_str()));
            } else {
                file.add(index + 1, object);
            }
        }
        if !packed.is_empty() {
            file.add(container, &object_stream(&packed));
        }
        match layout {
            Layout::Table => file.table(self.0.len() + 1, ""),
            Layout::Stream | Layout::ObjectStream => {
                let start = file.stream("");
                file.end(start);
            }
            Layout::Hybrid => {
                let start = file.stream("");
                file.table(self.0.len() + 3, &format!(" /XRefStm {start}"));
            }
        }
        file.bytes
    }
}

fn packs(layout: Layout, index: usize, object: &str) -> bool {
    let may = !object.contains("stream\n");
    match layout {
        Layout::Table | Layout::Stream => false,
        Layout::ObjectStream => may,
        // What an old reader needs stays where it finds it.
        Layout::Hybrid => may && index >= 3,
    }
}

fn object_stream(packed: &[(usize, &str)]) -> String {
    let (mut head, mut body) = (String::new(), String::new());
    for (number, object) in packed {
        head.push_str(&format!("{number} {} ", body.len()));
        body.push_str(object);
        body.push('\n');
    }
    format!(
        "<< /Type /ObjStm /N {} /First {} /Length {} >>\nstream\n{head}{body}\nendstream",
        packed.len(),
        head.len(),
        head.len() + body.len()
    )
}

struct File {
    bytes: Vec<u8>,
    /// Kind, offset or container, generation or index.
    entries: Vec<(u8, usize, usize)>,
}

impl File {
    fn add(&mut self, number: usize, object: &str) {
        assert_eq!(self.entries.len(), number);
        self.entries.push((1, self.bytes.len(), 0));
        self.bytes.extend_from_slice(format!("{number} 0 obj\n{object}\nendobj\n").as_bytes());
    }

    fn table(&mut self, size: usize, more: &str) {
        let start = self.bytes.len();
        let mut table = format!("xref\n0 {size}\n");
        for index in 0..size {
            table.push_str(&match self.entries.get(index) {
                Some((1, offset, generation)) => format!("{offset:010} {generation:05} n\r\n"),
                _ => String::from("0000000000 65535 f\r\n"),
            });
        }
        self.bytes.extend_from_slice(table.as_bytes());
        let trailer = format!("trailer\n<< /Size {size} /Root 1 0 R{more} /ID [<{ID}> <{ID}>] >>\n");
        self.bytes.extend_from_slice(trailer.as_bytes());
        self.end(start);
    }

    fn stream(&mut self, more: &str) -> usize {
        let start = self.bytes.len();
        let number = self.entries.len();
        self.entries.push((1, start, 0));
        let mut data = Vec::new();
        for (kind, second, third) in &self.entries {
            data.push(*kind);
            data.extend_from_slice(&u32::try_from(*second).unwrap().to_be_bytes());
            data.extend_from_slice(&u16::try_from(*third).unwrap().to_be_bytes());
        }
        let size = number + 1;
        let head = format!(
            "{number} 0 obj\n<< /Type /XRef /Size {size} /W [1 4 2] /Root 1 0 R{more} /ID [<{ID}> <{ID}>] /Length {} >>\nstream\n",
            data.len()
        );
        self.bytes.extend_from_slice(head.as_bytes());
        self.bytes.extend_from_slice(&data);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
        start
    }

    fn end(&mut self, start: usize) {
        self.bytes.extend_from_slice(format!("startxref\n{start}\n%%EOF\n").as_bytes());
    }
}

const ID: &str = "00112233445566778899AABBCCDDEEFF";
