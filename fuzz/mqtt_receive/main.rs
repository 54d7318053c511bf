//! A broker that sends what it likes, in pieces of any size, to a client in any state, between requests of
//! the application and leaps of time.
//!
//! An input is a byte that chooses the client (see [`Device::new`]) and a script: a byte up to 0x7f says
//! how many of the bytes behind it the broker sends next, a greater one is an [`action`].

#![no_main]
#![forbid(unsafe_code)]

mod agreement;
mod device;
mod ledger;

use std::alloc::System;

use device::Device;
use libfuzzer_sys::fuzz_target;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What a client and what is kept here beside it may hold, bytes: two queues of the default size and a table of
/// open requests, each in a vector with room to spare, and a window of the longest publishes.
const HEAP_MAX: usize = 40 * 1024;

/// The longest piece of the stream.
const PIECE_MAX: u8 = 0x7f;

fuzz_target!(|input: &[u8]| {
    let Some((&choice, mut script)) = input.split_first() else { return };
    let region = Region::new(HEAP);
    let held = || {
        let change = region.change();
        change.bytes_allocated.saturating_sub(change.bytes_deallocated)
    };
    let mut device = Device::new(choice);
    while let Some((&step, rest)) = script.split_first() {
        script = rest;
        if step <= PIECE_MAX {
            let (piece, rest) = script.split_at(script.len().min(step.into()));
            script = rest;
            device.receive(piece);
        } else {
            action(&mut device, step);
        }
        device.settle();
        assert!(held() <= HEAP_MAX, "{} bytes of heap", held());
    }
    device.stop();
    drop(device);
    assert_eq!(held(), 0, "bytes of heap left behind");
});

fn action(device: &mut Device, step: u8) {
    match step {
        // From 4 ms to more than two minutes.
        0x80..=0x8f => device.wait(4 << (step & 0xf)),
        0x90..=0x97 => device.subscribe(step & 3, step & 4 != 0),
        0x98..=0x9b => device.unsubscribe(step & 3),
        0x9c => device.drop_recipients(),
        0xa0..=0xa7 => device.publish(step & 1 != 0, step & 2 != 0, step & 4 != 0),
        0xb0..=0xb7 => device.acknowledge_oldest(),
        0xb8 => device.acknowledges_late = true,
        0xb9 => device.acknowledges_late = false,
        0xba => device.is_socket_full = true,
        0xbb => device.is_socket_full = false,
        0xc0..=0xc7 => device.lose_connection(),
        0xc8..=0xcf => device.connect(),
        0xd0 => device.stop(),
        0xd1 => device.start(),
        0xe0..=0xe7 => device.wait_until_due(),
        _ => {}
    }
}
