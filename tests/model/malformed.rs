//! What no cloud should send: each has one line of the level `[wrn]` and calls nobody; a request that names
//! itself is answered with code 400; the connection stays.

use std::fmt::Write;

use crate::device::{Device, PROPERTY_SET, RECV_EVENT_REPLY, RECV_PROP_REPLY, connected};
use crate::robust_support::mutation::{Random, mutate};
use crate::support::broker::Broker;
use crate::support::cloud::Cloud;
use crate::support::cloud::Replies;
use crate::support::network::Network;
use crate::support::{topic, topic_of};

/// No JSON object with a string `id`.
const NAMELESS: [&[u8]; 21] = [
    b"",
    b" ",
    b"x",
    b"{",
    b"}",
    b"[]",
    b"1",
    b"null",
    b"\"id\"",
    b"{}",
    b"{}{}",
    br#"{"id":"1"#,
    br#"{id:"1","params":{}}"#,
    br#"{"id":"","version":"1.0","params":{},"method":"thing.service.x"}"#,
    // Longer than what is repeated.
    br#"{"id":"0123456789012345678901234567890123456789012345678901234567890123x","version":"1.0","params":{},"method":"thing.service.x"}"#,
    br#"{"version":"1.0","params":{},"method":"thing.service.x"}"#,
    br#"{"id":1,"version":"1.0","params":{},"method":"thing.service.x"}"#,
    br#"{"id":null,"version":"1.0","params":{},"method":"thing.service.x"}"#,
    br#"{"id":["1"],"version":"1.0","params":{},"method":"thing.service.x"}"#,
    br#"{"params":{"id":"1"},"version":"1.0","method":"thing.service.x"}"#,
    b"{\"id\":\"\xff\",\"params\":{}}",
];
/// Named, and broken behind the name.
const BROKEN: [&[u8]; 5] = [
    br#"{"id":"x""#,
    br#"{"id":"x","#,
    br#"{"id":"x"}}"#,
    br#"{"id":"x","params":{"#,
    b"{\"id\":\"x\",\"params\":{}}\0",
];

/// A topic on which requests come, where their answers go, and its method.
struct Request {
    suffix: &'static str,
    answer: &'static str,
    method: &'static str,
    /// What cannot be its `params`.
    wrong_params: &'static [&'static str],
}

const NOT_OBJECTS: &[&str] = &["[]", "1", "null", "true", r#""{}""#];
const NOT_ARRAYS: &[&str] = &["{}", "1", "null", "true", r#""[]""#];

const REQUESTS: [Request; 4] = [
    Request {
        suffix: "thing/service/property/set",
        answer: "thing/service/property/set_reply",
        method: "thing.service.property.set",
        wrong_params: NOT_OBJECTS,
    },
    Request {
        suffix: "thing/service/property/get",
        answer: "thing/service/property/get_reply",
        method: "thing.service.property.get",
        wrong_params: NOT_ARRAYS,
    },
    Request {
        suffix: "thing/service/Hello",
        answer: "thing/service/Hello_reply",
        method: "thing.service.Hello",
        wrong_params: NOT_OBJECTS,
    },
    Request {
        suffix: "rrpc/request/42",
        answer: "rrpc/response/42",
        method: "thing.service.Hello",
        wrong_params: NOT_OBJECTS,
    },
];

/// Topics below `/sys/{pk}/{dn}/` on which replies come.
const REPLIES: [&str; 6] = [
    "thing/event/property/post_reply",
    "thing/event/Error/post_reply",
    "thing/deviceinfo/update_reply",
    "thing/deviceinfo/delete_reply",
    "thing/property/desired/get_reply",
    "thing/property/desired/delete_reply",
];
/// Named replies that are none; the id is that of a report that is open.
const NO_REPLIES: [&str; 8] = [
    r#"{"id":"ID","data":{}}"#,
    r#"{"id":"ID","code":"two hundred","data":{}}"#,
    r#"{"id":"ID","code":null,"data":{}}"#,
    r#"{"id":"ID","code":{},"data":{}}"#,
    r#"{"id":"ID","code":200.5,"data":{}}"#,
    r#"{"id":"ID","code":99999999999,"data":{}}"#,
    r#"{"id":"ID","id":"ID","code":200,"data":{}}"#,
    r#"{"id":"ID x","code":200,"data":{}}"#,
];

/// Of a request on `suffix`.
fn proper_params(suffix: &str) -> &'static str {
    if suffix.ends_with("property/get") { "[]" } else { "{}" }
}

/// Collects what went wrong, to tell of all of it.
struct Findings(String);

impl Findings {
    fn note(&mut self, topic: &str, payload: &[u8], what: &str) {
        let payload = String::from_utf8_lossy(payload);
        let shown: String = payload.chars().take(120).collect();
        writeln!(self.0, "{topic} {shown}: {what}").expect("a text grows");
    }

    fn assert_none(&self, device: &Device) {
        assert!(self.0.is_empty(), "\n{}\n{}", self.0, device.log_text());
    }
}

/// How the device has to take a message.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    /// Where it is answered and with which id; `None`: not at all.
    answer: Option<(&'a str, &'a str)>,
}

