//! Probe requests in the manner of WPS and Wi-Fi Direct: the device name that they carry is the message.

use anyhow::{Result, bail};

use crate::phone::air::frame::{Shot, element};
use crate::phone::air::symbols::{checksum, pack};
use crate::phone::cipher::Cipher;

/// As a password, it says that the real one will come.
const PREPARE: &[u8] = b"zl&ws";
/// The only kind of message.
const KIND: u8 = 1 << 5;
/// The room that WPS has for a device name, bytes.
const ROOM: usize = 32;
/// A zero on the wire, where it would end the device name.
const ZERO: [u8; 2] = [0xC0, 0x80];

const ATTRIBUTE_CONFIG_METHODS: [u8; 2] = [0x10, 0x4A];
const ATTRIBUTE_DEVICE_NAME: [u8; 2] = [0x10, 0x11];
const WPS_OUI: [u8; 4] = [0x00, 0x50, 0xF2, 0x04];

/// A byte on the wire stands for the byte of a name at its place here. Permutes the bytes within what may
/// stand at each place of a UTF-8 character.
const DICTIONARY: &[u8; 512] = b"\
    000e6c3a6d442a6f4d056b2808255f2d64767837586053313679431a11720359\
    5002717c343e2324265b730f5e12540b61353c574855634a13754570470c2f21\
    172e62494b5c1951693b7e0d3d672c2214425a7f3201077b154f162930272018\
    65061c3f682b4c0a1e465d1f106e567a1b095238667d4140046a3977331d744e\
    afa68cbd89a2a99ea191b9adbfb795a8a582aaa39492b88788b193bc80b5ba99\
    abbe908e839f9a868598a4a0ac9c9681b08dbbb29dae849bb48b97a7b38a8fb6\
    c5c0c8d7dec4d1d2d9cbcdd5ccc7dbdfdcddcfc6dac2c3c9c1cad6d8ced3d0d4\
    e9e5e8e2e6ebe3ecede7e1e4eaefeee0f6f0f4f5f2f3f7f1fbf9faf8fcfdfeff";

/// A request that announces the credentials, and one that has them. `phone`: whose they seem to be.
pub fn shots(phone: [u8; 6], ssid: &[u8], password: &[u8], cipher: &Cipher) -> Result<Vec<Shot>> {
    [PREPARE, password]
        .into_iter()
        .map(|password| {
            let elements = elements(&fitting_device_name(ssid, &cipher.cfb(password))?)?;
            Ok(Shot::Probe { source: locally_administered(phone), elements })
        })
        .collect()
}

/// What Wi-Fi Direct does to the address of a phone.
fn locally_administered(mut address: [u8; 6]) -> [u8; 6] {
    let [first, ..] = &mut address;
    *first |= 0x02;
    address
}

/// The device name with as much of the end of `ssid` as there is room for.
fn fitting_device_name(ssid: &[u8], cipher_text: &[u8]) -> Result<Vec<u8>> {
    let is_beginning_of_character = |byte: &u8| byte & 0xC0 != 0x80;
    for start in 0..ssid.len() {
        let Some(end @ [first, ..]) = ssid.get(start..) else { continue };
        if is_beginning_of_character(first) && end.len() < ROOM {
            let device_name = device_name(end, cipher_text)?;
            if device_name.len() <= ROOM {
                return Ok(device_name);
            }
        }
    }
    bail!("WPS has no room for a password of {} bytes and any of the name", cipher_text.len())
}

/// `kind and length of the name, name, password, checksum`, with zeros escaped.
fn device_name(ssid: &[u8], cipher_text: &[u8]) -> Result<Vec<u8>> {
    let mut message = vec![KIND | u8::try_from(ssid.len())?];
    message.extend(translated(ssid)?);
    message.extend(pack(cipher_text, 7));
    message.extend(checksum(&message));
    let escaped = message.iter().map(|byte| if *byte == 0 { ZERO.to_vec() } else { vec![*byte] });
    Ok(escaped.flatten().collect())
}

