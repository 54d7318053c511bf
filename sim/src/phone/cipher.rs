//! How a phone encrypts the password of a network.

use aes::Aes128;
use aes::cipher::block_padding::ZeroPadding;
use aes::cipher::{BlockModeEncrypt, KeyIvInit};
use sha2::{Digest, Sha256};

/// Bytes of the secret that count.
const SECRET_LENGTH: usize = 40;

/// The key made of a product secret and 16 random bytes, which are the IV as well.
pub struct Cipher {
    key: [u8; 16],
    iv: [u8; 16],
}

impl Cipher {
    /// Makes the key.
    pub fn new(secret: &str, random: [u8; 16]) -> Self {
        let secret = secret.as_bytes();
        let secret = secret.get(..SECRET_LENGTH).unwrap_or(secret);
        let digest = Sha256::new().chain_update(secret).chain_update(b",").chain_update(random).finalize();
        let mut key = [0; 16];
        key.iter_mut().zip(&digest).for_each(|(to, from)| *to = *from);
        Self { key, iv: random }
    }

    /// The key itself.
    pub fn key(&self) -> [u8; 16] {
        self.key
    }

    /// By CBC, padded with zeros to whole blocks.
    pub fn cbc(&self, password: &[u8]) -> Vec<u8> {
        cbc::Encryptor::<Aes128>::new(&self.key.into(), &self.iv.into())
            .encrypt_padded_vec::<ZeroPadding>(password)
    }

    /// By CFB with whole blocks of feedback, as long as the password.
    pub fn cfb(&self, password: &[u8]) -> Vec<u8> {
        let mut text = password.to_vec();
        cfb_mode::Encryptor::<Aes128>::new(&self.key.into(), &self.iv.into()).encrypt(&mut text);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "7jluWm1zql7bt8qK";

    /// Sixteen bytes that count up from `first`.
    fn counting(first: u8) -> [u8; 16] {
        std::array::from_fn(|n| first + u8::try_from(n).unwrap())
    }

    fn hex(bytes: &[u8]) -> String {
        base16ct::lower::encode_string(bytes)
    }

    #[test]
    fn keys_are_of_the_secret_and_the_random_bytes() {
        for (random, key) in [
            ([0; 16], "5a727cc04ffc081fa1f0e373f3b81196"),
            (counting(0x00), "99c2f7d5b53215251b22792618e09f83"),
            (counting(0x10), "9d53a045ecc92bb8ab9cd6f2af27f81b"),
            (counting(0xA0), "a6da44bce4f0ea0d7f7d7d70193386b6"),
        ] {
            assert_eq!(hex(&Cipher::new(SECRET, random).key), key);
        }
        let long = "s".repeat(41);
        assert_eq!(Cipher::new(&long, [0; 16]).key, Cipher::new(&long[..40], [0; 16]).key);
    }

    #[test]
    fn cbc_is_padded_to_whole_blocks() {
        let cbc = |random, password: &str| hex(&Cipher::new(SECRET, random).cbc(password.as_bytes()));
        assert_eq!(cbc(counting(0x00), "12345678"), "8bf3d0402aa77d1715150ba1ded0d9bc");
        assert_eq!(cbc(counting(0x10), "12345678"), "19c5edb2fad010a965b0f628f338aff1");
        assert_eq!(cbc([0; 16], "").len(), 0);
        assert_eq!(cbc([0; 16], &"p".repeat(16)).len(), 32);
        assert_eq!(cbc([0; 16], &"p".repeat(63)).len(), 128);
    }

    #[test]
    fn cfb_is_as_long_as_the_password() {
        let cfb = |random, password: &[u8]| hex(&Cipher::new(SECRET, random).cfb(password));
        assert_eq!(cfb([0; 16], &[0; 16]), "614986c5a67a485f8d0b5519db921b40");
        assert_eq!(cfb([0; 16], b"12345678"), "507bb5f1934c7f67");
        assert_eq!(cfb(counting(0xA0), b"12345678"), "c6ec67009f4854db");
        assert_eq!(cfb([0; 16], b""), "");
    }
}
