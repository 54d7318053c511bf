//! The device model.

use super::world::*;
use crate::engine::{Event, ModelOptions, Verdict};
use crate::error::Error;
use crate::knobs::{MODEL_EVENTS_MAX, MODEL_REPLIES_MAX};
use crate::model::{Event as Message, Report, TIMEOUT};
use crate::text::Terminated;

const REPLIES: ModelOptions =
    ModelOptions { property_replies: true, event_replies: true, answers_property_set: true };

fn connected(options: ModelOptions) -> World {
    let mut world = World::with_model(options);
    world.settle();
    assert!(world.engine.is_connected());
    world
}

/// What the application is told, in short.
fn told(world: &mut World) -> Vec<String> {
    world.settle();
    let count = world.events.iter().filter(|event| **event == Event::Model).count();
    world.events.retain(|event| *event != Event::Model);
    let told: Vec<_> = (0..count).map(|_| world.engine.take_model_event().unwrap()).collect();
    assert!(world.engine.take_model_event().is_none());
    told.iter().map(in_short).collect()
}

fn in_short(message: &Message) -> String {
    let text = |text: &Terminated| text.as_str().to_owned();
    match message {
        Message::PropertySet { params } => format!("set {}", params.as_str()),
        Message::PropertyGet { id, params } => format!("get {} {}", id.as_str(), params.as_str()),
        Message::Service { id, name, params, rrpc } => {
            let rrpc = rrpc.as_ref().map(text);
            format!("service {} {} {} {rrpc:?}", id.as_str(), name.as_str(), params.as_str())
        }
        Message::Raw(bytes) => format!("raw {bytes:?}"),
        Message::DesiredGetReply { data } => format!("desired {}", data.as_str()),
        Message::ReportReply { id, code, data } => {
            format!("report {id} {code} {:?}", data.as_ref().map(text))
        }
        Message::EventReply { id, code, event_id, message } => {
            format!("event {id} {code} {} {}", event_id.as_str(), message.as_str())
        }
        Message::Time { utc } => format!("time {}", utc.as_str()),
    }
}

/// What was published on a topic that ends so.
fn sent(world: &mut World, suffix: &str) -> Vec<String> {
    world.settle();
    world.published(suffix).into_iter().map(|(_, payload)| payload).collect()
}

