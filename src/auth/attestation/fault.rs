/// Why a statement of a maker proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttestationFault {
    /// It is not one of OpenSSH's.
    Magic,
    /// It is of another version: the first one does not have what is signed.
    Version,
    /// It is longer than any.
    Size,
    /// It cannot be read.
    Malformed,
    /// Something stands behind its end.
    Trailing,
    /// There is no certificate in it: nobody speaks for the key.
    NoCertificate,
    /// It speaks for another key than the one that is offered.
    Key,
    /// The key was made for another application than it says.
    Application,
    /// Nobody touched the key when it was made.
    Untouched,
    /// The key may leave its device.
    Copyable,
    /// The certificate is not one for attestation.
    Certificate,
    /// No maker that is allowed has signed the certificate.
    Maker,
    NotYetValid,
    Expired,
    /// The certificate is for another model than the one that the key says it is.
    OtherModel,
    /// The maker is allowed, and this model of theirs is not.
    Model,
    /// The signature is not this certificate's over this key and this challenge.
    Signature,
}

impl AttestationFault {
    /// The word in the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Magic => "attestation-magic",
            Self::Version => "attestation-version",
            Self::Size => "attestation-size",
            Self::Malformed => "attestation-malformed",
            Self::Trailing => "attestation-trailing",
            Self::NoCertificate => "attestation-no-certificate",
            Self::Key => "attestation-key",
            Self::Application => "attestation-application",
            Self::Untouched => "attestation-untouched",
            Self::Copyable => "attestation-copyable",
            Self::Certificate => "attestation-certificate",
            Self::Maker => "attestation-maker",
            Self::NotYetValid => "attestation-not-yet-valid",
            Self::Expired => "attestation-expired",
            Self::OtherModel => "attestation-other-model",
            Self::Model => "attestation-model",
            Self::Signature => "attestation-signature",
        }
    }
}
