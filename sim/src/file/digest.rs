//! The digest by which a device checks what it fetched.

use clap::ValueEnum;
use md5::{Digest, Md5};
use serde::Serialize;
use sha2::Sha256;

/// How a digest is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
pub enum SignMethod {
    /// MD5
    Md5,
    /// SHA-256
    Sha256,
}

impl SignMethod {
    /// Lower-case hex digits.
    pub fn digest(self, content: &[u8]) -> String {
        match self {
            Self::Md5 => base16ct::lower::encode_string(&Md5::digest(content)),
            Self::Sha256 => base16ct::lower::encode_string(&Sha256::digest(content)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standards() {
        assert_eq!(SignMethod::Md5.digest(b"abc"), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(
            SignMethod::Sha256.digest(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
