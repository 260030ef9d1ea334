//! Stream filters (ISO 32000-2 7.4), within the limits of the budget.

use super::lexer::{decode_hexadecimal, is_space};
use super::{Dictionary, Name};
use crate::limits::{Budget, Exceeded, Resource};

/// One filter and its parameters.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    pub(crate) name: Name,
    pub(crate) parameters: Dictionary,
}

/// Decoded bytes, and whether the encoded ones were damaged: then what could be decoded is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) bytes: Vec<u8>,
    pub(crate) damaged: bool,
}

/// Why nothing was decoded.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum FilterError {
    #[error(transparent)]
    Exceeded(#[from] Exceeded),
    #[error("the filter {0:?} is not known")]
    Unknown(Name),
}

/// Undoes `filters` in order. No step gives more than `most` bytes.
pub(crate) fn decode(data: &[u8], filters: &[Filter], most: usize, budget: &Budget) -> Result<Decoded, FilterError> {
    let mut decoded: Option<Decoded> = None;
    // A chain that real files have is one or two filters long; each costs a pass over the data.
    for filter in filters.iter().take(MAX_FILTERS) {
        let (input, damaged) = decoded.as_ref().map_or((data, false), |decoded| (&decoded.bytes, decoded.damaged));
        let mut next = apply(filter, input, Output::new(input.len(), most, budget))?;
        next.damaged |= damaged;
        decoded = Some(next);
    }
    if let Some(filter) = filters.get(MAX_FILTERS) {
        return Err(FilterError::Unknown(filter.name.clone()));
    }
    match decoded {
        Some(decoded) => Ok(decoded),
        None => Ok(Output::new(data.len(), most, budget).all(data)?),
    }
}

fn apply(filter: &Filter, input: &[u8], output: Output<'_>) -> Result<Decoded, FilterError> {
    Ok(match &*filter.name.0 {
        b"FlateDecode" | b"Fl" => unpredict(inflate(input, output)?, &filter.parameters),
        b"LZWDecode" | b"LZW" => {
            let early = integer(&filter.parameters, b"EarlyChange", 1) != 0;
            unpredict(lzw(input, early, output)?, &filter.parameters)
        }
        b"ASCIIHexDecode" | b"AHx" => ascii_hex(input, output)?,
        b"ASCII85Decode" | b"A85" => ascii_85(input, output)?,
        b"RunLengthDecode" | b"RL" => run_length(input, output)?,
        // 7.4.10: what the crypt filter does happens where the stream is decrypted.
        b"Crypt" => output.all(input)?,
        _ => return Err(FilterError::Unknown(filter.name.clone())),
    })
}

/// Collects decoded bytes and pays for them.
struct Output<'a> {
    bytes: Vec<u8>,
    paid: usize,
    input: usize,
    most: usize,
    budget: &'a Budget,
}

impl<'a> Output<'a> {
    const fn new(input: usize, most: usize, budget: &'a Budget) -> Self {
        Self { bytes: Vec::new(), paid: 0, input, most, budget }
    }

    /// Pays for what has been added. To be called at least once for every few pages of output.
    fn pay(&mut self) -> Result<(), Exceeded> {
        let length = self.bytes.len();
        let new = length.saturating_sub(self.paid);
        self.paid = length;
        self.budget.spend(Resource::DecodedBytes, u64::try_from(new).unwrap_or(u64::MAX))?;
        let allowed = u64::try_from(self.input).unwrap_or(u64::MAX).saturating_mul(self.budget.limits().decoded_ratio);
        let much = u64::try_from(length).unwrap_or(u64::MAX);
        if length > self.most || (length > FREE_OF_RATIO && much > allowed) { Err(Exceeded(Resource::DecodedBytes)) } else { Ok(()) }
    }

    fn push(&mut self, byte: u8) -> Result<(), Exceeded> {
        self.bytes.push(byte);
        if self.bytes.len().saturating_sub(self.paid) >= CHUNK { self.pay() } else { Ok(()) }
    }

    fn extend(&mut self, bytes: &[u8]) -> Result<(), Exceeded> {
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len().saturating_sub(self.paid) >= CHUNK { self.pay() } else { Ok(()) }
    }

    fn all(mut self, bytes: &[u8]) -> Result<Decoded, Exceeded> {
        self.bytes.extend_from_slice(bytes);
        self.finish(false)
    }

    fn finish(mut self, damaged: bool) -> Result<Decoded, Exceeded> {
        self.pay()?;
        Ok(Decoded { bytes: self.bytes, damaged })
    }
}

