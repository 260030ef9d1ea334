//! Pointers from C and to C: the one place that follows them.
//!
//! What a pointer must be is the caller's part, said in the header and in `# Safety` of each function: it is NULL or points to what its type
//! says, lives through the call, and is not written to by another thread meanwhile. Everything here relies on that alone.

use std::ffi::{CStr, CString, c_char};
use std::{ptr, slice};

use super::error::{Failure, NULL, Outcome, UTF8, quietly};
use crate::Message;

/// A pointer that is read.
pub(super) struct Input<T>(*const T);

impl<T> Input<T> {
    pub(super) const fn of(pointer: *const T) -> Self {
        Self(pointer)
    }

    /// What it points to; `None` where it is NULL.
    pub(super) fn get<'a>(self) -> Option<&'a T> {
        // SAFETY: by contract NULL or valid through the call; the lifetime does not leave the function that was called.
        unsafe { self.0.as_ref() }
    }

    /// What it points to, which must be something.
    pub(super) fn needed<'a>(self) -> Outcome<&'a T> {
        self.get().ok_or_else(null)
    }
}

impl Input<c_char> {
    /// The text that ends with NUL; `None` where the pointer is NULL.
    pub(super) fn text<'a>(self) -> Outcome<Option<&'a str>> {
        if self.0.is_null() {
            return Ok(None);
        }
        // SAFETY: by contract a string that ends with NUL and lives through the call.
        let text = unsafe { CStr::from_ptr(self.0) };
        text.to_str().map(Some).map_err(|_| Failure::new(UTF8, Message::new("capi.utf_eight")))
    }

    /// The text, which must be there.
    pub(super) fn needed_text<'a>(self) -> Outcome<&'a str> {
        self.text()?.ok_or_else(null)
    }
}

impl Input<u8> {
    /// The bytes; `None` where the pointer is NULL and no bytes are claimed.
    pub(super) fn bytes<'a>(self, length: usize) -> Outcome<Option<&'a [u8]>> {
        if self.0.is_null() {
            return if length == 0 { Ok(None) } else { Err(null()) };
        }
        if isize::try_from(length).is_err() {
            return Err(null());
        }
        // SAFETY: by contract so many bytes that live through the call; no more than an allocation can have.
        Ok(Some(unsafe { slice::from_raw_parts(self.0, length) }))
    }

    /// The bytes, which must be there.
    pub(super) fn needed_bytes<'a>(self, length: usize) -> Outcome<&'a [u8]> {
        self.bytes(length)?.ok_or_else(null)
    }
}

/// A place that is written to, once and at the end.
pub(super) struct Output<T>(ptr::NonNull<T>);

impl<T> Output<T> {
    pub(super) fn of(pointer: *mut T) -> Option<Self> {
        ptr::NonNull::new(pointer).map(Self)
    }

    pub(super) fn needed(pointer: *mut T) -> Outcome<Self> {
        Self::of(pointer).ok_or_else(null)
    }

    fn write(self, value: T) {
        // SAFETY: not NULL, and by contract room for a `T`. What was there is plain data without a destructor.
        unsafe { self.0.as_ptr().write(value) }
    }
}

impl<T> Output<*mut T> {
    /// Gives the caller a value that it owns from now on.
    pub(super) fn put(self, value: T) {
        self.write(Box::into_raw(Box::new(value)));
    }
}

impl Output<*mut c_char> {
    /// Gives the caller a text, and its length where it wants that.
    pub(super) fn put_text(self, text: String, length: *mut usize) {
        let text = CString::new(text).unwrap_or_default();
        if let Some(length) = Output::of(length) {
            length.write(text.as_bytes().len());
        }
        self.write(text.into_raw());
    }
}

impl Output<*mut u8> {
    /// Gives the caller bytes and their length. No bytes are a pointer that is not NULL.
    pub(super) fn put_bytes(self, bytes: Vec<u8>, length: Output<usize>) {
        length.write(bytes.len());
        self.write(Box::into_raw(bytes.into_boxed_slice()).cast());
    }
}

/// A handle that is changed.
pub(super) fn changed<'a, T>(pointer: *mut T) -> Outcome<&'a mut T> {
    // SAFETY: by contract NULL or a live handle that no other thread uses meanwhile.
    unsafe { pointer.as_mut() }.ok_or_else(null)
}

/// Takes back a value that was given with [`Output::put`].
pub(super) fn take_back<T>(pointer: *mut T) {
    if !pointer.is_null() {
        // SAFETY: by contract it was given by this library with `Box::into_raw` and not freed yet.
        quietly((), || drop(unsafe { Box::from_raw(pointer) }));
    }
}

/// Frees a text; NULL is nothing to free.
///
/// # Safety
/// `text` is NULL, or was given by a function of this library and not freed yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_string_free(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: by contract it was given by `put_text` and not freed yet.
        quietly((), || drop(unsafe { CString::from_raw(text) }));
    }
}

/// Frees bytes; NULL is nothing to free.
///
/// # Safety
/// `bytes` is NULL, or was given by a function of this library with this very `length` and not freed yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_bytes_free(bytes: *mut u8, length: usize) {
    if !bytes.is_null() {
        let whole = ptr::slice_from_raw_parts_mut(bytes, length);
        // SAFETY: by contract it was given by `put_bytes` with this length and not freed yet.
        quietly((), || drop(unsafe { Box::from_raw(whole) }));
    }
}

/// A function that frees a handle.
macro_rules! free {
    ($(#[$doc:meta])* $name:ident, $handle:ty) => {
        $(#[$doc])*
        ///
        /// # Safety
        /// The handle is NULL, or was given by a function of this library and not freed yet; nobody uses it meanwhile or afterwards.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(handle: *mut $handle) {
            $crate::capi::memory::take_back(handle);
        }
    };
}
pub(super) use free;

fn null() -> Failure {
    Failure::new(NULL, Message::new("capi.null"))
}
