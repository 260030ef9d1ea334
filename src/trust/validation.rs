//! Validates one path by RFC 5280 6.1, except for what depends on the date and for status.

use super::constraint::NameRules;
use super::policy_tree::Policies;
use super::{PathOptions, PathProblem};
use crate::asn1::Oid;
use crate::crypto::VerifyError;
use crate::limits::{Budget, Exceeded};
use crate::message::{Message, id};
use crate::x509::Certificate;

/// A path to validate: the end certificate first.
pub(super) struct Path<'a> {
    pub(super) certificates: &'a [Certificate],
    /// Whether the last certificate is an anchor.
    pub(super) anchored: bool,
    /// The signatures that do not fit, by the index of the certificate that bears them.
    pub(super) misfits: &'a [(usize, VerifyError)],
}

/// The rules that `path` breaks, those of the end certificate first.
pub(super) fn problems<'a>(path: &Path<'a>, options: &'a PathOptions, budget: &Budget) -> Result<Vec<PathProblem>, Exceeded> {
    let below_anchor = if path.anchored { path.certificates.len().saturating_sub(1) } else { path.certificates.len() };
    let mut state = State {
        problems: Vec::new(),
        names: NameRules::default(),
        policies: Some(Policies::new(options, below_anchor)),
        path_length: u32::MAX,
    };
    for (step, certificate) in path.certificates.iter().enumerate().rev() {
        let is_anchor = path.anchored && step == below_anchor;
        if !is_anchor {
            state.process(step, certificate, path, budget)?;
        }
        if step > 0 {
            state.prepare_next(step, certificate, is_anchor);
        } else {
            state.finish(certificate, is_anchor, options);
        }
    }
    let mut problems = state.problems;
    problems.sort_by_key(|problem| problem.step);
    Ok(problems)
}

struct State<'a> {
    problems: Vec<PathProblem>,
    names: NameRules<'a>,
    /// `None` once a rule of policies is broken: one report is enough.
    policies: Option<Policies<'a>>,
    /// How many more certificates that are not self-issued may issue.
    path_length: u32,
}

impl<'a> State<'a> {
    fn report(&mut self, step: usize, certificate: &Certificate, id: &'static str) {
        self.report_with(step, certificate, Message::new(id));
    }

    fn report_with(&mut self, step: usize, certificate: &Certificate, message: Message) {
        let name = certificate.subject().display_name().map_or_else(|| certificate.sha256_hex(), str::to_owned);
        self.problems.push(PathProblem { step, message: message.with("certificate", name) });
    }

    /// RFC 5280 6.1.3: what holds for every certificate below the anchor.
    fn process(&mut self, step: usize, certificate: &Certificate, path: &Path<'_>, budget: &Budget) -> Result<(), Exceeded> {
        if let Some((_, error)) = path.misfits.iter().find(|misfit| misfit.0 == step) {
            let id = if *error == VerifyError::Unsupported { id::CHAIN_ALGORITHM_UNSUPPORTED } else { id::CHAIN_SIGNATURE };
            self.report(step, certificate, id);
        }
        // RFC 5280 6.1.3 b, c: not for self-issued certificates, unless it is the last.
        if (step == 0 || !certificate.is_self_issued())
            && let Some(name) = self.names.broken_by(certificate, budget)?
        {
            self.report_with(step, certificate, Message::new(id::CHAIN_NAME_CONSTRAINTS).with("name", name));
        }
        if self.policies.as_mut().is_some_and(|policies| policies.process(certificate, step == 0).is_err()) {
            self.policies = None;
            self.report(step, certificate, id::CHAIN_POLICY);
        }
        self.check_form(step, certificate);
        Ok(())
    }

    /// Versions, an empty issuer, and extensions that are malformed, doubled, or critical and unknown (RFC 5280 4.1.2.1, 4.1.2.4, 4.2,
    /// 6.1.4 o, 6.1.5 f).
    fn check_form(&mut self, step: usize, certificate: &Certificate) {
        if certificate.version() > 3 || (certificate.has_extensions() && certificate.version() != 3) {
            self.report_with(step, certificate, Message::new(id::CHAIN_VERSION).with("version", certificate.version()));
        }
        let extensions = certificate.extensions();
        for extension in extensions.malformed.iter().chain(&extensions.duplicate) {
            self.report_with(step, certificate, Message::new(id::CHAIN_MALFORMED).with("extension", extension_name(extension)));
        }
        if certificate.issuer().is_empty() {
            self.report_with(step, certificate, Message::new(id::CHAIN_MALFORMED).with("extension", "issuer"));
        }
        if !certificate.algorithms_agree() {
            self.report_with(step, certificate, Message::new(id::CHAIN_MALFORMED).with("extension", "signatureAlgorithm"));
        }
        for extension in &extensions.unknown_critical {
            self.report_with(step, certificate, Message::new(id::CHAIN_CRITICAL_EXTENSION).with("extension", extension_name(extension)));
        }
    }

