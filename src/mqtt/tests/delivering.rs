//! Who gets a message, in which order, while handlers subscribe and unsubscribe.

use super::*;
use crate::error::Error;

/// Connected, with one subscription for each of `filters`; their recipients are numbered from 1.
fn subscribed_to(filters: &[&str]) -> Client {
    let mut client = connected();
    for (filter, number) in filters.iter().zip(1..) {
        client.subscribe(filter, Qos::AtMostOnce, recipient(number), at(0)).unwrap();
    }
    client
}

/// The numbers of those who get a message to `topic`, in order.
fn delivered(client: &Client, topic: &str) -> Vec<usize> {
    let mut delivery = client.delivery();
    core::iter::from_fn(|| client.next_recipient(topic, &mut delivery)).map(|one| one.context).collect()
}

#[test]
fn goes_to_every_matching_filter_in_the_order_of_subscription() {
    let client = subscribed_to(&["/z/#", "/a/+", "/a/b", "#", "/a/b/c", "/+/b"]);
    assert_eq!(delivered(&client, "/a/b"), [2, 3, 4, 6]);
    assert_eq!(delivered(&client, "/z"), [1, 4]);
    assert_eq!(delivered(&client, "$SYS/a"), [0; 0]);
}

#[test]
fn goes_to_every_recipient_of_a_filter_once() {
    let mut client = subscribed_to(&["/a", "/a", "/a", "/+"]);
    client.subscribe("/a", Qos::AtMostOnce, recipient(2), at(0)).unwrap();
    assert_eq!(delivered(&client, "/a"), [1, 2, 3, 4]);
    // Two filters with the same recipient are two.
    client.subscribe("/#", Qos::AtMostOnce, recipient(1), at(0)).unwrap();
    assert_eq!(delivered(&client, "/a"), [1, 2, 3, 4, 1]);
}

#[test]
fn function_and_context_make_the_recipient() {
    let mut client = connected();
    for (function, context) in [(1, 1), (1, 2), (2, 1), (1, 1)] {
        client.subscribe("/a", Qos::AtMostOnce, Some(Recipient { function, context }), at(0)).unwrap();
    }
    assert_eq!(delivered(&client, "/a"), [1, 2, 1]);
    // Each of them has sent a SUBSCRIBE.
    assert_eq!(sent_packets(&mut client).len(), 4);
}

#[test]
fn not_to_one_that_an_earlier_handler_has_removed() {
    let mut client = subscribed_to(&["/a", "/+", "/#"]);
    let mut delivery = client.delivery();
    assert_eq!(client.next_recipient("/a", &mut delivery), recipient(1));
    client.unsubscribe("/+", at(0)).unwrap();
    assert_eq!(client.next_recipient("/a", &mut delivery), recipient(3));
    assert_eq!(client.next_recipient("/a", &mut delivery), None);
}

#[test]
fn not_to_one_that_came_meanwhile() {
    let mut client = subscribed_to(&["/a", "/+"]);
    let mut delivery = client.delivery();
    assert_eq!(client.next_recipient("/a", &mut delivery), recipient(1));
    // A new one, and one that goes and comes again.
    client.subscribe("/a", Qos::AtMostOnce, recipient(9), at(0)).unwrap();
    client.unsubscribe("/+", at(0)).unwrap();
    client.subscribe("/+", Qos::AtMostOnce, recipient(2), at(0)).unwrap();
    assert_eq!(client.next_recipient("/a", &mut delivery), None);
    assert_eq!(delivered(&client, "/a"), [1, 9, 2]);
}

#[test]
fn a_handler_may_remove_itself_and_all_others() {
    let mut client = subscribed_to(&["/a", "/a", "/a"]);
    let mut delivery = client.delivery();
    assert_eq!(client.next_recipient("/a", &mut delivery), recipient(1));
    client.unsubscribe("/a", at(0)).unwrap();
    assert_eq!(client.next_recipient("/a", &mut delivery), None);
    assert_eq!(delivered(&client, "/a"), [0; 0]);
}

#[test]
fn goes_on_when_the_broker_refuses() {
    let mut client = subscribed_to(&["/a"]);
    receive(&mut client, "9003000180", at(1));
    // What the application wants is not what the broker wants.
    assert_eq!(delivered(&client, "/a"), [1]);
}

#[test]
fn the_library_is_no_recipient_but_is_told() {
    let mut client = subscribed_to(&["/b"]);
    client.subscribe("/a", Qos::AtMostOnce, None, at(0)).unwrap();
    for (packet, expected) in [("30030002 2f61", true), ("30030002 2f62", false), ("30030002 2f63", false)] {
        let packet = bytes(&packet.replace("3003", "3004"));
        let Ok(Incoming::Message(Message { topic, for_library, .. })) = client.handle_packet(&packet, at(1))
        else {
            panic!("no message")
        };
        assert_eq!(for_library, expected, "{topic}");
    }
    assert_eq!(delivered(&client, "/a"), [0; 0]);
}

#[test]
fn the_application_does_not_take_from_the_library() {
    let mut client = connected();
    client.subscribe("/a", Qos::AtLeastOnce, None, at(0)).unwrap();
    client.subscribe("/a", Qos::AtMostOnce, recipient(1), at(0)).unwrap();
    // The QoS that the library needs stays.
    assert_eq!(sent_packets(&mut client), ["8207000100022f6101", "8207000200022f6101"]);
    receive(&mut client, "9003000101", at(1));
    receive(&mut client, "9003000201", at(1));
    assert_eq!(outcomes(&mut client), [Outcome::Subscribed { packet_id: 2 }]);

    assert_eq!(client.unsubscribe("/a", at(2)), Ok(Some(3)));
    assert_eq!(outcomes(&mut client), [Outcome::Unsubscribed { packet_id: 3 }]);
    assert!(sent(&mut client).is_empty());
    assert_eq!(client.subscription("/a"), Some(SubscriptionState::Granted));
    assert_eq!(delivered(&client, "/a"), [0; 0]);
}

#[test]
fn the_last_request_of_a_sole_recipient_says_the_qos() {
    let mut client = connected();
    for qos in [Qos::ExactlyOnce, Qos::AtMostOnce] {
        client.subscribe("/a", qos, recipient(1), at(0)).unwrap();
    }
    client.subscribe("/a", Qos::AtLeastOnce, recipient(2), at(0)).unwrap();
    client.subscribe("/a", Qos::AtMostOnce, recipient(1), at(0)).unwrap();
    let qos: Vec<_> = sent_packets(&mut client).iter().map(|packet| packet[16..].to_owned()).collect();
    assert_eq!(qos, ["02", "00", "01", "01"]);
}

#[test]
fn a_bad_filter_changes_nothing() {
    let mut client = subscribed_to(&["/a"]);
    for filter in ["", "/a#", "/#/a", "/a\0"] {
        assert_eq!(client.subscribe(filter, Qos::AtMostOnce, recipient(1), at(0)), Err(Error::Malformed));
        assert_eq!(client.unsubscribe(filter, at(0)), Err(Error::Malformed));
    }
    assert_eq!(delivered(&client, "/a"), [1]);
}
