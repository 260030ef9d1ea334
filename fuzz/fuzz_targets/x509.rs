//! Feeds bytes to `kyso::fuzz::x509`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    #[cfg(fuzzing)]
    kyso::fuzz::x509(data);
    #[cfg(not(fuzzing))]
    let _ = data;
});
