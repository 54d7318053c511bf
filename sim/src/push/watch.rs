//! Watching a device fetch a file.

use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::cloud::{CloudEvent, read_notice_on};
use crate::file::FileEvent;
use crate::push::target::Conversation;

/// How often to look after what happens to the file.
const GLANCE: Duration = Duration::from_millis(50);

/// What one event means.
pub enum Judgement {
    /// The device has not come to an end.
    Continue,
    /// It has if it says nothing else for so long.
    Settle(Duration),
    /// It ended as it should.
    Done,
}

/// Prints what happens until `judge` has come to an end. Fails when nothing happens for as long as the
/// conversation has patience.
pub fn watch(
    conversation: &mut Conversation,
    files: &Receiver<FileEvent>,
    mut judge: impl FnMut(&CloudEvent) -> Result<Judgement>,
) -> Result<()> {
    let mut deadline = conversation.deadline();
    let mut settled: Option<Instant> = None;
    loop {
        let mut events: Vec<CloudEvent> = files.try_iter().map(CloudEvent::File).collect();
        if let Some(publish) = conversation.hear(Instant::now() + GLANCE)? {
            events.extend(read_notice_on(&publish.topic, &publish.payload));
        }
        for event in &events {
            conversation.tell(event);
            deadline = conversation.deadline();
            match judge(event)? {
                Judgement::Continue => {}
                Judgement::Settle(quiet) => settled = Some(Instant::now() + quiet),
                Judgement::Done => return Ok(()),
            }
        }
        if settled.is_some_and(|settled| Instant::now() >= settled) {
            return Ok(());
        }
        if Instant::now() >= deadline {
            return Err(conversation.overdue("go on as it should"));
        }
    }
}
