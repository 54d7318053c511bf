//! How a phone encrypts the password: AES-128 under a key made of a secret that product and cloud share and
//! of 16 random bytes that both sides know. It keeps the password from listeners without the secret; there is
//! no MAC, so a changed ciphertext shows only as a password that is no text.

use aes::Aes128;
use aes::cipher::{BlockModeDecrypt, KeyIvInit};
use heapless::{String, Vec};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Random bytes that go into a key, and are the IV.
pub const RANDOM_LEN: usize = 16;
/// Longest password, bytes.
pub const PASSWORD_LEN: usize = 64;
/// Bytes of the secret that count.
const SECRET_LEN: usize = 40;
const KEY_LEN: usize = 16;
const BLOCK_LEN: usize = 16;

/// A password. No `Debug`; wiped on drop.
pub type Password = Zeroizing<String<PASSWORD_LEN>>;

/// What is wrong with a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordError {
    /// More than 64 bytes, or not of whole blocks.
    Length,
    /// Not hex, or no text: most often encrypted with another secret.
    Content,
}

/// The key of one exchange, and its IV.
#[derive(ZeroizeOnDrop)]
pub struct Key {
    key: [u8; KEY_LEN],
    iv: [u8; RANDOM_LEN],
}

impl Key {
    /// Of the product secret (`cipherType` 3) or the device secret (4), whose first 40 bytes count.
    pub fn new(secret: &[u8], random: &[u8; RANDOM_LEN]) -> Self {
        let secret = secret.get(..SECRET_LEN).unwrap_or(secret);
        let mut digest =
            Sha256::new().chain_update(secret).chain_update(b",").chain_update(random).finalize();
        let mut key = [0; KEY_LEN];
        key.iter_mut().zip(&digest).for_each(|(to, from)| *to = *from);
        digest.as_mut_slice().zeroize();
        Self { key, iv: *random }
    }

    /// Of what the cloud has made of them.
    #[cfg(feature = "registrar")]
    pub const fn from_cloud(key: [u8; KEY_LEN], random: &[u8; RANDOM_LEN]) -> Self {
        Self { key, iv: *random }
    }

    /// The password in `hex`: AES-128-CBC, padded with zeros to whole blocks. Empty hex is an empty password.
    ///
    /// # Errors
    /// Says what is wrong.
    pub fn decrypt_password(&self, hex: &str) -> Result<Password, PasswordError> {
        let mut buffer = Zeroizing::new([0; PASSWORD_LEN]);
        let plain = decode_hex(hex, buffer.as_mut_slice())?;
        let mut cipher = cbc::Decryptor::<Aes128>::new(&self.key.into(), &self.iv.into());
        let (blocks, rest) = plain.as_chunks_mut::<BLOCK_LEN>();
        if !rest.is_empty() {
            return Err(PasswordError::Length);
        }
        blocks.iter_mut().for_each(|block| cipher.decrypt_block(block.into()));
        text_of(plain)
    }

    /// The password in these bytes: AES-128-CFB, as long as the password itself. No bytes are an empty password.
    ///
    /// # Errors
    /// Says what is wrong.
    pub fn decrypt_raw_password(&self, encrypted: &[u8]) -> Result<Password, PasswordError> {
        let mut buffer = Zeroizing::new([0; PASSWORD_LEN]);
        let plain = buffer.get_mut(..encrypted.len()).ok_or(PasswordError::Length)?;
        plain.copy_from_slice(encrypted);
        cfb_mode::BufDecryptor::<Aes128>::new(&self.key.into(), &self.iv.into()).decrypt(plain);
        check_password(plain)
    }

    /// What [`Key::decrypt_raw_password`] reads.
    #[cfg(feature = "registrar")]
    pub fn encrypt_raw_password(&self, password: &Password) -> Vec<u8, PASSWORD_LEN> {
        let mut bytes = String::clone(password).into_bytes();
        cfb_mode::Encryptor::<Aes128>::new(&self.key.into(), &self.iv.into()).encrypt(&mut bytes);
        bytes
    }
}

