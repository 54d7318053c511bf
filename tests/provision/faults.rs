//! Each call of the port goes wrong in turn while a phone provisions the device.

use crate::device_ap;
use crate::script::{Trace, play};

/// Of `fault_t` in `tests/c/virtual_port.h`: the kinds that provisioning can meet, and how many calls of each
/// are tried at most. Every one of those up to there goes wrong.
const KINDS: [(&str, u32, u32); 12] = [
    ("HAL_Malloc", 1, 400),
    ("HAL_MutexCreate", 2, 400),
    ("HAL_Kv_Get", 3, 20),
    ("HAL_Kv_Set", 4, 20),
    ("HAL_UDP_create", 12, 20),
    ("HAL_UDP_join", 13, 20),
    ("HAL_UDP_recvfrom", 14, 60),
    ("HAL_UDP_recvfrom interrupted", INTERRUPTED, 60),
    ("HAL_UDP_sendto", 16, 60),
    ("HAL_ThreadCreate", 17, 20),
    ("HAL_Random", 18, 60),
    ("HAL_UptimeMs back", CLOCK_BACK, 60),
];
const INTERRUPTED: u32 = 15;
const CLOCK_BACK: u32 = 19;
/// Fewer than these many would mean that provisioning is not what is tried any more.
const INJECTED_MIN: u32 = 150;

fn provisioned(fault: &str) -> Trace {
    play(&[
        "join 0 500",
        fault,
        "press",
        "dev-ap",
        "wait 1500",
        &device_ap::request(&[]),
        "wait 8000",
        "injected",
        "fault 0 0 0",
        "dev-ap-stop",
        "stop",
        "wait 1000",
        "leftover",
        // It works again.
        "dev-ap",
        "wait 1500",
        &device_ap::numbered_request(0x2B00, &[]),
        "wait 8000",
        "dev-ap-stop",
        "stop",
        "wait 1000",
        "leftover",
    ])
}

#[test]
fn no_failing_call_of_the_port_breaks_provisioning() {
    let mut injected = 0;
    for (name, kind, calls) in KINDS {
        // No call is interrupted for ever, and no clock goes back each time.
        let lasting = (kind != INTERRUPTED && kind != CLOCK_BACK).then_some((1, u32::MAX));
        for (first, count) in (1..calls).map(|first| (first, 1)).chain(lasting) {
            let trace = provisioned(&format!("fault {kind} {first} {count}"));
            let context = format!("{name} {first}+{count}: {trace:?}");
            assert_eq!(
                trace.all("leftover").iter().map(|line| line.what.as_str()).collect::<Vec<_>>(),
                ["leftover: nothing"; 2],
                "{context}"
            );
            let ends = trace.all("dev-ap ->");
            assert_eq!(ends.last().expect("an end").what, "dev-ap -> 0", "{context}");
            let told = trace.one("injected").what.as_str();
            if told.starts_with("injected 0") {
                break;
            }
            let is_first_good = ends[0].what == "dev-ap -> 0" && ends.len() == 2;
            // Without a thread of its own the application has not asked.
            let has_asked = trace.all("no thread").is_empty();
            assert!(
                is_first_good || !has_asked || !told.ends_with("complaints 0"),
                "failed without a line: {context}"
            );
            injected += 1;
        }
    }
    println!("{injected} faults");
    assert!(injected >= INJECTED_MIN, "{injected}");
}
