//! The server as its owner sees it. What it does with a datagram is in `inbound.rs`.

use alloc::vec::Vec;
use core::net::SocketAddrV4;

use log::debug;

#[cfg(feature = "provision")]
use super::confirmable::Confirmation;
use super::dedup::Exchanges;
use super::egress::Egress;
use super::message::{self, Code};
use super::rate::Bucket;
#[cfg(feature = "phone-ap")]
use super::repeated::Repetition;
use super::resources::{ResourceId, Resources};
use super::{Announcement, Datagram, RequestId};
use crate::error::Error;
use crate::time::Instant;

/// Lines per second about datagrams that are not answered.
const IGNORED_LINES_PER_SECOND: u32 = 10;

/// Serves the registered resources and announces the device.
///
/// After each call the owner drains [`Server::poll_datagram`].
pub struct Server {
    pub(super) resources: Resources,
    pub(super) exchanges: Exchanges,
    pub(super) egress: Egress,
    pub(super) next_message_id: u16,
    pub(super) live_announcements: LiveAnnouncements,
    #[cfg(feature = "provision")]
    pub(super) confirmation: Confirmation,
    #[cfg(feature = "phone-ap")]
    pub(super) repetition: Repetition,
    pub(super) ignored_lines: Bucket,
}

impl Server {
    /// A server without resources. `first_message_id` should be random (RFC 7252 section 4.4).
    pub fn new(first_message_id: u16) -> Self {
        Self {
            resources: Resources::default(),
            exchanges: Exchanges::default(),
            egress: Egress::new(),
            next_message_id: first_message_id,
            live_announcements: LiveAnnouncements::default(),
            #[cfg(feature = "provision")]
            confirmation: Confirmation::default(),
            #[cfg(feature = "phone-ap")]
            repetition: Repetition::default(),
            ignored_lines: Bucket::full(IGNORED_LINES_PER_SECOND),
        }
    }

    /// Serves GET of `path`, `/a/b/c` of printable ASCII. A path registered before keeps its id.
    ///
    /// # Errors
    /// [`Error::TooLong`] and [`Error::Malformed`] for the path, [`Error::Full`], [`Error::OutOfMemory`].
    pub fn register(&mut self, path: &str) -> Result<ResourceId, Error> {
        let (id, is_new) = self.resources.add(path)?;
        if is_new {
            debug!("Register new resource {path} success, count: {}", self.resources.count());
        }
        Ok(id)
    }

    /// Answers with 2.05 and JSON.
    ///
    /// # Errors
    /// [`Error::TooLong`], [`Error::OutOfMemory`]; [`Error::Full`] when too many datagrams wait for the
    /// socket: the answer is then kept for a repetition of the request.
    pub fn answer(&mut self, request: &RequestId, payload: &[u8], now: Instant) -> Result<(), Error> {
        self.conclude(request, message::content(request, payload), now)
    }

    /// Refuses a request.
    ///
    /// # Errors
    /// As [`Server::answer`].
    pub fn reject(&mut self, request: &RequestId, code: Code, now: Instant) -> Result<(), Error> {
        self.conclude(request, message::refusal(request, code), now)
    }

    /// Gives a request up without an answer: a repetition of it is a new chance, unless an answer is
    /// kept for it.
    pub fn abandon(&mut self, request: &RequestId) {
        self.exchanges.abandon(request);
    }

    /// Announces JSON with a non-confirmable POST at `to`.
    ///
    /// # Errors
    /// [`Error::TooLong`], [`Error::OutOfMemory`], [`Error::Full`] when too many datagrams wait for the
    /// socket.
    pub fn announce(
        &mut self,
        announcement: Announcement,
        to: SocketAddrV4,
        token: [u8; 4],
        payload: &[u8],
    ) -> Result<(), Error> {
        let bytes = message::announcement(self.next_message_id, token, announcement.path(), payload)?;
        self.next_message_id = self.next_message_id.wrapping_add(1);
        self.egress.post(to, bytes)
    }

    /// The token whose announcements may be answered from now on; `None` for no token.
    pub fn set_live_announcement(&mut self, announcement: Announcement, token: Option<[u8; 4]>) {
        self.live_announcements.set(announcement, token);
    }

    /// The token whose announcements may be answered now.
    #[cfg(feature = "provision")]
    pub fn live_announcement(&self, announcement: Announcement) -> Option<[u8; 4]> {
        self.live_announcements.token(announcement)
    }

    /// The next datagram for the socket.
    pub fn poll_datagram(&mut self) -> Option<Datagram> {
        self.egress.poll()
    }

    /// Sends what ends an exchange, and keeps it for repetitions.
    pub(super) fn conclude(
        &mut self,
        id: &RequestId,
        message: Result<Vec<u8>, Error>,
        now: Instant,
    ) -> Result<(), Error> {
        match message {
            Ok(bytes) => {
                self.exchanges.answered(id, &bytes, now);
                self.egress.post(id.from, bytes)
            }
            Err(error) => {
                self.exchanges.forget(id);
                Err(error)
            }
        }
    }
}

/// The tokens whose announcements may be answered.
#[derive(Default)]
pub(super) struct LiveAnnouncements {
    bindable: Option<[u8; 4]>,
    #[cfg(feature = "provision")]
    joined: Option<[u8; 4]>,
    #[cfg(feature = "phone-ap")]
    provisionable: Option<[u8; 4]>,
}

impl LiveAnnouncements {
    pub(super) fn token(&self, announcement: Announcement) -> Option<[u8; 4]> {
        match announcement {
            Announcement::Bindable => self.bindable,
            #[cfg(feature = "provision")]
            Announcement::Joined => self.joined,
            #[cfg(feature = "phone-ap")]
            Announcement::Provisionable => self.provisionable,
        }
    }

    fn set(&mut self, announcement: Announcement, token: Option<[u8; 4]>) {
        match announcement {
            Announcement::Bindable => self.bindable = token,
            #[cfg(feature = "provision")]
            Announcement::Joined => self.joined = token,
            #[cfg(feature = "phone-ap")]
            Announcement::Provisionable => self.provisionable = token,
        }
    }
}
