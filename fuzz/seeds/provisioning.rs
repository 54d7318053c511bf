//! What phones, access points and devices that help say: scripts of `provision_frames` and of
//! `zero_config_registrar`.

use crate::malformed::bytes;

/// `linkkit-lab` and `12345678` under the product secret of the targets, as lengths.
const SMARTCONFIG: [u16; 32] = [
    0x4E0, 0x11C, 0x185, 0x20B, 0x28B, 0x34C, 0x3C9, 0x44E, 0x4CB, 0x3E1, 0x14B, 0x1C9, 0x254, 0x28D, 0x34C,
    0x3C1, 0x442, 0x490, 0x3E2, 0x12D, 0x197, 0x22D, 0x2B1, 0x30F, 0x389, 0x413, 0x4BF, 0x3E3, 0x11D, 0x186,
    0x211, 0x2A8,
];
/// The content of that message.
const SMARTCONFIG_CONTENT: &str = "050b0b4c494e4b4b49540d4c4142102d172d310f09133f1d06";
/// The same in multicast addresses, with a bind token, without the length in front and the sum behind.
const MULTICAST: &str = "c708507bb5f1934c7f670801020304050607080b6c696e6b6b69742d6c616203112233";
/// The same in a probe request with a device name for WPS.
const WPS: &str = "40000000ffffffffffffcefa00c8cfd2ffffffffffff100000074449524543542d01088c129824b048606cdd260050f204104a000110101100192b02486d0a0a487e0f0230425076550d3f12533f67c0801231";
/// Device names without their checksums: that one, and a name sent ahead.
const DEVICE_NAMES: [&str; 2] = ["2b02486d0a0a487e0f0230425076550d3f12533f67c080", "230230421b4ac080155b1a"];
const BEACON: &str = "80000000ffffffffffffd8fee3112233d8fee31122330000000000000000000064001104000b6c696e6b6b69742d6c6162010882848b960c12182403010630140100000fac040100000fac040100000fac020000";
/// What a device sends that helps others, in the field.
const REGISTRAR_ELEMENT: &str = "dd35d896e0ab0114b0c8fac2b7bf04e230106a179d5455c4ec73b04e01086970635f64656d6f0ab9d031c6d6196c53b77a4031313c05b189";
const SWITCH_AP: &[u8] = br#""ssid":"linkkit-lab","bssid":"d8:fe:e3:11:22:33","random":"101112131415161718191a1b1c1d1e1f","passwd":"19C5EDB2FAD010A965B0F628F338AFF1","token":"0102030405060708090a0b0c0d0e0f10""#;
const SWITCH_TO_OPEN: &[u8] = br#""xssid":"6C6162","cipherType":3"#;

/// Scans and is pressed.
const PRESSED: &str = "a4 a0";
const JOINED: &str = "b1 90 90 c10100 cb01c8 90 90";
const NOT_JOINED: &str = "b0 90 90";
/// Waits until the station asks to be polled, so often.
const ANNOUNCED: &str = "90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90";

pub fn frames() -> Vec<Vec<u8>> {
    let mut scripts =
        vec![device_ap(), phone_ap(), wifi_list(), crowd(), [&[2], &bytes(ANNOUNCED)[..]].concat()];
    for said in phones() {
        for end in [JOINED, NOT_JOINED, "a8 90 90", "b0"] {
            scripts.push([&[0], &bytes(PRESSED)[..], &said, &bytes(end), &said].concat());
        }
        // Not pressed, polled late, handed on in other ways, and on an access point that moves away.
        for before in
            ["a4", "a4 a0 91", "a0 a7", "4107ec a4 a0", "4102d8 a6 a0", "4101d8 a5 a2", "40ff a4 a0"]
        {
            scripts.push([&[1], &bytes(before)[..], &said, &bytes(JOINED)].concat());
        }
    }
    scripts
}

