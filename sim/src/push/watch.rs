//! Watching a device fetch a file.

use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::cloud::{CloudEvent, read_notice_on};
use crate::file::FileEvent;
use crate::push::target::Conversation;

/// How often to look after what happens to the file.
const GLANCE: Duration = Duration::from_millis(50);
/// How long a device that has all of the file may take to refuse it.
const REFUSAL_LIMIT: Duration = Duration::from_secs(1);

/// What one event means.
pub enum Judgement {
    /// The device has not come to an end.
    Continue,
    /// It ended as it should, unless it refuses the file in the next second.
    Settle,
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
        let message = conversation.hear(Instant::now() + GLANCE)?;
        // What a device says about a file comes after what it did to it.
        let notice = message.and_then(|publish| read_notice_on(&publish.topic, &publish.payload));
        for event in &files.try_iter().map(CloudEvent::File).chain(notice).collect::<Vec<_>>() {
            conversation.tell(event);
            deadline = conversation.deadline();
            match judge(event)? {
                Judgement::Continue => {}
                Judgement::Settle => settled = Some(Instant::now() + REFUSAL_LIMIT),
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
