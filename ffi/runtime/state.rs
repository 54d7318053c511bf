//! What the lock protects.

use alloc::boxed::Box;
use alloc::vec::Vec;

use heapless::String;
#[cfg(feature = "provision")]
use linkkit_core::binding::Token;
use linkkit_core::engine::Engine;
#[cfg(feature = "model")]
use linkkit_core::engine::ModelOptions;
use linkkit_core::mqtt::{FrameReader, Qos, Recipient};
use linkkit_core::sign::{CUSTOMIZE_INFO_LEN, Region};
use linkkit_core::time::{Clock, Instant};

use super::handlers::Handlers;
#[cfg(feature = "bind")]
use super::local::LocalSocket;
use super::lock::Entry;
use super::shared_handle::SharedHandle;
#[cfg(feature = "provision")]
use super::station::StationState;
use crate::hal::stream;

/// Longest custom domain, bytes (`IOTX_DOMAIN_MAX_LEN`).
pub const DOMAIN_LEN: usize = 64;

/// The whole SDK.
pub struct State {
    /// Settings that outlive a session.
    pub settings: Settings,
    /// From open to close.
    pub session: Option<Box<Session>>,
    /// Sessions so far: tells a thread that came back from a blocking call whether its session is
    /// still the one.
    pub sessions: u32,
    /// Is a thread serving timers and phones, so that Yield need not?
    #[cfg(feature = "bind")]
    pub worker_runs: bool,
    /// Of the session, and of provisioning.
    #[cfg(feature = "bind")]
    pub local: LocalSocket,
    #[cfg(feature = "provision")]
    pub station: StationState,
    /// A thread carries out what the registrar wants.
    #[cfg(feature = "registrar")]
    pub is_serving_registrar: bool,
    /// A thread is downloading, perhaps for a session that is over: there is one place for it.
    #[cfg(feature = "ota")]
    pub is_downloading: bool,
    /// The token made by the phone, between two sessions.
    #[cfg(feature = "provision")]
    pub phone_token: Option<Token>,
    /// Where the application uses `mqtt_api.h`.
    pub handlers: Option<&'static Handlers>,
    /// What the application has subscribed before there was a client.
    pub kept_subscriptions: Vec<KeptSubscription>,
}

/// A subscription that waits for a client.
pub struct KeptSubscription {
    pub filter: alloc::string::String,
    pub qos: Qos,
    pub recipient: Recipient,
}

impl State {
    pub const fn closed() -> Self {
        Self {
            settings: Settings::new(),
            session: None,
            sessions: 0,
            #[cfg(feature = "bind")]
            worker_runs: false,
            #[cfg(feature = "bind")]
            local: LocalSocket::closed(),
            #[cfg(feature = "provision")]
            station: StationState::none(),
            #[cfg(feature = "registrar")]
            is_serving_registrar: false,
            #[cfg(feature = "ota")]
            is_downloading: false,
            #[cfg(feature = "provision")]
            phone_token: None,
            handlers: None,
            kept_subscriptions: Vec::new(),
        }
    }

    /// The session, if it is still the one with this number.
    pub fn session_numbered(&mut self, number: u32) -> Option<&mut Session> {
        let is_current = self.sessions == number;
        self.session.as_deref_mut().filter(|_| is_current)
    }

    /// The same, where it wants to be served.
    #[cfg(feature = "auth")]
    pub fn served_session(&mut self, number: u32) -> Option<&mut Session> {
        self.session_numbered(number).filter(|session| session.is_serving())
    }

    /// The time, if the local network is to be served now.
    #[cfg(feature = "bind")]
    pub fn local_time(&mut self) -> Option<Instant> {
        #[cfg(feature = "provision")]
        if let Some(now) = self.provisioning_time() {
            return Some(now);
        }
        self.session.as_mut().filter(|session| session.is_serving()).map(|session| session.now())
    }

    /// The sockets of the session are to be closed as soon as nobody uses them.
    pub fn doom_sockets(&mut self) {
        if let Some(link) = self.session.as_mut().and_then(|session| session.link.as_mut()) {
            link.doom();
        }
        #[cfg(feature = "bind")]
        if !self.keeps_local_network() {
            self.local.close();
        }
    }

