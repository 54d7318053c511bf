//! The answer that is to be acknowledged.

use super::*;
use crate::error::Error;
use crate::knobs::{COAP_OUTBOX_MAX, PROVISION_ACK_TIMEOUT_MS};

/// To `CON_QUERY` and, but for the first byte, to its NON form.
const ANSWER: &str = "4445 23f6 3959cc4b c132 ff7b7d";
const ACK: &str = "6000 23f6";

/// That has answered a NON request so.
fn bench() -> Bench {
    let mut bench = Bench::new();
    let request = bench.request(&other_type(hex(CON_QUERY)));
    bench.server.answer_confirmably(&request, b"{}", bench.now).unwrap();
    assert_eq!(bench.reply(), hex(ANSWER));
    bench
}

impl Bench {
    /// Lets time pass as the server asks for it; gives when it sent what, and what became of the answer.
    fn run(&mut self, ms: u64) -> (Vec<(u64, Vec<u8>)>, Option<Delivery>) {
        let (start, end) = (self.now, self.now.plus(ms));
        let mut sent = Vec::new();
        for _ in 0..100 {
            self.server.handle_timeout(self.now);
            sent.extend(self.sent().into_iter().map(|datagram| (self.now.since(start), datagram.bytes)));
            let next = self.server.poll_timeout();
            if next > end {
                self.now = end;
                return (sent, self.server.poll_delivery());
            }
            assert!(next > self.now, "asks to be woken in the past");
            self.now = next;
        }
        panic!("busy loop");
    }
}

#[test]
fn an_acknowledgement_ends_it() {
    for wait in [0, 499, 500, 1_999] {
        let mut bench = bench();
        bench.run(wait);
        assert_eq!(bench.reaction(&hex(ACK)), SILENCE);
        assert_eq!(bench.run(10_000), (vec![], Some(Delivery::Acknowledged)), "{wait}");
        // It is told once.
        assert_eq!(bench.reaction(&hex(ACK)), SILENCE);
        assert_eq!(bench.run(10_000), (vec![], None));
    }
}

#[test]
fn without_one_it_is_sent_twice_more() {
    let mut bench = bench();
    assert_eq!(
        bench.run(PROVISION_ACK_TIMEOUT_MS),
        (vec![(500, hex(ANSWER)), (1_500, hex(ANSWER))], Some(Delivery::NotAcknowledged))
    );
    assert_eq!(bench.reaction(&hex(ACK)), SILENCE);
    assert_eq!(bench.run(100_000), (vec![], None));
}

#[test]
fn a_reset_rejects_it() {
    let mut bench = bench();
    assert_eq!(bench.reaction(&hex("7000 23f6")), SILENCE);
    assert_eq!(bench.run(10_000), (vec![], Some(Delivery::NotAcknowledged)));
}

#[test]
fn what_is_not_its_acknowledgement_does_not_end_it() {
    let mut bench = bench();
    for datagram in ["6000 23f5", "7000 23f5", "6445 23f6 3959cc4b", "5000 23f6", "6000 23f6 00", "6000 23"] {
        assert_eq!(bench.reaction(&hex(datagram)), SILENCE, "{datagram}");
        assert_eq!(bench.server.poll_delivery(), None, "{datagram}");
    }
    let other = SocketAddrV4::new(*phone().ip(), 1);
    assert_eq!(bench.receive_from(other, &hex(ACK)), Inbound::Nothing);
    assert_eq!(bench.server.poll_delivery(), None);
    assert_eq!(bench.run(PROVISION_ACK_TIMEOUT_MS).1, Some(Delivery::NotAcknowledged));
}

#[test]
fn to_a_confirmable_request_it_is_a_separate_response() {
    let mut bench = Bench::new();
    let request = bench.request(&hex(CON_QUERY));
    bench.server.answer_confirmably(&request, b"{}", bench.now).unwrap();
    let sent: Vec<Vec<u8>> = bench.sent().into_iter().map(|datagram| datagram.bytes).collect();
    assert_eq!(sent, [hex(ACK), hex(ANSWER)]);
    // A response is an acknowledgement too.
    assert_eq!(bench.reaction(&hex(CON_QUERY)), hex(ANSWER));
}

#[test]
fn a_later_one_takes_its_place_and_it_can_be_forgotten() {
    let mut bench = bench();
    let request = bench.request(&with_message_id(other_type(hex(CON_QUERY)), 1));
    bench.server.answer_confirmably(&request, b"{}", bench.now).unwrap();
    bench.sent();
    bench.reaction(&hex(ACK));
    assert_eq!(bench.run(400), (vec![], None));
    bench.server.forget_confirmable();
    assert_eq!(bench.run(10_000), (vec![], None));

    let mut bench = self::bench();
    bench.reaction(&hex(ACK));
    let request = bench.request(&with_message_id(other_type(hex(CON_QUERY)), 1));
    bench.server.answer_confirmably(&request, b"{}", bench.now).unwrap();
    assert_eq!(bench.server.poll_delivery(), None);
}

#[test]
fn one_that_does_not_fit_is_not_waited_for() {
    let mut bench = Bench::new();
    let request = bench.request(&other_type(hex(CON_QUERY)));
    let answered = bench.server.answer_confirmably(&request, &[b' '; 1280], bench.now);
    assert_eq!(answered, Err(Error::TooLong));
    assert_eq!(bench.run(10_000), (vec![], None));
}

#[test]
fn a_full_outbox_counts_as_a_loss() {
    let mut bench = Bench::new();
    let request = bench.request(&other_type(hex(CON_QUERY)));
    for _ in 0..COAP_OUTBOX_MAX {
        bench.server.announce(Announcement::Joined, phone(), [0; 4], b"{}").unwrap();
    }
    assert_eq!(bench.server.answer_confirmably(&request, b"{}", bench.now), Err(Error::Full));
    bench.sent();
    assert_eq!(bench.run(600).0, [(500, hex(ANSWER))]);
}
