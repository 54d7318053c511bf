//! Provisioning as its owner sees it.

use super::announce::Announcement;
use super::credentials::Credentials;
#[cfg(feature = "phone-ap")]
use super::credentials::Mac;
use super::decoder::Decoder;
use super::device_ap::{ApName, DeviceAp, RequestAnswer};
use super::events::Event;
use super::frame::Frame;
use super::press::Press;
use super::probe_request::ProbeRequest;
use super::scan::{Scan, ScanTimes};
use super::session::Session;
use super::switchap::Refusal;
use crate::coap;
use crate::error::Error;
use crate::time::Instant;

/// How a session or a run of the device's access point ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The device has joined a network.
    Joined,
    /// The application has ended it.
    Stopped,
    /// The device's access point cannot be opened.
    NoAccessPoint,
}

/// What the owner is to do next.
pub enum Action {
    /// Tell the application.
    Event(Event),
    /// Open the monitor, whose frames go to [`Provisioning::frame`].
    OpenMonitor,
    /// Close it.
    CloseMonitor,
    /// Listen there.
    SwitchChannel {
        /// 1 to 14.
        channel: u8,
    },
    /// Send it as it is, on the channel of the last [`Action::SwitchChannel`].
    SendProbeRequest(ProbeRequest),
    /// Open the device's access point, without a password, then call [`Provisioning::ap_opened`].
    OpenAp {
        /// Its name.
        name: ApName,
    },
    /// Close it.
    CloseAp,
    /// Join a network, then call [`Provisioning::connected`]. It is not said whether it is the one to stay in:
    /// nothing of it is to be stored.
    Connect(Credentials),
    /// Look for access points as a station, then call
    /// [`Station::access_point_found`](super::Station::access_point_found) for each and
    /// [`Station::wifi_scan_ended`](super::Station::wifi_scan_ended).
    #[cfg(feature = "phone-ap")]
    ScanWifi,
    /// A series of announcements begins: tell the application (`IOTX_AWSS_SUC_NOTIFY`).
    AnnouncementStarted,
    /// Send one of them.
    Announce {
        /// Of which series.
        announcement: coap::Announcement,
        /// `id` of the message.
        id: u32,
        /// Which of the series, from 0: decides the destination.
        index: u32,
    },
    /// This series is over: no answer to it counts any more.
    AnnouncementEnded(coap::Announcement),
    /// `awss_start` returns.
    SessionEnded(End),
    /// `awss_dev_ap_start` returns.
    DeviceApEnded(End),
}

/// Provisioning of one device. Nothing happens until it is started.
pub struct Provisioning {
    press: Press,
    session: Session,
    device_ap: DeviceAp,
    announcement: Announcement,
}

impl Provisioning {
    /// Idle, and not pressed.
    pub fn new() -> Self {
        Self {
            press: Press::new(),
            session: Session::new(),
            device_ap: DeviceAp::new(),
            announcement: Announcement::new(coap::Announcement::Joined),
        }
    }

    // ---- what the application wants ----

    /// `awss_start`: scans until a phone has said which network to join, and joins it.
    ///
    /// # Errors
    /// [`Error::WrongState`] while this or the device's access point runs: both need the radio.
    pub fn start(&mut self, times: ScanTimes) -> Result<(), Error> {
        self.check_idle()?;
        self.session.start(times);
        Ok(())
    }

    /// `awss_stop`: ends the session, the press, the announcements and the window.
    pub fn stop(&mut self) {
        self.session.stop();
        self.press.clear();
        self.announcement.stop();
        #[cfg(feature = "phone-ap")]
        self.stop_info_announcements();
    }

    /// `awss_dev_ap_start`: opens an access point called `name` (see [`ap_name`](super::device_ap::ap_name)).
    ///
    /// # Errors
    /// As [`Provisioning::start`].
    pub fn start_device_ap(&mut self, name: ApName, now: Instant) -> Result<(), Error> {
        self.check_idle()?;
        self.device_ap.start(name, now);
        Ok(())
    }

    /// `awss_dev_ap_stop`
    pub fn stop_device_ap(&mut self) {
        self.device_ap.stop();
    }

    /// `awss_config_press`; `limit_ms`: the port's time for a scan.
    pub fn press(&mut self, limit_ms: u64, now: Instant) -> Event {
        self.press.press(limit_ms, now)
    }

    /// `awss_set_config_press`
    pub fn set_press(&mut self, is_pressed: bool) {
        self.press.set(is_pressed);
    }

    /// `awss_get_config_press`
    pub fn is_pressed(&self) -> bool {
        self.press.is_pressed()
    }

    /// `awss_success_notify`: the device has joined a network in another way.
    pub fn announce_success(&mut self, now: Instant) {
        self.press.clear();
        self.announcement.start(now);
    }

    /// `awss_suc_notify`
    pub fn start_announcements(&mut self) {
        self.announcement.start_series();
    }

    /// `awss_suc_notify_stop`
    pub fn stop_announcements(&mut self) {
        self.announcement.stop_series();
    }

    /// `awss_devinfo_notify`; see [`Station::announce_info`](super::Station::announce_info).
    #[cfg(feature = "phone-ap")]
    pub(super) fn start_info_announcements(&mut self) {
        self.session.phone_ap_mut().announcement_mut().start_series();
    }

    /// `awss_devinfo_notify_stop`
    #[cfg(feature = "phone-ap")]
    pub fn stop_info_announcements(&mut self) {
        self.session.phone_ap_mut().announcement_mut().stop_series();
    }

    /// Has `awss_start` been called, and not ended?
    pub fn session_is_running(&self) -> bool {
        self.session.is_running()
    }

