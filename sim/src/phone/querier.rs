//! Asks one device for its token.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::phone::coap;
use crate::phone::device_info::InfoAnswer;
use crate::phone::exchange::{Reply, Requester, RetryPolicy};

/// How soon a device without a token is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(300);

/// A query that was answered.
#[derive(Debug)]
pub struct Exchange {
    /// What the device said.
    pub answer: InfoAnswer,
    /// From the first transmission to the answer.
    pub elapsed: Duration,
    /// Times the query was sent again.
    pub repetitions: u32,
}

/// Asks one device for one resource.
#[derive(Debug)]
pub struct Querier {
    requester: Requester,
    path: String,
}

impl Querier {
    /// Gets ready to ask `device` for the resource `path`.
    pub fn new(device: SocketAddr, path: &str, policy: RetryPolicy) -> Result<Self> {
        Ok(Self { requester: Requester::new(device, policy)?, path: path.to_owned() })
    }

    /// Asks once.
    pub fn ask(&mut self) -> Result<Exchange> {
        let Reply { payload, elapsed, repetitions } =
            self.requester.get(&self.path, coap::query_payload()?)?;
        Ok(Exchange { answer: InfoAnswer::parse(&payload)?, elapsed, repetitions })
    }

    /// Asks until there is a token to give, at most until `deadline`; returns the last answer.
    pub fn ask_for_token(&mut self, deadline: Instant) -> Result<Exchange> {
        loop {
            let exchange = self.ask()?;
            if !matches!(exchange.answer, InfoAnswer::NoTokenYet) || Instant::now() + ASK_AGAIN > deadline {
                return Ok(exchange);
            }
            std::thread::sleep(ASK_AGAIN);
        }
    }
}
