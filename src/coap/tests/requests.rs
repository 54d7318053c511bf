//! Requests and what they are answered with.

use super::*;
use crate::error::Error;
use crate::knobs::COAP_RESOURCES_MAX;

/// The answer of the C SDK to `CON_QUERY`, a NON.
const NON_ANSWER_HEAD: &str = "544523f63959cc4bc132ff";

fn answered(options: &[u8]) -> Vec<u8> {
    let mut bench = Bench::new();
    let request = bench.request(&con_get(options));
    bench.answer(&request, b"{}");
    bench.reply()
}

fn refused(options: &str) -> Vec<u8> {
    Bench::new().reaction(&con_get(&hex(options)))
}

#[test]
fn a_query_reaches_the_owner() {
    let mut bench = Bench::new();
    let resource = bench.server.register(QUERY_PATH).unwrap();
    let Inbound::Request(request) = bench.receive(&hex(CON_QUERY)) else { panic!("no request") };
    assert_eq!(request.resource, resource);
    assert_eq!(
        request.payload,
        br#"{"id": "123", "version": "1.0", "method": "device.info.get", "params": {}}"#
    );
    assert_eq!(bench.reply(), SILENCE);
}

#[test]
fn a_confirmable_query_is_answered_in_its_acknowledgement() {
    let mut bench = Bench::new();
    let request = bench.request(&hex(CON_QUERY));
    bench.answer(&request, br#"{"id":123}"#);
    assert_eq!(bench.reply(), [hex("644523f63959cc4bc132ff"), br#"{"id":123}"#.to_vec()].concat());
}

#[test]
fn a_non_confirmable_query_is_answered_as_by_the_c_sdk() {
    let mut bench = Bench::new();
    let request = bench.request(&other_type(hex(CON_QUERY)));
    bench.answer(&request, br#"{"id":123}"#);
    assert_eq!(bench.reply(), [hex(NON_ANSWER_HEAD), br#"{"id":123}"#.to_vec()].concat());
}

#[test]
fn the_owner_can_refuse() {
    let mut bench = Bench::new();
    let request = bench.request(&hex(CON_QUERY));
    bench.server.reject(&request, Code::BadRequest, bench.now).unwrap();
    assert_eq!(bench.reply(), hex("648023f63959cc4b"));
    let request = bench.request(&other_type(hex(CON_QUERY)));
    bench.server.reject(&request, Code::BadRequest, bench.now).unwrap();
    assert_eq!(bench.reply(), hex("548023f63959cc4b"));
}

#[test]
fn unknown_paths_are_not_found() {
    for path in [
        "",
        "b3737973",
        "b3737973 06646576696365 04696e666f 03676575",
        "b3737973 06646576696365 04696e666f 03676574 00",
        "b0 03737973 06646576696365 04696e666f 03676574",
        // One segment that holds the slashes; a line feed; not UTF-8.
        "bd067379732f6465766963652f696e666f2f676574",
        "b10a",
        "b1ff",
    ] {
        assert_eq!(refused(path), hex("6084 1234"), "{path}");
    }
    assert_eq!(Bench::new().reaction(&hex("50011234 b3737973")), hex("5084 1234"));
}

#[test]
fn a_path_over_128_bytes_is_not_found() {
    let path = |length: u8| [&[0xBD, length - 13], vec![b'a'; length.into()].as_slice()].concat();
    let mut bench = Bench::new();
    bench.server.register(&format!("/{}", "a".repeat(127))).unwrap();
    bench.request(&con_get(&path(127)));
    assert_eq!(Bench::new().reaction(&con_get(&path(128))), hex("6084 1234"));
}

#[test]
fn other_methods_are_not_allowed() {
    for method in 0x02..=0x1F {
        let mut datagram = con_get(&query_path());
        datagram[1] = method;
        assert_eq!(Bench::new().reaction(&datagram), hex("6085 1234"), "{method:02x}");
        assert_eq!(Bench::new().reaction(&other_type(datagram)), hex("5085 1234"), "{method:02x}");
    }
}

#[test]
fn accept_must_be_json() {
    let accept = |value: &str| con_get(&[query_path(), hex(value)].concat());
    for json in ["6132", "62 0032"] {
        Bench::new().request(&accept(json));
    }
    for (other, code) in
        [("60", 0x86), ("6100", 0x86), ("62 0132", 0x86), ("63 000032", 0x82), ("6132 0132", 0x82)]
    {
        assert_eq!(Bench::new().reaction(&accept(other)), [0x60, code, 0x12, 0x34], "{other}");
    }
}

#[test]
fn host_port_query_and_elective_options_do_not_matter() {
    // Uri-Host, Uri-Port; Content-Format of any length, Max-Age, Uri-Query twice.
    let options = [hex("3161 421633"), hex("4373797306646576696365 04696e666f 03676574")].concat();
    assert_eq!(answered(&options), hex("60451234 c132 ff7b7d"));
    let options = [query_path(), hex("11ff 213c 1161 0162")].concat();
    assert_eq!(answered(&options), hex("60451234 c132 ff7b7d"));
    // ETag and Observe.
    let options = hex("4161 2100 53737973 06646576696365 04696e666f 03676574");
    assert_eq!(answered(&options), hex("60451234 c132 ff7b7d"));
}

#[test]
fn critical_options_not_understood_are_bad_options() {
    for (name, option) in [
        ("If-Match", "10"),
        ("If-None-Match", "50"),
        ("OSCORE", "90"),
        ("Block2", "d00a"),
        ("Block1", "d00e"),
        ("empty Uri-Host", "30"),
        ("three bytes of Uri-Port", "73000001"),
        ("Uri-Port twice", "70 00"),
    ] {
        assert_eq!(refused(option), hex("6082 1234"), "{name}");
        assert_eq!(Bench::new().reaction(&other_type(con_get(&hex(option)))), SILENCE, "{name}");
    }
}

#[test]
fn this_is_not_a_proxy() {
    for option in ["d116 61", "d11a 61"] {
        assert_eq!(refused(option), hex("60a5 1234"), "{option}");
        assert_eq!(Bench::new().reaction(&other_type(con_get(&hex(option)))), hex("50a5 1234"));
    }
}

#[test]
fn a_path_registered_twice_is_one_resource() {
    let mut server = Server::new(0);
    let first = server.register("/a/b").unwrap();
    let second = server.register("/a").unwrap();
    assert_ne!(first, second);
    assert_eq!(server.register("/a/b"), Ok(first));
}

#[test]
fn paths_that_cannot_be_served_are_not_registered() {
    let mut server = Server::new(0);
    for path in ["", "a", "/", "/a//b", "/a/", "/a b", "/ä"] {
        assert_eq!(server.register(path), Err(Error::Malformed), "{path}");
    }
    assert_eq!(server.register(&format!("/{}", "a".repeat(128))), Err(Error::TooLong));
    for n in 0..COAP_RESOURCES_MAX {
        server.register(&format!("/{n}")).unwrap();
    }
    assert_eq!(server.register("/one/more"), Err(Error::Full));
}
