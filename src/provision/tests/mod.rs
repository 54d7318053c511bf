//! Provisioning in virtual time, with a decoder that is told by the frames what they mean.

#[cfg(all(feature = "smartconfig", feature = "registrar", feature = "model"))]
mod air;
mod announcing;
#[cfg(all(
    feature = "smartconfig",
    feature = "zero-config",
    feature = "phone-ap",
    feature = "remote-switchap",
    feature = "model"
))]
mod defects;
mod device_aps;
mod hostile;
#[cfg(feature = "phone-ap")]
mod phone_aps;
mod probing;
mod sessions;
mod stations;

use std::string::String;
use std::vec::Vec;

use super::access_points::AccessPoints;
use super::credentials::{Credentials, Mac, Ssid};
use super::crypto::check_password;
use super::decoder::{Decoder, Gate, Outcome};
use super::frame::{Frame, LinkType};
use super::scan::ScanTimes;
use super::{Action, Provisioning};
use crate::coap;
use crate::time::Instant;

pub(super) const AP: Mac = [0xD8, 0xFE, 0xE3, 0x11, 0x22, 0x33];
pub(super) const PHONE: Mac = [0xCC, 0xFA, 0x00, 0xC8, 0xCF, 0xD2];
const SMALLEST_BODY: usize = 9;

/// A beacon of `linkkit-lab` on channel 6, WPA2 with AES.
pub(super) const LINKKIT_LAB_BEACON: [u8; 84] = *b"\x80\x00\x00\x00\xFF\xFF\xFF\xFF\xFF\xFF\xD8\xFE\xE3\x11\x22\x33\xD8\xFE\xE3\x11\x22\x33\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x64\x00\x11\x04\x00\x0Blinkkit-lab\x01\x08\x82\x84\x8B\x96\x0C\x12\x18\x24\x03\x01\x06\x30\x14\x01\x00\x00\x0F\xAC\x04\x01\x00\x00\x0F\xAC\x04\x01\x00\x00\x0F\xAC\x02\x00\x00";

/// A data frame with these flags and addresses.
pub(super) fn data_frame(flags: u8, addresses: &[Mac; 3], sequence_number: u16, body: &[u8]) -> Vec<u8> {
    let sequence_control = sequence_number.rotate_left(4).to_le_bytes();
    [&[0x08, flags, 0, 0], addresses.as_flattened(), &sequence_control, body].concat()
}

pub(super) fn plain(bytes: &[u8]) -> Option<Frame<'_>> {
    Frame::new(bytes, LinkType::None, false, -40)
}

/// Takes what a data frame means from the beginning of its body: a word, then for a whole message the name and
/// the password.
struct ToldByFrames {
    gate: Gate,
    resets: usize,
    frames: usize,
}

impl Decoder for ToldByFrames {
    fn gate(&self) -> Gate {
        self.gate
    }

    fn frame(&mut self, frame: &Frame, _heard: &AccessPoints, _now: Instant) -> Outcome {
        self.frames = self.frames.saturating_add(1);
        let body = String::from_utf8_lossy(frame.body()).into_owned();
        let words: Vec<&str> = body.trim_end_matches('\0').split(' ').collect();
        match words.as_slice() {
            ["phone"] => Outcome::Phone { bssid: frame.bssid() },
            ["part"] => Outcome::Part,
            ["checksum"] => Outcome::ChecksumError,
            ["password"] => Outcome::PasswordError,
            ["whole", ssid, password] => {
                let password = check_password(password.as_bytes()).unwrap();
                Outcome::Whole(Credentials::new(
                    Ssid::new(ssid.as_bytes()).unwrap(),
                    password,
                    Some(frame.bssid()),
                ))
            }
            _ => Outcome::Nothing,
        }
    }

    fn reset(&mut self) {
        self.resets = self.resets.saturating_add(1);
    }
}

/// What is tried in virtual time.
pub(super) trait Timed {
    fn now(&mut self) -> &mut Instant;
    fn poll_timeout(&self) -> Instant;
    /// Has all done that is due.
    fn poll(&mut self);

    /// Runs `ms` milliseconds, waking only when it was asked for.
    fn run(&mut self, ms: u64) {
        let end = self.now().plus(ms);
        self.poll();
        for _ in 0..100_000 {
            match self.poll_timeout().if_ever() {
                Some(next) if next <= end => {
                    assert!(next > *self.now(), "asks to be woken in the past");
                    *self.now() = next;
                    self.poll();
                }
                _ => {
                    *self.now() = end;
                    return;
                }
            }
        }
        panic!("busy loop");
    }
}

