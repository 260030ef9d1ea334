//! `kyso finish`: the second of two steps.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use clap::ArgMatches;
use kyso::{Message, Prepared};

use crate::exit::Exit;
use crate::output::{self, Existing};
use crate::session::{Outcome, Session, argument, flag, path};
use crate::sign::{self, required};
use crate::syntax::Row;
use crate::{id, input, password, say, stamp};

pub(crate) const ROWS: &[&[Row]] = &[
    &[
        Row::path("state", id::CLI_VALUE_STATE, id::CLI_FINISH_STATE).positional(),
        Row::path("document", id::CLI_VALUE_FILE, id::CLI_FINISH_DOCUMENT),
        Row::path("signature", id::CLI_VALUE_FILE, id::CLI_FINISH_SIGNATURE).excludes(&["cms"]),
        Row::path("cms", id::CLI_VALUE_FILE, id::CLI_FINISH_CMS),
        Row::path("output", id::CLI_VALUE_FILE, id::CLI_FINISH_OUTPUT).short('o'),
        Row::flag("force", id::CLI_OPTION_FORCE),
    ],
    stamp::ROWS,
    password::OF_DOCUMENT,
    &[Row::flag("quiet", id::CLI_OPTION_QUIET).short('q')],
];

pub(crate) fn run(matches: &ArgMatches, session: &Session) -> Outcome {
    let state = required(matches, "state")?;
    let input = required(matches, "document")?;
    let output = required(matches, "output")?;
    output::apart_from(output, input)?;
    output::apart_from(output, state)?;
    let prepared = Prepared::from_bytes(&input::small_file(state)?)?;
    let document = sign::document(matches, "document", session)?;
    let signed = match (path(matches, "signature"), path(matches, "cms")) {
        (Some(file), _) => {
            let value = value(input::small_file(file)?);
            match stamp::stamper(matches, session)? {
                Some(stamper) => prepared.finish_with_timestamp(&document, &value, &stamper)?,
                None => prepared.finish(&document, &value)?,
            }
        }
        (None, Some(file)) => prepared.finish_with_cms(&document, &value(input::small_file(file)?))?,
        (None, None) => return Err(argument(Message::new(id::CLI_FINISH_NO_VALUE))),
    };
    let existing = if flag(matches, "force") { Existing::Replace } else { Existing::Keep };
    output::save(&signed, output, existing)?;
    if !session.quiet {
        let message = Message::new(id::CLI_FINISH_DONE).with("file", output.to_string_lossy().into_owned());
        output::print_page(session, &(say::sentence(session, &message) + "\n"))?;
    }
    Ok(Exit::Valid)
}

/// The value as bytes: signing services answer with bytes, PEM, base64 or hexadecimal digits.
fn value(bytes: Vec<u8>) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(&bytes) else { return bytes };
    let text: String = text.lines().filter(|line| !line.starts_with("-----")).flat_map(str::split_whitespace).collect();
    if text.is_empty() {
        return bytes;
    }
    from_hex(&text).or_else(|| BASE64.decode(&text).ok()).unwrap_or(bytes)
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    pairs
        .remainder()
        .is_empty()
        .then(|| digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |value, digit| value << 4 | digit)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_value_is_read_in_every_form_that_services_answer_with() {
        let raw = vec![0xE4, 0x01, 0xFF, 0x30];
        for form in [
            raw.clone(),
            b"e401FF30\n".to_vec(),
            b"5AH/MA==\r\n".to_vec(),
            b"-----BEGIN CMS-----\n5AH/\nMA==\n-----END CMS-----\n".to_vec(),
        ] {
            assert_eq!(value(form), raw);
        }
    }
}
