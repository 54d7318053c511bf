//! The table of filters, which finds recipients without looking at every filter, against a matcher that
//! looks at every one; and what is a valid filter or name, against the rules as the standard words them.
//!
//! An input is lines. Their first byte says what the rest is: `+` a filter to subscribe to, `-` one to
//! unsubscribe from, `=` one to ask the library's messages of, anything else is the start of a topic name.
//! An empty line lets the broker answer.

#![no_main]
#![forbid(unsafe_code)]

use libfuzzer_sys::fuzz_target;
use linkkit_core::error::Error;
use linkkit_core::mqtt::{
    Client, Config, Credentials, Qos, Recipient, SubscriptionState, check_filter, topic,
};
use linkkit_core::time::Instant;
use mqttrs::{Packet, decode_slice};

const NOW: Instant = Instant::from_millis(0);
/// Lines of an input that count: not more requests than a client has open at a time.
const LINES_MAX: usize = 200;
/// Room for as many of the longest requests, bytes.
const TRANSMIT_MAX: usize = LINES_MAX * (FILTER_MAX + 10);
/// Longest filter, bytes.
const FILTER_MAX: usize = 256;
const CREDENTIALS: Credentials<'static> =
    Credentials { client_id: "client", username: "name", password: "secret" };

/// Who subscribed to which filter, in this order; `None`: the library.
type Held<'i> = Vec<(Option<usize>, &'i str)>;

fuzz_target!(|input: &str| {
    let mut client = connected();
    let mut held = Held::new();
    for (number, line) in input.split('\n').take(LINES_MAX).enumerate() {
        let filter = line.get(1..).unwrap_or_default();
        match line.bytes().next() {
            None => answer(&mut client),
            Some(b'+') => subscribe(&mut client, &mut held, filter, Some(number)),
            Some(b'=') => subscribe(&mut client, &mut held, filter, None),
            Some(b'-') => unsubscribe(&mut client, &mut held, filter),
            Some(_) => look_up(&client, &held, line),
        }
    }
    answer(&mut client);
    for (_, filter) in &held {
        assert_eq!(client.subscription(filter), Some(SubscriptionState::Granted), "{filter}");
    }
});

fn connected() -> Client {
    let mut client = Client::new(Config { transmit_max: TRANSMIT_MAX, ..Config::default() });
    client.start(NOW);
    client.connecting();
    client.connection_opened(&CREDENTIALS, NOW).expect("a queue takes a CONNECT");
    client.handle_packet(b"\x20\x02\0\0", NOW).expect("a CONNACK");
    client
}

fn subscribe<'i>(client: &mut Client, held: &mut Held<'i>, filter: &'i str, number: Option<usize>) {
    let recipient = number.map(|context| Recipient { function: 0, context });
    let result = client.subscribe(filter, Qos::AtMostOnce, recipient, NOW);
    assert_refused_rightly(filter, result.err());
    if result.is_ok() {
        held.push((number, filter));
    }
}

fn unsubscribe(client: &mut Client, held: &mut Held<'_>, filter: &str) {
    let result = client.unsubscribe(filter, NOW);
    assert_refused_rightly(filter, result.err());
    held.retain(|(number, other)| number.is_none() || *other != filter);
    // Its outcome: asked for, they do not get too many.
    while client.poll_outcome().is_some() {}
}

fn look_up(client: &Client, held: &Held<'_>, name: &str) {
    let is_valid = !name.is_empty() && name.len() <= 0xffff && !name.contains(['+', '#', '\0']);
    assert_eq!(topic::is_valid_name(name), is_valid, "{name}");
    if !is_valid {
        return;
    }
    let mut delivery = client.delivery();
    let found: Vec<_> = std::iter::from_fn(|| client.next_recipient(name, &mut delivery))
        .map(|recipient| recipient.context)
        .collect();
    let covering = || held.iter().filter(|(_, filter)| covers(filter, name));
    assert_eq!(found, covering().filter_map(|(number, _)| *number).collect::<Vec<_>>(), "{name} in {held:?}");
    for (_, filter) in held {
        assert_eq!(topic::matches(filter, name), covers(filter, name), "{filter} and {name}");
    }
}

/// The broker grants what the client asks.
fn answer(client: &mut Client) {
    let mut stream = Vec::new();
    while client.swap_transmit(&mut stream) {
        let mut rest = &stream[..];
        while !rest.is_empty() {
            let packet;
            (packet, rest) = cut(rest);
            let reply = match decode_slice(packet) {
                Ok(Some(Packet::Subscribe(subscribe))) => {
                    let [high, low] = subscribe.pid.get().to_be_bytes();
                    vec![0x90, 3, high, low, 0]
                }
                Ok(Some(Packet::Unsubscribe(unsubscribe))) => {
                    let [high, low] = unsubscribe.pid.get().to_be_bytes();
                    vec![0xb0, 2, high, low]
                }
                Ok(Some(Packet::Connect(_))) => continue,
                other => panic!("{packet:02x?} is {other:?}"),
            };
            client.handle_packet(&reply, NOW).expect("the broker is right");
        }
        while client.poll_outcome().is_some() {}
    }
}

/// The first packet of what a client writes here, none of which is long, and what follows it.
fn cut(stream: &[u8]) -> (&[u8], &[u8]) {
    let (length, header) = match stream[1] {
        length @ 0..=0x7f => (usize::from(length), 2),
        low => (usize::from(low & 0x7f) | usize::from(stream[2]) << 7, 3),
    };
    stream.split_at(header + length)
}

/// `error`: what a request for `filter` has come to.
fn assert_refused_rightly(filter: &str, error: Option<Error>) {
    assert_eq!(error.is_none(), is_valid_filter(filter), "{filter}: {error:?}");
    assert_eq!(check_filter(filter).is_ok(), is_valid_filter(filter), "{filter}");
}

/// Section 4.7.1 and 4.7.3.
fn is_valid_filter(filter: &str) -> bool {
    let multi_level =
        filter.find('#').is_none_or(|at| at + 1 == filter.len() && (at == 0 || filter[..at].ends_with('/')));
    let single_level = filter.split('/').all(|level| level == "+" || !level.contains('+'));
    multi_level && single_level && !filter.contains('\0') && (1..=FILTER_MAX).contains(&filter.len())
}

/// Section 4.7 by recursion.
fn covers(filter: &str, name: &str) -> bool {
    fn levels(filter: &[&str], name: &[&str]) -> bool {
        match (filter, name) {
            ([], []) | (["#"], _) => true,
            (["+", filter @ ..], [_, name @ ..]) => levels(filter, name),
            ([level, filter @ ..], [named, name @ ..]) => level == named && levels(filter, name),
            _ => false,
        }
    }
    let is_reserved = name.starts_with('$') && filter.starts_with(['+', '#']);
    !is_reserved && levels(&filter.split('/').collect::<Vec<_>>(), &name.split('/').collect::<Vec<_>>())
}
