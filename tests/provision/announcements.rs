//! The announcement of a device that has joined, and the queries it answers.

use coap_lite::MessageType;

use crate::phone;
use crate::script::play;

const ANY: &str = "/sys/awss/device/connectap/info/get";
const OWN: &str = "/sys/a1GQc8iJOWI/gateway_test01/awss/device/connectap/info/get";

#[test]
fn has_31_messages_in_46_s_with_destinations_in_turn() {
    let trace = play(&["success-notify", "wait 70000", "leftover"]);
    let sent = phone::sent(&trace);
    assert_eq!(sent.len(), 31);
    let destinations =
        ["255.255.255.255:5683", "10.255.255.255:5683", "10.0.255.255:5683", "10.0.0.255:5683"];
    for (index, (message, to)) in sent.iter().zip(destinations.iter().cycle()).enumerate() {
        assert_eq!(message.to, *to, "{index}");
        let gap = index as u64 * 100;
        let since = message.at - if index == 0 { message.at } else { sent[index - 1].at };
        assert!((gap..gap + 60).contains(&since), "{index}: {since}");
    }
    let whole = sent[30].at - sent[0].at;
    assert!((46_500..47_500).contains(&whole), "{whole}");
    assert_eq!(trace.all("event 100e").len(), 1);
    assert_eq!(trace.one("leftover").what, "leftover: nothing");
}

#[test]
fn an_answer_ends_them() {
    // The CoAP token is the same in each run.
    let first = phone::sent(&play(&["success-notify", "wait 500"])).remove(0).packet;
    for (id, code, is_counted) in [(123, 200, true), (2, 200, true), (99, 200, false), (123, 400, false)] {
        let answer = phone::answer(&first, id, code);
        let trace = play(&["success-notify", "wait 500", &answer, "wait 50000"]);
        let is_ended = phone::sent(&trace).len() < 6;
        assert_eq!(is_ended, is_counted, "{id} {code}");
    }
}

#[test]
fn queries_are_answered_for_a_minute() {
    for (message_id, path) in [(1, ANY), (2, OWN)] {
        let query =
            phone::get(MessageType::NonConfirmable, message_id, path, r#"{"id":"12","version":"1.0"}"#);
        let later =
            phone::get(MessageType::NonConfirmable, message_id + 8, path, r#"{"id":"13","version":"1.0"}"#);
        let trace =
            play(&["success-notify", "wait 55000", &query, "wait 8000", &later, "wait 1000", "leftover"]);
        let answers: Vec<_> =
            phone::sent(&trace).into_iter().filter(|sent| sent.to.starts_with("10.0.0.100")).collect();
        assert_eq!(answers.len(), 1, "{path}: {trace:?}");
        let answer = answers[0].json();
        assert_eq!((answer["id"].as_i64(), answer["code"].as_i64()), (Some(12), Some(200)));
        assert_eq!(answer["data"]["type"], 0);
        assert_eq!(trace.one("leftover").what, "leftover: nothing");
    }
}

#[test]
fn a_series_can_be_begun_anew_and_stopped() {
    let trace = play(&[
        "suc-notify",
        "wait 1000",
        "suc-notify",
        "wait 1000",
        "suc-notify-stop",
        "wait 60000",
        "leftover",
    ]);
    assert_eq!(trace.all("event 100e").len(), 2);
    assert!(phone::sent(&trace).len() < 12);
    assert_eq!(trace.one("leftover").what, "leftover: nothing");
}

#[test]
fn joins_a_network_that_the_application_knows() {
    let trace = play(&[
        "join 0 300",
        "connect linkkit-lab 12345678 d8fee3112233 0102030405060708",
        "stop",
        "leftover",
    ]);
    assert_eq!(
        trace.without(&["stop"]),
        [
            "connect 30000 'linkkit-lab' '12345678' 255 255 d8fee3112233 0",
            "connect -> 0",
            "leftover: nothing"
        ]
    );
    let trace = play(&["join -1 300", "connect lab 12345678 - -", "connect lab 12345678 112233 -"]);
    let refused = ["connect 30000 'lab' '12345678' 255 255 - 0", "connect -> -1"];
    assert_eq!(trace.without(&[]), [refused, refused].concat());
    let long = format!("connect lab 12345678 - {}", "01".repeat(17));
    assert_eq!(play(&[&long]).without(&[]), ["connect -> -2060"]);
}
