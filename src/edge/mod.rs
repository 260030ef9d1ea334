//! The edge: files, the clock, the network, key sources. Everything below is pure.

mod clock;
mod corrections;
mod fetching;
mod file;
pub(crate) mod key;
#[cfg(feature = "http")]
mod net;
mod upgrade;
mod verifier;

pub use clock::now;
pub use file::io_error;
pub use key::PemKey;
#[cfg(feature = "pkcs12")]
pub use key::Pkcs12;
#[cfg(feature = "http")]
pub use net::{Http, HttpOptions, ProxyChoice, TimestampClient};
pub use upgrade::{Level, Upgrade, UpgradePlan, UpgradeStep, Upgraded};
pub use verifier::{EvidenceFile, Verifier};