/// `plain` for the filter FlateDecode.
pub(crate) fn deflate(plain: &[u8]) -> Vec<u8> {
    let mut deflater = flate2::Compress::new(flate2::Compression::best(), true);
    let mut out = Vec::with_capacity(plain.len().saturating_add(CHUNK));
    loop {
        let taken = usize::try_from(deflater.total_in()).unwrap_or(usize::MAX);
        let rest = plain.get(taken..).unwrap_or_default();
        match deflater.compress_vec(rest, &mut out, flate2::FlushCompress::Finish) {
            Ok(flate2::Status::StreamEnd) => return out,
            // It wants room, and nothing else.
            Ok(_) => out.reserve(CHUNK),
            Err(_) => return plain.to_vec(),
        }
    }
}

fn inflate(input: &[u8], output: Output<'_>) -> Result<Decoded, Exceeded> {
    let budget = output.budget;
    let most = output.most;
    let decoded = inflate_with(input, true, output)?;
    // A few writers leave the header of zlib out or write a wrong one.
    if decoded.bytes.is_empty() && decoded.damaged && input.len() > 2 {
        let whole = inflate_with(input, false, Output::new(input.len(), most, budget))?;
        if !whole.bytes.is_empty() && !whole.damaged {
            return Ok(Decoded { damaged: true, ..whole });
        }
    }
    Ok(decoded)
}

fn inflate_with(mut input: &[u8], header: bool, mut output: Output<'_>) -> Result<Decoded, Exceeded> {
    let mut inflater = flate2::Decompress::new(header);
    output.bytes.reserve(input.len().saturating_mul(3).min(CHUNK));
    loop {
        let (read, written) = (inflater.total_in(), output.bytes.len());
        if output.bytes.capacity() == written {
            // Grow by a quarter, so that a bomb does not take twice what it may.
            output.bytes.reserve_exact((written / 4).max(CHUNK));
        }
        let status = inflater.decompress_vec(input, &mut output.bytes, flate2::FlushDecompress::None);
        let taken = usize::try_from(inflater.total_in().saturating_sub(read)).unwrap_or(usize::MAX);
        input = input.get(taken..).unwrap_or_default();
        output.pay()?;
        match status {
            Ok(flate2::Status::StreamEnd) => return output.finish(false),
            Ok(_) if taken > 0 || output.bytes.len() > written => {}
            _ => return output.finish(true),
        }
    }
}

/// 7.4.4: codes of 9 to 12 bits, most significant bit first.
fn lzw(input: &[u8], early: bool, mut output: Output<'_>) -> Result<Decoded, Exceeded> {
    let mut table = LzwTable::default();
    let mut bits = Bits { input, position: 0, buffer: 0, count: 0 };
    let mut previous: Option<u16> = None;
    let mut scratch = Vec::new();
    loop {
        let next = table.length().saturating_add(usize::from(early));
        let width = match next {
            0..=511 => 9,
            512..=1023 => 10,
            1024..=2047 => 11,
            _ => 12,
        };
        let Some(code) = bits.take(width) else { return output.finish(previous.is_some()) };
        match code {
            LZW_CLEAR => {
                table = LzwTable::default();
                previous = None;
            }
            LZW_END => return output.finish(false),
            _ => {
                if !table.spell(code, previous, &mut scratch) {
                    return output.finish(true);
                }
                if let (Some(previous), Some(&first)) = (previous, scratch.first()) {
                    table.add(previous, first);
                }
                output.extend(&scratch)?;
                previous = Some(code);
            }
        }
    }
}

const LZW_CLEAR: u16 = 256;
const LZW_END: u16 = 257;

/// The entries from 258 on: the code of all but the last byte, and the last byte.
#[derive(Default)]
struct LzwTable(Vec<(u16, u8)>);

impl LzwTable {
    const fn length(&self) -> usize {
        self.0.len().saturating_add(258)
    }

    fn add(&mut self, prefix: u16, last: u8) {
        if self.length() < 4096 {
            self.0.push((prefix, last));
        }
    }

    /// Puts the bytes of `code` into `scratch`; `false` where there is no such code.
    fn spell(&self, code: u16, previous: Option<u16>, scratch: &mut Vec<u8>) -> bool {
        scratch.clear();
        let ahead = usize::from(code) == self.length();
        let Some(mut current) = (if ahead { previous } else { Some(code) }) else { return false };
        loop {
            match u8::try_from(current) {
                Ok(byte) => {
                    scratch.push(byte);
                    break;
                }
                Err(_) => {
                    let Some(&(prefix, last)) = usize::from(current).checked_sub(258).and_then(|index| self.0.get(index)) else {
                        return false;
                    };
                    scratch.push(last);
                    current = prefix;
                }
            }
        }
        scratch.reverse();
        if ahead && let Some(&first) = scratch.first() {
            scratch.push(first);
        }
        true
    }
}

