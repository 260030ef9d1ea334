//! Feeds bytes to `kyso::fuzz::asn1`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    #[cfg(fuzzing)]
    kyso::fuzz::asn1(data);
    #[cfg(not(fuzzing))]
    let _ = data;
});