/// How a network to join reads.
pub(crate) fn connect_line(wanted: &Credentials) -> String {
    format!(
        "Connect_Ap {} {} {:02x?} {} {} {}",
        String::from_utf8_lossy(wanted.ssid.as_bytes()),
        wanted.password.as_str(),
        wanted.bssid.unwrap_or_default(),
        wanted.authentication as u8,
        wanted.encryption as u8,
        wanted.channel
    )
}

/// How an action reads in a trace.
fn line(action: Action) -> String {
    match action {
        Action::Event(event) => format!("{event:?}"),
        Action::OpenMonitor => "Open_Monitor".into(),
        Action::CloseMonitor => "Close_Monitor".into(),
        Action::SwitchChannel { channel } => format!("Switch {channel}"),
        Action::OpenAp { name } => format!("Open_Ap {name}"),
        Action::CloseAp => "Close_Ap".into(),
        Action::Connect(wanted) => connect_line(&wanted),
        Action::AnnouncementStarted => "SuccessNotify".into(),
        Action::SendProbeRequest(frame) => format!("Send_80211_Raw_Frame {} bytes", frame.len()),
        #[cfg(feature = "phone-ap")]
        Action::ScanWifi => "Wifi_Scan".into(),
        Action::Announce { announcement, id, index } => format!("{} {id} {index}", series(announcement)),
        Action::AnnouncementEnded(announcement) => format!("{} ended", series(announcement)),
        Action::SessionEnded(end) => format!("awss_start {end:?}"),
        Action::DeviceApEnded(end) => format!("awss_dev_ap_start {end:?}"),
    }
}

fn series(announcement: coap::Announcement) -> &'static str {
    match announcement {
        coap::Announcement::Joined => "notify",
        _ => "info",
    }
}

/// A device, the port's side of it as a trace, and the air.
struct Device {
    provisioning: Provisioning,
    decoder: ToldByFrames,
    now: Instant,
    start: Instant,
    trace: Vec<(u64, String)>,
}

impl Timed for Device {
    fn now(&mut self) -> &mut Instant {
        &mut self.now
    }

    fn poll_timeout(&self) -> Instant {
        self.provisioning.poll_timeout()
    }

    fn poll(&mut self) {
        for _ in 0..1000 {
            let Some(action) = self.provisioning.poll(self.now) else { return };
            self.note(line(action));
        }
        panic!("endless");
    }
}

impl Device {
    fn new() -> Self {
        let now = Instant::from_millis(1_000_000);
        Self {
            provisioning: Provisioning::new(),
            decoder: ToldByFrames { gate: Gate::Pressed, resets: 0, frames: 0 },
            now,
            start: now,
            trace: Vec::new(),
        }
    }

    /// Started, with 250 ms for each channel and this limit.
    fn scanning(limit_ms: Option<u64>) -> Self {
        let mut device = Self::new();
        device.provisioning.start(ScanTimes { dwell_ms: 250, limit_ms }).unwrap();
        device.poll();
        device
    }

    /// Started, pressed, and with the beginning cut from the trace.
    fn pressed() -> Self {
        let mut device = Self::scanning(None);
        device.press();
        device.trace.clear();
        device
    }

    fn press(&mut self) {
        let event = self.provisioning.press(0, self.now);
        self.note(format!("{event:?}"));
        self.poll();
    }

    fn note(&mut self, line: String) {
        self.trace.push((self.now.since(self.start), line));
    }

    fn hear_bytes(&mut self, bytes: &[u8]) {
        let frame = plain(bytes).unwrap();
        self.provisioning.frame(&mut [&mut self.decoder], &frame, self.now);
    }

    /// A frame of the phone that means what `words` say, and what it leads to.
    fn hear(&mut self, words: &str) {
        self.hear_bytes(&phone_frame(words));
        self.poll();
    }

    fn hear_beacon(&mut self) {
        self.hear_bytes(&LINKKIT_LAB_BEACON);
        self.poll();
    }

    fn connected(&mut self, has_joined: bool) {
        self.provisioning.connected(has_joined, self.now);
        self.poll();
    }

    /// The trace since it was last asked for, without times.
    fn take_lines(&mut self) -> Vec<String> {
        self.trace.drain(..).map(|(_, line)| line).collect()
    }
}

fn phone_frame(words: &str) -> Vec<u8> {
    let mut body = words.as_bytes().to_vec();
    body.resize(body.len().max(SMALLEST_BODY), 0);
    data_frame(0x01, &[AP, PHONE, [0xFF; 6]], 1, &body)
}
