//! A device in a network that helps others of its owner to join: it tells the cloud of those it hears, and sends
//! them the password if the cloud wants so.

mod candidate;
mod enrollees;
mod messages;
pub mod topics;

use alloc::vec::Vec;

use log::{debug, info, warn};

use self::candidate::Candidate;
use self::enrollees::{Enrollees, State};
use self::messages::Device;
use super::{ENROLLEE, element_of, elements};
use crate::binding::messages::Query;
use crate::error::Error;
use crate::provision::credentials::{Credentials, Mac};
use crate::provision::crypto::Key;
use crate::provision::frame::{Frame, Kind, dbm};
use crate::provision::probe_request::{ProbeRequest, probe_request};
use crate::time::Instant;

/// Time of listening, and of not listening in between, ms.
const LISTEN_MS: u64 = 6_400;
/// Least time between two frames for the same device, ms.
const SEND_GAP_MIN_MS: u64 = 20;

/// What the owner is to do next.
pub enum Action {
    /// Have the port hand on beacons and probe requests with elements of the OUI D8-96-E0, or no more of them
    /// (`HAL_Wifi_Enable_Mgmt_Frame_Filter`).
    Listen(bool),
    /// Call [`Registrar::set_network`].
    LookUpNetwork,
    /// Publish with QoS 1.
    Publish {
        /// One of [`topics`].
        topic: &'static str,
        /// JSON.
        payload: Vec<u8>,
    },
    /// Send it as it is, on the channel of the network.
    SendProbeRequest(ProbeRequest),
}

/// What is sent to the device that is being served.
struct Sending {
    frame: ProbeRequest,
    at: Instant,
    until: Instant,
}

/// Helps others to join. Idle until it is started.
///
/// The owner feeds it what it hears ([`Registrar::frame`], [`Registrar::element`], [`Registrar::announced`]) and
/// what the cloud says, and drains it after each call, and at [`Registrar::poll_timeout`], with
/// [`Registrar::poll`]. It knows five devices at a time, and serves one of them.
pub struct Registrar {
    mac: Mac,
    send_gap_ms: u64,
    is_running: bool,
    /// What the cloud is to be told waits otherwise.
    is_connected: bool,
    is_listening: bool,
    /// What the port was told last.
    told_to_listen: bool,
    turn_at: Instant,
    enrollees: Enrollees,
    sending: Option<Sending>,
    /// While there is something to do with it.
    network: Option<Credentials>,
    is_network_asked: bool,
    last_id: u32,
}

impl Registrar {
    /// `mac`: of the device. `dwell_ms`: the stay on one channel of a device that wants to join, as the port has
    /// it.
    pub fn new(mac: Mac, dwell_ms: u64) -> Self {
        Self {
            mac,
            // So that some frame meets it on the channel.
            send_gap_ms: dwell_ms.saturating_mul(15).div_euclid(16).max(SEND_GAP_MIN_MS),
            is_running: false,
            is_connected: false,
            is_listening: false,
            told_to_listen: false,
            turn_at: Instant::NEVER,
            enrollees: Enrollees::default(),
            sending: None,
            network: None,
            is_network_asked: false,
            last_id: 0,
        }
    }

    /// Begins to listen, or goes on; the device is in a network and has a session with the cloud.
    pub fn start(&mut self, now: Instant) {
        self.is_connected = true;
        if !self.is_running {
            self.is_running = true;
            self.is_listening = true;
            self.turn_at = now.plus(LISTEN_MS);
        }
    }

    /// The session with the cloud is lost: nothing is published until the next start. A device whose key is known is
    /// served on.
    pub fn disconnected(&mut self) {
        self.is_connected = false;
    }

    /// Forgets all devices; [`Registrar::poll`] ends the listening.
    pub fn stop(&mut self) {
        self.is_running = false;
        self.is_listening = false;
        self.enrollees = Enrollees::default();
        self.sending = None;
        self.network = None;
        self.is_network_asked = false;
    }

    // ---- what is heard ----

    /// A frame from the port.
    pub fn frame(&mut self, frame: &Frame) {
        if matches!(frame.kind(), Kind::Beacon | Kind::ProbeRequest)
            && let Some(elements) = elements(frame)
        {
            self.hear(elements, frame.rssi);
        }
    }

    /// An element of a frame, from a port that hands on no more; with id and length. `rssi`: as for
    /// [`Frame::new`].
    pub fn element(&mut self, element: &[u8], rssi: i8) {
        self.hear(element, dbm(rssi.into()));
    }

    fn hear(&mut self, elements: &[u8], rssi: i16) {
        let Some(element) = element_of(elements, ENROLLEE).filter(|_| self.is_running) else { return };
        match Candidate::read(element, rssi) {
            Some(candidate) => self.enrollees.hear(candidate),
            None => debug!("awss: zero-config: a device that wants to join cannot be understood"),
        }
    }

