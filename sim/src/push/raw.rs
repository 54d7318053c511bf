//! `push raw`.

use anyhow::{Result, bail};
use clap::Args;

use crate::cloud::CloudEvent;
use crate::push::target::{Conversation, TargetArgs};

/// Flags of `linkkit-sim push raw`.
#[derive(Args, Clone, Debug)]
pub struct RawArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Wait until the device sends bytes too, on model/up_raw; without it the broker's acknowledgement is
    /// enough, for a device need not answer
    #[arg(long)]
    expect_up_raw: bool,
    /// The bytes
    #[arg(value_name = "HEX", value_parser = parse_hex)]
    bytes: Bytes,
}

/// Bytes of the command line.
#[derive(Clone, Debug, PartialEq)]
struct Bytes(Vec<u8>);

fn parse_hex(text: &str) -> Result<Bytes> {
    match base16ct::mixed::decode_vec(text) {
        Ok(bytes) if !bytes.is_empty() => Ok(Bytes(bytes)),
        _ => bail!("not pairs of hex digits"),
    }
}

/// `linkkit-sim push raw`.
pub fn run(args: &RawArgs) -> Result<()> {
    let mut conversation = Conversation::open(&args.target)?;
    let device = conversation.device().clone();
    if args.expect_up_raw {
        conversation.listen(&device.topic("thing/model/up_raw"))?;
    }
    conversation.send(&device.topic("thing/model/down_raw"), args.bytes.0.as_slice())?;
    if args.expect_up_raw {
        let deadline = conversation.deadline();
        let Some(publish) = conversation.hear(deadline)? else {
            return Err(conversation.overdue("send raw data"));
        };
        let hex = base16ct::upper::encode_string(&publish.payload);
        conversation.tell(&CloudEvent::RawPosted { device, hex });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_checked() {
        assert_eq!(parse_hex("00aB").unwrap(), Bytes(vec![0x00, 0xAB]));
        for wrong in ["", "0", "0g", "0x00"] {
            assert!(parse_hex(wrong).is_err(), "{wrong}");
        }
    }
}
