//! The topics of the device model, and what a message on each means.

use serde_json::Value;

/// What the cloud subscribes to for the device model.
pub const SUBSCRIPTIONS: [&str; 20] = [
    "/sys/+/+/thing/event/+/post",
    "/sys/+/+/thing/deviceinfo/update",
    "/sys/+/+/thing/deviceinfo/delete",
    "/sys/+/+/thing/property/desired/get",
    "/sys/+/+/thing/property/desired/delete",
    "/sys/+/+/thing/dynamicTsl/get",
    "/sys/+/+/thing/config/get",
    "/sys/+/+/thing/model/up_raw",
    "/sys/+/+/thing/service/+",
    "/sys/+/+/thing/service/property/+",
    "/sys/+/+/thing/config/push_reply",
    "/sys/+/+/thing/disable_reply",
    "/sys/+/+/thing/enable_reply",
    "/sys/+/+/thing/delete_reply",
    "/sys/+/+/rrpc/response/+",
    "/sys/+/+/thing/model/down_raw_reply",
    "/ext/ntp/+/+/request",
    "/ota/device/inform/+/+",
    "/ota/device/progress/+/+",
    "/ota/device/request/+/+",
];

/// What a device says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelMessage {
    /// It asks, and is answered on the same topic with `_reply`.
    Request(ModelRequest),
    /// It posts bytes that only the product's script understands.
    RawPost,
    /// It asks for the time.
    TimeRequest,
    /// It asks for an upgrade.
    UpgradeRequest,
    /// It tells something that has no answer.
    Notice(ModelNotice),
}

/// What a device tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelNotice {
    /// What came of a request of the cloud; this is the topic after `/sys/{pk}/{dn}/`.
    Answer(String),
    /// The same for bytes that only the product's script understands.
    RawAnswer,
    /// Which firmware it runs.
    FirmwareInform,
    /// How far an upgrade is.
    UpgradeProgress,
}

/// What a device asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelRequest {
    /// To take values of properties.
    PropertyPost,
    /// To take an event, of this identifier.
    EventPost(String),
    /// To take attributes of itself.
    InfoUpdate,
    /// To forget some.
    InfoDelete,
    /// For values that were wanted while it was away.
    DesiredGet,
    /// To forget some.
    DesiredDelete,
    /// For its model.
    TslGet,
    /// For its configuration.
    ConfigGet,
}

impl ModelMessage {
    /// Reads the levels after `/sys/{pk}/{dn}/`.
    pub fn parse_sys(levels: &[&str]) -> Option<Self> {
        let request = match levels {
            ["thing", "event", "property", "post"] => ModelRequest::PropertyPost,
            ["thing", "event", identifier, "post"] => ModelRequest::EventPost((*identifier).to_owned()),
            ["thing", "deviceinfo", "update"] => ModelRequest::InfoUpdate,
            ["thing", "deviceinfo", "delete"] => ModelRequest::InfoDelete,
            ["thing", "property", "desired", "get"] => ModelRequest::DesiredGet,
            ["thing", "property", "desired", "delete"] => ModelRequest::DesiredDelete,
            ["thing", "dynamicTsl", "get"] => ModelRequest::TslGet,
            ["thing", "config", "get"] => ModelRequest::ConfigGet,
            ["thing", "model", "up_raw"] => return Some(Self::RawPost),
            ["thing", "model", "down_raw_reply"] => return Some(Self::Notice(ModelNotice::RawAnswer)),
            ["rrpc", "response", _] => return Some(Self::answer(levels.join("/"))),
            ["thing", "service", ..] | ["thing", "config", "push_reply"] | ["thing", _] => {
                // The cloud's own requests to a device come back on these topics.
                let name = levels.join("/");
                return name.ends_with("_reply").then_some(Self::answer(name));
            }
            _ => return None,
        };
        Some(Self::Request(request))
    }

    fn answer(topic: String) -> Self {
        Self::Notice(ModelNotice::Answer(topic))
    }
}

impl ModelRequest {
    /// What follows `/sys/{pk}/{dn}/`; with dots in place of the slashes it is the method.
    pub fn suffix(&self) -> String {
        match self {
            Self::PropertyPost => "thing/event/property/post".to_owned(),
            Self::EventPost(identifier) => format!("thing/event/{identifier}/post"),
            Self::InfoUpdate => "thing/deviceinfo/update".to_owned(),
            Self::InfoDelete => "thing/deviceinfo/delete".to_owned(),
            Self::DesiredGet => "thing/property/desired/get".to_owned(),
            Self::DesiredDelete => "thing/property/desired/delete".to_owned(),
            Self::TslGet => "thing/dynamicTsl/get".to_owned(),
            Self::ConfigGet => "thing/config/get".to_owned(),
        }
    }

    /// The method in the message.
    pub fn method(&self) -> String {
        self.suffix().replace('/', ".")
    }

    /// What is wrong with the parameters, if anything is.
    pub fn objection(&self, params: &Value) -> Option<&'static str> {
        let is_list_of = |is_item: fn(&Value) -> bool| {
            params.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(is_item))
        };
        let (is_right, objection) = match self {
            Self::PropertyPost
            | Self::EventPost(_)
            | Self::DesiredDelete
            | Self::TslGet
            | Self::ConfigGet => (params.is_object(), "the params are not an object"),
            Self::InfoUpdate => (
                is_list_of(|item| item.get("attrKey").is_some() && item.get("attrValue").is_some()),
                "the params are not a list of objects with attrKey and attrValue",
            ),
            Self::InfoDelete => (
                is_list_of(|item| item.get("attrKey").is_some()),
                "the params are not a list of objects with attrKey",
            ),
            Self::DesiredGet => (is_list_of(Value::is_string), "the params are not a list of names"),
        };
        (!is_right).then_some(objection)
    }
}
