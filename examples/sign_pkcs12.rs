//! Signs with a PKCS#12 file: `cargo run --example sign_pkcs12 -- IN.pdf OUT.pdf ID.p12 PASSWORD_FILE`.

use kyso::{Document, Pkcs12, SignOptions, Zone};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, output, identity, password] = &arguments[..] else {
        return Err("give IN.pdf OUT.pdf ID.p12 PASSWORD_FILE".into());
    };
    let password = std::fs::read_to_string(password)?;
    let signer = Pkcs12::open(identity, password.trim_end_matches(['\r', '\n']))?;
    let now = kyso::now();
    let options = SignOptions::at(now).with_time(now, Zone::VIETNAM).with_reason("Phê duyệt");
    options.sign(&Document::open(input)?, &signer)?.save(output)?;
    Ok(())
}
