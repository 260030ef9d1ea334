//! Feeds bytes to `kyso::fuzz::pdf_revisions`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    #[cfg(fuzzing)]
    kyso::fuzz::pdf_revisions(data);
    #[cfg(not(fuzzing))]
    let _ = data;
});