    /// A device announces by CoAP that it has joined (`awss.event.connectap.notify`).
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::OutOfMemory`].
    pub fn announced(&mut self, payload: &[u8]) -> Result<(), Error> {
        if self.enrollees.joined(&Device::parse(payload, "params")?) {
            self.sending = None;
        }
        Ok(())
    }

    // ---- what the cloud says ----

    /// When the devices that it was told of are to be reported again.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::OutOfMemory`].
    pub fn found_reply(&mut self, payload: &[u8], now: Instant) -> Result<(), Error> {
        Device::parse_list(payload, &mut |device| self.enrollees.found(&device, now))
    }

    /// A device is to join. Gives the answer.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it cannot be answered; [`Error::OutOfMemory`].
    pub fn checkin(&mut self, payload: &[u8], now: Instant) -> Result<Vec<u8>, Error> {
        let query = Query::parse(payload)?;
        self.enrollees.check_in(&Device::parse(payload, "params")?, now);
        messages::checkin_answer(&query)
    }

    /// The key of a device.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::OutOfMemory`].
    pub fn cipher_reply(&mut self, payload: &[u8]) -> Result<(), Error> {
        self.enrollees.key(&Device::parse(payload, "data")?);
        Ok(())
    }

    // ---- what to do ----

    /// The network that the device is in, or `None`: then, and in that of a helper, to which nobody is to come, those
    /// that wait are forgotten. It is wiped as soon as it is not needed.
    pub fn set_network(&mut self, network: Option<Credentials>) {
        let network = network.filter(|network| !network.ssid.is_of_helper());
        if network.is_none() {
            self.enrollees.no_network();
        }
        self.is_network_asked = false;
        self.network = network;
    }

    /// What to do now; ask until `None`.
    pub fn poll(&mut self, now: Instant) -> Option<Action> {
        self.enrollees.expire(now);
        let action = self
            .poll_listening(now)
            .or_else(|| self.poll_sending(now))
            .or_else(|| self.poll_key(now))
            .or_else(|| self.poll_network())
            .or_else(|| self.poll_report(now));
        if action.is_none() {
            self.network = None;
        }
        action
    }

    fn poll_listening(&mut self, now: Instant) -> Option<Action> {
        if self.is_running && self.turn_at <= now {
            self.is_listening = !self.is_listening;
            self.turn_at = now.plus(LISTEN_MS);
        }
        let is_news = self.told_to_listen != self.is_listening;
        self.told_to_listen = self.is_listening;
        is_news.then_some(Action::Listen(self.is_listening))
    }

    fn poll_sending(&mut self, now: Instant) -> Option<Action> {
        if self.sending.as_ref().is_some_and(|sending| sending.until <= now) {
            info!("awss: zero-config: the time of a device that was to join is over");
            self.enrollees.served();
            self.sending = None;
        }
        if self.sending.is_none() {
            self.sending = self.next_sending(now);
        }
        let sending = self.sending.as_mut().filter(|sending| sending.at <= now)?;
        sending.at = now.plus(self.send_gap_ms);
        Some(Action::SendProbeRequest(sending.frame.clone()))
    }

    fn next_sending(&mut self, now: Instant) -> Option<Sending> {
        let network = self.network.as_ref()?;
        let (candidate, serve_ms, key) = self.enrollees.next_to_serve()?;
        let key = Key::from_cloud(*key, &candidate.random);
        let frame =
            candidate.answer(network, &key).and_then(|element| probe_request(&self.mac, &[], &element));
        if frame.is_none() {
            // It always fits.
            self.enrollees.served();
        }
        Some(Sending { frame: frame?, at: now, until: now.plus(serve_ms) })
    }

    /// Those that come after the one that is served have time.
    fn may_ask_for_keys(&self) -> bool {
        self.is_connected
            && self.sending.is_none()
            && !self.enrollees.states().any(|state| matches!(state, State::Keyed { .. }))
    }

    fn poll_key(&mut self, now: Instant) -> Option<Action> {
        if !self.may_ask_for_keys() {
            return None;
        }
        let candidate = self.enrollees.next_to_ask(now)?;
        self.last_id = self.last_id.wrapping_add(1);
        publish(topics::CIPHER_GET, messages::cipher_get(self.last_id, candidate))
    }

    fn needs_network(&self) -> bool {
        self.enrollees.states().any(|state| match state {
            State::Queued => self.is_connected,
            State::Keyed { .. } => self.sending.is_none(),
            State::Reported { .. } | State::CheckedIn { .. } | State::Served => false,
        })
    }

    fn poll_network(&mut self) -> Option<Action> {
        let is_to_be_asked = self.needs_network() && self.network.is_none() && !self.is_network_asked;
        self.is_network_asked |= is_to_be_asked;
        is_to_be_asked.then_some(Action::LookUpNetwork)
    }

    fn poll_report(&mut self, now: Instant) -> Option<Action> {
        let network = self.network.as_ref().filter(|_| self.is_connected)?;
        let candidate = self.enrollees.next_to_report(now)?;
        self.last_id = self.last_id.wrapping_add(1);
        publish(topics::FOUND, messages::found(self.last_id, candidate, network))
    }

    /// When to poll if nothing happens before, or [`Instant::NEVER`].
    pub fn poll_timeout(&self) -> Instant {
        let at_once = Instant::from_millis(0);
        if self.told_to_listen != self.is_listening || self.needs_network() && !self.is_network_asked {
            return at_once;
        }
        let turn_at = if self.is_running { self.turn_at } else { Instant::NEVER };
        let sending = self.sending.as_ref().map(|sending| sending.at.min(sending.until));
        let waiting = self.enrollees.states().map(|state| match state {
            State::Reported { until } => *until,
            State::CheckedIn { ask_at, .. } if self.may_ask_for_keys() => *ask_at,
            _ => Instant::NEVER,
        });
        waiting.chain(sending).fold(turn_at, Instant::min)
    }
}

fn publish(topic: &'static str, payload: Result<Vec<u8>, Error>) -> Option<Action> {
    let payload = payload.inspect_err(|error| warn!("awss: zero-config: {topic} not sent: {error}")).ok()?;
    Some(Action::Publish { topic, payload })
}