    /// Has `awss_dev_ap_start`?
    pub fn device_ap_is_running(&self) -> bool {
        self.device_ap.is_running()
    }

    fn check_idle(&self) -> Result<(), Error> {
        let is_idle = !self.session_is_running() && !self.device_ap_is_running();
        if is_idle { Ok(()) } else { Err(Error::WrongState) }
    }

    // ---- what happened ----

    /// A frame from the monitor. `decoders`: the same at each call, in the order in which they are asked. They
    /// keep what they have of a message until the next frame after it has become stale; dropping them wipes it.
    pub fn frame(&mut self, decoders: &mut [&mut dyn Decoder], frame: &Frame, now: Instant) {
        self.session.frame(decoders, frame, self.press.is_pressed(), now);
        #[cfg(feature = "phone-ap")]
        if self.session.scan().has_found_phone_ap() {
            self.press.set(false);
            // It says nothing of the network that the device leaves now.
            self.announcement.stop();
        }
    }

    /// Whether the network of the last [`Action::Connect`] was joined.
    pub fn connected(&mut self, has_joined: bool, now: Instant) {
        let by_session = self.session.connected(has_joined);
        let by_device_ap = self.device_ap.connected(has_joined, now);
        if by_session || by_device_ap {
            self.announce_success(now);
        }
    }

    /// Whether the access point of the last [`Action::OpenAp`] is open.
    pub fn ap_opened(&mut self, is_open: bool, now: Instant) {
        self.device_ap.ap_opened(is_open, now);
    }

    /// A phone on the device's access point has asked it to join a network.
    pub fn device_ap_request(&mut self, wanted: Result<Credentials, Refusal>, now: Instant) -> RequestAnswer {
        self.device_ap.request(wanted, now)
    }

    /// It has acknowledged the answer.
    pub fn acked(&mut self, now: Instant) {
        self.device_ap.acked(now);
    }

    /// A phone has asked the device on its access point to join a network.
    #[cfg(feature = "phone-ap")]
    pub fn phone_ap_request(&mut self, wanted: Result<Credentials, Refusal>, now: Instant) -> RequestAnswer {
        self.session.phone_ap_request(wanted, now)
    }

    /// Does the device on the access point of a phone wait for a request?
    #[cfg(feature = "phone-ap")]
    pub fn awaits_phone_ap_request(&self, now: Instant) -> bool {
        self.session.phone_ap().is_waiting(now)
    }

    /// Is the device on the access point of a phone?
    #[cfg(feature = "phone-ap")]
    pub fn is_on_phone_ap(&self) -> bool {
        self.session.phone_ap().is_there()
    }

    /// A phone has answered an announcement.
    pub fn announcement_answered(&mut self, announcement: coap::Announcement, id: i32, code: i32) {
        match announcement {
            #[cfg(feature = "phone-ap")]
            coap::Announcement::Provisionable => {
                self.session.phone_ap_mut().announcement_mut().answered(id, code);
            }
            _ => self.announcement.answered(id, code),
        }
    }

    /// Is a phone that asks told that the device has joined?
    pub fn answers_queries(&self, now: Instant) -> bool {
        self.announcement.answers(now)
    }

    /// Is there anything to send or to answer by CoAP?
    pub fn needs_network(&self, now: Instant) -> bool {
        #[cfg(feature = "phone-ap")]
        if self.is_on_phone_ap() || self.session.phone_ap().announcement().is_running(now) {
            return true;
        }
        self.device_ap.needs_network() || self.announcement.is_running(now)
    }

    /// What is sent on each channel for the devices that help others to join (`zero-config`); `None` for
    /// nothing.
    pub fn set_enrollee_frame(&mut self, frame: Option<ProbeRequest>) {
        self.session.scan_mut().set_enrollee_frame(frame);
    }

    /// The device's address, from which the access points of phones are probed for; `None` for not at all.
    #[cfg(feature = "phone-ap")]
    pub fn set_mac(&mut self, mac: Option<Mac>) {
        self.session.scan_mut().set_mac(mac);
    }

    /// What the scan has heard.
    pub fn scan(&self) -> &Scan {
        self.session.scan()
    }

    // ---- what to do ----

    /// What to do now; ask until `None`.
    pub fn poll(&mut self, now: Instant) -> Option<Action> {
        if let Some(event) = self.press.poll(now) {
            return Some(Action::Event(event));
        }
        self.session
            .poll(self.press.is_pressed(), now)
            .or_else(|| self.device_ap.poll(now))
            .or_else(|| self.announcement.poll(now))
            .or_else(|| self.poll_info_announcement(now))
            .or_else(|| self.session.take_end().map(Action::SessionEnded))
            .or_else(|| self.device_ap.take_end().map(Action::DeviceApEnded))
    }

    #[cfg(feature = "phone-ap")]
    fn poll_info_announcement(&mut self, now: Instant) -> Option<Action> {
        self.session.phone_ap_mut().announcement_mut().poll(now)
    }

    #[cfg(not(feature = "phone-ap"))]
    fn poll_info_announcement(&mut self, _now: Instant) -> Option<Action> {
        None
    }

    /// When to poll if nothing happens before, or [`Instant::NEVER`].
    pub fn poll_timeout(&self) -> Instant {
        let next = self
            .press
            .poll_timeout()
            .min(self.session.poll_timeout())
            .min(self.device_ap.poll_timeout())
            .min(self.announcement.poll_timeout());
        #[cfg(feature = "phone-ap")]
        let next = next.min(self.session.phone_ap().announcement().poll_timeout());
        next
    }
}

impl Default for Provisioning {
    fn default() -> Self {
        Self::new()
    }
}