/// Each with the beacon of its access point in front.
fn phones() -> Vec<Vec<u8>> {
    let codes = SMARTCONFIG.iter().flat_map(|code| [&code.to_be_bytes()[..], &[0x81]].concat());
    let codes: Vec<u8> = codes.collect();
    let mut phones = vec![
        [&bytes("501806 4018")[..], &codes].concat(),
        [&bytes("501806 4058")[..], &codes, &codes].concat(),
        [&bytes("500006 4020")[..], &codes].concat(),
        [&bytes("500806 4028")[..], &codes].concat(),
        [&bytes("501006 4010 420f00")[..], &codes].concat(),
        [&raw(BEACON)[..], &raw(WPS)].concat(),
        [&bytes("501806 66")[..], &short(&bytes(SMARTCONFIG_CONTENT))].concat(),
        [&bytes("501806 4018 68")[..], &short(&bytes(MULTICAST))].concat(),
        [&bytes("500006 69c7")[..], &short(b"linkkit-lab"), &short(b"12345678"), &short(b"token678")]
            .concat(),
        [&bytes("500006 69c3")[..], &short(b"linkkit-lab"), &short(b""), &short(b"")].concat(),
        [&bytes("500006 6a")[..], &short(b"linkkit-lab"), &short(b"12345678")].concat(),
        [&bytes("6a")[..], &short(b"linkkit-lab"), &short(b"")].concat(),
        [&bytes("61")[..], &short(&bytes(REGISTRAR_ELEMENT))].concat(),
        bytes("430025c7 43010850 43027bb5 4303f193 43044c7f 43056708"),
    ];
    for name in DEVICE_NAMES {
        phones.push([&bytes("500006 65")[..], &short(&bytes(name))].concat());
    }
    for (beacon, name, password) in [
        ("500006", "linkkit-lab", ""),
        ("501806", "linkkit-lab", ""),
        ("551806", "中文网络", "密码12345"),
        ("511806", "aha", "12345678"),
        ("521806", "adha", "another password"),
        (
            "560b06",
            "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn",
            "a password of sixty-three bytes, as long as one of WPA2 can be.",
        ),
    ] {
        phones.push(
            [&bytes(beacon)[..], &[0x67], &short(name.as_bytes()), &short(password.as_bytes())].concat(),
        );
    }
    phones
}

fn device_ap() -> Vec<u8> {
    [
        &bytes("00 a9 b2 88 b3 88 c000")[..],
        &short(b""),
        &bytes("c001"),
        &short(SWITCH_AP),
        &bytes("c009"),
        &short(SWITCH_AP),
        &bytes("c9 90 b0 90 b3 88 c000"),
        &short(SWITCH_AP),
        &bytes("ca 8a b1 90 90 c10100"),
        &bytes(ANNOUNCED),
    ]
    .concat()
}

fn phone_ap() -> Vec<u8> {
    [
        &bytes("00 a4 a0 511806 b1 90 90 c30000 c501")[..],
        &short(b""),
        &bytes("c300"),
        &short(SWITCH_TO_OPEN),
        &bytes("88 90 b1 90 90 a4 a0 511806 b0 90 a0 511806 b1"),
        &bytes(ANNOUNCED),
    ]
    .concat()
}

fn wifi_list() -> Vec<u8> {
    [
        &bytes("00 a4 a0 511806 b1 90 c403")[..],
        &short(b""),
        &bytes("b42061 b504 83 83 83 83 c402"),
        &short(b""),
        &bytes("b42022 b500 83 83 83 83 90 90 90"),
    ]
    .concat()
}

fn crowd() -> Vec<u8> {
    [&bytes("00 a4 a0 60ff 4018")[..], &phones()[0], &bytes(JOINED)].concat()
}

pub fn registrar() -> Vec<Vec<u8>> {
    const SERVED: &str = "00 10 203c 2100 90 90 90 23 90";
    let candidate =
        |name: &[u8]| [&[0x12, 3], &short(name)[..], &short(b"a1X2bEnP82z"), &short(&[7; 16])].concat();
    let crowd: Vec<u8> = (0..8).flat_map(|number| candidate(&[b'a' + number])).collect();
    let checkin = br#"{"id":"9","params":{"productKey":"a1X2bEnP82z","deviceName":"b","timeout":60}}"#;
    let cipher = br#"{"data":{"productKey":"a1X2bEnP82z","deviceName":"b","secret":"A6DA44BCE4F0EA0D7F7D7D70193386B6"}}"#;
    let of_crowd = [&[0x30][..], &long(checkin), &[0x31], &long(cipher), &bytes("90 90 90")].concat();
    vec![
        bytes(SERVED),
        bytes("0201 00 10 203c 2100 90 90 8f 90"),
        bytes("0206 00 10 203c 2101 90 90 01 90 00 10"),
        bytes("03 00 10 8f 203c 2100 90 90"),
        bytes("00 10 05 2204 203c 90 90 90 90 2100 06 90 04 90"),
        bytes("00 10 203c 90 90 90 90 90 90 90"),
        [&bytes("00 10")[..], &crowd, &of_crowd, &bytes("203c 2100 90 90 8f 90")].concat(),
        [&bytes("00 13")[..], &long(&bytes(WPS)), &[0], &bytes(SERVED)].concat(),
        [&bytes("00 11")[..], &short(&bytes(REGISTRAR_ELEMENT)), &[0xD8]].concat(),
    ]
}

/// As the port hands it on.
fn raw(frame: &str) -> Vec<u8> {
    [&[0x64], &long(&bytes(frame))[..]].concat()
}

fn short(bytes: &[u8]) -> Vec<u8> {
    [&[u8::try_from(bytes.len()).expect("a short one")], bytes].concat()
}

fn long(bytes: &[u8]) -> Vec<u8> {
    [&u16::try_from(bytes.len()).expect("not that long").to_le_bytes()[..], bytes].concat()
}
