//! `push disable`, `enable`, `delete` and `error`.

use anyhow::Result;
use clap::Args;
use serde_json::json;
use serde_json::value::to_raw_value;

use crate::push::target::{Conversation, Question, TargetArgs, request_id};

/// Flags of `linkkit-sim push error`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "A device does not answer an error: the exit status is 0 once the broker has it.")]
pub struct ErrorArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// The code
    #[arg(long, value_name = "CODE")]
    code: u16,
}

/// `linkkit-sim push disable`, `enable` or `delete`, whichever `change` says.
pub fn run_change(target: &TargetArgs, change: &str) -> Result<()> {
    Conversation::open(target)?.ask(&Question {
        topic: &format!("thing/{change}"),
        reply_topic: &format!("thing/{change}_reply"),
        method: &format!("thing.{change}"),
        params: &to_raw_value(&json!({}))?,
    })
}

/// `linkkit-sim push error`.
pub fn run_error(args: &ErrorArgs) -> Result<()> {
    let error = json!({
        "id": request_id()?,
        "code": args.code,
        "data": args.target.device,
        "message": "error of the bench",
    });
    let topic = args.target.device.topic_after("/ext/error");
    Conversation::open(&args.target)?.send(&topic, error.to_string())
}