#[test]
fn says_once_what_it_is() {
    let mut world = connected(ModelOptions::DEFAULT);
    let tags = r#"{"id":"1","version":"1.0","params":[{"attrKey":"SYS_LP_SDK_VERSION","attrValue":"3.0.1","domain":"SYSTEM"},{"attrKey":"SYS_SDK_LANGUAGE","attrValue":"C","domain":"SYSTEM"}],"method":"thing.deviceinfo.update"}"#;
    assert_eq!(sent(&mut world, "thing/deviceinfo/update"), [tags]);
    let inform = format!("/ota/device/inform/{PK}/{DN}");
    assert_eq!(sent(&mut world, &inform), [r#"{"id":"2","params":{"version":"app-1.0.0"}}"#]);
    world.publish("thing/deviceinfo/update_reply", r#"{"id":"1","code":200,"data":{}}"#);
    assert_eq!(told(&mut world), [""; 0], "the application has not sent it");
    world.cut();
    world.run(5_000);
    assert!(world.engine.is_connected());
    assert_eq!(sent(&mut world, &inform).len(), 1);
}

#[test]
fn subscriptions_go_out_together() {
    let mut world = World::with_model(REPLIES);
    world.settle();
    assert!(world.engine.subscriptions_answered());
    let mut filters = Vec::new();
    for (at, packet) in &world.uplink {
        if let Ok(Some(mqttrs::Packet::Subscribe(subscribe))) = mqttrs::decode_slice(packet) {
            assert_eq!(*at, world.now);
            filters.extend(subscribe.topics.iter().map(|topic| topic.topic_path.to_string()));
        }
    }
    let model: Vec<_> = filters
        .iter()
        .map(|filter| filter.replace(&format!("{PK}/{DN}"), "~"))
        .skip(LOCAL_SUBSCRIPTIONS)
        .collect();
    let expected = [
        "/sys/~/thing/event/+/post_reply",
        "/sys/~/thing/property/desired/delete_reply",
        "/sys/~/thing/property/desired/get_reply",
        "/sys/~/thing/service/property/get",
        "/sys/~/thing/service/property/set",
        "/sys/~/thing/service/+",
        "/sys/~/thing/deviceinfo/update_reply",
        "/sys/~/thing/deviceinfo/delete_reply",
        "/sys/~/thing/dynamicTsl/get_reply",
        "/sys/~/rrpc/request/+",
        "/sys/~/thing/model/down_raw",
        "/sys/~/thing/model/up_raw_reply",
        "/sys/~/thing/disable",
        "/sys/~/thing/enable",
        "/sys/~/thing/delete",
        "/ext/ntp/~/response",
        "/ext/error/~",
    ];
    assert_eq!(model, expected);
}

#[test]
fn reports_carry_the_json_byte_for_byte_under_rising_ids() {
    let mut world = connected(ModelOptions::DEFAULT);
    let reports = [
        (Report::Properties, r#"{ "a" : 1.50, "b":"\u4f60" }"#, "thing/event/property/post"),
        (Report::Event("Error"), r#"{"ErrorCode":0}"#, "thing/event/Error/post"),
        (Report::TagsUpdate, r#"[{"attrKey":"a","attrValue":"b"}]"#, "thing/deviceinfo/update"),
        (Report::TagsDelete, r#"[{"attrKey":"a"}]"#, "thing/deviceinfo/delete"),
        (Report::DesiredGet, r#"["a"]"#, "thing/property/desired/get"),
        (Report::DesiredDelete, r#"{"a":{"version":1}}"#, "thing/property/desired/delete"),
        (Report::Properties, r#"{"\u0061":1}"#, "thing/event/property/post"),
    ];
    for (id, (report, params, topic)) in (3..).zip(reports) {
        assert_eq!(world.engine.report(report, params.as_bytes(), world.now), Ok(id));
        let method = topic.replace('/', ".");
        let message = format!(r#"{{"id":"{id}","version":"1.0","params":{params},"method":"{method}"}}"#);
        assert_eq!(sent(&mut world, topic).last(), Some(&message));
    }
}

#[test]
fn what_cannot_be_reported_is_refused_and_takes_no_id() {
    let mut world = World::new();
    assert_eq!(world.engine.report(Report::Properties, b"{}", world.now), Err(Error::WrongState));
    let mut world = World::with_model(ModelOptions::DEFAULT);
    assert_eq!(world.engine.report(Report::Properties, b"{}", world.now), Err(Error::Offline));
    assert_eq!(world.engine.query_time(world.now), Err(Error::Offline));
    assert_eq!(world.engine.report_raw(b"x", world.now), Err(Error::Offline));
    world.settle();
    let wrong = ["", "[]", "1", "{", "{}x", "{\"a\":\"\u{1}\"}", "{}{}", "\"{}\"", "{\"a\":1,}", "nullx"];
    for params in wrong {
        let refused = world.engine.report(Report::Properties, params.as_bytes(), world.now);
        assert_eq!(refused, Err(Error::Malformed), "{params}");
    }
    assert_eq!(world.engine.report(Report::TagsUpdate, b"{}", world.now), Err(Error::Malformed));
    assert_eq!(world.engine.report(Report::DesiredDelete, b"[]", world.now), Err(Error::Malformed));
    assert_eq!(
        world.engine.report(Report::Properties, b"{\"a\":\"\xff\"}", world.now),
        Err(Error::Malformed)
    );
    let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(5_000));
    assert_eq!(world.engine.report(Report::Properties, long.as_bytes(), world.now), Err(Error::TooLong));
    for id in ["", "a/b", "+", "#", "a b", "a\"b", "a\\b", "é", "a\n"] {
        let refused = world.engine.report(Report::Event(id), b"{}", world.now);
        assert_eq!(refused, Err(Error::Malformed), "{id}");
    }
    let longest = "e".repeat(50);
    let longer = world.engine.report(Report::Event(&(longest.clone() + "e")), b"{}", world.now);
    assert_eq!(longer, Err(Error::TooLong));
    world.settle();
    assert_eq!(world.published("/post"), []);
    assert_eq!(world.engine.report(Report::Event(&longest), b"{}", world.now), Ok(3));
}

#[test]
fn properties_are_set_and_answered() {
    let mut world = connected(ModelOptions::DEFAULT);
    let set = r#"{"method":"thing.service.property.set","id":"65","params":{ "a":1 },"version":"1.0.0"}"#;
    world.publish("thing/service/property/set", set);
    assert_eq!(sent(&mut world, "property/set_reply"), [r#"{"id":"65","code":200,"data":{}}"#]);
    assert_eq!(told(&mut world), [r#"set { "a":1 }"#]);
    world.engine.set_model_options(ModelOptions { answers_property_set: false, ..ModelOptions::DEFAULT });
    world.publish("thing/service/property/set", set);
    assert_eq!(sent(&mut world, "property/set_reply").len(), 1);
    assert_eq!(told(&mut world), [r#"set { "a":1 }"#]);
}

#[test]
fn properties_are_got() {
    let mut world = connected(ModelOptions::DEFAULT);
    let get = r#"{"method":"thing.service.property.get","id":"7","params":["a"],"version":"1.0"}"#;
    world.publish("thing/service/property/get", get);
    assert_eq!(told(&mut world), [r#"get 7 ["a"]"#]);
    let id = Terminated::new("7").unwrap();
    world.engine.answer_property_get(&id, Verdict::Accepted(br#"{"a": 1}"#), world.now);
    world.engine.answer_property_get(&id, Verdict::Refused(b"{}"), world.now);
    let answers = [r#"{"id":"7","code":200,"data":{"a": 1}}"#, r#"{"id":"7","code":400,"data":{}}"#];
    assert_eq!(sent(&mut world, "property/get_reply"), answers);
}

#[test]
fn services_are_called_and_answered() {
    let mut world = connected(ModelOptions::DEFAULT);
    let call = r#"{"method":"thing.service.Add","id":"3","params":{"a":1},"version":"1.0"}"#;
    world.publish("thing/service/Add", call);
    world.publish(
        "rrpc/request/99",
        r#"{"method":"thing.service.Sub.It","id":"4","params":{},"version":"1"}"#,
    );
    let calls = [r#"service 3 Add {"a":1} None"#, r#"service 4 Sub.It {} Some("99")"#];
    assert_eq!(told(&mut world), calls);
    let [id, name, rrpc] = ["3", "Add", "99"].map(|text| Terminated::new(text).unwrap());
    let now = world.now;
    world.engine.answer_service(&id, &name, None, Verdict::Accepted(b"{\"r\":2}"), now);
    world.engine.answer_service(&id, &name, None, Verdict::Unknown, now);
    world.engine.answer_service(&id, &name, None, Verdict::Accepted(b"no JSON"), now);
    world.engine.answer_service(&id, &name, Some(&rrpc), Verdict::Accepted(b"{}"), now);
    let answers = [
        r#"{"id":"3","code":200,"data":{"r":2}}"#,
        r#"{"id":"3","code":404,"data":{}}"#,
        r#"{"id":"3","code":400,"data":{}}"#,
    ];
    assert_eq!(sent(&mut world, "thing/service/Add_reply"), answers);
    assert_eq!(sent(&mut world, "rrpc/response/99"), [r#"{"id":"3","code":200,"data":{}}"#]);
}

#[test]
fn an_answer_that_the_broker_sends_back_is_no_call() {
    let mut world = connected(ModelOptions::DEFAULT);
    world.publish("thing/service/Add_reply", r#"{"id":"3","code":200,"data":{}}"#);
    assert_eq!(told(&mut world), [""; 0]);
    assert_eq!(sent(&mut world, "_reply_reply"), [""; 0]);
}

#[test]
fn requests_that_cannot_be_read_are_answered_as_far_as_they_can() {
    let mut world = connected(ModelOptions::DEFAULT);
    let refused = r#"{"id":"1","code":400,"data":{}}"#;
    let unreadable = [
        ("not JSON", None),
        ("[]", None),
        (r#"{"method":"m.n.o","params":{},"version":"1.0"}"#, None),
        (r#"{"id":1,"method":"m.n.o","params":{},"version":"1.0"}"#, None),
        (r#"{"id":"","method":"m.n.o","params":{},"version":"1.0"}"#, None),
        (r#"{"id":"1","params":{},"version":"1.0"}"#, Some(refused)),
        (r#"{"id":"1","method":5,"params":{},"version":"1.0"}"#, Some(refused)),
        (r#"{"id":"1","method":"m.n.o","params":{}}"#, Some(refused)),
        (r#"{"id":"1","method":"m.n.o","version":"1.0"}"#, Some(refused)),
        (r#"{"id":"1","method":"m.n.o","params":5,"version":"1.0"}"#, Some(refused)),
        (r#"{"id":"1","method":"m.n.o","params":"{}","version":"1.0"}"#, Some(refused)),
        (r#"{"id":"1","method":"m.n.o","params":{},"params":{},"version":"1.0"}"#, Some(refused)),
    ];
    for (suffix, answer) in [
        ("thing/service/property/set", "set_reply"),
        ("thing/service/x", "x_reply"),
        ("rrpc/request/8", "response/8"),
    ] {
        for (payload, expected) in &unreadable {
            let before = sent(&mut world, answer).len();
            world.publish(suffix, payload);
            assert_eq!(told(&mut world), [""; 0], "{payload}");
            assert_eq!(
                sent(&mut world, answer).get(before).map(String::as_str),
                *expected,
                "{suffix} {payload}"
            );
        }
    }
    world.publish("rrpc/request/8", r#"{"id":"1","method":"thing.service","params":{},"version":"1.0"}"#);
    assert_eq!(sent(&mut world, "response/8").last().map(String::as_str), Some(refused));
    assert!(world.engine.is_connected());
}

#[test]
fn replies_are_told_by_the_id_of_the_report() {
    let mut world = connected(REPLIES);
    for report in [Report::Properties, Report::Event("Error"), Report::Properties] {
        world.engine.report(report, b"{}", world.now).unwrap();
    }
    world.engine.report(Report::TagsDelete, b"[]", world.now).unwrap();
    world.engine.report(Report::DesiredGet, b"[]", world.now).unwrap();
    world.engine.report(Report::DesiredDelete, b"{}", world.now).unwrap();
    world.engine.query_time(world.now).unwrap();
    world.publish(
        "thing/event/property/post_reply",
        r#"{"id":"3","code":200,"data":{"x":"tsl"},"message":"success"}"#,
    );
    world.publish(
        "thing/event/Error/post_reply",
        r#"{"id":"4","code":6106,"data":{},"message":"no such \"event\""}"#,
    );
    world.publish(
        "thing/event/property/post_reply",
        r#"{"code":460,"id":5,"data":{},"message":"request error"}"#,
    );
    world.publish("thing/deviceinfo/delete_reply", r#"{"id":"6","code":200,"data":{}}"#);
    world.publish("thing/property/desired/get_reply", r#"{"id":"7","code":200,"data":{"a":{"value":1}}}"#);
    world.publish("thing/property/desired/delete_reply", r#"{"id":"8","code":200,"data":{}}"#);
    let expected = [
        r#"report 3 200 Some("{\"x\":\"tsl\"}")"#,
        r#"event 4 6106 Error no such "event""#,
        "report 5 460 None",
        "report 6 200 None",
        r#"desired {"a":{"value":1}}"#,
        "report 8 200 None",
    ];
    assert_eq!(told(&mut world), expected);
    world.run(20_000);
    assert_eq!(told(&mut world), [""; 0], "nothing is overdue");
}

#[test]
fn a_reply_that_does_not_come_is_told() {
    let mut world = connected(REPLIES);
    world.engine.report(Report::Properties, b"{}", world.now).unwrap();
    world.run(1_000);
    world.engine.report(Report::Event("Error"), b"{}", world.now).unwrap();
    world.run(8_990);
    assert_eq!(told(&mut world), [""; 0]);
    world.run(20);
    assert_eq!(told(&mut world), [format!("report 3 {TIMEOUT} None")]);
    world.run(1_000);
    assert_eq!(told(&mut world), [format!("event 4 {TIMEOUT} Error timeout")]);
    world.publish("thing/event/property/post_reply", r#"{"id":"3","code":200,"data":{}}"#);
    assert_eq!(told(&mut world), [""; 0], "too late");
    world.publish("thing/event/property/post_reply", r#"{"id":"5","code":200,"data":{}}"#);
    assert_eq!(told(&mut world), [""; 0], "to nothing that was sent");
}

#[test]
fn replies_that_nobody_wants_are_not_awaited() {
    let mut world = connected(ModelOptions::DEFAULT);
    world.engine.report(Report::Properties, b"{}", world.now).unwrap();
    world.engine.report(Report::Event("Error"), b"{}", world.now).unwrap();
    world.run(20_000);
    assert_eq!(told(&mut world), [""; 0]);
    world.engine.report(Report::TagsUpdate, b"[]", world.now).unwrap();
    world.run(20_000);
    assert_eq!(told(&mut world), [format!("report 5 {TIMEOUT} None")]);
}

#[test]
fn more_replies_than_can_be_awaited_are_still_told() {
    let mut world = connected(REPLIES);
    let count = u32::try_from(MODEL_REPLIES_MAX).unwrap() + 10;
    for _ in 0..count {
        world.engine.report(Report::Properties, b"{}", world.now).unwrap();
        world.settle();
    }
    for id in 3..3 + count {
        world.publish(
            "thing/event/property/post_reply",
            &format!(r#"{{"id":"{id}","code":200,"data":{{}}}}"#),
        );
        assert_eq!(told(&mut world).len(), 1, "{id}");
    }
}

#[test]
fn an_application_that_does_not_yield_refuses_more() {
    let mut world = connected(ModelOptions::DEFAULT);
    let mut answers = Vec::new();
    for id in 0..MODEL_EVENTS_MAX + 3 {
        world.publish(
            "thing/service/property/set",
            &format!(r#"{{"method":"m","id":"{id}","params":{{}},"version":"1.0"}}"#),
        );
        answers = sent_without_taking(&mut world, "property/set_reply");
    }
    let accepted = answers.iter().filter(|answer| answer.contains(r#""code":200"#)).count();
    let refused = answers.iter().filter(|answer| answer.contains(r#""code":500"#)).count();
    assert_eq!((accepted + refused, answers.len()), (MODEL_EVENTS_MAX + 3, MODEL_EVENTS_MAX + 3));
    assert!(accepted > 0 && refused > 0, "{accepted} {refused}");
}

/// As [`sent`], with the events left where they are.
fn sent_without_taking(world: &mut World, suffix: &str) -> Vec<String> {
    let mut bytes = Vec::new();
    if world.engine.swap_transmit(&mut bytes) {
        world.uplink.push((world.now, bytes));
    }
    world.published(suffix).into_iter().map(|(_, payload)| payload).collect()
}

#[test]
fn the_rest_is_told_or_logged() {
    let mut world = connected(ModelOptions::DEFAULT);
    world.publish("thing/model/down_raw", "\u{1}\u{2}");
    world.publish("thing/disable", r#"{"id":"9","version":"1.0","params":{},"method":"thing.disable"}"#);
    world.publish("thing/dynamicTsl/get_reply", r#"{"id":"1","code":200,"data":{}}"#);
    world.publish("thing/dynamicTsl/get_reply", "damaged");
    world.publish("thing/property/desired/get_reply", r#"{"id":"3","code":200,"data":[]}"#);
    assert_eq!(told(&mut world), ["raw [1, 2]"]);
    assert_eq!(sent(&mut world, "thing/disable_reply"), [r#"{"id":"9","code":200,"data":{}}"#]);
    world.publish_on(&format!("/ext/ntp/{PK}/{DN}/response"), r#"{"serverSendTime":"1571724098000"}"#);
    world.publish_on(&format!("/ext/ntp/{PK}/{DN}/response"), r#"{"serverSendTime":"1x"}"#);
    world.publish_on(
        &format!("/ext/error/{PK}/{DN}"),
        r#"{"id":"1","code":520,"data":{},"message":"no session"}"#,
    );
    assert_eq!(told(&mut world), ["time 1571724098000"]);
}
