//! `awss_start`, the press of the button, and `awss_stop`.

use crate::script::play;

#[test]
fn scans_channel_by_channel_until_it_is_stopped() {
    let trace = play(&["start", "wait 4500", "stop", "wait 100", "leftover"]);
    let lines = trace.without(&["air", "status"]);
    assert_eq!(lines[..2], ["event 1000", "open monitor"]);
    let channels: Vec<_> = trace.all("channel").iter().map(|line| line.what.clone()).collect();
    let expected: Vec<_> = [1, 6, 11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 1, 6]
        .iter()
        .map(|channel| format!("channel {channel} 0 -"))
        .collect();
    assert_eq!(channels, expected);
    for pair in trace.all("channel").windows(2) {
        assert!((249..260).contains(&(pair[1].at - pair[0].at)), "{trace:?}");
    }
    assert_eq!(lines[2 + 18..], ["stop", "close monitor", "start -> -1", "stop -> 0", "leftover: nothing"]);
}

#[test]
fn returns_within_300_ms_of_a_stop() {
    for waited in (0..600).step_by(37) {
        let trace = play(&["start", &format!("wait {waited}"), "stop", "wait 1000", "leftover"]);
        let stopped = trace.all("stop")[0].at;
        assert!(trace.one("start ->").at - stopped < 300, "{trace:?}");
        assert!(trace.one("stop ->").at - stopped < 300, "{trace:?}");
        assert_eq!(trace.one("leftover").what, "leftover: nothing");
    }
}

#[test]
fn a_callback_can_stop_it() {
    for event in ["1000", "1001"] {
        let trace = play(&[
            &format!("stop-at {event}"),
            "start",
            "wait 500",
            "press",
            "wait 500",
            "stop",
            "wait 200",
            "leftover",
        ]);
        assert_eq!(trace.all("start ->").len(), 1, "{trace:?}");
        assert_eq!(trace.one("leftover").what, "leftover: nothing");
    }
}

#[test]
fn a_second_start_is_refused() {
    let trace = play(&["start", "wait 100", "start", "wait 100", "stop", "start", "wait 100", "stop"]);
    assert_eq!(trace.all("start ->").len(), 3);
    assert_eq!(trace.all("event 1000").len(), 2);
}

#[test]
fn a_press_lasts_for_the_ports_time_and_ends_with_an_event() {
    for start in ["wait 0", "start"] {
        let trace = play(&[
            start,
            "wait 1000",
            "pressed",
            "press",
            "pressed",
            "wait 100000",
            "press",
            "wait 179000",
            "pressed",
            "wait 1500",
            "pressed",
            "stop",
            "leftover",
        ]);
        assert_eq!(
            trace.without(&["air", "channel", "start", "event 1000", "status", "open", "close", "stop"]),
            [
                "pressed 0",
                "event 1001",
                "press -> 0",
                "pressed 1",
                "event 1001",
                "press -> 0",
                "pressed 1",
                "event 1010",
                "pressed 0",
                "leftover: nothing"
            ]
        );
        let pressed = trace.all("event 1001")[1].at;
        let lasted = trace.one("event 1010").at - pressed;
        assert!((180_000..180_200).contains(&lasted), "{lasted}");
    }
}

#[test]
fn the_flag_alone_has_neither_a_time_nor_an_event() {
    let trace = play(&[
        "set-press 1",
        "pressed",
        "wait 300000",
        "pressed",
        "set-press 0",
        "pressed",
        "stop",
        "leftover",
    ]);
    assert_eq!(trace.without(&["stop"]), ["pressed 1", "pressed 1", "pressed 0", "leftover: nothing"]);
}

#[test]
fn a_scan_that_finds_nothing_pauses_for_five_minutes() {
    let trace = play(&["start", "wait 200000", "press", "wait 1000", "stop"]);
    let closed = trace.all("close monitor")[0].at;
    assert!((180_000..180_200).contains(&closed), "{closed}");
    // A press ends the pause.
    let opened = trace.all("open monitor")[1].at;
    assert!(opened - trace.one("press").at < 300, "{trace:?}");
    let trace = play(&["start", "wait 500000", "stop"]);
    let (closed, opened) = (trace.all("close monitor")[0].at, trace.all("open monitor")[1].at);
    assert!((300_000..300_300).contains(&(opened - closed)), "{closed} {opened}");
}
