//! `push config`.

use anyhow::{Result, bail};
use clap::Args;
use serde_json::value::to_raw_value;

use crate::alink::{CloudRequest, UpgradeProgress};
use crate::cloud::CloudEvent;
use crate::file::{ConfigurationOffer, FileEvent, SignMethod};
use crate::push::files::{Ending, FileArgs};
use crate::push::target::{Conversation, TargetArgs, judge as judge_answer, request_id};
use crate::push::watch::{Judgement, watch};

const AFTER_HELP: &str = "\
Done is a push_reply of code 200, or that the device took the file to its end and did not refuse it in the
next second. Refused is a push_reply of another code, or progress of a negative step. The device fails when
it says nothing, and fetches nothing, for --timeout-ms.";

/// Flags of `linkkit-sim push config`.
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct ConfigArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    file: FileArgs,
    /// How the digest is made
    #[arg(long, value_name = "METHOD", default_value = "sha256")]
    sign: SignMethod,
}

fn judge(event: &CloudEvent, expected: Ending) -> Result<Judgement> {
    let ending = match event {
        CloudEvent::Answered { answer, .. } if judge_answer(answer).is_ok() => Ending::Done,
        CloudEvent::Answered { .. }
        | CloudEvent::UpgradeProgressed { progress: UpgradeProgress { step: ..0, .. }, .. } => {
            Ending::Refused
        }
        CloudEvent::File(FileEvent::Sent { is_end: true, .. }) if expected == Ending::Done => {
            return Ok(Judgement::Settle);
        }
        CloudEvent::Malformed { .. } => bail!("the device's answer makes no sense: {event}"),
        _ => return Ok(Judgement::Continue),
    };
    if ending == expected {
        Ok(Judgement::Done)
    } else {
        bail!("the device did not do as it should: {event}")
    }
}

/// `linkkit-sim push config`.
pub fn run(args: &ConfigArgs) -> Result<()> {
    let serving = args.file.serve(args.sign)?;
    let mut offer = ConfigurationOffer::new(&serving.content, serving.url, args.sign);
    if let Some(digest) = serving.forged_digest {
        offer = offer.with_digest(digest);
    }
    let id = request_id()?;
    let params = to_raw_value(&offer)?;
    let request = CloudRequest::new(&id, "thing.config.push", &params);
    let mut conversation = Conversation::open(&args.target)?;
    let device = &args.target.device;
    conversation.listen(&device.topic("thing/config/push_reply"))?;
    conversation.listen(&device.topic_after("/ota/device/progress"))?;
    conversation.send(&device.topic("thing/config/push"), serde_json::to_vec(&request)?)?;
    watch(&mut conversation, &serving.events, |event| judge(event, args.file.expected()))
}
