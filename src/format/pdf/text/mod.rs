//! What a content stream writes, as text (ISO 32000-2 9.4): enough to tell what the appearance of a form field says.

mod encoding;
mod font;
mod glyph;

use std::collections::HashMap;
use std::sync::Arc;

use font::Font;

use super::field::tolerate;
use super::lexer::{Lexer, Token, is_space};
use super::{Dictionary, Name, Object, PdfString, Reference, Stream, Value, View};
use crate::limits::Resource;

/// What a content stream says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    /// The text in the order it is drawn, with a space where a new line begins.
    pub(crate) text: String,
    /// Whether there is something else that may be read: text of unknown meaning, a picture, letters drawn as outlines. Then nothing
    /// may be concluded from what is missing in `text`.
    pub(crate) is_partial: bool,
}

/// Reads content streams of one version of the document. It keeps the fonts that it met.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    view: View<'a>,
    fonts: HashMap<Reference, Arc<Font>>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(view: View<'a>) -> Self {
        Self { view, fonts: HashMap::new() }
    }

    pub(crate) const fn view(&self) -> View<'a> {
        self.view
    }

    /// What the form object `stream` writes.
    ///
    /// # Errors
    /// Where a limit is passed.
    pub(crate) fn read(&mut self, stream: &Stream) -> crate::Result<Written> {
        let mut run = Run { reader: self, written: Written::default(), curves: 0, operators: 0 };
        run.form(stream, None, 0)?;
        let mut written = run.written;
        written.text.truncate(written.text.trim_end().len());
        Ok(written)
    }

    fn font(&mut self, resources: Option<&Dictionary>, name: &[u8]) -> crate::Result<Option<Arc<Font>>> {
        let Some(fonts) = self.category(resources, b"Font")? else { return Ok(None) };
        let Some(entry) = fonts.value.as_dictionary().and_then(|fonts| fonts.get(name)) else { return Ok(None) };
        let reference = entry.value.as_reference();
        if let Some(known) = reference.and_then(|reference| self.fonts.get(&reference)) {
            return Ok(Some(Arc::clone(known)));
        }
        let object = tolerate(self.view.resolve(entry))?;
        let Some(dictionary) = object.as_ref().and_then(|object| object.value.as_dictionary()) else { return Ok(None) };
        let font = Arc::new(Font::read(self.view, dictionary)?);
        if let Some(reference) = reference {
            self.fonts.insert(reference, Arc::clone(&font));
        }
        Ok(Some(font))
    }

    fn category(&self, resources: Option<&Dictionary>, key: &[u8]) -> crate::Result<Option<Object>> {
        match resources {
            Some(resources) => Ok(tolerate(self.view.get(resources, key))?.flatten()),
            None => Ok(None),
        }
    }
}

/// One reading.
struct Run<'r, 'a> {
    reader: &'r mut Reader<'a>,
    written: Written,
    curves: usize,
    operators: usize,
}

/// What `q` saves of the text state.
#[derive(Clone, Default)]
struct State {
    font: Option<Arc<Font>>,
    is_invisible: bool,
}

/// An operand, as far as text needs it.
enum Operand {
    Name(Name),
    Number(f64),
    Strings(Vec<PdfString>),
    Other,
}

impl Run<'_, '_> {
    fn form(&mut self, stream: &Stream, outer: Option<&Dictionary>, depth: usize) -> crate::Result<()> {
        let view = self.reader.view;
        let Some(data) = tolerate(view.decode(stream))? else {
            self.written.is_partial = true;
            return Ok(());
        };
        let own = tolerate(view.get(&stream.dictionary, b"Resources"))?.flatten();
        // 7.8.3: a form without resources of its own uses those of the page, which old files do.
        let resources = own.as_ref().and_then(|own| own.value.as_dictionary()).or(outer);
        let cost = data.len() / BYTES_PER_STEP;
        view.pdf.budget().spend(Resource::Objects, u64::try_from(cost).unwrap_or(u64::MAX))?;
        self.content(&data, resources, depth)
    }

    fn content(&mut self, data: &[u8], resources: Option<&Dictionary>, depth: usize) -> crate::Result<()> {
        let mut lexer = Lexer::new(data, 0);
        let mut operands: Vec<Operand> = Vec::new();
        let mut state = State::default();
        let mut saved: Vec<State> = Vec::new();
        loop {
            let token = match lexer.token() {
                Ok((Token::End, _)) => return Ok(()),
                Ok((token, _)) => token,
                Err(_) => {
                    // Readers go on behind what they do not understand; what they make of it is not known.
                    self.written.is_partial = true;
                    return Ok(());
                }
            };
            let Token::Keyword(operator) = token else {
                if operands.len() < MOST_OPERANDS {
                    operands.push(operand(&mut lexer, token));
                }
                continue;
            };
            self.operators = self.operators.saturating_add(1);
            if self.operators > MOST_OPERATORS {
                self.written.is_partial = true;
                return Ok(());
            }
            match operator {
                b"q" if saved.len() < MOST_SAVED => saved.push(state.clone()),
                b"Q" => state = saved.pop().unwrap_or(state),
                b"Do" => self.paint(&operands, resources, depth)?,
                b"ID" => {
                    self.written.is_partial = true;
                    skip_image(&mut lexer, data);
                }
                _ => self.operator(operator, &operands, resources, &mut state)?,
            }
            operands.clear();
        }
    }

