//! What a phone can rely on: the form of the answer, one token each, one token per request.

use std::net::SocketAddrV4;
use std::thread;
use std::time::{Duration, Instant};

use coap_lite::{CoapOption, MessageType, Packet};
use serde_json::{Value, json};

use crate::support::broker::Broker;
use crate::support::cloud::{Cloud, Replies};
use crate::support::coap::{self, Listener, Request};
use crate::support::device::Device;
use crate::support::network::{DEVICE, Network, phone};
use crate::support::{DEVICE_NAME, PRODUCT_KEY, SOON};

/// Time after which an app asks again.
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(200);

#[test]
fn the_answer_has_the_keys_of_the_guide_in_its_order() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let device = Device::start(&network).connected();
    device.wait_for_reply(0);
    let text = Request::QUERY.send(&network);
    let token = cloud.token_report(0, SOON).what.token();
    let remaining = &parse(&text)["data"]["remainTime"];
    let expected = format!(
        r#"{{"id":123,"code":200,"data":{{"awssVer":{{"smartconfig":"2.0","zconfig":"2.0","router":"2.0","ap":"2.0","softap":"2.0"}},"productKey":"{PRODUCT_KEY}","deviceName":"{DEVICE_NAME}","mac":"B0:F8:93:15:BF:21","ip":"{DEVICE}","cipherType":3,"token":"{token}","remainTime":{remaining},"type":0}}}}"#
    );
    assert_eq!(text, expected);
    device.wait_for(&format!("sending message to app: {expected}"));
}

#[test]
fn phones_that_ask_at_the_same_time_get_a_token_each() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let _device = Device::start(&network).connected();
    let mut given: Vec<_> = thread::scope(|scope| {
        let network = &network;
        let ask = |phone| move || ask_until_given(network, &Request { phone, ..Request::QUERY });
        let phones = [0, 1, 2, 3].map(|phone| scope.spawn(ask(phone)));
        phones.into_iter().map(|phone| phone.join().expect("the phone has a token")).collect()
    });
    for token in &given {
        cloud.report_of(token, SOON);
    }
    given.sort();
    given.dedup();
    assert_eq!(given.len(), 4, "two phones were given the same token");
}

#[test]
fn the_id_comes_back_as_json() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let device = Device::start(&network).connected();
    device.wait_for("Enter to CoAP daemon task");
    for (asked, answered) in
        [(json!("123"), json!(123)), (json!(-7), json!(-7)), (json!("a\"b"), json!("a\"b"))]
    {
        let payload = json!({"id": asked}).to_string();
        let answer = Request { payload: &payload, ..Request::QUERY }.answer(&network);
        assert_eq!(answer["id"], answered);
    }
}

#[test]
fn a_repeated_request_gets_the_same_answer_and_costs_no_token() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let device = Device::start(&network).connected();
    device.wait_for_reply(0);
    let phone = Listener::bind(&network, SocketAddrV4::new(phone(0), 0));
    let first = exchange(&phone, 0x1234);
    device.wait_for_reply(1);
    assert_eq!(exchange(&phone, 0x1234), first);
    let next = Packet::from_bytes(&exchange(&phone, 0x1235)).expect("CoAP");
    let given = parse(&String::from_utf8(next.payload).expect("UTF-8"))["data"]["token"].clone();
    assert_eq!(given, cloud.token_report(1, SOON).what.token());
}

/// Asks with a message id of the test's choice.
fn exchange(phone: &Listener, message_id: u16) -> Vec<u8> {
    let mut query = Packet::new();
    query.header.set_type(MessageType::Confirmable);
    query.header.message_id = message_id;
    query.set_token(vec![7]);
    for segment in coap::ANY_DEVICE.split('/') {
        query.add_option(CoapOption::UriPath, segment.into());
    }
    query.payload = coap::QUERY.into();
    phone.send(&query.to_bytes().expect("a small message")).expect("send the query");
    phone.receive(SOON).expect("an answer").bytes
}

/// Asks as an app does: again until there is a token.
fn ask_until_given(network: &Network, request: &Request) -> String {
    let deadline = Instant::now() + SOON;
    loop {
        let answer = request.answer(network);
        if let Some(token) = answer["data"]["token"].as_str() {
            return token.to_owned();
        }
        assert!(Instant::now() < deadline, "no token within {SOON:?}, last: {answer}");
        thread::sleep(ASK_AGAIN_AFTER);
    }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("not JSON: {error}: `{text}`"))
}