/// Bits of `input`, most significant first.
struct Bits<'a> {
    input: &'a [u8],
    position: usize,
    buffer: u32,
    count: u32,
}

impl Bits<'_> {
    fn take(&mut self, width: u32) -> Option<u16> {
        while self.count < width {
            let byte = *self.input.get(self.position)?;
            self.position = self.position.saturating_add(1);
            self.buffer = self.buffer << 8 | u32::from(byte);
            self.count = self.count.saturating_add(8);
        }
        self.count = self.count.saturating_sub(width);
        u16::try_from((self.buffer >> self.count) & ((1 << width) - 1)).ok()
    }
}

fn ascii_hex(input: &[u8], output: Output<'_>) -> Result<Decoded, Exceeded> {
    let end = memchr::memchr(b'>', input);
    let digits = input.get(..end.unwrap_or(input.len())).unwrap_or_default();
    let damaged = end.is_none() || digits.iter().any(|byte| !byte.is_ascii_hexdigit() && !is_space(*byte));
    let mut decoded = output.all(&decode_hexadecimal(digits))?;
    decoded.damaged = damaged;
    Ok(decoded)
}

fn ascii_85(input: &[u8], mut output: Output<'_>) -> Result<Decoded, Exceeded> {
    let input = input.strip_prefix(b"<~").unwrap_or(input);
    let mut group = 0_u64;
    let mut count = 0_usize;
    for &byte in input {
        match byte {
            b'z' if count == 0 => output.extend(&[0; 4])?,
            b'!'..=b'u' => {
                group = group.saturating_mul(85).saturating_add(u64::from(byte.saturating_sub(b'!')));
                count = count.saturating_add(1);
                if count == 5 {
                    let Ok(word) = u32::try_from(group) else { return output.finish(true) };
                    output.extend(&word.to_be_bytes())?;
                    (group, count) = (0, 0);
                }
            }
            b'~' => {
                let damaged = !ascii_85_rest(group, count, &mut output)?;
                return output.finish(damaged);
            }
            byte if is_space(byte) => {}
            _ => return output.finish(true),
        }
    }
    ascii_85_rest(group, count, &mut output)?;
    output.finish(true)
}

/// A last group of `count` digits gives one byte less.
fn ascii_85_rest(mut group: u64, count: usize, output: &mut Output<'_>) -> Result<bool, Exceeded> {
    if count == 0 {
        return Ok(true);
    }
    for _ in count..5 {
        group = group.saturating_mul(85).saturating_add(84);
    }
    let Ok(word) = u32::try_from(group) else { return Ok(false) };
    output.extend(word.to_be_bytes().get(..count.saturating_sub(1)).unwrap_or_default())?;
    Ok(count > 1)
}

fn run_length(mut input: &[u8], mut output: Output<'_>) -> Result<Decoded, Exceeded> {
    while let Some((&length, rest)) = input.split_first() {
        match length {
            0..=127 => {
                let count = usize::from(length).saturating_add(1);
                let Some((run, behind)) = rest.split_at_checked(count) else {
                    output.extend(rest)?;
                    return output.finish(true);
                };
                output.extend(run)?;
                input = behind;
            }
            128 => return output.finish(false),
            _ => {
                let Some((&byte, behind)) = rest.split_first() else { return output.finish(true) };
                for _ in usize::from(length)..257 {
                    output.push(byte)?;
                }
                input = behind;
            }
        }
    }
    output.finish(true)
}

/// Undoes the predictor of Flate and LZW (7.4.4.4).
fn unpredict(decoded: Decoded, parameters: &Dictionary) -> Decoded {
    let predictor = integer(parameters, b"Predictor", 1);
    if predictor <= 1 {
        return decoded;
    }
    let colours = usize::try_from(integer(parameters, b"Colors", 1)).unwrap_or(0).clamp(1, 64);
    let depth = usize::try_from(integer(parameters, b"BitsPerComponent", 8)).unwrap_or(0).clamp(1, 16);
    let columns = usize::try_from(integer(parameters, b"Columns", 1)).unwrap_or(0).clamp(1, 1 << 28);
    let row = columns.saturating_mul(colours).saturating_mul(depth).div_ceil(8);
    let pixel = colours.saturating_mul(depth).div_ceil(8);
    let damaged = decoded.damaged;
    match predictor {
        2 => Decoded { bytes: tiff(decoded.bytes, row, colours, depth), damaged },
        _ => Decoded { bytes: png(decoded.bytes, row, pixel), damaged },
    }
}

