//! The cloud calls services, at leisure or while it waits (RRPC).

use crate::device::{connected, request};
use crate::support::network::Network;
use crate::support::{SOON, topic};

/// Where a call arrives and where its answer goes.
struct Way {
    request: &'static str,
    answer: &'static str,
}

const WAYS: [Way; 2] = [
    Way { request: "thing/service/Hello", answer: "thing/service/Hello_reply" },
    Way { request: "rrpc/request/1234567890", answer: "rrpc/response/1234567890" },
];

fn call(id: &str, params: &str) -> String {
    request(id, "thing/service/Hello", params)
}

/// What the callback gives, and what the cloud then gets.
const ANSWERS: [(&str, &str); 4] = [
    (r#"0 {"Result":1}"#, r#""code":200,"data":{"Result":1}"#),
    ("0 {}", r#""code":200,"data":{}"#),
    (r#"-1 {"Result":0}"#, r#""code":400,"data":{"Result":0}"#),
    (r#"1 {"Result":{"a":[1,"é"]}}"#, r#""code":400,"data":{"Result":{"a":[1,"é"]}}"#),
];

#[test]
fn the_answer_of_the_application_reaches_the_cloud() {
    for Way { request, answer } in WAYS {
        let network = Network::new();
        let (_broker, cloud, mut device) = connected(&network, &[]);
        for (n, (answers, wanted)) in ANSWERS.iter().enumerate() {
            device.ok(&format!("answers service {answers}"));
            cloud.publish(&topic(request), call(&format!("7{n}"), r#"{"x":1}"#));
            device.hear_callback("service", r#"devid=0 id=Hello request={"x":1}"#);
            let reply = cloud.nth(answer, n, SOON).what;
            assert_eq!(String::from_utf8_lossy(&reply.payload), format!(r#"{{"id":"7{n}",{wanted}}}"#));
            assert_eq!(reply.qos, rumqttc::QoS::AtMostOnce);
        }
        device.close_and_check();
    }
}

#[test]
fn no_response_is_no_answer() {
    for Way { request, answer } in WAYS {
        let network = Network::new();
        let (_broker, cloud, mut device) = connected(&network, &[]);
        for answers in ["0 null", "1 null"] {
            device.ok(&format!("answers service {answers}"));
            cloud.publish(&topic(request), call("7", "{}"));
            device.hear_callback("service", "devid=0 id=Hello request={}");
            device.catch_up(&cloud);
        }
        assert!(cloud.messages(answer).is_empty(), "{:?}", cloud.messages(answer));
        device.close_and_check();
    }
}

#[test]
fn a_response_that_is_no_object_is_replaced_and_logged() {
    for Way { request, answer } in WAYS {
        let network = Network::new();
        let (_broker, cloud, mut device) = connected(&network, &[]);
        for (n, response) in ["x", "[]", "1", "{", "{}}", r#"{"a":1}"id":"#].iter().enumerate() {
            let errors = device.lines_with("[err]").len();
            device.ok(&format!("answers service 0 {response}"));
            cloud.publish(&topic(request), call("7", "{}"));
            let reply = cloud.nth(answer, n, SOON).what;
            assert_eq!(String::from_utf8_lossy(&reply.payload), r#"{"id":"7","code":400,"data":{}}"#);
            device.catch_up(&cloud);
            assert_eq!(device.lines_with("[err]").len(), errors + 1, "{}", device.log_text());
        }
        // One of length 0 is given back, too.
        device.ok("answers service 0 empty");
        cloud.publish(&topic(request), call("7", "{}"));
        device.catch_up(&cloud);
        device.close_and_check();
    }
}

#[test]
fn a_service_that_nobody_offers_is_not_found() {
    for Way { request, answer } in WAYS {
        let network = Network::new();
        let (_broker, cloud, mut device) = connected(&network, &[]);
        device.ok("register service 0");
        device.catch_up(&cloud);
        cloud.publish(&topic(request), call("7", "{}"));
        let reply = cloud.nth(answer, 0, SOON).what;
        assert_eq!(String::from_utf8_lossy(&reply.payload), r#"{"id":"7","code":404,"data":{}}"#);
        device.close_and_check();
    }
}

#[test]
fn a_property_set_that_the_cloud_waits_for_is_a_service_called_property() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    device.ok("answers service 0 {}");
    // The id of the service is all behind the second dot.
    for (method, id) in
        [("thing.service.property.set", "property.set"), ("thing.service.a.b.c", "a.b.c"), ("x.y.z", "z")]
    {
        cloud.publish(
            &topic("rrpc/request/5"),
            format!(r#"{{"id":"5","version":"1.0","method":"{method}","params":{{}}}}"#),
        );
        device.hear_callback("service", &format!("devid=0 id={id} request={{}}"));
    }
    device.close_and_check();
}

#[test]
fn calls_that_come_at_once_are_answered_in_their_order() {
    const CALLS: usize = 30;
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    device.ok(r#"answers service 0 {"Result":1}"#);
    for n in 0..CALLS {
        cloud.publish(&topic("thing/service/Hello"), call(&n.to_string(), "{}"));
    }
    cloud.nth("thing/service/Hello_reply", CALLS - 1, SOON);
    let ids: Vec<_> = cloud.messages("thing/service/Hello_reply").iter().map(|seen| seen.what.id()).collect();
    assert_eq!(ids, (0..CALLS).map(|n| n.to_string()).collect::<Vec<_>>());
    device.close_and_check();
}
