//! Whether two objects say the same, however they are spelled.

use super::{Array, Dictionary, Value};

/// Whether the values are equal: 1 equals 1.0, the order of keys and the spelling of strings do not count, null is absence.
/// References are equal by their number; what they lead to is not looked at. Streams are never equal here: their bytes count.
pub(crate) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => same_arrays(one, other),
        (Value::Boolean(one), Value::Boolean(other)) => one == other,
        (Value::Dictionary(one), Value::Dictionary(other)) => same_dictionaries(one, other, &[]),
        (Value::Integer(one), Value::Integer(other)) => one == other,
        (Value::Integer(_) | Value::Real(..), Value::Integer(_) | Value::Real(..)) => {
            matches!((one.as_number(), other.as_number()), (Some(one), Some(other)) if one.to_bits() == other.to_bits() || one == other)
        }
        (Value::Name(one), Value::Name(other)) => one == other,
        (Value::Null, Value::Null) => true,
        (Value::Reference(one), Value::Reference(other)) => one == other,
        (Value::String(one), Value::String(other)) => one.bytes == other.bytes,
        _ => false,
    }
}

fn same_arrays(Array(one): &Array, Array(other): &Array) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(&one.value, &other.value))
}

/// Whether the dictionaries are equal but for the keys `ignored`. One with a key twice equals nothing.
pub(crate) fn same_dictionaries(one: &Dictionary, other: &Dictionary, ignored: &[&[u8]]) -> bool {
    one.duplicates.is_empty() && other.duplicates.is_empty() && changed_keys(one, other).all(|key| ignored.contains(&key))
}

/// The keys whose values differ, references not followed. A key may come twice.
pub(crate) fn changed_keys<'a>(one: &'a Dictionary, other: &'a Dictionary) -> impl Iterator<Item = &'a [u8]> {
    let keys = one.entries.iter().chain(&other.entries).map(|(name, _)| &*name.0);
    keys.filter(|key| match (one.get(key), other.get(key)) {
        (Some(one), Some(other)) => !same(&one.value, &other.value),
        (None, None) => false,
        _ => true,
    })
}
