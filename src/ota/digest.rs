//! What a file hashes to.

use md5::Md5;
use sha2::{Digest as _, Sha256};

/// Hash of a file, as the cloud announces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// MD5
    Md5([u8; 16]),
    /// SHA-256
    Sha256([u8; 32]),
}

impl Digest {
    /// Reads MD5 in hex, of either case.
    pub fn md5(hex: &str) -> Option<Self> {
        from_hex(hex).map(Self::Md5)
    }

    /// Reads SHA-256 in hex, of either case.
    pub fn sha256(hex: &str) -> Option<Self> {
        from_hex(hex).map(Self::Sha256)
    }
}

fn from_hex<const N: usize>(hex: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let length = base16ct::mixed::decode(hex, &mut bytes).ok()?.len();
    (length == N).then_some(bytes)
}

/// The hash of what has come so far.
pub enum Hasher {
    Md5(Md5),
    Sha256(Sha256),
}

impl Hasher {
    /// Of the kind of `digest`.
    pub fn like(digest: &Digest) -> Self {
        match digest {
            Digest::Md5(_) => Self::Md5(Md5::new()),
            Digest::Sha256(_) => Self::Sha256(Sha256::new()),
        }
    }

    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Md5(hasher) => hasher.update(bytes),
            Self::Sha256(hasher) => hasher.update(bytes),
        }
    }

    pub fn finish(self) -> Digest {
        match self {
            Self::Md5(hasher) => Digest::Md5(hasher.finalize().into()),
            Self::Sha256(hasher) => Digest::Sha256(hasher.finalize().into()),
        }
    }
}
