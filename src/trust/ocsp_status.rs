//! What responses of status services say of a certificate (RFC 6960).

use std::cmp::Reverse;

use super::status::{ALL_REASONS, Authority, Finding, MAX_PENDING, RevocationFacts, RevocationStatus, Statement, Statuses, Subject};
use crate::asn1::Oid;
use crate::crypto::VerifyError;
use crate::evidence::Origin;
use crate::limits::{Exceeded, Resource};
use crate::message::id;
use crate::x509::{Certificate, OcspAnswer, OcspResponse, OcspStatus};

/// A response that speaks of the certificate, with where it came from.
type Sourced<'a> = (&'a OcspResponse, &'a OcspAnswer, Origin);

impl<'a> Statuses<'a> {
    /// What the responses at hand say.
    pub(super) fn responses(&mut self, subject: Subject<'_>, facts: &mut RevocationFacts) -> Result<Option<Finding<'a>>, Exceeded> {
        let time = self.question.time;
        let (mut earlier, mut later): (Vec<Sourced<'a>>, Vec<_>) =
            self.fitting(subject, facts)?.into_iter().partition(|(_, answer, _)| answer.this_update <= time);
        earlier.sort_by_key(|(_, answer, _)| (Reverse(answer.this_update), answer.status == OcspStatus::Good));
        later.sort_by_key(|(_, answer, _)| (answer.this_update, answer.status == OcspStatus::Good));
        let newest = self.first_of(subject, &earlier, facts)?;
        if newest.as_ref().is_some_and(|finding| finding.revoked.is_some()) {
            return Ok(newest);
        }
        for sourced in &later {
            if let (_, OcspAnswer { status: OcspStatus::Revoked(at, _), .. }, _) = sourced
                && *at <= time
                && self.may_speak(subject, sourced, facts)?
            {
                return Ok(Some(found(sourced)));
            }
        }
        let finding = match newest {
            Some(newest) if newest.statement.speaks_for(time) => Some(newest),
            stale => match self.first_of(subject, &later, facts)? {
                Some(newer) if stale.is_none() || newer.revoked.is_some() || !newer.statement.may_have_dropped(subject.certificate) => {
                    Some(newer)
                }
                _ => stale,
            },
        };
        match finding {
            Some(finding) if finding.revoked.is_none() && finding.statement.may_have_dropped(subject.certificate) => {
                facts.reject(id::REVOCATION_OCSP_AFTER_EXPIRY, finding.statement);
                Ok(None)
            }
            finding => Ok(finding),
        }
    }

    /// The responses that say something of the certificate, as far as their contents go.
    fn fitting(&self, subject: Subject<'_>, facts: &mut RevocationFacts) -> Result<Vec<Sourced<'a>>, Exceeded> {
        let mut out = Vec::new();
        let Some(issuer) = subject.issuer else { return Ok(out) };
        for (response, origin) in self.question.evidence.responses() {
            self.question.budget.spend(Resource::NameComparisons, 1)?;
            if !response.mentions(subject.certificate) {
                continue;
            }
            self.question.budget.spend(Resource::PathSteps, 1)?;
            let Some(answer) = response.answer(subject.certificate, issuer) else { continue };
            let statement = Statement::Response(response, answer);
            if response.has_unknown_critical() || answer.unknown_critical {
                facts.reject(id::REVOCATION_OCSP_CRITICAL_EXTENSION, statement);
            } else if answer.status == OcspStatus::Unknown {
                facts.reject(id::REVOCATION_OCSP_UNKNOWN, statement);
            } else if answer.next_update.is_some_and(|next| next < answer.this_update) {
                facts.reject(id::REVOCATION_OCSP_TIMES, statement);
            } else {
                out.push((response, answer, origin));
            }
        }
        Ok(out)
    }

    fn first_of(
        &mut self,
        subject: Subject<'_>,
        responses: &[Sourced<'a>],
        facts: &mut RevocationFacts,
    ) -> Result<Option<Finding<'a>>, Exceeded> {
        for sourced in responses {
            if self.may_speak(subject, sourced, facts)? {
                return Ok(Some(found(sourced)));
            }
        }
        Ok(None)
    }

    fn may_speak(&mut self, subject: Subject<'_>, sourced: &Sourced<'a>, facts: &mut RevocationFacts) -> Result<bool, Exceeded> {
        let (response, answer, _) = *sourced;
        let key = subject.key(response.sha256());
        let known = match self.signers.get(&key) {
            Some(known) => *known,
            None => {
                let found = self.authorize_responder(subject, response)?;
                self.signers.insert(key, found);
                found
            }
        };
        if let Err(id) = known {
            facts.reject(id, Statement::Response(response, answer));
        }
        Ok(known.is_ok())
    }

    /// RFC 6960 4.2.2.2: the issuer itself, or somebody with a certificate that this issuer gave for it.
    fn authorize_responder(&mut self, subject: Subject<'_>, response: &OcspResponse) -> Result<Authority, Exceeded> {
        let question = self.question;
        let Some(issuer) = subject.issuer else { return Ok(Err(id::REVOCATION_OCSP_SIGNER_UNKNOWN)) };
        let mut failure = id::REVOCATION_OCSP_SIGNER_UNKNOWN;
        let known = question.pool().map(|(certificate, _)| certificate);
        for candidate in [issuer].into_iter().chain(response.certificates()).chain(known).filter(|candidate| response.is_by(candidate)) {
            question.budget.spend(Resource::PathSteps, 1)?;
            if let Err(error) = question.cache.response(response, candidate.public_key(), question.budget)? {
                if failure == id::REVOCATION_OCSP_SIGNER_UNKNOWN {
                    let unsupported = error == VerifyError::Unsupported;
                    failure = if unsupported { id::REVOCATION_OCSP_ALGORITHM_UNSUPPORTED } else { id::REVOCATION_OCSP_SIGNATURE };
                }
                continue;
            }
            match self.authorize_candidate(subject, issuer, candidate, response)? {
                Ok(()) => return Ok(Ok(())),
                Err(id) => failure = id,
            }
        }
        Ok(Err(failure))
    }

    /// Whether `responder`, whose key made the signature, may speak for `issuer`.
    fn authorize_candidate(
        &mut self,
        subject: Subject<'_>,
        issuer: &Certificate,
        responder: &Certificate,
        response: &OcspResponse,
    ) -> Result<Authority, Exceeded> {
        if responder.public_key() == issuer.public_key() && responder.subject().matches(issuer.subject()) {
            return Ok(Ok(()));
        }
        let question = self.question;
        let extensions = responder.extensions();
        let may_respond = extensions.extended_key_usage.as_ref().is_some_and(|usages| usages.contains(&Oid::OCSP_SIGNING.dotted()));
        let may_sign = extensions.key_usage.is_none_or(|usage| usage.digital_signature || usage.non_repudiation);
        // The extended key usage must be the issuer's own word: a certificate that it signed itself.
        let is_delegated = responder.issuer().matches(issuer.subject())
            && question.cache.certificate(responder, issuer.public_key(), question.budget)?.is_ok();
        if !is_delegated || !may_respond || !may_sign || !responder.is_in_date(response.produced_at()) {
            return Ok(Err(id::REVOCATION_OCSP_SIGNER_UNTRUSTED));
        }
        // RFC 6960 4.2.2.2.1: without this extension the responder's own certificate is looked up.
        if extensions.ocsp_no_check {
            return Ok(Ok(()));
        }
        self.is_responder_good(subject, responder)
    }

    fn is_responder_good(&self, subject: Subject<'_>, responder: &Certificate) -> Result<Authority, Exceeded> {
        let Some(anchor) = self.question.anchors().find(|known| subject.anchor == Some(known)) else {
            return Ok(Err(id::REVOCATION_OCSP_SIGNER_UNTRUSTED));
        };
        if self.pending.len() >= MAX_PENDING || self.pending.contains(&responder.sha256()) {
            return Ok(Err(id::REVOCATION_OCSP_SIGNER_STATUS));
        }
        let path = self.path_of_signer(responder, anchor)?;
        let status = path.steps.first().and_then(|step| step.revocation.as_ref()).map(|facts| facts.status);
        let is_good = path.anchored && path.problems.is_empty() && status == Some(RevocationStatus::Good);
        Ok(if is_good { Ok(()) } else { Err(id::REVOCATION_OCSP_SIGNER_STATUS) })
    }
}

const fn found<'a>((response, answer, origin): &Sourced<'a>) -> Finding<'a> {
    let revoked = match answer.status {
        OcspStatus::Revoked(at, reason) => Some((at, reason)),
        OcspStatus::Good | OcspStatus::Unknown => None,
    };
    Finding { statement: Statement::Response(response, answer), origin: *origin, reasons: ALL_REASONS, revoked }
}