    /// RFC 5280 6.1.4: what holds for a certificate that issues the next; for an anchor, by RFC 5937.
    fn prepare_next(&mut self, step: usize, certificate: &'a Certificate, is_anchor: bool) {
        if is_anchor {
            self.check_form(step, certificate);
        } else if self.policies.as_mut().is_some_and(|policies| policies.prepare_next(certificate).is_err()) {
            self.policies = None;
            self.report(step, certificate, id::CHAIN_POLICY);
        }
        let extensions = certificate.extensions();
        if let Some(constraints) = &extensions.name_constraints {
            self.names.add(constraints);
        }
        self.check_authority(step, certificate, is_anchor);
        if !is_anchor && !certificate.is_self_issued() {
            match self.path_length.checked_sub(1) {
                Some(left) => self.path_length = left,
                None => self.report(step, certificate, id::CHAIN_PATH_LENGTH),
            }
        }
        if let Some(length) = extensions.basic_constraints.and_then(|constraints| constraints.path_length) {
            self.path_length = self.path_length.min(length);
        }
        if extensions.key_usage.is_some_and(|usage| !usage.certificate_sign) {
            self.report(step, certificate, id::CHAIN_KEY_USAGE);
        }
    }

    /// RFC 5280 6.1.4 k. Roots from before version 3 have no way to say that they are authorities; the pin says it.
    fn check_authority(&mut self, step: usize, certificate: &Certificate, is_anchor: bool) {
        let is_authority = match certificate.extensions().basic_constraints {
            Some(constraints) => constraints.authority,
            None if is_anchor => certificate.version() < 3,
            None if certificate.version() < 3 => {
                self.report_with(step, certificate, Message::new(id::CHAIN_VERSION).with("version", certificate.version()));
                return;
            }
            None => false,
        };
        if !is_authority {
            self.report(step, certificate, id::CHAIN_BASIC_CONSTRAINTS);
        }
    }

    /// RFC 5280 6.1.5, and what the caller asks of the end certificate.
    fn finish(&mut self, end: &Certificate, is_anchor: bool, options: &PathOptions) {
        if !is_anchor {
            if self.policies.take().is_some_and(|policies| policies.finish(end).is_err()) {
                self.report(0, end, id::CHAIN_POLICY);
            }
            self.check_consistency(end);
        }
        if let (Some(wanted), Some(allowed)) = (&options.extended_key_usage, &end.extensions().extended_key_usage)
            && !allowed.iter().any(|usage| usage == wanted || usage == ANY_USAGE)
        {
            self.report_with(0, end, Message::new(id::CHAIN_EXTENDED_KEY_USAGE).with("usage", extension_name(wanted)));
        }
    }

    /// What only an authority may have: RFC 5280 4.2.1.9 (keyCertSign) and 4.2.1.10 (name constraints).
    fn check_consistency(&mut self, end: &Certificate) {
        let extensions = end.extensions();
        let authority = extensions.basic_constraints.map(|constraints| constraints.authority);
        if authority == Some(false) && extensions.key_usage.is_some_and(|usage| usage.certificate_sign) {
            self.report(0, end, id::CHAIN_BASIC_CONSTRAINTS);
        }
        if authority != Some(true) && extensions.name_constraints.is_some() {
            let extension = extension_name(&Oid::NAME_CONSTRAINTS.dotted());
            self.report_with(0, end, Message::new(id::CHAIN_MALFORMED).with("extension", extension));
        }
    }
}

/// The name of the identifier, where the table has it.
fn extension_name(dotted: &str) -> String {
    crate::asn1::parse_dotted(dotted).map_or_else(|| dotted.to_owned(), |bytes| Oid(&bytes).to_string())
}

const ANY_USAGE: &str = "2.5.29.37.0";