    /// Is the local network served beyond the end of the session?
    #[cfg(all(feature = "bind", not(feature = "provision")))]
    const fn keeps_local_network(&mut self) -> bool {
        false
    }

    /// Does the worker stay beyond it?
    #[cfg(all(feature = "bind", not(feature = "provision")))]
    const fn keeps_worker(&mut self) -> bool {
        false
    }

    /// Has the session no sockets any more, and no worker?
    pub fn is_released(&mut self) -> bool {
        #[cfg(feature = "bind")]
        if self.worker_runs && !self.keeps_worker() || self.local.is_open() && !self.keeps_local_network() {
            return false;
        }
        self.session.as_ref().is_none_or(|session| session.link.is_none())
    }
}

/// What `IOT_Ioctl` sets.
pub struct Settings {
    pub region: Region,
    pub domain: String<DOMAIN_LEN>,
    #[cfg(feature = "auth")]
    pub http_domain: String<DOMAIN_LEN>,
    /// Does a device get its secret from the auth server?
    #[cfg(feature = "dynamic-register")]
    pub dynamic_register: bool,
    pub customize_info: String<CUSTOMIZE_INFO_LEN>,
    #[cfg(feature = "model")]
    pub model: ModelOptions,
}

impl Settings {
    const fn new() -> Self {
        Self {
            region: Region::Shanghai,
            domain: String::new(),
            #[cfg(feature = "auth")]
            http_domain: String::new(),
            #[cfg(feature = "dynamic-register")]
            dynamic_register: false,
            customize_info: String::new(),
            #[cfg(feature = "model")]
            model: ModelOptions::DEFAULT,
        }
    }
}

/// How far the connection of a session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nobody has asked for it.
    Open,
    /// `IOT_Linkkit_Connect` or `IOT_MQTT_Construct` is running.
    Connecting,
    /// It has succeeded; the link may be down again.
    Running,
    /// `IOT_Linkkit_Close` or `IOT_MQTT_Destroy` is running.
    Closing,
}

/// How far the device of a session has come. Without it the session is an MQTT client alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linkkit {
    /// Not there.
    Closed,
    /// `IOT_Linkkit_Open` was called.
    Open,
    /// So was `IOT_Linkkit_Connect`.
    Connected,
}

/// Where to connect to, where that is not what the region says.
#[derive(Default)]
pub struct Endpoint {
    pub host: Option<alloc::string::String>,
    pub port: Option<u16>,
}

/// One device, or one MQTT client, from open to close.
pub struct Session {
    /// Keeps the lock alive.
    pub _entry: Entry,
    pub phase: Phase,
    pub linkkit: Linkkit,
    pub endpoint: Endpoint,
    /// Is told of the events of the MQTT client.
    pub observer: Option<Recipient>,
    /// It was told that the connection is lost, and not that it is back.
    pub told_lost: bool,
    /// Connections so far: tells a thread that comes back from a handler whether the connection is
    /// still the one.
    pub connections: u32,
    /// A handler of a message is running.
    pub handling: bool,
    pub clock: Clock,
    pub engine: Engine,
    pub link: Option<SharedHandle<stream::Connection>>,
    /// A thread is in `the port's establish`.
    pub opening: bool,
    /// A thread is writing; it also takes what others queue meanwhile.
    pub writing: bool,
    /// A thread is calling the application back; keeps the order of events.
    pub delivering: bool,
    /// Cuts the stream into packets; away while a thread is reading.
    pub reader: Option<FrameReader>,
    /// Swapped against the engine's queue, so that a steady state allocates nothing.
    pub spare_buffer: Vec<u8>,
}

impl Session {
    /// Does it want its sockets served?
    pub fn is_serving(&self) -> bool {
        matches!(self.phase, Phase::Connecting | Phase::Running)
    }

    /// The time, read under the lock so that no two threads see it in reverse.
    pub fn now(&mut self) -> Instant {
        self.clock.advance(crate::hal::os::uptime_ms())
    }
}
