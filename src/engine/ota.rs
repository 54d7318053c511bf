//! Firmware and configurations that the cloud announces, until the application has them downloaded.

use alloc::string::String;

use log::{debug, error, info, warn};

use super::{Engine, Event, topics};
use crate::error::Error;
use crate::mqtt::{Qos, Template};
use crate::ota::{Download, File, Kind, Notice, OtaEvent, Report, Unusable, messages};
use crate::time::Instant;

/// Longest version that an image can be asked for with, bytes.
const VERSION_MAX: usize = 64;

/// `{pk}/{dn}` follows these.
const UPGRADE: &str = "/ota/device/upgrade/";
const REQUEST: &str = "/ota/device/request/";
const PROGRESS: &str = "/ota/device/progress/";
/// These follow `/sys/{pk}/{dn}/`.
const CONFIG_GET: &str = "thing/config/get";
const CONFIG_GET_REPLY: &str = "thing/config/get_reply";
const CONFIG_PUSH: &str = "thing/config/push";
const CONFIG_PUSH_REPLY: &str = "thing/config/push_reply";

/// What is announced. Of each kind the latest counts.
pub(super) struct Ota {
    firmware: Announced,
    config: Announced,
    is_downloading: bool,
}

struct Announced {
    file: Option<File>,
    /// What the application is still to be told of it.
    untold: Option<OtaEvent>,
}

impl Announced {
    const NOTHING: Self = Self { file: None, untold: None };
}

impl Ota {
    pub(super) const fn new() -> Self {
        Self { firmware: Announced::NOTHING, config: Announced::NOTHING, is_downloading: false }
    }

    fn of(&mut self, kind: Kind) -> &mut Announced {
        match kind {
            Kind::Firmware => &mut self.firmware,
            Kind::Config => &mut self.config,
        }
    }
}

