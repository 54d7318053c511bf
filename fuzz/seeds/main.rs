//! `seeds DIRECTORY`: writes what the targets begin with into a folder of `DIRECTORY` for each.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[path = "../../tests/robust_support/malformed.rs"]
mod malformed;
mod provisioning;

use malformed::bytes;

/// What brokers send; the long one was captured from the cloud.
const PACKETS: [&str; 22] = [
    "20020000",
    "20020100",
    "20020005",
    "9003000100",
    "9003000280",
    "9003000302",
    "b0020004",
    "40020004",
    "d000",
    "3004 0002 2f61",
    "3006 0002 2f61 7879",
    "3206 0002 2f61 0001",
    "3a07 0002 2f61 0001 78",
    "3406 0002 2f61 0002",
    "3c06 0002 2f61 0002",
    "62020002",
    "310b 0008 2f6c696272617279 78",
    // As long as no small reader takes in, and as no reader does.
    "34b8010003 2f612f 0007",
    "32ff7f0003 2f612f 0008",
    "30ffffff7f 0002 2f61",
    // Two in one piece.
    "32060002 2f61 0001 d000",
    "30a901003f2f7379732f613147516338694a4f57492f676174657761795f7465737430312f7468696e672f617773732f656e726f6c6c65652f6d617463685f7265706c797b226964223a2230222c22636f6465223a3230302c2264617461223a7b7d2c226d657373616765223a2273756363657373222c226d6574686f64223a227468696e672e617773732e656e726f6c6c65652e6d61746368222c2276657273696f6e223a22312e30227d",
];
/// Choices of `Device::new`.
const CHOICES: [u8; 6] = [0x00, 0x08, 0x18, 0x1b, 0x1c, 0x1f];
/// Actions, as hexadecimal digits, around or after all packets.
const SCRIPTS: [&str; 8] = [
    // Subscribe, unsubscribe, publish.
    "90 91 97 98 9c a1 a3 a7",
    // Acknowledge late; the connection breaks, and a new one is accepted with the session.
    "b8 0632060002 c0 c8 0420020100 b0 b0",
    // A CONNECT without an answer, then one that finds the session.
    "c0 c8 c0 c8 0420020100 083c0600022f610002 08340600022f610002",
    // More QoS 2 messages than may be open.
    "08340600022f610001 08340600022f610002 08340600022f610003 08340600022f610004 08340600022f610005 \
     0462020001 0462020002 0462020003 0462020004 e0 c8 0420020100 083c0600022f610005",
    // A full socket.
    "ba a3 a3 a3 a3 a3 98 99 8f bb 8f",
    // Silence.
    "e0 e0 e0 e0 c8",
    "8d 8d 02d000 8d 8f",
    "d0 d1 c8 0420020000",
];
const TOPICS: [&str; 8] = [
    "+/sys/pk/dn/thing/service/+\n\n/sys/pk/dn/thing/service/property\n-/sys/pk/dn/thing/service/+\n\n/sys/pk/dn/thing/service/property",
    "+#\n++\n++/+\n+/#\n+/+\na\na/b\n/a\n/",
    "+a/#\na\na/\na/b\nb\n-a/#\na",
    "+$SYS/#\n++/x\n+#\n$SYS/x\n$SYS\n$",
    "=/sys/pk/dn/reply\n+/sys/pk/dn/reply\n/sys/pk/dn/reply\n-/sys/pk/dn/reply\n\n/sys/pk/dn/reply",
    "+a/b\n+a/b/c\n+a/+/c\n+a/+/#\n\na/b\na/b/c\na/b/c/d\n-a/+/c\na/b/c\n\na/b/c",
    "+a+\n+#a\n+a/#/b\n+a#\n+++\n-\n+\n=+\na+b\na#",
    "+中/文\n++/文\n中/文\n+!/~\n+a//b\na//b\n!/~",
];

fn main() -> io::Result<()> {
    let directory = env::args_os().nth(1).map(PathBuf::from).expect("the directory of the corpus");
    let packets = PACKETS.iter().map(|packet| bytes(packet)).chain(malformed::packets());
    let alone =
        packets.clone().flat_map(|packet| CHOICES.map(|choice| [&[choice][..], &pieces(&packet)].concat()));
    // Everything after each script.
    let stream: Vec<u8> = PACKETS[3..17].iter().flat_map(|packet| pieces(&bytes(packet))).collect();
    let scripted = SCRIPTS.iter().flat_map(|script| {
        CHOICES.map(|choice| [&[choice][..], &bytes(script), &stream, &bytes(script)].concat())
    });
    // A byte at a time.
    let slow = packets.map(|packet| {
        [0x18].into_iter().chain(packet.into_iter().flat_map(|byte| [1, byte])).collect::<Vec<u8>>()
    });
    write(&directory.join("mqtt_receive"), alone.chain(scripted).chain(slow))?;
    write(&directory.join("topic_matching"), TOPICS.iter().map(|lines| lines.as_bytes().to_vec()))?;
    write(&directory.join("provision_frames"), provisioning::frames().into_iter())?;
    write(&directory.join("zero_config_registrar"), provisioning::registrar().into_iter())
}

/// `packet` as steps of a script.
fn pieces(packet: &[u8]) -> Vec<u8> {
    packet.chunks(0x7f).flat_map(|piece| [&[piece.len() as u8][..], piece].concat()).collect()
}

fn write(directory: &Path, seeds: impl Iterator<Item = Vec<u8>>) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    for (number, seed) in seeds.enumerate() {
        fs::write(directory.join(format!("seed-{number:03}")), seed)?;
    }
    Ok(())
}
