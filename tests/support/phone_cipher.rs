//! How a phone encrypts the password of a network: AES-128-CBC, padded with zeros; the key is of the product secret
//! and of random bytes, which are the IV too.

use aes::Aes128;
use aes::cipher::{BlockModeEncrypt, KeyIvInit};
use sha2::{Digest, Sha256};

const BLOCK_LEN: usize = 16;

/// Upper-case hex digits. `random`: 32 hex digits.
pub fn encrypted(product_secret: &str, random: &str, password: &str) -> String {
    let key = key(product_secret, random);
    let mut cipher = cbc::Encryptor::<Aes128>::new_from_slices(&key, &bytes(random)).unwrap();
    let mut text = password.as_bytes().to_vec();
    text.resize(text.len().next_multiple_of(BLOCK_LEN), 0);
    text.as_chunks_mut::<BLOCK_LEN>().0.iter_mut().for_each(|block| cipher.encrypt_block(block.into()));
    text.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// What it is encrypted with.
pub fn key(product_secret: &str, random: &str) -> Vec<u8> {
    let digest = Sha256::digest([product_secret.as_bytes(), b",", &bytes(random)].concat());
    digest[..BLOCK_LEN].to_vec()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}