    fn operator(&mut self, operator: &[u8], operands: &[Operand], resources: Option<&Dictionary>, state: &mut State) -> crate::Result<()> {
        match (operator, operands) {
            (b"Tf", [Operand::Name(Name(name)), ..]) => state.font = self.reader.font(resources, name)?,
            // 9.3.6: 3 and 7 paint nothing.
            (b"Tr", [Operand::Number(mode), ..]) => state.is_invisible = [3.0, 7.0].contains(mode),
            (b"Tj" | b"TJ", [Operand::Strings(strings), ..]) => self.show(strings, state),
            (b"'", [Operand::Strings(strings), ..]) | (b"\"", [_, _, Operand::Strings(strings), ..]) => {
                self.new_line();
                self.show(strings, state);
            }
            (b"T*" | b"BT" | b"Tm", _) => self.new_line(),
            (b"Td" | b"TD", [_, Operand::Number(down), ..]) if *down != 0.0 => self.new_line(),
            (b"c" | b"v" | b"y", _) => {
                self.curves = self.curves.saturating_add(1);
                self.written.is_partial |= self.curves > CURVES_OF_BORDERS;
            }
            // A pattern or a shading may be a picture.
            (b"sh", _) | (b"scn" | b"SCN", [.., Operand::Name(_)]) => self.written.is_partial = true,
            _ => {}
        }
        Ok(())
    }

    fn paint(&mut self, operands: &[Operand], resources: Option<&Dictionary>, depth: usize) -> crate::Result<()> {
        let [Operand::Name(Name(name)), ..] = operands else { return Ok(()) };
        let objects = self.reader.category(resources, b"XObject")?;
        let entry = objects.as_ref().and_then(|objects| objects.value.as_dictionary()).and_then(|objects| objects.get(name));
        let Some(entry) = entry else { return Ok(()) };
        let object = tolerate(self.reader.view.resolve(entry))?;
        let Some(stream) = object.as_ref().and_then(|object| object.value.as_stream()) else { return Ok(()) };
        let is_form = stream.dictionary.get(b"Subtype").and_then(|kind| kind.value.as_name()) == Some(b"Form");
        if !is_form || depth >= MOST_FORMS || stream.dictionary.contains(b"OC") {
            self.written.is_partial = true;
            return Ok(());
        }
        self.form(stream, resources, depth.saturating_add(1))
    }

    fn show(&mut self, strings: &[PdfString], state: &State) {
        if state.is_invisible {
            return;
        }
        for string in strings {
            match &state.font {
                Some(font) if self.written.text.len() < MOST_TEXT => {
                    self.written.is_partial |= !font.decode(&string.bytes, &mut self.written.text);
                }
                _ => self.written.is_partial |= !string.bytes.is_empty(),
            }
        }
    }

    fn new_line(&mut self) {
        if !self.written.text.is_empty() && !self.written.text.ends_with(' ') {
            self.written.text.push(' ');
        }
    }
}

/// The operand that begins with `token`. Of an array only the strings count.
fn operand(lexer: &mut Lexer<'_>, token: Token<'_>) -> Operand {
    match token {
        Token::Name(name) => Operand::Name(name),
        Token::Integer(number) => Operand::Number(Value::Integer(number).as_number().unwrap_or_default()),
        Token::Real(number) => Operand::Number(number),
        Token::String(string) => Operand::Strings(vec![string]),
        Token::ArrayOpen => {
            let mut strings = Vec::new();
            while let Ok((token, _)) = lexer.token() {
                match token {
                    Token::ArrayClose | Token::End => break,
                    Token::String(string) => strings.push(string),
                    _ => {}
                }
            }
            Operand::Strings(strings)
        }
        _ => Operand::Other,
    }
}

/// Goes behind the data of an inline image (8.9.7), whose end is the first `EI` between white space.
fn skip_image(lexer: &mut Lexer<'_>, data: &[u8]) {
    let start = lexer.position();
    let rest = data.get(start..).unwrap_or_default();
    let is_end = |at: &usize| {
        let before = at.checked_sub(1).and_then(|before| rest.get(before)).is_some_and(|byte| is_space(*byte));
        let behind = rest.get(at.saturating_add(2)).is_none_or(|byte| is_space(*byte));
        before && behind
    };
    let end = memchr::memmem::find_iter(rest, b"EI").find(is_end).map_or(rest.len(), |at| at.saturating_add(2));
    lexer.seek(start.saturating_add(end));
}

/// Forms within forms.
const MOST_FORMS: usize = 8;
/// No operator has more operands; the rest of them are ignored, as readers do.
const MOST_OPERANDS: usize = 64;
/// Operators of one appearance, its forms included.
const MOST_OPERATORS: usize = 100_000;
const MOST_SAVED: usize = 64;
/// Bytes of text of one appearance.
const MOST_TEXT: usize = 64 << 10;
/// A round border and a circle in it have eight; letters have more.
const CURVES_OF_BORDERS: usize = 16;
/// Bytes of content that count as one object read.
const BYTES_PER_STEP: usize = 64;

#[cfg(test)]
mod tests;
