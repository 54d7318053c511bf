//! Which topics the cloud listens on, and what a message on each means.

use crate::app_api::Operation;
use crate::device_id::DeviceId;

/// What the cloud subscribes to.
pub const SUBSCRIPTIONS: [&str; 6] = [
    "/sys/+/+/thing/awss/enrollee/match",
    "/sys/+/+/thing/reset",
    "/sys/+/+/_thing/event/notify_reply",
    "/sys/+/+/thing/event/property/post",
    "/app/+/bind",
    "/app/+/unbind",
];

/// Where a token report is answered.
pub const MATCH_REPLY: &str = "thing/awss/enrollee/match_reply";
/// Where an unbind report is answered.
pub const RESET_REPLY: &str = "thing/reset_reply";
/// Where a post of properties is answered.
pub const POST_REPLY: &str = "thing/event/property/post_reply";
/// Where a device hears that it was bound or unbound.
pub const BIND_NOTIFY: &str = "_thing/event/notify";

/// Who says what, as the topic tells.
#[derive(Debug, PartialEq, Eq)]
pub enum Inbound {
    /// A device reports its bind token.
    TokenReport(DeviceId),
    /// A device asks to be unbound.
    Reset(DeviceId),
    /// A device answers a [`BIND_NOTIFY`].
    NotifyReply(DeviceId),
    /// A device posts values of its properties.
    PropertyPost(DeviceId),
    /// An account asks for something.
    App(String, Operation),
}

impl Inbound {
    /// Reads a topic; `None` for one that is none of [`SUBSCRIPTIONS`].
    pub fn parse(topic: &str) -> Option<Self> {
        let levels: Vec<&str> = topic.split('/').collect();
        match levels.as_slice() {
            ["", "sys", pk, dn, "thing", "awss", "enrollee", "match"] => {
                Some(Self::TokenReport(DeviceId::new(*pk, *dn)))
            }
            ["", "sys", pk, dn, "thing", "reset"] => Some(Self::Reset(DeviceId::new(*pk, *dn))),
            ["", "sys", pk, dn, "_thing", "event", "notify_reply"] => {
                Some(Self::NotifyReply(DeviceId::new(*pk, *dn)))
            }
            ["", "sys", pk, dn, "thing", "event", "property", "post"] => {
                Some(Self::PropertyPost(DeviceId::new(*pk, *dn)))
            }
            ["", "app", account, "bind"] => Some(Self::App((*account).to_owned(), Operation::Bind)),
            ["", "app", account, "unbind"] => Some(Self::App((*account).to_owned(), Operation::Unbind)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_told_apart() {
        let device = DeviceId::new("a1GQc8iJOWI", "gateway_test01");
        assert_eq!(
            Inbound::parse("/sys/a1GQc8iJOWI/gateway_test01/thing/awss/enrollee/match"),
            Some(Inbound::TokenReport(device.clone()))
        );
        assert_eq!(Inbound::parse(&device.topic("thing/reset")), Some(Inbound::Reset(device.clone())));
        assert_eq!(
            Inbound::parse(&device.topic("_thing/event/notify_reply")),
            Some(Inbound::NotifyReply(device.clone()))
        );
        assert_eq!(
            Inbound::parse(&device.topic("thing/event/property/post")),
            Some(Inbound::PropertyPost(device.clone()))
        );
        assert_eq!(Inbound::parse("/app/alice/bind"), Some(Inbound::App("alice".into(), Operation::Bind)));
        assert_eq!(
            Inbound::parse("/app/alice/unbind"),
            Some(Inbound::App("alice".into(), Operation::Unbind))
        );
        assert_eq!(Inbound::parse(&device.topic("ts/thing/awss/enrollee/match")), None);
        assert_eq!(Inbound::parse(&device.topic(MATCH_REPLY)), None);
        assert_eq!(Inbound::parse(&device.topic(POST_REPLY)), None);
        assert_eq!(Inbound::parse(""), None);
    }
}
