//! `push ota`.

use anyhow::{Result, bail};
use clap::Args;

use crate::alink::UpgradeProgress;
use crate::cloud::CloudEvent;
use crate::file::{ImageOffer, SignMethod};
use crate::push::files::{Ending, FileArgs};
use crate::push::target::{Conversation, TargetArgs};
use crate::push::watch::{Judgement, watch};

const AFTER_HELP: &str = "\
Done is progress of step 100 and no refusal in the next second, or an inform of VERSION, which
--until-informed waits for. Refused is progress of a negative step. The device fails when it says nothing, and fetches nothing, for --timeout-ms.";

/// Flags of `linkkit-sim push ota`.
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct OtaArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    file: FileArgs,
    /// The version of the image
    #[arg(long)]
    version: String,
    /// How the digest is made
    #[arg(long, value_name = "METHOD", default_value = "md5")]
    sign: SignMethod,
    /// Wait until the device tells that it runs the image
    #[arg(long)]
    until_informed: bool,
}

/// What the device should come to.
struct Upgrade<'a> {
    version: &'a str,
    expected: Ending,
    until_informed: bool,
}

impl Upgrade<'_> {
    fn judge(&self, event: &CloudEvent) -> Result<Judgement> {
        let ending = match event {
            CloudEvent::UpgradeProgressed { progress: UpgradeProgress { step: ..0, .. }, .. } => {
                Ending::Refused
            }
            CloudEvent::UpgradeProgressed { progress: UpgradeProgress { step: 100, .. }, .. }
                if self.expected == Ending::Done && !self.until_informed =>
            {
                return Ok(Judgement::Settle);
            }
            CloudEvent::FirmwareInformed { version, .. } if version == self.version => Ending::Done,
            CloudEvent::Malformed { .. } => bail!("the device's message makes no sense: {event}"),
            _ => return Ok(Judgement::Continue),
        };
        if ending == self.expected {
            Ok(Judgement::Done)
        } else {
            bail!("the device did not do as it should: {event}")
        }
    }
}

/// `linkkit-sim push ota`.
pub fn run(args: &OtaArgs) -> Result<()> {
    let serving = args.file.serve(args.sign)?;
    let mut offer = ImageOffer::new(&serving.content, serving.url, &args.version, args.sign);
    if let Some(digest) = serving.forged_digest {
        offer = offer.with_digest(digest);
    }
    let mut conversation = Conversation::open(&args.target)?;
    let device = &args.target.device;
    conversation.listen(&device.topic_after("/ota/device/progress"))?;
    conversation.listen(&device.topic_after("/ota/device/inform"))?;
    conversation.send(&device.topic_after(ImageOffer::TOPIC), offer.message().to_string())?;
    let upgrade = Upgrade {
        version: &args.version,
        expected: args.file.expected(),
        until_informed: args.until_informed,
    };
    watch(&mut conversation, &serving.events, |event| upgrade.judge(event))
}