impl Engine {
    /// Subscribes to what the cloud announces.
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::TooLong`] or [`Error::OutOfMemory`] from the tables.
    pub fn start_ota(&mut self) -> Result<(), Error> {
        static FILTERS: [(Template, Qos); 4] = [
            ("/ota/device/request/~", Qos::AtLeastOnce),
            ("/ota/device/upgrade/~", Qos::AtLeastOnce),
            ("/sys/~/thing/config/get_reply", Qos::AtMostOnce),
            ("/sys/~/thing/config/push", Qos::AtMostOnce),
        ];
        self.name_device();
        FILTERS.iter().try_for_each(|(filter, qos)| self.mqtt.subscribe_template(filter, *qos))
    }

    /// What the next [`Event::Ota`] tells of. `None` where something newer of the kind
    /// has been told already.
    pub fn take_ota_event(&mut self) -> Option<OtaEvent> {
        self.ota.firmware.untold.take().or_else(|| self.ota.config.untold.take())
    }

    /// Takes the download of what is announced. [`Engine::end_download`] follows; what is announced until
    /// then is ignored.
    ///
    /// # Errors
    /// [`Error::WrongState`] when nothing is announced, or another download is not over.
    pub fn begin_download(&mut self, kind: Kind) -> Result<Download, Error> {
        if self.ota.is_downloading {
            return Err(Error::WrongState);
        }
        let file = self.ota.of(kind).file.take().ok_or(Error::WrongState)?;
        self.ota.is_downloading = true;
        Ok(Download::new(file))
    }

    /// The download is over, one way or the other.
    pub fn end_download(&mut self) {
        self.ota.is_downloading = false;
    }

    /// Tells the cloud how far a download has come.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::Full`], [`Error::OutOfMemory`]. Nothing is sent then.
    pub fn report_progress(&mut self, report: &Report, now: Instant) -> Result<(), Error> {
        let topic = topics::own(&self.identity, PROGRESS, "")?;
        self.mqtt.publish(&topic, &messages::progress(report)?, Qos::AtMostOnce, now)?;
        debug!("ota: progress {}", report.step.number());
        Ok(())
    }

    /// Asks for the image of a version, 1 to 64 bytes. If there is one, the cloud announces it.
    ///
    /// # Errors
    /// [`Error::WrongState`] during a download; [`Error::Malformed`], [`Error::TooLong`] for the version;
    /// [`Error::Offline`], [`Error::Full`], [`Error::OutOfMemory`]. Nothing is sent then.
    pub fn request_image(&mut self, version: &str, now: Instant) -> Result<(), Error> {
        self.check_requests_allowed()?;
        if version.is_empty() {
            return Err(Error::Malformed);
        }
        if version.len() > VERSION_MAX {
            return Err(Error::TooLong);
        }
        let topic = topics::own(&self.identity, REQUEST, "")?;
        self.mqtt.publish(&topic, &messages::request(version)?, Qos::AtLeastOnce, now)?;
        Ok(())
    }

    /// Asks for the configuration of the product. If there is one, the cloud announces it.
    ///
    /// # Errors
    /// As for [`Engine::request_image`].
    pub fn request_config(&mut self, now: Instant) -> Result<(), Error> {
        self.check_requests_allowed()?;
        self.publish(CONFIG_GET, messages::CONFIG_GET.as_bytes(), Qos::AtMostOnce, now)?;
        Ok(())
    }

    fn check_requests_allowed(&self) -> Result<(), Error> {
        if self.ota.is_downloading {
            return Err(Error::WrongState);
        }
        if self.is_connected() { Ok(()) } else { Err(Error::Offline) }
    }

    /// One message on a topic that is subscribed. False when it announces nothing of this kind.
    pub(super) fn route_ota(&mut self, topic: &str, payload: &[u8], now: Instant) -> bool {
        if topic.starts_with(UPGRADE) {
            if let Err(reason) = self.announce(|| Notice::firmware(payload)) {
                warn!("ota: firmware ignored: {reason}");
            }
        } else if topic.starts_with(REQUEST) {
            // Without an image to offer the reply has nothing in it.
            if let Err(reason) = self.announce(|| Notice::firmware(payload)) {
                info!("ota: no firmware in the reply: {reason}");
            }
        } else {
            match topics::suffix(&self.identity, topic) {
                Some(CONFIG_GET_REPLY) => {
                    if let Err(reason) = self.announce(|| Notice::config_reply(payload)) {
                        warn!("ota: no configuration in the reply: {reason}");
                    }
                }
                Some(CONFIG_PUSH) => self.take_push(payload, now),
                _ => return false,
            }
        }
        true
    }

    fn take_push(&mut self, payload: &[u8], now: Instant) {
        let mut id = None;
        let announced = self.announce(|| {
            let (notice, its_id) = Notice::config_push(payload);
            id = its_id;
            notice
        });
        if let Err(reason) = announced {
            warn!("ota: configuration refused: {reason}");
            // What cannot be read while a download runs is not read.
            let id = id.or_else(|| Notice::config_push(payload).1);
            self.refuse_push(id, now);
        }
    }

    fn refuse_push(&mut self, id: Option<String>, now: Instant) {
        let Some(id) = id else { return };
        let sent = messages::push_refused(&id)
            .and_then(|reply| self.publish(CONFIG_PUSH_REPLY, &reply, Qos::AtMostOnce, now));
        if let Err(error) = sent {
            error!("ota: refusal not sent: {error}");
        }
    }

    fn announce(&mut self, read: impl FnOnce() -> Result<Notice, Unusable>) -> Result<(), Ignored> {
        if self.ota.is_downloading {
            return Err(Ignored::Downloading);
        }
        let notice = read().map_err(Ignored::Unusable)?;
        if self.events.is_full() {
            return Err(Ignored::NotYielding);
        }
        let kind = notice.kind();
        let Notice { file, event } = notice;
        info!("ota: {kind} announced, {} bytes", file.size);
        *self.ota.of(kind) = Announced { file: Some(file), untold: Some(event) };
        self.push_event(Event::Ota);
        Ok(())
    }
}

/// Why the application is not told of something.
enum Ignored {
    Downloading,
    Unusable(Unusable),
    NotYielding,
}

impl core::fmt::Display for Ignored {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Downloading => f.write_str("In downloading state"),
            Self::Unusable(reason) => reason.fmt(f),
            Self::NotYielding => f.write_str("the application does not yield"),
        }
    }
}
