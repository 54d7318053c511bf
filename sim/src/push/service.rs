//! `push service`.

use anyhow::{Result, bail};
use clap::Args;
use serde_json::value::RawValue;

use crate::push::target::{Conversation, Question, TargetArgs, parse_json, request_id};

/// Flags of `linkkit-sim push service`.
#[derive(Args, Clone, Debug)]
pub struct ServiceArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Call it synchronously, by rrpc/request
    #[arg(long)]
    sync: bool,
    /// The service's identifier
    #[arg(value_name = "ID", value_parser = parse_identifier)]
    identifier: String,
    /// Its input
    #[arg(value_name = "JSON", value_parser = parse_json)]
    input: Box<RawValue>,
}

fn parse_identifier(text: &str) -> Result<String> {
    if text.is_empty() || text.contains(['/', '+', '#']) {
        bail!("an identifier must not be empty, nor contain any of / + #");
    }
    Ok(text.to_owned())
}

/// `linkkit-sim push service`.
pub fn run(args: &ServiceArgs) -> Result<()> {
    let (topic, reply_topic) = if args.sync {
        let call = request_id()?;
        (format!("rrpc/request/{call}"), format!("rrpc/response/{call}"))
    } else {
        let topic = format!("thing/service/{}", args.identifier);
        (topic.clone(), format!("{topic}_reply"))
    };
    Conversation::open(&args.target)?.ask(&Question {
        topic: &topic,
        reply_topic: &reply_topic,
        method: &format!("thing.service.{}", args.identifier),
        params: &args.input,
    })
}
