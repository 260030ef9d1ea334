//! Whether two objects say the same, however they are spelled.

use std::collections::BTreeMap;

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

/// The keys whose values differ, references not followed, in order.
pub(crate) fn changed_keys<'a>(one: &'a Dictionary, other: &'a Dictionary) -> impl Iterator<Item = &'a [u8]> {
    let mut keys: BTreeMap<&[u8], (Option<&Value>, Option<&Value>)> = BTreeMap::new();
    for (name, object) in &one.entries {
        keys.entry(&name.0).or_default().0 = Some(&object.value);
    }
    for (name, object) in &other.entries {
        keys.entry(&name.0).or_default().1 = Some(&object.value);
    }
    let differ = |(one, other): &(Option<&Value>, Option<&Value>)| !same(one.unwrap_or(&Value::Null), other.unwrap_or(&Value::Null));
    keys.into_iter().filter(move |(_, values)| differ(values)).map(|(key, _)| key)
}
