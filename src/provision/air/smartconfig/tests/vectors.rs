//! What the C SDK decodes, too.

use super::*;

const LINKKIT_LAB: &str = "linkkit-lab / 12345678 @ Some([d8, fe, e3, 11, 22, 33])";

const CODES: [u16; 32] = [
    0x4e0, 0x11c, 0x185, 0x20b, 0x28b, 0x34c, 0x3c9, 0x44e, 0x4cb, 0x3e1, 0x14b, 0x1c9, 0x254, 0x28d, 0x34c,
    0x3c1, 0x442, 0x490, 0x3e2, 0x12d, 0x197, 0x22d, 0x2b1, 0x30f, 0x389, 0x413, 0x4bf, 0x3e3, 0x11d, 0x186,
    0x211, 0x2a8,
];
const MESSAGE: &[u8] =
    b"\x1c\x05\x0b\x0b\x4c\x49\x4e\x4b\x4b\x49\x54\x0d\x4c\x41\x42\x10\x2d\x17\x2d\x31\x0f\x09\x13\x3f\x1d\x06\x11\x28";

#[test]
fn the_encoder_makes_the_vectors() {
    assert_eq!(phone::encrypt(b"12345678"), b"\x50\x7b\xb5\xf1\x93\x4c\x7f\x67");
    assert_eq!(message(b"linkkit-lab", b"12345678", Form::Named), MESSAGE);
    assert_eq!(codes(MESSAGE), CODES);
    let heads: [(Cipher, bool, usize, &[u8]); 3] = [
        (Cipher::Open, true, 1308, b"\x08\x01\x00\x00\xd8\xfe\xe3\x11\x22\x33\xcc\xfa\x00\xc8\xcf\xd2\xff\xff\xff\xff\xff\xff\x40\x06\xaa\xaa\x03\x00"),
        (Cipher::Aes, true, 1324, b"\x08\x41\x00\x00\xd8\xfe\xe3\x11\x22\x33\xcc\xfa\x00\xc8\xcf\xd2\xff\xff\xff\xff\xff\xff\x40\x06\x11\x22\x00\x20"),
        (Cipher::Aes, false, 1324, b"\x08\x42\x00\x00\xff\xff\xff\xff\xff\xff\xd8\xfe\xe3\x11\x22\x33\xcc\xfa\x00\xc8\xcf\xd2\x40\x06\x11\x22\x00\x20"),
    ];
    for (cipher, to_ds, length, head) in heads {
        let frame = Carrier { to_ds, ..Carrier::new(cipher) }.frame(0x4E0, 100);
        assert_eq!((frame.len(), &frame[..28]), (length, head), "{cipher:?}");
    }
}

#[test]
fn vector_a_is_whole_with_its_last_frame() {
    let mut device = Device::new();
    device.hear_beacon(&LINKKIT_LAB_BEACON);
    let heard = device.hear_all(sent(&Carrier::new(Cipher::Aes), &CODES, 100, 1).take(64));
    assert_eq!(heard, (32, LINKKIT_LAB.into()));
}
