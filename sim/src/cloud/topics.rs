//! Which topics the cloud listens on, and what a message on each means.

use crate::app_api::Operation;
use crate::cloud::joining::{self, JoiningMessage};
use crate::cloud::model::{self, ModelMessage, ModelNotice};
use crate::device_id::DeviceId;

/// What the cloud subscribes to for binding.
const BINDING_SUBSCRIPTIONS: [&str; 5] = [
    "/sys/+/+/thing/awss/enrollee/match",
    "/sys/+/+/thing/reset",
    "/sys/+/+/_thing/event/notify_reply",
    "/app/+/bind",
    "/app/+/unbind",
];

/// Where a token report is answered.
pub const MATCH_REPLY: &str = "thing/awss/enrollee/match_reply";
/// Where an unbind report is answered.
pub const RESET_REPLY: &str = "thing/reset_reply";
/// Where a device hears that it was bound or unbound.
pub const BIND_NOTIFY: &str = "_thing/event/notify";

/// All filters of the cloud. No topic matches two of them, lest a broker delivers a message twice.
pub fn subscriptions() -> impl Iterator<Item = &'static str> {
    BINDING_SUBSCRIPTIONS.into_iter().chain(joining::SUBSCRIPTIONS).chain(model::SUBSCRIPTIONS)
}

/// Who says what, as the topic tells.
#[derive(Debug, PartialEq, Eq)]
pub enum Inbound {
    /// About binding.
    Binding(BindingMessage),
    /// About new devices that join by the help of others.
    Joining(DeviceId, JoiningMessage),
    /// About the device model.
    Model(DeviceId, ModelMessage),
}

/// What devices and accounts say about binding.
#[derive(Debug, PartialEq, Eq)]
pub enum BindingMessage {
    /// A device reports its bind token.
    TokenReport(DeviceId),
    /// A device asks to be unbound.
    Reset(DeviceId),
    /// A device answers a [`BIND_NOTIFY`].
    NotifyReply(DeviceId),
    /// An account asks for something.
    App(String, Operation),
}