/// PNG rows, each behind a byte that names its filter; in place.
fn png(mut bytes: Vec<u8>, row: usize, pixel: usize) -> Vec<u8> {
    let stride = row.saturating_add(1);
    let mut above: Vec<u8> = vec![0; row.min(bytes.len())];
    let mut written = 0_usize;
    let mut start = 0_usize;
    while start.saturating_add(1) < bytes.len() {
        let end = start.saturating_add(stride).min(bytes.len());
        let Some((kind, line)) = bytes.get_mut(start..end).and_then(|line| line.split_first_mut()) else { break };
        png_row(*kind, line, &above, pixel);
        if let Some(kept) = above.get_mut(..line.len()) {
            kept.copy_from_slice(line);
        }
        bytes.copy_within(start.saturating_add(1)..end, written);
        written = written.saturating_add(end.saturating_sub(start).saturating_sub(1));
        start = end;
    }
    bytes.truncate(written);
    bytes
}

fn png_row(kind: u8, line: &mut [u8], above: &[u8], pixel: usize) {
    if kind == 2 {
        for (byte, up) in line.iter_mut().zip(above) {
            *byte = byte.wrapping_add(*up);
        }
        return;
    }
    if !matches!(kind, 1 | 3 | 4) {
        return;
    }
    for index in 0..line.len() {
        let before = index.checked_sub(pixel);
        let left = before.and_then(|at| line.get(at)).copied().unwrap_or_default();
        let corner = before.and_then(|at| above.get(at)).copied().unwrap_or_default();
        let up = above.get(index).copied().unwrap_or_default();
        let guess = match kind {
            1 => left,
            3 => u8::midpoint(left, up),
            _ => paeth(left, up, corner),
        };
        if let Some(byte) = line.get_mut(index) {
            *byte = byte.wrapping_add(guess);
        }
    }
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let estimate = a.saturating_add(b).saturating_sub(c);
    let (to_a, to_b, to_c) = (estimate.abs_diff(a), estimate.abs_diff(b), estimate.abs_diff(c));
    if to_a <= to_b && to_a <= to_c {
        left
    } else if to_b <= to_c {
        up
    } else {
        corner
    }
}

/// TIFF 6.0 section 14: each component is the difference to the one on its left.
fn tiff(mut bytes: Vec<u8>, row: usize, colours: usize, depth: usize) -> Vec<u8> {
    for line in bytes.chunks_mut(row.max(1)) {
        match depth {
            8 => {
                for index in colours..line.len() {
                    let left = line.get(index.saturating_sub(colours)).copied().unwrap_or_default();
                    if let Some(byte) = line.get_mut(index) {
                        *byte = byte.wrapping_add(left);
                    }
                }
            }
            16 => tiff_words(line, colours),
            1 | 2 | 4 => tiff_bits(line, colours, depth),
            _ => {}
        }
    }
    bytes
}

fn tiff_words(line: &mut [u8], colours: usize) {
    let mut left = vec![0_u16; colours];
    for (index, pair) in line.chunks_exact_mut(2).enumerate() {
        let colour = index.checked_rem(colours).unwrap_or_default();
        if let ([high, low], Some(left)) = (&mut *pair, left.get_mut(colour)) {
            *left = left.wrapping_add(u16::from_be_bytes([*high, *low]));
            [*high, *low] = left.to_be_bytes();
        }
    }
}

fn tiff_bits(line: &mut [u8], colours: usize, depth: usize) {
    let mut left = vec![0_u8; colours];
    let mask = u8::MAX >> 8_usize.saturating_sub(depth);
    let mut colour = 0_usize;
    for byte in line {
        let mut result = 0;
        let mut shift = 8_usize;
        while shift >= depth.max(1) {
            shift = shift.saturating_sub(depth);
            if let Some(left) = left.get_mut(colour) {
                *left = left.wrapping_add(*byte >> shift) & mask;
                result |= *left << shift;
            }
            colour = colour.saturating_add(1).checked_rem(colours).unwrap_or_default();
        }
        *byte = result;
    }
}

fn integer(parameters: &Dictionary, key: &[u8], default: i64) -> i64 {
    parameters.get(key).and_then(|object| object.value.as_integer()).unwrap_or(default)
}

/// Filters of one stream.
const MAX_FILTERS: usize = 8;
/// Output between two payments.
const CHUNK: usize = 64 << 10;
/// Output that no ratio is asked of: small streams of one repeated byte are honest.
const FREE_OF_RATIO: usize = 1 << 20;

#[cfg(test)]
mod tests;