/// The bytes that `hex` stands for, at the front of `to`.
fn decode_hex<'b>(hex: &str, to: &'b mut [u8]) -> Result<&'b mut [u8], PasswordError> {
    let length = hex.len().div_ceil(2);
    let to = to.get_mut(..length).ok_or(PasswordError::Length)?;
    base16ct::mixed::decode(hex, to).map_err(|error| match error {
        base16ct::Error::InvalidLength => PasswordError::Length,
        base16ct::Error::InvalidEncoding => PasswordError::Content,
    })?;
    Ok(to)
}

/// The password in front of the padding.
fn text_of(padded: &[u8]) -> Result<Password, PasswordError> {
    let end = padded.iter().position(|byte| *byte == 0).unwrap_or(padded.len());
    let (text, padding) = padded.split_at_checked(end).ok_or(PasswordError::Content)?;
    if padding.iter().any(|byte| *byte != 0) {
        return Err(PasswordError::Content);
    }
    check_password(text)
}

/// Checks a password in the clear: at most 64 bytes of UTF-8 without characters of four bytes, which phones
/// never encrypt.
///
/// # Errors
/// Says what is wrong.
pub fn check_password(bytes: &[u8]) -> Result<Password, PasswordError> {
    let bytes =
        Zeroizing::new(Vec::<u8, PASSWORD_LEN>::from_slice(bytes).map_err(|_| PasswordError::Length)?);
    let text = core::str::from_utf8(&bytes).map_err(|_| PasswordError::Content)?;
    if text.chars().any(|character| character.len_utf8() > 3 || character == '\0') {
        return Err(PasswordError::Content);
    }
    String::try_from(text).map(Zeroizing::new).map_err(|_| PasswordError::Length)
}

#[cfg(test)]
pub(super) mod tests {
    use aes::cipher::BlockModeEncrypt;

    use super::*;

    const SECRET: &[u8] = b"7jluWm1zql7bt8qK";
    const PHONE_AP_RANDOM: [u8; 16] = *b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D\x0E\x0F";
    const DEVICE_AP_RANDOM: [u8; 16] = *b"\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1A\x1B\x1C\x1D\x1E\x1F";

    fn encrypt(key: &Key, plain: &[u8]) -> std::string::String {
        let mut cipher = cbc::Encryptor::<Aes128>::new(&key.key.into(), &key.iv.into());
        let mut plain = plain.to_vec();
        plain.resize(plain.len().next_multiple_of(BLOCK_LEN), 0);
        plain.as_chunks_mut::<BLOCK_LEN>().0.iter_mut().for_each(|block| cipher.encrypt_block(block.into()));
        plain.iter().map(|byte| format!("{byte:02X}")).collect()
    }

    fn decrypted(key: &Key, plain: &[u8]) -> Result<std::string::String, PasswordError> {
        key.decrypt_password(&encrypt(key, plain)).map(|password| password.as_str().to_owned())
    }

    #[test]
    fn decrypts_what_phones_send() {
        for (random, key, hex) in [
            (PHONE_AP_RANDOM, 0x99c2_f7d5_b532_1525_1b22_7926_18e0_9f83, "8BF3D0402AA77D1715150BA1DED0D9BC"),
            (DEVICE_AP_RANDOM, 0x9d53_a045_ecc9_2bb8_ab9c_d6f2_af27_f81b, "19C5EDB2FAD010A965B0F628F338AFF1"),
        ] {
            let made = Key::new(SECRET, &random);
            assert_eq!(made.key, u128::to_be_bytes(key));
            assert_eq!(made.decrypt_password(hex).unwrap().as_str(), "12345678");
            assert_eq!(made.decrypt_password(&hex.to_lowercase()).unwrap().as_str(), "12345678");
        }
        assert_eq!(
            Key::new(SECRET, &[0; 16]).key,
            0x5a72_7cc0_4ffc_081f_a1f0_e373_f3b8_1196_u128.to_be_bytes()
        );
    }

