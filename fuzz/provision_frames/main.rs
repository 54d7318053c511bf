//! A device that provisions itself, amid a radio, phones and a port that do what they like: the whole of a
//! station, with all its receivers.
//!
//! An input is a byte that chooses the device (see [`Device::new`]) and a script: a byte says what happens, those
//! behind it say how; see [`step`]. What is behind the end counts as zeros.

#![no_main]
#![forbid(unsafe_code)]

mod air;
mod device;
mod lan;
mod message;
mod script;

use std::alloc::System;

use air::Port;
use device::Device;
use libfuzzer_sys::fuzz_target;
use script::Script;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What a station and what is kept here beside it may hold, bytes: the receivers of a session, two lists of access
/// points in vectors with room to spare, and what CoAP remembers of peers.
const HEAP_MAX: usize = 64 * 1024;

fuzz_target!(|input: &[u8]| {
    let region = Region::new(HEAP);
    let held = || {
        let change = region.change();
        change.bytes_allocated.saturating_sub(change.bytes_deallocated)
    };
    let mut script = Script::new(input);
    let mut device = Device::new(script.byte());
    while !script.is_over() {
        step(&mut device, &mut script);
        device.settle();
        assert!(held() <= HEAP_MAX, "{} bytes of heap", held());
    }
    drop(device);
    assert_eq!(held(), 0, "bytes of heap left behind");
});

fn step(device: &mut Device, script: &mut Script) {
    match script.byte() {
        // A datagram whose length is a code of smartconfig.
        high @ 0x00..=0x3f => {
            let length = usize::from(high) << 8 | usize::from(script.byte());
            device.hear_data(air::BROADCAST, length);
        }
        0x40 => device.air.choose_way(script.byte()),
        0x41 => device.air.port = Port::choose(script.byte(), script.signed()),
        0x42 => device.air.sequence_number = script.two(),
        0x43 => device.hear_data(air::multicast(script.array()), 1),
        name @ 0x50..=0x5f => {
            let frame = device.air.beacon(name, script.byte(), script.byte());
            device.hear(&frame);
        }
        0x60 => (0..script.byte()).for_each(|number| device.hear_foreign_access_point(number)),
        kind @ 0x61..=0x63 => {
            let frame = device.air.management(kind, script.short());
            device.hear(&frame);
        }
        0x64 => device.hear_raw(script.long()),
        0x65 => {
            let frame = device.air.wps(&message::device_name(script.short()));
            device.hear(&frame);
        }
        0x66 => {
            let symbols = message::smartconfig(script.short());
            device.hear_smartconfig(&symbols);
        }
        0x67 => {
            let symbols = message::smartconfig_of(script.short(), script.short());
            device.hear_smartconfig(&symbols);
        }
        0x68 => device.hear_multicast(&message::multicast(script.short())),
        0x69 => {
            let (flags, name) = (script.byte(), script.short());
            let message = message::multicast_of(flags, name, script.short(), script.short());
            device.hear_multicast(&message);
        }
        0x6a => device.hear_registrar(script.short(), script.short()),
        // From 4 ms to more than two minutes.
        exponent @ 0x80..=0x8f => device.wait(4 << (exponent & 0xf)),
        0x90 => device.wait_until_due(),
        0x91 => device.polls_late = true,
        0x92 => device.polls_late = false,
        0xa0 => device.press(0),
        0xa1 => device.press(u64::MAX),
        0xa2 => device.station.provisioning().set_press(true),
        0xa3 => device.station.provisioning().set_press(false),
        times @ 0xa4..=0xa7 => device.start(times),
        0xa8 => device.station.provisioning().stop(),
        0xa9 => device.start_device_ap(),
        0xaa => device.station.provisioning().stop_device_ap(),
        0xab => device.announce_success(),
        0xac => device.station.provisioning().start_announcements(),
        0xad => device.station.provisioning().stop_announcements(),
        0xae => device.change_address(script.byte()),
        0xb0 => device.connected(false),
        0xb1 => device.connected(true),
        0xb2 => device.ap_opened(false),
        0xb3 => device.ap_opened(true),
        0xb4 => device.find_access_points(script.byte(), script.byte()),
        0xb5 => device.end_wifi_scan(script.byte()),
        path @ 0xc0..=0xc7 => {
            let datagram = device.lan.request(path, script.byte(), script.short());
            device.take(&datagram);
        }
        0xc8 => device.take(script.long()),
        0xc9 => device.reply(lan::acknowledgement),
        0xca => device.reply(lan::reset),
        0xcb => {
            let (id, code) = (script.byte(), script.byte());
            device.reply(|sent| lan::answer(sent, id, code));
        }
        _ => {}
    }
}
