//! MQTT packets that no broker may send. Most of them crash or fool a lax decoder.

/// Fields cut short, down to nothing.
const TOO_SHORT: &[&str] = &[
    "4000",
    "400101",
    "2000",
    "200100",
    "9000",
    "900100",
    "b000",
    "500100",
    "6200",
    "7000",
    "3203000161",
    "320400016100",
];
/// Fields that reach into the packet that follows.
const INTO_THE_NEXT: &[&str] =
    &["4000d000", "20000000", "40010005", "90000007", "30030002414243", "3203000161d000"];
/// Packets that only a client may send.
const OF_A_CLIENT: &[&str] = &[
    "8200",
    "a200",
    "82050001000161",
    "100600044d515454",
    "100700044d51545404",
    "1014000b616161616161616161616104 02003c000161",
    "100d00044d5154540403003c000161",
    "101000044d5154540442003c0001610001 62",
    "82020001",
];
/// Topic names: a wildcard each, U+0000, an empty one, not UTF-8, a surrogate.
const TOPIC_NAMES: &[&str] =
    &["30050003612f23", "300300012b", "3003000100", "30020000", "30030001ff", "30050003eda080"];
/// Bytes behind the end, and fixed lengths that are not.
const TOO_LONG: &[&str] =
    &["d00100", "40030001ff", "2003000000", "b00400010002", "90080001000000000000", "90020001"];
/// Flags and codes that are reserved; QoS 3; DUP with QoS 0; packet id 0.
const RESERVED: &[&str] = &[
    "3803000161",
    "2002fe00",
    "20020105",
    "20020006",
    "360500016100 01",
    "3205000161 0000",
    "40020000",
    "9003000103",
    "f000",
    "f07f",
    "0000",
    "410200 01",
    "417f00",
    "d100",
    "31020000",
];
/// A remaining length of five bytes.
const LENGTHS: &[&str] = &["30ffffffff01", "d080808080 00"];

/// A SUBSCRIBE whose filter has 300 bytes.
fn long_subscribe() -> Vec<u8> {
    [bytes("82b1020001012c"), vec![0x61; 300], vec![0]].concat()
}

/// Every one of them; the device has to hang up on each.
pub fn packets() -> Vec<Vec<u8>> {
    let lists = [TOO_SHORT, INTO_THE_NEXT, OF_A_CLIENT, TOPIC_NAMES, TOO_LONG, RESERVED, LENGTHS];
    let mut packets: Vec<_> = lists.concat().into_iter().map(bytes).collect();
    packets.push(long_subscribe());
    packets
}

/// Bytes from hexadecimal digits; blanks do not count.
pub fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|digit| *digit != b' ').collect();
    let byte =
        |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("digits");
    digits.chunks(2).map(byte).collect()
}
