//! What two renderers show of a document.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A program that draws pages, and how it is asked for grey ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Renderer {
    Poppler,
    MuPdf,
}

pub(crate) const RENDERERS: [Renderer; 2] = [Renderer::Poppler, Renderer::MuPdf];

/// Pixels for a point.
pub(crate) const SCALE: f64 = 0.5;
/// Longer than any renderer needs for a small document; one that takes longer shows nothing.
const PATIENCE: Duration = Duration::from_secs(10);

/// A page in grey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Image {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<u8>,
}

impl Renderer {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Poppler => "pdftoppm",
            Self::MuPdf => "mutool",
        }
    }

    /// Whether it is installed.
    pub(crate) fn is_there(self) -> bool {
        Command::new(self.name()).arg("-v").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
    }

    /// The first three pages; none where it cannot read the document.
    pub(crate) fn pages(self, document: &Path, scratch: &Path) -> Vec<Image> {
        let mut command = Command::new(self.name());
        match self {
            Self::Poppler => command.args(["-q", "-r", "36", "-gray", "-l", "3"]).arg(document),
            Self::MuPdf => command.args(["draw", "-q", "-r", "36", "-c", "gray", "-F", "pgm", "-o", "-"]).arg(document).arg("1-3"),
        };
        let mut child =
            command.stdin(Stdio::null()).stdout(File::create(scratch).unwrap()).stderr(Stdio::null()).spawn().expect("it was there");
        let started = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if started.elapsed() > PATIENCE {
                child.kill().unwrap();
                child.wait().unwrap();
                return Vec::new();
            }
            std::thread::sleep(Duration::from_micros(300));
        }
        images(&fs::read(scratch).unwrap())
    }
}

/// The images of a file of many in the format of `pgm(5)`.
fn images(mut rest: &[u8]) -> Vec<Image> {
    let mut images = Vec::new();
    while let Some(behind) = rest.strip_prefix(b"P5") {
        let mut numbers = [0; 3];
        let mut at = 0;
        for number in &mut numbers {
            while behind.get(at).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'#') {
                at += if behind[at] == b'#' { behind[at..].iter().position(|byte| *byte == b'\n').unwrap_or(1) } else { 1 };
            }
            while let Some(digit) = behind.get(at).filter(|byte| byte.is_ascii_digit()) {
                *number = *number * 10 + usize::from(digit - b'0');
                at += 1;
            }
        }
        let [width, height, _] = numbers;
        let Some(pixels) = behind.get(at + 1..at + 1 + width * height) else { break };
        images.push(Image { width, height, pixels: pixels.to_vec() });
        rest = &behind[at + 1 + width * height..];
    }
    images
}
