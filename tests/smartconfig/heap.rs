//! Frames take nothing from the heap, whatever they are.

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    reason = "no device code"
)]

#[path = "../../src/provision/air/smartconfig/tests/air.rs"]
#[allow(dead_code)]
mod air;
#[path = "../../src/provision/air/smartconfig/tests/phone.rs"]
#[allow(dead_code)]
mod phone;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use linkkit_core::provision::access_points::AccessPoints;
use linkkit_core::provision::air::smartconfig::Smartconfig;
use linkkit_core::provision::decoder::Decoder;
use linkkit_core::provision::frame::{Frame, LinkType};
use linkkit_core::time::Instant;

struct Counting;

thread_local! {
    static TAKEN: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: all is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        TAKEN.set(TAKEN.get() + 1);
        // SAFETY: as the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn frames_take_nothing_from_the_heap() {
    let scenario = air::Scenario {
        loss: 30,
        busy: 20,
        foreign: 3,
        other_phones: 2,
        duplicates: 10,
        reordered: 10,
        ..air::Scenario::new()
    };
    let mut decoder = Smartconfig::new(phone::SECRET);
    let access_points = AccessPoints::default();
    let arrivals: Vec<air::Arrival> = air::Air::new(&scenario, 1).take(20_000).collect();
    let before = TAKEN.get();
    assert!(before > 0);
    for arrival in &arrivals {
        if let Some(frame) = Frame::new(&arrival.bytes, LinkType::None, false, -40) {
            decoder.frame(&frame, &access_points, Instant::from_millis(1_000_000 + arrival.at_ms));
        }
    }
    assert_eq!(TAKEN.get(), before);
}
