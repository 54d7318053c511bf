//! What the application is told.

use alloc::vec::Vec;

use crate::text::Terminated;

/// A message of the cloud, or its absence.
pub enum Event {
    /// Properties to set, an object.
    PropertySet {
        /// The object.
        params: Terminated,
    },
    /// Properties that are asked for; answered with
    /// [`Engine::answer_property_get`](crate::engine::Engine::answer_property_get).
    PropertyGet {
        /// Of the request.
        id: Terminated,
        /// An array of names.
        params: Terminated,
    },
    /// A service that is called; answered with
    /// [`Engine::answer_service`](crate::engine::Engine::answer_service).
    Service {
        /// Of the request.
        id: Terminated,
        /// Identifier of the service.
        name: Terminated,
        /// Input parameters, an object.
        params: Terminated,
        /// Of a synchronous call, the message id in its topic.
        rrpc: Option<Terminated>,
    },
    /// Bytes of the product's own format.
    Raw(Vec<u8>),
    /// Desired properties.
    DesiredGetReply {
        /// An object.
        data: Terminated,
    },
    /// The reply to a report of properties or tags, or to the deletion of desired properties.
    ReportReply {
        /// Of the report.
        id: u32,
        /// 200 for success, [`TIMEOUT`](super::TIMEOUT) when there was none.
        code: i32,
        /// An object.
        data: Option<Terminated>,
    },
    /// The reply to an event.
    EventReply {
        /// Of the report.
        id: u32,
        /// 200 for success, [`TIMEOUT`](super::TIMEOUT) when there was none.
        code: i32,
        /// Identifier of the event.
        event_id: Terminated,
        /// The cloud's words.
        message: Terminated,
    },
    /// The cloud's time.
    Time {
        /// Milliseconds since 1970, decimal.
        utc: Terminated,
    },
}