const NOT_ANSWERED: Wanted = Wanted { answer: None };

/// Sends one message and looks at all that the device does about it.
fn check(
    device: &mut Device,
    cloud: &Cloud,
    findings: &mut Findings,
    (to, payload): (&str, &[u8]),
    wanted: Wanted,
) {
    let (log_from, sent_from) = (device.process.log_len(), cloud.len());
    cloud.publish(to, payload);
    let mark = device.catch_up(cloud);
    let lines = device.process.lines_from(log_from);
    let warnings = lines.iter().filter(|line| line.what.starts_with("[wrn]") || line.what.contains("[err]"));
    let warnings: Vec<_> = warnings.map(|line| line.what.as_str()).collect();
    if warnings.len() != 1 || !warnings[0].starts_with("[wrn]") {
        findings.note(to, payload, &format!("not one warning: {warnings:?}"));
    }
    let callbacks = device.callbacks_from(log_from);
    let others: Vec<_> = callbacks.iter().filter(|callback| !callback.contains(&device.mark())).collect();
    if !others.is_empty() {
        findings.note(to, payload, &format!("{others:?}"));
    }
    let is_answer = |topic: &str| topic.ends_with("_reply") || topic.contains("/rrpc/response/");
    let answers = cloud.since(sent_from).into_iter().filter(|seen| seen.index < mark.index);
    let answers: Vec<_> = answers
        .filter(|seen| {
            seen.what.topic != to && is_answer(&seen.what.topic) && !seen.what.topic.contains("awss")
        })
        .map(|seen| format!("{:?}", seen.what))
        .collect();
    let wanted: Vec<_> = wanted
        .answer
        .map(|(suffix, id)| format!(r#"{} {{"id":"{id}","code":400,"data":{{}}}}"#, topic(suffix)))
        .into_iter()
        .collect();
    if answers != wanted {
        findings.note(to, payload, &format!("answered {answers:?}, not {wanted:?}"));
    }
}

#[test]
fn requests_that_name_nobody() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    device.ok("answers service 0 {}");
    device.ok("answers get 0 {}");
    device.catch_up(&cloud);
    let mut findings = Findings(String::new());
    for request in REQUESTS {
        for payload in NAMELESS {
            check(&mut device, &cloud, &mut findings, (&topic(request.suffix), payload), NOT_ANSWERED);
        }
    }
    findings.assert_none(&device);
    device.close_and_check();
}

#[test]
fn requests_with_a_name_and_nothing_proper_else() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    device.ok("answers service 0 {}");
    device.ok("answers get 0 {}");
    device.catch_up(&cloud);
    let mut findings = Findings(String::new());
    for Request { suffix, answer, method, wrong_params } in REQUESTS {
        let wanted = Wanted { answer: Some((answer, "x")) };
        for payload in BROKEN {
            check(&mut device, &cloud, &mut findings, (&topic(suffix), payload), wanted);
        }
        let mut payloads: Vec<String> = wrong_params
            .iter()
            .map(|params| format!(r#"{{"id":"x","version":"1.0","method":"{method}","params":{params}}}"#))
            .collect();
        payloads.push(format!(r#"{{"id":"x","version":"1.0","method":"{method}"}}"#));
        payloads.push(r#"{"id":"x"}"#.to_owned());
        payloads.push(format!(r#"{{"id":"x","method":"{method}","params":{}}}"#, proper_params(suffix)));
        payloads.push(format!(
            r#"{{"id":"x","version":"1.0","method":"{method}","params":{0},"params":{0}}}"#,
            proper_params(suffix)
        ));
        payloads
            .push(format!(r#"{{"id":"x","version":"1.0","method":"{method}","params":{}"#, "[".repeat(600)));
        for payload in payloads {
            check(&mut device, &cloud, &mut findings, (&topic(suffix), payload.as_bytes()), wanted);
        }
    }
    // The service is named by the method alone.
    for method in ["", "x", "thing.service", "thing.service."] {
        let payload = format!(r#"{{"id":"x","version":"1.0","method":"{method}","params":{{}}}}"#);
        let wanted = Wanted { answer: Some(("rrpc/response/42", "x")) };
        check(&mut device, &cloud, &mut findings, (&topic("rrpc/request/42"), payload.as_bytes()), wanted);
    }
    for payload in [r#"{"id":"x","params":{}}"#, r#"{"id":"x","params":{},"method":1}"#] {
        let wanted = Wanted { answer: Some(("rrpc/response/42", "x")) };
        check(&mut device, &cloud, &mut findings, (&topic("rrpc/request/42"), payload.as_bytes()), wanted);
    }
    findings.assert_none(&device);
    device.close_and_check();
}

#[test]
fn requests_longer_than_what_is_taken_in() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    let mut findings = Findings(String::new());
    let proper = r#"{"id":"x","version":"1.0","method":"thing.service.Hello","params":{}}"#;
    for length in [1_024, 9_000] {
        let long = format!(r#"{{"id":"x","version":"1.0","params":{{"a":"{}"}}}}"#, "x".repeat(length));
        check(&mut device, &cloud, &mut findings, (&topic(PROPERTY_SET), long.as_bytes()), NOT_ANSWERED);
    }
    // No topic of an answer is that long.
    for suffix in ["thing/service/", "rrpc/request/"] {
        let suffix = format!("{suffix}{}", "x".repeat(120));
        check(&mut device, &cloud, &mut findings, (&topic(&suffix), proper.as_bytes()), NOT_ANSWERED);
    }
    findings.assert_none(&device);
    device.close_and_check();
}

#[test]
fn replies_that_are_none() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[(RECV_PROP_REPLY, 1), (RECV_EVENT_REPLY, 1)]);
    let mut findings = Findings(String::new());
    for suffix in REPLIES {
        for payload in NAMELESS {
            check(&mut device, &cloud, &mut findings, (&topic(suffix), payload), NOT_ANSWERED);
        }
    }
    for (command, suffix) in
        [("report 0 {}", REPLIES[0]), ("trigger Error {}", REPLIES[1]), ("report 1 []", REPLIES[2])]
    {
        let id = device.id(command);
        for payload in NO_REPLIES {
            let payload = payload.replace("ID", &id.to_string());
            check(&mut device, &cloud, &mut findings, (&topic(suffix), payload.as_bytes()), NOT_ANSWERED);
        }
    }
    findings.assert_none(&device);
    device.close_and_check();
}

#[test]
fn clocks_and_errors_that_are_none() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    let mut findings = Findings(String::new());
    let response = topic_of("ext/ntp", "/response");
    for payload in [
        &b""[..],
        b"x",
        b"[]",
        b"{}",
        br#"{"serverSendTime":null}"#,
        br#"{"serverSendTime":{}}"#,
        br#"{"serverSendTime":""}"#,
        br#"{"serverSendTime":"tomorrow"}"#,
        br#"{"serverSendTime":"-1"}"#,
        br#"{"serverSendTime":1.5}"#,
        br#"{"data":{"serverSendTime":"1571998862002"}}"#,
    ] {
        check(&mut device, &cloud, &mut findings, (&response, payload), NOT_ANSWERED);
    }
    for payload in [&b""[..], b"x", b"[]", b"{}", br#"{"code":"x"}"#] {
        check(&mut device, &cloud, &mut findings, (&topic_of("ext/error", ""), payload), NOT_ANSWERED);
    }
    findings.assert_none(&device);
    device.close_and_check();
}

/// What mutations start from.
const ORIGINALS: [&[u8]; 5] = [
    br#"{"id":"1","version":"1.0","params":{"a":[1,{"b":"\u00e9\n"}]},"method":"thing.service.Hello"}"#,
    br#"{"id":"1","version":"1.0","params":["a","b"],"method":"thing.service.property.get"}"#,
    br#"{"id":"4","code":200,"data":{"a":-1.5e3},"message":"success","version":"1.0"}"#,
    br#"{"deviceSendTime":"1234","serverSendTime":"1571998862002","serverRecvTime":"1571998862002"}"#,
    br#"[[[[{"params":{},"data":null,"id":"\ud83d\ude00"}]]]]"#,
];

#[test]
fn mutated_messages_leave_no_trace() {
    const MESSAGES: usize = 3_000;
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let options = [(RECV_PROP_REPLY, 1), (RECV_EVENT_REPLY, 1)];
    let mut device = Device::start_under_memcheck(&network).with(&options).connected();
    device.ok("answers service 0 {}");
    device.ok("answers get 0 {}");
    device.catch_up(&cloud);
    let ext = [topic_of("ext/ntp", "/response"), topic_of("ext/error", "")];
    let of_requests = REQUESTS.iter().map(|request| topic(request.suffix));
    let topics: Vec<_> = of_requests.chain(REPLIES.iter().map(|suffix| topic(suffix))).chain(ext).collect();
    let mut random = Random::new(0x006d_6f64_656c);
    for n in 0..MESSAGES {
        cloud.publish(&topics[random.below(topics.len())], mutate(&ORIGINALS, &mut random));
        if n % 100 == 0 {
            device.catch_up(&cloud);
        }
    }
    device.catch_up(&cloud);
    assert!(device.callbacks("disconnected").is_empty(), "{}", device.log_text());
    device.close_and_check();
}
