//! The decoders of one session, in the order in which a frame is offered to them.

#[cfg(feature = "zero-config")]
use log::warn;

#[cfg(feature = "zero-config")]
use super::zero_config::enrollee::Enrollee;
#[cfg(feature = "smartconfig")]
use super::{mcast::Mcast, smartconfig::Smartconfig, wps::Wps};
use crate::identity::Identity;
use crate::provision::credentials::Mac;
use crate::provision::crypto::RANDOM_LEN;
use crate::provision::decoder::Decoder;
#[cfg(feature = "zero-config")]
use crate::provision::probe_request::ProbeRequest;

/// Whom a session listens for.
pub struct Listener<'a> {
    /// The device.
    pub identity: &'a Identity,
    /// The device's address, if its text could be read.
    pub mac: Option<Mac>,
    /// Of this session.
    pub random: &'a [u8; RANDOM_LEN],
}

/// What a session listens for. Dropped it is wiped.
pub struct Receivers {
    #[cfg(feature = "zero-config")]
    enrollee: Option<Enrollee>,
    #[cfg(feature = "smartconfig")]
    wps: Wps,
    #[cfg(feature = "smartconfig")]
    mcast: Mcast,
    #[cfg(feature = "smartconfig")]
    smartconfig: Smartconfig,
}

impl Receivers {
    /// For phones and devices of the product with this secret; `dwell_ms`: time on one channel.
    pub fn new(product_secret: &[u8], listener: &Listener, dwell_ms: u64) -> Self {
        #[cfg(not(feature = "zero-config"))]
        let _ = listener;
        #[cfg(not(feature = "smartconfig"))]
        let _ = (product_secret, dwell_ms);
        Self {
            #[cfg(feature = "zero-config")]
            enrollee: enrollee(product_secret, listener),
            #[cfg(feature = "smartconfig")]
            wps: Wps::new(product_secret, dwell_ms),
            #[cfg(feature = "smartconfig")]
            mcast: Mcast::new(product_secret),
            #[cfg(feature = "smartconfig")]
            smartconfig: Smartconfig::new(product_secret),
        }
    }

    /// What to send on each channel, so that a device in a network hears of this one.
    #[cfg(feature = "zero-config")]
    pub fn enrollee_frame(&self) -> Option<&ProbeRequest> {
        self.enrollee.as_ref().map(Enrollee::frame)
    }

    /// Has `offer` offer a frame to each.
    pub fn offer(&mut self, offer: impl FnOnce(&mut [&mut dyn Decoder])) {
        #[cfg(feature = "zero-config")]
        if let Some(enrollee) = &mut self.enrollee {
            return offer(&mut [
                enrollee,
                #[cfg(feature = "smartconfig")]
                &mut self.wps,
                #[cfg(feature = "smartconfig")]
                &mut self.mcast,
                #[cfg(feature = "smartconfig")]
                &mut self.smartconfig,
            ]);
        }
        offer(&mut [
            #[cfg(feature = "smartconfig")]
            &mut self.wps,
            #[cfg(feature = "smartconfig")]
            &mut self.mcast,
            #[cfg(feature = "smartconfig")]
            &mut self.smartconfig,
        ]);
    }
}

/// Not inlined: it is on the stack several times meanwhile.
#[cfg(feature = "zero-config")]
#[inline(never)]
fn enrollee(product_secret: &[u8], listener: &Listener) -> Option<Enrollee> {
    let made = Enrollee::new(listener.identity, product_secret, listener.random, &listener.mac?);
    made.inspect_err(|error| warn!("awss: zero-config not possible: {error}")).ok()
}
