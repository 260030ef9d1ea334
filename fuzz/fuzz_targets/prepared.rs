//! Feeds bytes to `kyso::fuzz::prepared`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    #[cfg(fuzzing)]
    kyso::fuzz::prepared(data);
    #[cfg(not(fuzzing))]
    let _ = data;
});
