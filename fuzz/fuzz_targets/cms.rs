//! Feeds bytes to `kyso::fuzz::cms`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    #[cfg(fuzzing)]
    kyso::fuzz::cms(data);
    #[cfg(not(fuzzing))]
    let _ = data;
});
