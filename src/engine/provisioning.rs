//! The station while there is a session: it shares its CoAP server with binding.

use alloc::boxed::Box;

use super::Engine;
use crate::coap::Announcement;
use crate::error::Error;
use crate::provision::{Action, Station};
use crate::time::Instant;

impl Engine {
    /// Takes `station` in and gives back the one there was; with `None`, only the latter, at the end of the
    /// session. From then on datagrams go through [`Engine::take_datagram`] and [`Engine::poll_datagram`], for
    /// binding and the station alike.
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::TooLong`] or [`Error::OutOfMemory`] when the station's server has no room for
    /// the resources of binding; the stations are swapped all the same.
    pub fn swap_station(&mut self, station: &mut Option<Box<Station>>, now: Instant) -> Result<(), Error> {
        core::mem::swap(&mut self.local.station, station);
        if let Some(released) = station {
            released.coap().set_live_announcement(Announcement::Bindable, None);
        }
        let live_token = self.local.broadcast_token;
        self.local.coap().set_live_announcement(Announcement::Bindable, live_token);
        if self.local.own_address.is_some() {
            self.set_own_address(self.local.own_address);
        }
        self.take_bind_token(now);
        if self.local.is_serving { self.register_resources() } else { Ok(()) }
    }

    /// The station that was taken in.
    pub fn station(&mut self) -> Option<&mut Station> {
        self.local.station.as_deref_mut()
    }

    /// As [`Station::poll_action`]. A bind token goes to [`Engine::set_phone_token`]. The station's time is
    /// not in [`Engine::poll_timeout`]: the thread that carries the actions out goes by
    /// [`Station::poll_timeout`].
    pub fn poll_provisioning(&mut self, now: Instant) -> Option<Action> {
        let action = self.station()?.poll_action(now);
        self.take_bind_token(now);
        action
    }

    /// `awss_dev_bind_notify`: begins a series of broadcasts of the bind token, once the cloud has accepted one.
    ///
    /// # Errors
    /// [`Error::WrongState`] while binding is stopped.
    pub fn announce_binding(&mut self, now: Instant) -> Result<(), Error> {
        if self.is_binding_stopped() {
            return Err(Error::WrongState);
        }
        self.local.binding.announce();
        self.run_binding(now);
        Ok(())
    }

    /// `awss_dev_bind_notify_stop`: ends it.
    pub fn stop_announcing_binding(&mut self, now: Instant) {
        self.local.binding.stop_announcing();
        self.run_binding(now);
    }

    fn take_bind_token(&mut self, now: Instant) {
        if let Some(token) = self.station().and_then(Station::take_bind_token) {
            self.set_phone_token(token, now);
        }
    }
}
