//! The rules of `binding.rs`, message by message.

use super::*;

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

fn app_code(outcome: &Outcome) -> u16 {
    serde_json::from_str::<AppReply>(&outcome.outgoing[0].payload).unwrap().code
}

#[test]
fn a_report_is_answered_as_the_real_cloud_does() {
    let mut cloud = service(no_faults());
    let outcome = cloud.handle(REPORT_TOPIC, REPORT.as_bytes(), Duration::ZERO);
    let [answer] = outcome.outgoing.as_slice() else { panic!("{outcome:?}") };
    assert_eq!(answer.topic, "/sys/a1GQc8iJOWI/gateway_test01/thing/awss/enrollee/match_reply");
    assert_eq!(
        answer.payload,
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
    let outcome = cloud.handle(REPORT_TOPIC, &padded, Duration::ZERO);
    let CloudEvent::TokenReported { token, padding, .. } = &outcome.events[0] else { panic!("{outcome:?}") };
    assert_eq!((token.as_str(), *padding), (TOKEN, 256 - REPORT.len()));
}

#[test]
fn a_bind_is_answered_and_the_device_told() {
    let mut cloud = service(no_faults());
    cloud.handle(REPORT_TOPIC, REPORT.as_bytes(), Duration::ZERO);
    let outcome = cloud.handle("/app/alice/bind", BIND.as_bytes(), Duration::from_secs(1));
    let [reply, notify] = outcome.outgoing.as_slice() else { panic!("{outcome:?}") };
    assert_eq!(reply.topic, "/app/alice/bind_reply");
    assert_eq!(reply.payload, r#"{"id":"7","code":200,"message":"success"}"#);
    assert_eq!(notify.topic, "/sys/a1GQc8iJOWI/gateway_test01/_thing/event/notify");
    assert_eq!(
        notify.payload,
        concat!(
            r#"{"id":"1","version":"1.0","method":"_thing.event.notify","#,
            r#""params":{"identifier":"awss.BindNotify","value":{"Operation":"Bind"}}}"#
        )
    );

    let second = cloud.handle("/app/bob/bind", BIND.as_bytes(), Duration::from_secs(2));
    assert_eq!((app_code(&second), second.outgoing.len()), (461, 1));
}

#[test]
fn dropped_reports_leave_no_trace() {
    let mut cloud = service(Faults { drop_replies: 1, ..no_faults() });
    assert!(cloud.handle(REPORT_TOPIC, REPORT.as_bytes(), Duration::ZERO).outgoing.is_empty());
    assert_eq!(app_code(&cloud.handle("/app/alice/bind", BIND.as_bytes(), Duration::ZERO)), 460);
    assert_eq!(cloud.handle(REPORT_TOPIC, REPORT.as_bytes(), Duration::ZERO).outgoing.len(), 1);
    assert_eq!(app_code(&cloud.handle("/app/alice/bind", BIND.as_bytes(), Duration::ZERO)), 200);
}

#[test]
fn a_refused_report_does_not_count() {
    let mut cloud = service(Faults { reply_code: 6000, ..no_faults() });
    let outcome = cloud.handle(REPORT_TOPIC, REPORT.as_bytes(), Duration::ZERO);
    assert!(outcome.outgoing[0].payload.contains(r#""code":6000"#));
    assert_eq!(app_code(&cloud.handle("/app/alice/bind", BIND.as_bytes(), Duration::ZERO)), 460);
}

#[test]
fn a_reset_forgets_the_binding() {
    let mut cloud = service(no_faults());
    cloud.handle(REPORT_TOPIC, REPORT.as_bytes(), Duration::ZERO);
    cloud.handle("/app/alice/bind", BIND.as_bytes(), Duration::ZERO);
    let reset = r#"{"id":"3", "version":"1.0", "method":"thing.reset", "params":{}}"#;
    let outcome =
        cloud.handle("/sys/a1GQc8iJOWI/gateway_test01/thing/reset", reset.as_bytes(), Duration::ZERO);
    assert_eq!(outcome.outgoing[0].topic, "/sys/a1GQc8iJOWI/gateway_test01/thing/reset_reply");
    assert!(outcome.outgoing[0].payload.starts_with(r#"{"id":"3","code":200"#));
    let unbind = cloud.handle("/app/alice/unbind", BIND.as_bytes(), Duration::ZERO);
    assert_eq!(app_code(&unbind), NOT_BOUND);
}

#[test]
fn a_post_of_properties_is_told_and_answered() {
    let mut cloud = service(no_faults());
    let topic = "/sys/a1GQc8iJOWI/gateway_test01/thing/event/property/post";
    let post = br#"{"id":"7","version":"1.0","params":{"Counter":3},"method":"thing.event.property.post"}"#;
    let outcome = cloud.handle(topic, post, Duration::ZERO);
    let [event] = outcome.events.as_slice() else { panic!("{outcome:?}") };
    assert_eq!(event.to_string(), r#"property posted: a1GQc8iJOWI/gateway_test01 id "7" {"Counter":3}"#);
    let [answer] = outcome.outgoing.as_slice() else { panic!("{outcome:?}") };
    assert_eq!(answer.topic, "/sys/a1GQc8iJOWI/gateway_test01/thing/event/property/post_reply");
    assert!(answer.payload.starts_with(r#"{"id":"7","code":200,"#), "{}", answer.payload);
}

#[test]
fn nonsense_is_told_and_survived() {
    let mut cloud = service(no_faults());
    for payload in ["", "{", "[]", r#"{"id":"0"}"#, r#"{"id":"0","params":{"token":7}}"#, "\0\0"] {
        let outcome = cloud.handle(REPORT_TOPIC, payload.as_bytes(), Duration::ZERO);
        assert!(matches!(outcome.events[..], [CloudEvent::Malformed { .. }]), "{payload}: {outcome:?}");
        assert!(outcome.outgoing.is_empty());
        assert_eq!(app_code(&cloud.handle("/app/alice/bind", payload.as_bytes(), Duration::ZERO)), MALFORMED);
    }
    assert!(cloud.handle("/other", b"x", Duration::ZERO).events.is_empty());
}