impl Inbound {
    /// Reads a topic; `None` for one that the cloud does not listen on, or only hears itself on.
    pub fn parse(topic: &str) -> Option<Self> {
        let levels: Vec<&str> = topic.split('/').collect();
        let binding = match levels.as_slice() {
            ["", "app", account, "bind"] => BindingMessage::App((*account).to_owned(), Operation::Bind),
            ["", "app", account, "unbind"] => BindingMessage::App((*account).to_owned(), Operation::Unbind),
            ["", "sys", pk, dn, rest @ ..] => {
                let device = DeviceId::new(*pk, *dn);
                match rest {
                    ["thing", "awss", "enrollee", "match"] => BindingMessage::TokenReport(device),
                    ["thing", "reset"] => BindingMessage::Reset(device),
                    ["_thing", "event", "notify_reply"] => BindingMessage::NotifyReply(device),
                    ["thing", "awss", "enrollee", "found"] => {
                        return Some(Self::Joining(device, JoiningMessage::Found));
                    }
                    ["thing", "awss", "enrollee", "checkin_reply"] => {
                        return Some(Self::Joining(device, JoiningMessage::CheckinReply));
                    }
                    ["thing", "cipher", "get"] => {
                        return Some(Self::Joining(device, JoiningMessage::KeyRequest));
                    }
                    _ => return Some(Self::Model(device, ModelMessage::parse_sys(rest)?)),
                }
            }
            ["", "ext", "ntp", pk, dn, "request"] => {
                return Some(Self::Model(DeviceId::new(*pk, *dn), ModelMessage::TimeRequest));
            }
            ["", "ota", "device", what, pk, dn] => {
                let message = match *what {
                    "inform" => ModelMessage::Notice(ModelNotice::FirmwareInform),
                    "progress" => ModelMessage::Notice(ModelNotice::UpgradeProgress),
                    "request" => ModelMessage::UpgradeRequest,
                    _ => return None,
                };
                return Some(Self::Model(DeviceId::new(*pk, *dn), message));
            }
            _ => return None,
        };
        Some(Self::Binding(binding))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::model::ModelRequest;

    fn device() -> DeviceId {
        DeviceId::new("a1GQc8iJOWI", "gateway_test01")
    }

    #[test]
    fn topics_of_binding_are_told_apart() {
        for (topic, message) in [
            (device().topic("thing/awss/enrollee/match"), BindingMessage::TokenReport(device())),
            (device().topic("thing/reset"), BindingMessage::Reset(device())),
            (device().topic("_thing/event/notify_reply"), BindingMessage::NotifyReply(device())),
            ("/app/alice/bind".to_owned(), BindingMessage::App("alice".into(), Operation::Bind)),
            ("/app/alice/unbind".to_owned(), BindingMessage::App("alice".into(), Operation::Unbind)),
        ] {
            assert_eq!(Inbound::parse(&topic), Some(Inbound::Binding(message)), "{topic}");
        }
    }

    #[test]
    fn topics_of_joining_are_told_apart() {
        for (suffix, message) in [
            ("thing/awss/enrollee/found", JoiningMessage::Found),
            ("thing/awss/enrollee/checkin_reply", JoiningMessage::CheckinReply),
            ("thing/cipher/get", JoiningMessage::KeyRequest),
        ] {
            let inbound = Inbound::Joining(device(), message);
            assert_eq!(Inbound::parse(&device().topic(suffix)), Some(inbound), "{suffix}");
        }
    }

    #[test]
    fn topics_of_the_device_model_are_told_apart() {
        let sys = |suffix| device().topic(suffix);
        let answer = |topic: &str| ModelMessage::Notice(ModelNotice::Answer(topic.to_owned()));
        for (topic, message) in [
            (sys("thing/event/property/post"), ModelMessage::Request(ModelRequest::PropertyPost)),
            (sys("thing/event/Error/post"), ModelMessage::Request(ModelRequest::EventPost("Error".into()))),
            (sys("thing/config/get"), ModelMessage::Request(ModelRequest::ConfigGet)),
            (sys("thing/service/Hello_reply"), answer("thing/service/Hello_reply")),
            (sys("thing/disable_reply"), answer("thing/disable_reply")),
            (sys("rrpc/response/7"), answer("rrpc/response/7")),
            (sys("thing/model/up_raw"), ModelMessage::RawPost),
            (device().topic_after("/ext/ntp") + "/request", ModelMessage::TimeRequest),
            (
                device().topic_after("/ota/device/progress"),
                ModelMessage::Notice(ModelNotice::UpgradeProgress),
            ),
        ] {
            assert_eq!(Inbound::parse(&topic), Some(Inbound::Model(device(), message)), "{topic}");
        }
    }

    #[test]
    fn what_the_cloud_says_itself_is_nobodys() {
        for suffix in [
            "ts/thing/awss/enrollee/match",
            MATCH_REPLY,
            "thing/event/property/post_reply",
            "thing/service/property/set",
            "thing/service/Hello",
            "thing/config/push",
            "thing/awss/enrollee/found_reply",
            "thing/awss/enrollee/checkin",
            "thing/cipher/get_reply",
        ] {
            assert_eq!(Inbound::parse(&device().topic(suffix)), None, "{suffix}");
        }
        assert_eq!(Inbound::parse(&device().topic_after("/ota/device/upgrade")), None);
        assert_eq!(Inbound::parse(""), None);
    }

    #[test]
    fn every_filter_leads_somewhere_and_no_topic_to_two() {
        let matches = |filter: &str, topic: &str| {
            let (filter, topic): (Vec<_>, Vec<_>) = (filter.split('/').collect(), topic.split('/').collect());
            filter.len() == topic.len() && filter.iter().zip(&topic).all(|(f, t)| *f == "+" || f == t)
        };
        for filter in subscriptions() {
            let topic = filter.replace('+', "x_reply");
            assert!(Inbound::parse(&topic).is_some(), "{topic}");
            assert_eq!(subscriptions().filter(|other| matches(other, &topic)).count(), 1, "{topic}");
        }
    }
}
