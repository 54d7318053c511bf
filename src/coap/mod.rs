//! A CoAP endpoint (RFC 7252) for discovery on the local network: it serves a few GET resources with
//! JSON, and announces itself by broadcast.
//!
//! [`Server`] is fed datagrams and asked for datagrams. A datagram passes the gate (`gate.rs`), which
//! admits only what RFC 7252 section 3 allows; a request seen before gets the answer remembered for
//! it (`dedup.rs`); and whatever is sent in reaction has to fit the rate limit (`rate.rs`).
//!
//! With the feature `provision` one answer at a time may be confirmable (`confirmable.rs`), with `phone-ap` one
//! may be repeated (`repeated.rs`); nothing else that is sent is confirmable, or sent twice.
//!
//! Not here: block-wise transfer, Observe (but `observe.rs`, with `phone-ap`), `/.well-known/core`, DTLS.

#[cfg(feature = "provision")]
mod confirmable;
mod dedup;
mod egress;
mod gate;
mod inbound;
mod message;
#[cfg(feature = "phone-ap")]
mod observe;
mod options;
mod rate;
#[cfg(feature = "phone-ap")]
mod repeated;
mod resources;
mod server;

use alloc::vec::Vec;
use core::net::{Ipv4Addr, SocketAddrV4};

#[cfg(feature = "provision")]
pub use confirmable::Delivery;
pub use message::Code;
pub use resources::ResourceId;
pub use server::Server;

/// The UDP port of CoAP.
pub const PORT: u16 = 5683;
/// The "All CoAP Nodes" group (RFC 7252 section 12.8).
pub const MULTICAST_GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 1, 187);

/// What devices announce, for phones. With the feature `registrar` the one who has joined is heard by devices too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announcement {
    /// A device that can be bound.
    Bindable,
    /// A device that has joined a Wi-Fi network.
    #[cfg(feature = "provision")]
    Joined,
    /// A device on the access point of a phone, that waits to be told of a Wi-Fi network.
    #[cfg(feature = "phone-ap")]
    Provisionable,
}

impl Announcement {
    const ALL: &[Self] = &[
        Self::Bindable,
        #[cfg(feature = "provision")]
        Self::Joined,
        #[cfg(feature = "phone-ap")]
        Self::Provisionable,
    ];

    /// Where it goes.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Bindable => "/sys/device/info/notify",
            #[cfg(feature = "provision")]
            Self::Joined => "/sys/awss/event/connectap/notify",
            #[cfg(feature = "phone-ap")]
            Self::Provisionable => "/sys/awss/device/info/notify",
        }
    }
}

/// Bytes for the socket.
#[derive(Debug, PartialEq, Eq)]
pub struct Datagram {
    /// Where they go.
    pub to: SocketAddrV4,
    /// What goes.
    pub bytes: Vec<u8>,
}

/// What a datagram means to the owner of the server.
#[derive(Debug, PartialEq, Eq)]
pub enum Inbound {
    /// Nothing, or nothing that the server did not deal with itself.
    Nothing,
    /// A query that waits for [`Server::answer`] or [`Server::reject`].
    Request(Request),
    /// A response to a live announcement.
    AnnouncementAnswered {
        /// To which.
        announcement: Announcement,
        /// What it carries.
        payload: Vec<u8>,
    },
    /// Another device announces that it has joined the network.
    #[cfg(feature = "registrar")]
    OtherDeviceJoined {
        /// What it says.
        payload: Vec<u8>,
    },
}

/// A GET of a registered resource.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    /// What the answer has to refer to.
    pub id: RequestId,
    /// What is asked for.
    pub resource: ResourceId,
    /// Is it to be told of changes (RFC 7641)?
    #[cfg(feature = "phone-ap")]
    pub observes: bool,
    /// What the request carries; empty for none.
    pub payload: Vec<u8>,
}

/// One exchange of one peer: whom to answer, and what ties the answer to the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId {
    from: SocketAddrV4,
    confirmable: bool,
    message_id: u16,
    token: Token,
}

/// 0 to 8 bytes that tie a response to its request (RFC 7252 section 5.3.1).
type Token = heapless::Vec<u8, 8, u8>;

#[cfg(test)]
mod tests;