    #[test]
    fn decrypts_what_phones_send_over_the_air() {
        let key = Key::new(SECRET, &[0; 16]);
        let encrypted = b"\x50\x7B\xB5\xF1\x93\x4C\x7F\x67";
        assert_eq!(key.decrypt_raw_password(encrypted).unwrap().as_str(), "12345678");
        assert_eq!(key.decrypt_raw_password(b"").unwrap().as_str(), "");
        assert_eq!(key.decrypt_raw_password(&[0; 8]).err(), Some(PasswordError::Content));
        assert_eq!(key.decrypt_raw_password(&[0; 65]).err(), Some(PasswordError::Length));
        let longest = "p".repeat(64);
        let mut encrypted = longest.clone().into_bytes();
        cfb_mode::Encryptor::<Aes128>::new(&key.key.into(), &key.iv.into()).encrypt(&mut encrypted);
        assert_eq!(key.decrypt_raw_password(&encrypted).unwrap().as_str(), longest);
    }

    #[test]
    fn forty_bytes_of_the_secret_count() {
        let secret = [b's'; 64];
        assert_eq!(Key::new(&secret, &[1; 16]).key, Key::new(&secret[..40], &[1; 16]).key);
        assert_ne!(Key::new(&secret, &[1; 16]).key, Key::new(&secret[..39], &[1; 16]).key);
    }

    #[test]
    fn takes_up_to_64_bytes_of_text() {
        let key = Key::new(SECRET, &DEVICE_AP_RANDOM);
        for text in ["", "1", "密码12345", &"p".repeat(16), &"p".repeat(64)] {
            assert_eq!(decrypted(&key, text.as_bytes()).as_deref(), Ok(text));
        }
    }

    // The C SDK writes a longer one past its buffer.
    #[test]
    pub(in crate::provision) fn a_password_of_65_bytes_is_refused() {
        let key = Key::new(SECRET, &DEVICE_AP_RANDOM);
        assert_eq!(decrypted(&key, &[b'p'; 65]), Err(PasswordError::Length));
        assert_eq!(key.decrypt_password(&"A".repeat(100_000)).err(), Some(PasswordError::Length));
        assert_eq!(check_password(&[b'p'; 65]).err(), Some(PasswordError::Length));
    }

    #[test]
    fn what_is_not_of_whole_blocks_is_refused() {
        let key = Key::new(SECRET, &DEVICE_AP_RANDOM);
        for length in [1, 2, 30, 31, 33, 127] {
            assert_eq!(
                key.decrypt_password(&"A".repeat(length)).err(),
                Some(PasswordError::Length),
                "{length}"
            );
        }
    }

    #[test]
    pub(in crate::provision) fn what_is_no_text_is_refused() {
        let key = Key::new(SECRET, &DEVICE_AP_RANDOM);
        let refused: [&[u8]; 6] =
            ["p😀".as_bytes(), b"\xFF", b"\xE4\xBD", b"\xC0\x80", b"\xED\xA0\x80", b"pass\0word"];
        for plain in refused {
            assert_eq!(decrypted(&key, plain), Err(PasswordError::Content), "{plain:?}");
        }
        assert_eq!(key.decrypt_password(&"g".repeat(32)).err(), Some(PasswordError::Content));
        assert_eq!(key.decrypt_password(&"é".repeat(16)).err(), Some(PasswordError::Content));
    }

    // The C SDK looks past the end of a text that ends within a character.
    #[test]
    fn another_secret_is_noticed() {
        let hex = encrypt(&Key::new(SECRET, &DEVICE_AP_RANDOM), b"12345678");
        for other in [b"7jluWm1zql7bt8qk".as_slice(), b""] {
            let key = Key::new(other, &DEVICE_AP_RANDOM);
            assert_eq!(key.decrypt_password(&hex).err(), Some(PasswordError::Content));
        }
    }
}
