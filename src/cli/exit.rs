//! The exit statuses: one table, from which code, help, manual and README are made.

use kyso::word;

use crate::session::Session;
use crate::{id, say};

/// How the command ended. A number is never given a second meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Valid,
    Invalid,
    Error,
    Uncertain,
    Unsigned,
    Interrupted,
}

struct Row {
    exit: Exit,
    code: u8,
    name: &'static str,
    text: &'static str,
}

const TABLE: [Row; 6] = [
    Row { exit: Exit::Valid, code: 0, name: id::CLI_EXIT_VALID_NAME, text: id::CLI_EXIT_VALID },
    Row { exit: Exit::Invalid, code: 1, name: id::CLI_EXIT_INVALID_NAME, text: id::CLI_EXIT_INVALID },
    Row { exit: Exit::Error, code: 2, name: id::CLI_EXIT_ERROR_NAME, text: id::CLI_EXIT_ERROR },
    Row { exit: Exit::Uncertain, code: 3, name: id::CLI_EXIT_UNCERTAIN_NAME, text: id::CLI_EXIT_UNCERTAIN },
    Row { exit: Exit::Unsigned, code: 4, name: id::CLI_EXIT_UNSIGNED_NAME, text: id::CLI_EXIT_UNSIGNED },
    Row { exit: Exit::Interrupted, code: 130, name: id::CLI_EXIT_INTERRUPTED_NAME, text: id::CLI_EXIT_INTERRUPTED },
];

/// Of several documents, what comes first here decides.
const PRIORITY: [Exit; 6] = [Exit::Interrupted, Exit::Invalid, Exit::Error, Exit::Uncertain, Exit::Unsigned, Exit::Valid];

impl Exit {
    pub(crate) fn code(self) -> u8 {
        TABLE.iter().find(|row| row.exit == self).map_or(2, |row| row.code)
    }

    /// The status with this number; a number that is in no row is an error.
    pub(crate) fn of(code: u8) -> Self {
        TABLE.iter().find(|row| row.code == code).map_or(Self::Error, |row| row.exit)
    }

    /// What counts of two documents.
    pub(crate) fn and(self, other: Self) -> Self {
        PRIORITY.into_iter().find(|exit| *exit == self || *exit == other).unwrap_or(Self::Error)
    }

    /// The table that `kyso help exit-codes` and the manual show.
    pub(crate) fn table(session: &Session) -> String {
        let language = session.locale.language;
        let widest = TABLE.iter().map(|row| say::width(word(row.name, language))).max().unwrap_or(0);
        let line = |row: &Row| {
            let name = word(row.name, language);
            let gap = " ".repeat(widest.saturating_sub(say::width(name)));
            say::wrap(&format!(" {:>4}  {name}{gap}  ", row.code), word(row.text, language))
        };
        TABLE.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_document_outweighs_an_error_and_an_error_an_uncertain_one() {
        let order = [Exit::Invalid, Exit::Error, Exit::Uncertain, Exit::Unsigned, Exit::Valid];
        for (place, first) in order.iter().enumerate() {
            for second in &order[place..] {
                assert_eq!(first.and(*second), *first);
                assert_eq!(second.and(*first), *first);
            }
        }
    }

    #[test]
    fn every_number_is_used_once() {
        for row in &TABLE {
            assert_eq!(TABLE.iter().filter(|other| other.code == row.code).count(), 1);
            assert_eq!(Exit::of(row.code), row.exit);
        }
    }
}