fn translated(ssid: &[u8]) -> Result<Vec<u8>> {
    let dictionary = base16ct::lower::decode_vec(DICTIONARY)?;
    let position = |clear: &u8| dictionary.iter().position(|byte| byte == clear);
    let positions = ssid.iter().map(|clear| position(clear).and_then(|place| u8::try_from(place).ok()));
    Ok(positions.flatten().collect())
}

/// The elements of such a request.
fn elements(device_name: &[u8]) -> Result<Vec<u8>> {
    let attributes = [
        WPS_OUI.as_slice(),
        &attribute(ATTRIBUTE_CONFIG_METHODS, &[0x10])?,
        &attribute(ATTRIBUTE_DEVICE_NAME, device_name)?,
    ];
    let elements = [
        element(0x00, b"DIRECT-")?,
        element(0x01, &[0x8C, 0x12, 0x98, 0x24, 0xB0, 0x48, 0x60, 0x6C])?,
        element(0xDD, &attributes.concat())?,
    ];
    Ok(elements.concat())
}

fn attribute(kind: [u8; 2], value: &[u8]) -> Result<Vec<u8>> {
    Ok([kind, u16::try_from(value.len())?.to_be_bytes()].concat().into_iter().chain(value.to_vec()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(ssid: &str, password: &[u8]) -> Result<Vec<u8>> {
        fitting_device_name(ssid.as_bytes(), &Cipher::new("7jluWm1zql7bt8qK", [0; 16]).cfb(password))
    }

    fn hex(bytes: &[u8]) -> String {
        base16ct::lower::encode_string(bytes)
    }

    #[test]
    fn the_device_name_has_the_bytes_that_the_c_sdk_takes() {
        let whole = name("linkkit-lab", b"12345678").unwrap();
        assert_eq!(hex(&whole), "2b02486d0a0a487e0f0230425076550d3f12533f67c0801231");
        assert_eq!(hex(&name("lab", PREPARE).unwrap()), "230230421b4ac080155b1a0606");
        assert_eq!(hex(&name("lab", b"a000000").unwrap()), "23023042c08072592d6f52123c0a1e");
    }

    #[test]
    fn the_frame_is_that_of_a_wifi_direct_phone() {
        let cipher = Cipher::new("7jluWm1zql7bt8qK", [0; 16]);
        let phone = [0xCC, 0xFA, 0x00, 0xC8, 0xCF, 0xD2];
        let shots = shots(phone, b"linkkit-lab", b"12345678", &cipher).unwrap();
        let Shot::Probe { source, elements } = &shots[1] else { panic!("{shots:?}") };
        assert_eq!(hex(source), "cefa00c8cfd2");
        assert_eq!(
            hex(elements),
            concat!(
                "00074449524543542d01088c129824b048606cdd260050f204104a00011010110019",
                "2b02486d0a0a487e0f0230425076550d3f12533f67c0801231"
            )
        );
        assert_eq!(shots.len(), 2);
    }

    #[test]
    fn the_dictionary_is_a_permutation() {
        let all: Vec<u8> = (0..=255).collect();
        let mut there = translated(&all).unwrap();
        there.sort_unstable();
        assert_eq!(there, all);
    }

    #[test]
    fn a_long_name_is_cut_at_its_beginning() {
        let long = name("0123456789abcdefghijklmnopqrstuv", b"12345678").unwrap();
        // 18 bytes of it and 10 symbols, one of them a zero.
        assert_eq!((long.len(), long[0]), (32, KIND | 18));
        assert_eq!(long[1..19], translated(b"efghijklmnopqrstuv").unwrap());
        let chinese = name("中文网络中文网络", b"12345678").unwrap();
        assert_eq!((chinese.len(), chinese[0]), (32, KIND | 18));
        assert_eq!(chinese[1..19], translated("网络中文网络".as_bytes()).unwrap());
        let one_less = name("a中文网络中文", b"12345678").unwrap();
        assert_eq!((one_less.len(), one_less[0]), (32, KIND | 18));
    }

    #[test]
    fn a_password_must_leave_room_for_some_of_the_name() {
        assert!(name("lab", &[b'p'; 23]).is_ok());
        assert!(name("lab", &[b'p'; 26]).is_err());
        assert!(name("", b"12345678").is_err());
    }
}
