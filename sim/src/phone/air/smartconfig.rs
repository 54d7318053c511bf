//! Smartconfig: the lengths of broadcast frames are the message.
//!
//! The message is sent in groups of eight bytes, each headed by a frame that says which group it is. Nothing
//! says that a frame was lost: the phone repeats all of it.

use anyhow::{Result, bail};

use crate::phone::air::frame::Shot;
use crate::phone::air::symbols::{checksum, pack};
use crate::phone::cipher::Cipher;

/// A message's length is one of its bytes, of seven bits.
const LONGEST: usize = 127;
/// Bytes of a group.
const GROUP: usize = 8;
const FLAG_NAME: u8 = 0x01;
/// AES-128-CFB.
const FLAG_CIPHER: u8 = 0x04;
const FLAG_NAME_PACKED: u8 = 0x20;
/// The first printable character of ASCII, from which names count.
const SPACE: u8 = b' ';
/// The printable characters of ASCII.
const PRINTABLE: std::ops::RangeInclusive<u8> = b' '..=b'~';

/// One loop over the message, as the lengths of frames to everybody.
pub fn shots(ssid: &[u8], password: &[u8], cipher: &Cipher) -> Result<Vec<Shot>> {
    let message = message(ssid, &cipher.cfb(password))?;
    Ok(codes(&message).into_iter().map(|length| Shot::Data { destination: [0xFF; 6], length }).collect())
}

/// `total, flag, length of the name, length of the password, name, password, checksum`.
fn message(ssid: &[u8], cipher_text: &[u8]) -> Result<Vec<u8>> {
    let is_printable = ssid.iter().all(|byte| PRINTABLE.contains(byte));
    let (name, name_flag) = if is_printable {
        (ssid.iter().map(|byte| byte.wrapping_sub(SPACE)).collect(), FLAG_NAME)
    } else {
        (pack(ssid, 6), FLAG_NAME | FLAG_NAME_PACKED)
    };
    let password = pack(cipher_text, 6);
    let total = name.len() + password.len() + 6;
    let [Ok(total), Ok(name_length), Ok(password_length)] =
        [total, name.len(), password.len()].map(u8::try_from)
    else {
        bail!("name and password are too long for smartconfig");
    };
    if usize::from(total) > LONGEST {
        bail!("name and password make {total} bytes, smartconfig has {LONGEST}");
    }
    let head = [total, name_flag | FLAG_CIPHER, name_length, password_length];
    let mut message = [head.as_slice(), &name, &password].concat();
    message.extend(checksum(&message));
    Ok(message)
}

/// The lengths that say the message: each group's head, then its bytes by place and value.
fn codes(message: &[u8]) -> Vec<usize> {
    let groups = message.chunks(GROUP).enumerate().map(|(group, bytes)| {
        let head = if group == 0 { 0x4E0 } else { 0x3E0 + group };
        let places = bytes.iter().enumerate();
        let data = places.map(|(place, value)| 0x100 + 0x80 * place + usize::from(*value));
        std::iter::once(head).chain(data).collect::<Vec<_>>()
    });
    groups.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "7jluWm1zql7bt8qK";

    fn message_for(ssid: &str, password: &str) -> Result<Vec<u8>> {
        message(ssid.as_bytes(), &Cipher::new(SECRET, [0; 16]).cfb(password.as_bytes()))
    }

    #[test]
    fn the_message_has_the_bytes_that_the_c_sdk_takes() {
        let message = message_for("linkkit-lab", "12345678").unwrap();
        assert_eq!(
            base16ct::lower::encode_string(&message),
            "1c050b0b4c494e4b4b49540d4c4142102d172d310f09133f1d061128"
        );
    }

    #[test]
    fn each_byte_is_a_length() {
        let message = message_for("linkkit-lab", "12345678").unwrap();
        let expected = concat!(
            "4e0 11c 185 20b 28b 34c 3c9 44e 4cb 3e1 14b 1c9 254 28d 34c 3c1 442 490 ",
            "3e2 12d 197 22d 2b1 30f 389 413 4bf 3e3 11d 186 211 2a8"
        );
        let codes: Vec<String> = codes(&message).iter().map(|code| format!("{code:x}")).collect();
        assert_eq!(codes.join(" "), expected);
    }

    #[test]
    fn a_name_that_is_not_printable_is_packed() {
        let message = message_for("中文网络", "密码12345").unwrap();
        assert_eq!(message[1], 0x25);
        assert_eq!(message[2], 16, "12 bytes");
        // 11 bytes are 15 symbols.
        assert_eq!((message[0], message[3]), (16 + 15 + 6, 15));
        assert_eq!(codes(&message).len(), 42);
    }

    #[test]
    fn the_longest_credentials_fit_and_longer_ones_do_not() {
        let message = message_for(&"n".repeat(32), &"p".repeat(63)).unwrap();
        assert_eq!((message.len(), message[0]), (122, 122));
        assert!(message_for(&"n".repeat(32), &"p".repeat(67)).is_err());
        assert!(message_for(&"中".repeat(20), &"p".repeat(63)).is_err());
        assert!(message_for("n", &"p".repeat(300)).is_err());
    }
}
