//! The codes that the functions of `mqtt_api.h` return.

use core::ffi::c_int;

use linkkit_core::error::Error;

use super::BadTopic;
use crate::abi::{FAIL_RETURN, iotx_err_t as Code};
use crate::runtime::Unavailable;

/// NULL, an empty topic, or no client.
pub const NULL_VALUE: c_int = Code::NULL_VALUE_ERROR as c_int;

/// Why a request is refused.
pub enum Refusal {
    /// There is no client.
    NoClient,
    /// A pointer is NULL.
    Null,
    Topic(BadTopic),
    /// The quality of service is none, or not supported.
    Qos,
    /// By the client.
    Client(Error),
}

impl From<Unavailable> for Refusal {
    fn from(Unavailable: Unavailable) -> Self {
        Self::NoClient
    }
}

impl From<BadTopic> for Refusal {
    fn from(bad: BadTopic) -> Self {
        Self::Topic(bad)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Client(error)
    }
}

impl Refusal {
    /// For the log.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NoClient => "there is no client",
            Self::Null => "a parameter is NULL",
            Self::Topic(BadTopic::Missing) => "the topic is NULL or empty",
            Self::Topic(BadTopic::Malformed) => "the topic is malformed, or longer than 128 bytes",
            Self::Qos => "the quality of service is not supported",
            Self::Client(Error::Malformed) => "the topic is malformed",
            Self::Client(Error::TooLong) => "the message is longer than the write buffer",
            Self::Client(Error::OutOfMemory) => "out of memory",
            Self::Client(Error::Full) => "too much waits for the broker",
            Self::Client(Error::Offline) => "not connected",
            Self::Client(_) => "not in this state",
        }
    }

    /// What a publish returns.
    pub fn publish_code(&self) -> c_int {
        match self {
            Self::Client(Error::Full) => Code::MQTT_PUSH_TO_LIST_ERROR as c_int,
            Self::Client(Error::TooLong) => Code::MQTT_PUBLISH_PACKET_ERROR as c_int,
            Self::Qos => Code::MQTT_PUBLISH_QOS_ERROR as c_int,
            other => other.code(),
        }
    }

    /// What a subscribe or unsubscribe returns.
    pub fn subscribe_code(&self) -> c_int {
        match self {
            Self::Client(Error::Full) => Code::MQTT_SUBHANDLE_LIST_LEN_TOO_SHORT as c_int,
            other => other.code(),
        }
    }

    fn code(&self) -> c_int {
        match self {
            Self::NoClient | Self::Null | Self::Topic(BadTopic::Missing) => NULL_VALUE,
            Self::Topic(BadTopic::Malformed) | Self::Client(Error::Malformed) => {
                Code::MQTT_TOPIC_FORMAT_ERROR as c_int
            }
            Self::Client(Error::Offline) => Code::MQTT_STATE_ERROR as c_int,
            Self::Client(Error::OutOfMemory) => Code::ERROR_MALLOC as c_int,
            Self::Client(_) | Self::Qos => FAIL_RETURN,
        }
    }
}
