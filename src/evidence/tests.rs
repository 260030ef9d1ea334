//! Requests, and answers to them.
