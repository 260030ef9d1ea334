//! Feeds bytes to `kyso::fuzz::verify_any`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    #[cfg(fuzzing)]
    kyso::fuzz::verify_any(data);
    #[cfg(not(fuzzing))]
    let _ = data;
});
