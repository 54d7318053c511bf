//! The rules of `binding.rs`, message by message.

use super::*;
use crate::cloud::topics::Inbound;

const TOKEN: &str = "4786F0F6E1CC7BF86017FD4D1429EE4F";
const REPORT_TOPIC: &str = "/sys/a1GQc8iJOWI/gateway_test01/thing/awss/enrollee/match";
const REPORT: &str = concat!(
    r#"{"id":"0","version":"1.0","method":"thing.awss.enrollee.match","#,
    r#""params":{"token":"4786F0F6E1CC7BF86017FD4D1429EE4F"}}"#
);
const BIND: &str = concat!(
    r#"{"id":"7","productKey":"a1GQc8iJOWI","deviceName":"gateway_test01","#,
    r#""token":"4786F0F6E1CC7BF86017FD4D1429EE4F"}"#
);

fn service(faults: Faults) -> BindingService {
    BindingService::new(Duration::from_secs(90), faults)
}

fn no_faults() -> Faults {
    Faults { reply_delay: Duration::ZERO, drop_replies: 0, reply_code: DONE }
}

/// Hands the service a message on a topic of binding.
fn hand(cloud: &mut BindingService, topic: &str, payload: &[u8], uptime: Duration) -> Outcome {
    let Some(Inbound::Binding(message)) = Inbound::parse(topic) else { panic!("{topic}") };
    cloud.handle(message, topic, payload, uptime)
}

fn text(message: &Outgoing) -> &str {
    std::str::from_utf8(&message.payload).unwrap()
}

fn app_code(outcome: &Outcome) -> u16 {
    serde_json::from_slice::<AppReply>(&outcome.outgoing[0].payload).unwrap().code
}

#[test]
fn a_report_is_answered_as_the_real_cloud_does() {
    let mut cloud = service(no_faults());
    let outcome = hand(&mut cloud, REPORT_TOPIC, REPORT.as_bytes(), Duration::ZERO);
    let [answer] = outcome.outgoing.as_slice() else { panic!("{outcome:?}") };
    assert_eq!(answer.topic, "/sys/a1GQc8iJOWI/gateway_test01/thing/awss/enrollee/match_reply");
    assert_eq!(
        text(answer),
        concat!(
            r#"{"id":"0","code":200,"data":{},"message":"success","#,
            r#""method":"thing.awss.enrollee.match","version":"1.0"}"#
        )
    );
}

#[test]
fn the_c_sdks_padding_is_seen_through_and_told() {
    let mut cloud = service(no_faults());
    let mut padded = REPORT.as_bytes().to_vec();
    padded.resize(256, 0);
    let outcome = hand(&mut cloud, REPORT_TOPIC, &padded, Duration::ZERO);
    let CloudEvent::TokenReported { token, padding, .. } = &outcome.events[0] else { panic!("{outcome:?}") };
    assert_eq!((token.as_str(), *padding), (TOKEN, 256 - REPORT.len()));
}

#[test]
fn a_bind_is_answered_and_the_device_told() {
    let mut cloud = service(no_faults());
    hand(&mut cloud, REPORT_TOPIC, REPORT.as_bytes(), Duration::ZERO);
    let outcome = hand(&mut cloud, "/app/alice/bind", BIND.as_bytes(), Duration::from_secs(1));
    let [reply, notify] = outcome.outgoing.as_slice() else { panic!("{outcome:?}") };
    assert_eq!(reply.topic, "/app/alice/bind_reply");
    assert_eq!(text(reply), r#"{"id":"7","code":200,"message":"success"}"#);
    assert_eq!(notify.topic, "/sys/a1GQc8iJOWI/gateway_test01/_thing/event/notify");
    assert_eq!(
        text(notify),
        concat!(
            r#"{"id":"1","version":"1.0","method":"_thing.event.notify","#,
            r#""params":{"identifier":"awss.BindNotify","value":{"Operation":"Bind"}}}"#
        )
    );

    let second = hand(&mut cloud, "/app/bob/bind", BIND.as_bytes(), Duration::from_secs(2));
    assert_eq!((app_code(&second), second.outgoing.len()), (461, 1));
}

#[test]
fn dropped_reports_leave_no_trace() {
    let mut cloud = service(Faults { drop_replies: 1, ..no_faults() });
    assert!(hand(&mut cloud, REPORT_TOPIC, REPORT.as_bytes(), Duration::ZERO).outgoing.is_empty());
    assert_eq!(app_code(&hand(&mut cloud, "/app/alice/bind", BIND.as_bytes(), Duration::ZERO)), 460);
    assert_eq!(hand(&mut cloud, REPORT_TOPIC, REPORT.as_bytes(), Duration::ZERO).outgoing.len(), 1);
    assert_eq!(app_code(&hand(&mut cloud, "/app/alice/bind", BIND.as_bytes(), Duration::ZERO)), 200);
}

#[test]
fn a_refused_report_does_not_count() {
    let mut cloud = service(Faults { reply_code: 6000, ..no_faults() });
    let outcome = hand(&mut cloud, REPORT_TOPIC, REPORT.as_bytes(), Duration::ZERO);
    assert!(text(&outcome.outgoing[0]).contains(r#""code":6000"#));
    assert_eq!(app_code(&hand(&mut cloud, "/app/alice/bind", BIND.as_bytes(), Duration::ZERO)), 460);
}

#[test]
fn a_reset_forgets_the_binding() {
    let mut cloud = service(no_faults());
    hand(&mut cloud, REPORT_TOPIC, REPORT.as_bytes(), Duration::ZERO);
    hand(&mut cloud, "/app/alice/bind", BIND.as_bytes(), Duration::ZERO);
    let reset = r#"{"id":"3", "version":"1.0", "method":"thing.reset", "params":{}}"#;
    let outcome =
        hand(&mut cloud, "/sys/a1GQc8iJOWI/gateway_test01/thing/reset", reset.as_bytes(), Duration::ZERO);
    assert_eq!(outcome.outgoing[0].topic, "/sys/a1GQc8iJOWI/gateway_test01/thing/reset_reply");
    assert!(text(&outcome.outgoing[0]).starts_with(r#"{"id":"3","code":200"#));
    let unbind = hand(&mut cloud, "/app/alice/unbind", BIND.as_bytes(), Duration::ZERO);
    assert_eq!(app_code(&unbind), NOT_BOUND);
}

#[test]
fn nonsense_is_told_and_survived() {
    let mut cloud = service(no_faults());
    for payload in ["", "{", "[]", r#"{"id":"0"}"#, r#"{"id":"0","params":{"token":7}}"#, "\0\0"] {
        let outcome = hand(&mut cloud, REPORT_TOPIC, payload.as_bytes(), Duration::ZERO);
        assert!(matches!(outcome.events[..], [CloudEvent::Malformed { .. }]), "{payload}: {outcome:?}");
        assert!(outcome.outgoing.is_empty());
        assert_eq!(
            app_code(&hand(&mut cloud, "/app/alice/bind", payload.as_bytes(), Duration::ZERO)),
            MALFORMED
        );
    }
}
