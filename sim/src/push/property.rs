//! `push property-set` and `push property-get`.

use anyhow::Result;
use clap::Args;
use serde_json::value::{RawValue, to_raw_value};

use crate::push::target::{Conversation, Question, TargetArgs, parse_json};

/// Flags of `linkkit-sim push property-set`.
#[derive(Args, Clone, Debug)]
pub struct SetArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// The values by the names of the properties
    #[arg(value_name = "JSON", value_parser = parse_json)]
    values: Box<RawValue>,
}

/// Flags of `linkkit-sim push property-get`.
#[derive(Args, Clone, Debug)]
pub struct GetArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Which properties
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
}

/// `linkkit-sim push property-set`.
pub fn run_set(args: &SetArgs) -> Result<()> {
    Conversation::open(&args.target)?.ask(&Question {
        topic: "thing/service/property/set",
        reply_topic: "thing/service/property/set_reply",
        method: "thing.service.property.set",
        params: &args.values,
    })
}

/// `linkkit-sim push property-get`.
pub fn run_get(args: &GetArgs) -> Result<()> {
    Conversation::open(&args.target)?.ask(&Question {
        topic: "thing/service/property/get",
        reply_topic: "thing/service/property/get_reply",
        method: "thing.service.property.get",
        params: &to_raw_value(&args.names)?,
    })
}
