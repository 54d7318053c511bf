//! After the credentials were handed over: the device announces itself on the network, and the phone asks the
//! cloud for the token until the device has reported it.

use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde::Serialize;

use crate::app_api::{AppReply, DONE, NO_SUCH_TOKEN};
use crate::device_id::DeviceId;
use crate::output::Output;
use crate::phone::app::App;
use crate::phone::bind::{AccountArgs, Verdict};
use crate::phone::coap::JOINED_PATH;
use crate::phone::device_info::DeviceInfo;
use crate::phone::listen::{Heard, NotifyListener};
use crate::phone::provision::ProvisionArgs;
use crate::phone::provision::failure::ProvisionFailure;
use crate::phone::provision::token::PhoneToken;

/// Between two questions to the cloud.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// What is to be seen of a device that has the credentials.
#[derive(Debug)]
pub struct Expected {
    /// The device; its announcement tells who it is, if nothing did before.
    pub device: Option<DeviceId>,
    /// What it reports.
    pub token: PhoneToken,
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

/// Waits for the announcement and for the report, and binds. The announcement may stay away, as between the
/// clients of a router that keeps them apart.
pub fn follow_up(args: &ProvisionArgs, output: Output, expected: Expected) -> Result<()> {
    let AccountArgs { broker, account, .. } = &args.account;
    let mut phone = Phone {
        output,
        app: App::new(broker.clone(), account.as_str()),
        listener: NotifyListener::open_for(JOINED_PATH, args.bind_addr)?,
        expected,
        has_joined: false,
        is_waiting: false,
    };
    let limit = Duration::from_millis(args.wait_ms);
    let deadline = Instant::now() + limit;
    while !phone.is_bound()? {
        if Instant::now() >= deadline {
            let failure = if phone.has_joined {
                ProvisionFailure::NotReported(limit)
            } else {
                ProvisionFailure::NotSeen(limit)
            };
            return Err(failure.into());
        }
        phone.listen(deadline.min(Instant::now() + ASK_AGAIN))?;
    }
    Ok(())
}

struct Phone {
    output: Output,
    app: App,
    listener: NotifyListener,
    expected: Expected,
    has_joined: bool,
    is_waiting: bool,
}

impl Phone {
    /// Hears announcements until `deadline`, and answers them.
    fn listen(&mut self, deadline: Instant) -> Result<()> {
        while let Some(heard) = self.listener.next(deadline)? {
            let Heard { from, notify, .. } = &heard;
            let device = notify.info.id();
            if self.expected.device.as_ref().is_some_and(|expected| *expected != device) {
                continue;
            }
            self.expected.device = Some(device);
            if !self.has_joined {
                self.has_joined = true;
                self.output.emit(&Joined { from: *from, joined: &notify.info });
            }
            self.listener.answer(&heard)?;
        }
        Ok(())
    }

    /// Asks the cloud to bind.
    fn is_bound(&mut self) -> Result<bool> {
        let Some(device) = &self.expected.device else { return Ok(false) };
        let reply = self.app.bind(device, &self.expected.token.to_string())?;
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

#[cfg(test)]
mod tests;
