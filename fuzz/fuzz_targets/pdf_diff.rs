//! Feeds bytes to `kyso::fuzz::pdf_diff`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    #[cfg(fuzzing)]
    kyso::fuzz::pdf_diff(data);
    #[cfg(not(fuzzing))]
    let _ = data;
});
