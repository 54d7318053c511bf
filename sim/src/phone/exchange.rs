//! One confirmable request to one device, repeated as RFC 7252 section 4.2 wants.

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use coap_lite::{MessageClass, MessageType, Packet, ResponseType};

use crate::phone::coap::{self, QueryIdentity};
use crate::phone::socket;
use crate::random;

/// How long a device that has acknowledged a query may think about the answer.
const SEPARATE_ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// When to repeat a request, and when to give up.
#[derive(Args, Clone, Debug)]
pub struct RetryPolicy {
    /// First wait for an answer, stretched by up to half at random; doubled by each repetition
    #[arg(long, value_name = "MS", default_value_t = 2000)]
    ack_timeout_ms: u64,
    /// Repetitions of an unanswered request
    #[arg(long, value_name = "N", default_value_t = 4)]
    max_retransmit: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { ack_timeout_ms: 2000, max_retransmit: 4 }
    }
}

/// A request that was answered with a code that is no error.
#[derive(Debug)]
pub struct Reply {
    /// What the device said.
    pub payload: Vec<u8>,
    /// From the first transmission to the answer.
    pub elapsed: Duration,
    /// Times the request was sent again.
    pub repetitions: u32,
}

/// What one wait led to.
enum Heard {
    Answer(Vec<u8>),
    OnlyAcknowledged,
    Nothing,
}

/// Asks one device.
#[derive(Debug)]
pub struct Requester {
    socket: UdpSocket,
    device: SocketAddr,
    policy: RetryPolicy,
    next_message_id: u16,
}

impl Requester {
    /// Gets ready to ask `device`.
    pub fn new(device: SocketAddr, policy: RetryPolicy) -> Result<Self> {
        Ok(Self {
            socket: socket::to_device(device)?,
            device,
            policy,
            next_message_id: u16::from_ne_bytes(random::bytes()?),
        })
    }

    /// GETs `path` with `payload`, once.
    pub fn get(&mut self, path: &str, payload: Vec<u8>) -> Result<Reply> {
        self.next_message_id = self.next_message_id.wrapping_add(1);
        let identity = QueryIdentity { message_id: self.next_message_id, token: random::bytes()? };
        let datagram = coap::get(MessageType::Confirmable, &identity, path, payload)?;
        let started = Instant::now();
        let mut patience = self.first_timeout()?;
        for repetitions in 0..=self.policy.max_retransmit {
            self.socket.send(&datagram).with_context(|| format!("cannot send to {}", self.device))?;
            let heard = match self.wait(&identity, path, Instant::now() + patience, true)? {
                Heard::OnlyAcknowledged => {
                    self.wait(&identity, path, Instant::now() + SEPARATE_ANSWER_LIMIT, false)?
                }
                heard => heard,
            };
            match heard {
                Heard::Answer(payload) => {
                    return Ok(Reply { payload, elapsed: started.elapsed(), repetitions });
                }
                Heard::OnlyAcknowledged => break,
                Heard::Nothing => patience *= 2,
            }
        }
        bail!("{} does not answer within {:.1} s", self.device, started.elapsed().as_secs_f32())
    }

    /// Acknowledges answers that the device repeats because an acknowledgement was lost, until `deadline`.
    pub fn acknowledge_repetitions(&self, deadline: Instant) -> Result<()> {
        while let Some((datagram, _)) = socket::receive(&self.socket, deadline)? {
            let Ok(packet) = coap::decode(&datagram) else { continue };
            if matches!(packet.header.code, MessageClass::Response(_)) {
                self.acknowledge(&packet)?;
            }
        }
        Ok(())
    }

    /// Spread over half of its length, so that phones do not repeat in step.
    fn first_timeout(&self) -> Result<Duration> {
        let spread = f64::from(u16::from_ne_bytes(random::bytes()?)) / f64::from(u16::MAX);
        Ok(Duration::from_millis(self.policy.ack_timeout_ms).mul_f64(1.0 + spread / 2.0))
    }

    fn wait(&self, identity: &QueryIdentity, path: &str, deadline: Instant, heed_ack: bool) -> Result<Heard> {
        while let Some((datagram, _)) = socket::receive(&self.socket, deadline)? {
            // Whoever sends rubbish to this port cannot keep the answer away.
            let Ok(packet) = coap::decode(&datagram) else { continue };
            let same_message = packet.header.message_id == identity.message_id;
            match (packet.header.get_type(), packet.header.code) {
                (MessageType::Reset, _) if same_message => bail!("{} rejects the request", self.device),
                (MessageType::Acknowledgement, MessageClass::Empty) if same_message && heed_ack => {
                    return Ok(Heard::OnlyAcknowledged);
                }
                (_, MessageClass::Response(code)) if packet.get_token() == identity.token => {
                    self.acknowledge(&packet)?;
                    return self.judge(code, path, packet);
                }
                _ => {}
            }
        }
        Ok(Heard::Nothing)
    }

    fn acknowledge(&self, answer: &Packet) -> Result<()> {
        if answer.header.get_type() == MessageType::Confirmable {
            let ack = coap::acknowledgement(answer.header.message_id)?;
            self.socket.send(&ack).context("cannot acknowledge the answer")?;
        }
        Ok(())
    }

    fn judge(&self, code: ResponseType, path: &str, packet: Packet) -> Result<Heard> {
        if code.is_error() {
            bail!("{} answers {} to {path}", self.device, packet.header.code);
        }
        Ok(Heard::Answer(packet.payload))
    }
}

#[cfg(test)]
mod tests;
