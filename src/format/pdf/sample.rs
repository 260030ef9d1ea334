//! Small PDF files for tests, every byte under control.

use super::revision::Entry;

/// A file that grows by objects and cross-reference sections.
pub(crate) struct Sample {
    pub(crate) bytes: Vec<u8>,
    entries: Vec<(u32, Entry)>,
    previous: Option<usize>,
}

impl Sample {
    /// A header, and nothing else yet.
    pub(crate) fn new() -> Self {
        Self { bytes: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(), entries: Vec::new(), previous: None }
    }

    /// A header, a catalog (1) with an empty page tree (2), and the object 4.
    pub(crate) fn with_four(four: &str) -> Self {
        let mut sample = Self::new();
        sample.object(1, "<< /Type /Catalog /Pages 2 0 R >>").object(2, "<< /Type /Pages /Kids [] /Count 0 >>").object(4, four);
        sample
    }

    pub(crate) fn raw(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.bytes.extend_from_slice(bytes.as_ref());
        self
    }

    pub(crate) fn entry(&mut self, number: u32, entry: Entry) -> &mut Self {
        self.entries.push((number, entry));
        self
    }

    pub(crate) fn object(&mut self, number: u32, body: &str) -> &mut Self {
        self.object_of(number, 0, body)
    }

    pub(crate) fn object_of(&mut self, number: u32, generation: u16, body: &str) -> &mut Self {
        let offset = self.bytes.len();
        self.entry(number, Entry::At { offset, generation }).raw(format!("{number} {generation} obj\n{body}\nendobj\n"))
    }

    pub(crate) fn stream(&mut self, number: u32, dictionary: &str, data: &[u8]) -> &mut Self {
        let offset = self.bytes.len();
        self.entry(number, Entry::At { offset, generation: 0 });
        self.raw(format!("{number} 0 obj\n<< {dictionary} /Length {} >>\nstream\n", data.len())).raw(data).raw("\nendstream\nendobj\n")
    }

    /// An object stream and the entries of its members.
    pub(crate) fn object_stream(&mut self, number: u32, members: &[(u32, &str)]) -> &mut Self {
        let (mut head, mut body) = (String::new(), String::new());
        for (index, (member, text)) in (0..).zip(members) {
            head += &format!("{member} {} ", body.len());
            body += &format!("{text} ");
            self.entry(*member, Entry::InStream { stream: number, index });
        }
        let dictionary = format!("/Type /ObjStm /N {} /First {}", members.len(), head.len());
        self.stream(number, &dictionary, (head + &body).as_bytes())
    }

    /// A table of the entries since the last section, `%%EOF` included. `trailer` is added to `/Root` and `/Prev`.
    pub(crate) fn table(&mut self, trailer: &str) -> &mut Self {
        let (start, size) = (self.bytes.len(), size(&self.entries));
        let mut text = String::from("xref\n");
        if self.previous.is_none() {
            text += "0 1\n0000000000 65535 f \n";
        }
        for (number, entry) in std::mem::take(&mut self.entries) {
            text += &match entry {
                Entry::At { offset, generation } => format!("{number} 1\n{offset:010} {generation:05} n \n"),
                Entry::Free { generation } => format!("{number} 1\n{:010} {generation:05} f \n", 0),
                Entry::InStream { .. } => continue,
            };
        }
        let previous = self.previous.map_or(String::new(), |previous| format!("/Prev {previous}"));
        text += &format!("trailer\n<< /Size {size} /Root 1 0 R {previous} {trailer} >>\n");
        self.raw(text).close(start)
    }

    /// The same as a stream; members of object streams are in it.
    pub(crate) fn section_stream(&mut self, number: u32, trailer: &str) -> &mut Self {
        let start = self.section_stream_only(number, trailer);
        self.close(start)
    }

    /// A cross-reference stream that no `startxref` names, and its offset.
    pub(crate) fn section_stream_only(&mut self, number: u32, trailer: &str) -> usize {
        let start = self.bytes.len();
        let mut entries = std::mem::take(&mut self.entries);
        entries.push((number, Entry::At { offset: start, generation: 0 }));
        let size = size(&entries);
        let (mut rows, mut index) = (Vec::new(), String::new());
        for (number, entry) in entries {
            index += &format!("{number} 1 ");
            let (kind, second, third) = match entry {
                Entry::At { offset, generation } => (1, u32::try_from(offset).unwrap(), generation.into()),
                Entry::Free { generation } => (0, 0, generation.into()),
                Entry::InStream { stream, index } => (2, stream, index),
            };
            rows.push(kind);
            rows.extend(second.to_be_bytes());
            rows.extend(u16::try_from(third).unwrap().to_be_bytes());
        }
        let previous = self.previous.map_or(String::new(), |previous| format!("/Prev {previous}"));
        let dictionary = format!("/Type /XRef /Size {size} /W [1 4 2] /Index [{index}] /Root 1 0 R {previous} {trailer}");
        self.stream(number, &dictionary, &rows);
        self.entries.clear();
        start
    }

    /// The entries since the last section.
    pub(crate) fn entries_so_far(&self) -> &[(u32, Entry)] {
        &self.entries
    }

    /// Says that the last section is at `previous`, or that there is none.
    pub(crate) fn follow(&mut self, previous: Option<usize>) -> &mut Self {
        self.previous = previous;
        self
    }

    /// Where the last section is.
    pub(crate) fn last_section(&self) -> Option<usize> {
        self.previous
    }

    /// `startxref` for the section at `start`.
    pub(crate) fn close(&mut self, start: usize) -> &mut Self {
        self.previous = Some(start);
        self.raw(format!("startxref\n{start}\n%%EOF\n"))
    }
}

/// `/Size` for a section with these entries.
fn size(entries: &[(u32, Entry)]) -> u32 {
    entries.iter().map(|(number, _)| number + 1).fold(99, u32::max)
}
