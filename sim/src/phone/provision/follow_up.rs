//! After the credentials were handed over: the device announces itself on the network, and the phone asks the
//! cloud for the token until the device has reported it.

use std::fmt;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde::Serialize;

use crate::app_api::{AppReply, DONE, NO_SUCH_TOKEN};
use crate::device_id::DeviceId;
use crate::output::Output;
use crate::phone::app::App;
use crate::phone::bind::{AccountArgs, Verdict};
use crate::phone::coap::{INFO_PATH, JOINED_PATH};
use crate::phone::coap_address::COAP_PORT;
use crate::phone::device_info::{DeviceInfo, InfoAnswer};
use crate::phone::exchange::RetryPolicy;
use crate::phone::listen::{Heard, NotifyListener};
use crate::phone::provision::ProvisionArgs;
use crate::phone::provision::failure::ProvisionFailure;
use crate::phone::querier::Querier;
use crate::phone::token::PhoneToken;

/// The shortest time to listen.
const A_LOOK: Duration = Duration::from_millis(1);
/// Between two questions to the cloud.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// What is to be seen of a device that has the credentials.
#[derive(Debug)]
pub struct Expected {
    /// The device; its announcement tells who it is, if nothing did before.
    pub device: Option<DeviceId>,
    /// What it reports; `None`: a token of its own, which it gives to a phone that asks.
    pub token: Option<PhoneToken>,
}

#[derive(Serialize)]
struct Joined<'a> {
    from: SocketAddr,
    joined: &'a DeviceInfo,
}

impl fmt::Display for Joined<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DeviceInfo { product_key, device_name, mac, ip, .. } = self.joined;
        write!(f, "{} has joined: {product_key}/{device_name} mac {mac} ip {ip}", self.from)
    }
}

/// A phone whose device is on its way to the network.
pub struct Phone {
    output: Output,
    app: App,
    /// Not any more when the device is asked, which may be on this machine and use the same port.
    listener: Option<NotifyListener>,
    expected: Expected,
    limit: Duration,
    deadline: Instant,
    joined: Option<SocketAddr>,
    is_waiting: bool,
}

impl Phone {
    /// Begins to listen for the announcement. From now on counts the time that the device has.
    pub fn open(args: &ProvisionArgs, expected: Expected) -> Result<Self> {
        let AccountArgs { broker, account, json } = &args.account;
        let limit = Duration::from_millis(args.wait_ms);
        Ok(Self {
            output: Output::from_json_flag(*json),
            app: App::new(broker.clone(), account.as_str()),
            listener: Some(NotifyListener::open_for(JOINED_PATH, args.bind_addr)?),
            expected,
            limit,
            deadline: Instant::now() + limit,
            joined: None,
            is_waiting: false,
        })
    }

    /// Whether the device has announced itself.
    pub fn has_joined(&self) -> bool {
        self.joined.is_some()
    }

    /// When the device's time is over.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Hears announcements until `deadline`, at least those that are there, and answers them.
    pub fn listen(&mut self, deadline: Instant) -> Result<()> {
        let deadline = deadline.max(Instant::now() + A_LOOK);
        let Some(listener) = &self.listener else {
            thread::sleep(deadline.saturating_duration_since(Instant::now()));
            return Ok(());
        };
        while let Some(heard) = listener.next(deadline)? {
            let Heard { from, notify, .. } = &heard;
            let device = notify.info.id();
            if self.expected.device.as_ref().is_some_and(|expected| *expected != device) {
                continue;
            }
            self.expected.device = Some(device);
            if self.joined.is_none() {
                self.joined = Some(*from);
                self.output.emit(&Joined { from: *from, joined: &notify.info });
            }
            listener.answer(&heard)?;
        }
        Ok(())
    }

    /// Waits for the announcement and for the report, and binds. The announcement may stay away where the
    /// device is known, as between the clients of a router that keeps them apart.
    pub fn bind(mut self) -> Result<()> {
        while !self.is_bound()? {
            if Instant::now() >= self.deadline {
                return Err(self.failure().into());
            }
            self.listen(self.deadline.min(Instant::now() + ASK_AGAIN))?;
        }
        Ok(())
    }

    /// What went wrong until now.
    pub fn failure(&self) -> ProvisionFailure {
        if self.has_joined() {
            ProvisionFailure::NotReported(self.limit)
        } else {
            ProvisionFailure::NotSeen(self.limit)
        }
    }

    /// Asks the cloud to bind.
    fn is_bound(&mut self) -> Result<bool> {
        let Some(device) = &self.expected.device else { return Ok(false) };
        let token = match (&self.expected.token, self.joined) {
            (Some(token), _) => token.to_string(),
            (None, Some(address)) => {
                self.listener = None;
                let Some(token) = ask_for_token(address, self.deadline) else { return Ok(false) };
                token
            }
            (None, None) => return Ok(false),
        };
        let reply = self.app.bind(device, &token)?;
        match reply.code {
            DONE => {
                self.output.emit(&Verdict::of_bind(&self.app, device, &reply));
                Ok(true)
            }
            NO_SUCH_TOKEN => {
                if !self.is_waiting {
                    self.is_waiting = true;
                    self.output.remark("waiting: the cloud does not know the token yet");
                }
                Ok(false)
            }
            code => {
                let AppReply { message: reason, .. } = reply;
                Err(ProvisionFailure::NotBound { code, reason }.into())
            }
        }
    }
}

/// The token that a device gives, which may not have got so far as to answer.
fn ask_for_token(address: SocketAddr, deadline: Instant) -> Option<String> {
    let address = (address.ip(), COAP_PORT).into();
    let mut querier = Querier::new(address, INFO_PATH, RetryPolicy::default()).ok()?;
    match querier.ask_for_token(deadline).ok()?.answer {
        InfoAnswer::Info(info) => info.live_token().map(str::to_owned),
        InfoAnswer::NoTokenYet => None,
    }
}

#[cfg(test)]
mod tests;
