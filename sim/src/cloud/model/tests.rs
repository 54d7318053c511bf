//! The rules of the device model, message by message.

use super::*;
use crate::cloud::topics::Inbound;
use crate::file::{ConfigurationOffer, SignMethod};

const UNIX_TIME: Duration = Duration::from_millis(1_700_000_000_123);

fn sys(suffix: &str) -> String {
    format!("/sys/a1GQc8iJOWI/gateway_test01/{suffix}")
}

fn hand_to(service: &ModelService, topic: &str, payload: &str) -> Outcome {
    let Some(Inbound::Model(device, message)) = Inbound::parse(topic) else { panic!("{topic}") };
    service.handle(device, message, topic, payload.as_bytes(), UNIX_TIME)
}

fn hand(topic: &str, payload: &str) -> Outcome {
    hand_to(&ModelService::new(Offers::default(), Duration::ZERO), topic, payload)
}

/// The one answer: its topic and payload.
fn answer(outcome: &Outcome) -> (&str, &str) {
    let [answer] = outcome.outgoing.as_slice() else { panic!("{outcome:?}") };
    (answer.topic.as_str(), std::str::from_utf8(&answer.payload).unwrap())
}

fn code(outcome: &Outcome) -> Value {
    serde_json::from_str::<Value>(answer(outcome).1).unwrap()["code"].clone()
}

#[test]
fn a_post_of_properties_is_told_and_answered() {
    let post = r#"{"id":"7","version":"1.0","params":{"Counter":3},"method":"thing.event.property.post"}"#;
    let outcome = hand(&sys("thing/event/property/post"), post);
    let [event] = outcome.events.as_slice() else { panic!("{outcome:?}") };
    assert_eq!(event.to_string(), r#"property posted: a1GQc8iJOWI/gateway_test01 id "7" {"Counter":3}"#);
    let reply = concat!(
        r#"{"code":200,"data":{},"id":"7","message":"success","#,
        r#""method":"thing.event.property.post","version":"1.0"}"#
    );
    assert_eq!(answer(&outcome), (sys("thing/event/property/post_reply").as_str(), reply));
}

#[test]
fn every_request_is_answered_on_its_topic() {
    for (suffix, params) in [
        ("thing/event/Error/post", r#"{"ErrorCode":1}"#),
        ("thing/deviceinfo/update", r#"[{"attrKey":"k","attrValue":"v"}]"#),
        ("thing/deviceinfo/delete", r#"[{"attrKey":"k"}]"#),
        ("thing/property/desired/get", r#"["LightSwitch"]"#),
        ("thing/property/desired/delete", r#"{"LightSwitch":{"version":1}}"#),
        ("thing/dynamicTsl/get", r#"{"nodes":["type","identifier"],"addDefault":false}"#),
    ] {
        let method = suffix.replace('/', ".");
        let request =
            |params| format!(r#"{{"id":"1","version":"1.0","params":{params},"method":"{method}"}}"#);
        let outcome = hand(&sys(suffix), &request(params));
        assert_eq!(answer(&outcome).0, sys(&format!("{suffix}_reply")));
        assert_eq!(code(&outcome), 200, "{suffix}");
        let refused = hand(&sys(suffix), &request("7"));
        assert!(matches!(refused.events[..], [CloudEvent::Malformed { .. }]), "{suffix}: {refused:?}");
        assert_eq!(code(&refused), 460, "{suffix}");
    }
}

#[test]
fn what_has_no_id_is_told_and_not_answered() {
    for payload in ["", "{", "[]", "{}", r#"{"id":null,"version":"1.0"}"#] {
        let outcome = hand(&sys("thing/event/property/post"), payload);
        assert!(matches!(outcome.events[..], [CloudEvent::Malformed { .. }]), "{payload}: {outcome:?}");
        assert!(outcome.outgoing.is_empty(), "{payload}");
    }
}

#[test]
fn the_time_is_told_in_milliseconds_as_text() {
    let outcome = hand("/ext/ntp/pk/dn/request", r#"{"deviceSendTime":"1234"}"#);
    let times =
        r#"{"deviceSendTime":"1234","serverRecvTime":"1700000000123","serverSendTime":"1700000000123"}"#;
    assert_eq!(answer(&outcome), ("/ext/ntp/pk/dn/response", times));
    assert!(hand("/ext/ntp/pk/dn/request", "{}").outgoing.is_empty());
}

#[test]
fn files_are_offered_to_those_who_ask_if_there_are_any() {
    let get = r#"{"id" : 3,"version":"1.0","params":{"configScope":"product","getType":"file","attributeKeys":""},"method":"thing.config.get"}"#;
    let request = r#"{"id":0,"params":{"version":"1.0"}}"#;
    assert_eq!(code(&hand(&sys("thing/config/get"), get)), 6710);
    assert!(hand("/ota/device/request/pk/dn", request).outgoing.is_empty());

    let offers = Offers {
        image: Some(ImageOffer::new(b"abc", "http://h/i".into(), "2", SignMethod::Md5)),
        configuration: Some(ConfigurationOffer::new(b"abc", "http://h/c".into(), SignMethod::Sha256)),
    };
    let service = ModelService::new(offers, Duration::ZERO);
    let outcome = hand_to(&service, &sys("thing/config/get"), get);
    assert!(answer(&outcome).1.contains(r#""configSize":3,"getType":"file""#), "{outcome:?}");
    let outcome = hand_to(&service, "/ota/device/request/pk/dn", request);
    assert_eq!(answer(&outcome).0, "/ota/device/upgrade/pk/dn");
}

#[test]
fn progress_versions_and_answers_are_told() {
    for (topic, payload, told) in [
        ("/ota/device/inform/pk/dn", r#"{"id":"2","params":{"version":"1.1"}}"#, "version 1.1"),
        ("/ota/device/progress/pk/dn", r#"{"id":0,"params":{"step":"-3","desc":"bad"}}"#, "step -3 bad"),
        ("/sys/pk/dn/thing/service/Hello_reply", r#"{"id":"65","code":200,"data":{}}"#, r"id 65 code 200 {}"),
        ("/sys/pk/dn/rrpc/response/9", r#"{"id":"65","code":400,"data":{}}"#, "code 400"),
    ] {
        let outcome = hand(topic, payload);
        let [event] = outcome.events.as_slice() else { panic!("{outcome:?}") };
        assert!(event.to_string().contains(told), "{event}");
        let nonsense = hand(topic, r#""id":65,"code":"400","data":{}"#);
        assert!(matches!(nonsense.events[..], [CloudEvent::Malformed { .. }]), "{nonsense:?}");
    }
}

#[test]
fn raw_data_comes_back() {
    let outcome = hand(&sys("thing/model/up_raw"), "\x01\0z");
    assert_eq!(outcome.events[0].to_string(), "raw posted: a1GQc8iJOWI/gateway_test01 01007A");
    assert_eq!(answer(&outcome), (sys("thing/model/up_raw_reply").as_str(), "\x01\0z"));
}
