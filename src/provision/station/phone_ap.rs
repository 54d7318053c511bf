//! What the station serves on the access point of a phone. Elsewhere there are no such resources.

use heapless::String;
use log::{debug, warn};

use super::wifi_list::WifiList;
use super::{PATH_LEN, Station};
use crate::binding::messages::Query;
use crate::coap::{self, ResourceId};
use crate::error::Error;
use crate::provision::access_points::AccessPoint;
use crate::provision::credentials::Mac;
use crate::provision::crypto::RANDOM_LEN;
use crate::provision::device_ap::RequestAnswer;
use crate::provision::frame::dbm;
use crate::provision::messages::phone_ap::{self as messages, SignedInfo};
use crate::provision::messages::{refused, switching};
use crate::provision::signature::sign;
use crate::provision::switchap::{self, Via};
use crate::text;
use crate::time::Instant;

/// By CoAP: any device, by multicast or broadcast.
const ANY_INFO: &str = "/sys/awss/device/info/get";
/// By CoAP: this device, behind `/sys/{pk}/{dn}`.
const OWN_INFO: &str = "/awss/device/info/get";
const SWITCH_AP: &str = "/awss/device/switchap";
const WIFI_LIST: &str = "/awss/event/wifilist/get";

/// The resources, and what is done for them.
pub(super) struct PhoneApServer {
    switch_ap: ResourceId,
    wifi_list_get: ResourceId,
    info: [ResourceId; 2],
    pub(super) wifi_list: WifiList,
}

impl PhoneApServer {
    pub(super) fn new(
        coap: &mut coap::Server,
        (product_key, device_name): (&str, &str),
    ) -> Result<Self, Error> {
        let mut register_own = |suffix| {
            let path: String<PATH_LEN> = text::concat(&["/sys/", product_key, "/", device_name, suffix])?;
            coap.register(&path)
        };
        Ok(Self {
            switch_ap: register_own(SWITCH_AP)?,
            wifi_list_get: register_own(WIFI_LIST)?,
            info: [register_own(OWN_INFO)?, coap.register(ANY_INFO)?],
            wifi_list: WifiList::new(),
        })
    }
}

/// What a request asks for.
#[derive(Clone, Copy)]
enum Asked {
    SwitchAp,
    WifiList,
    Info,
}

impl Station {
    /// An access point that [`Action::ScanWifi`](super::super::Action::ScanWifi) has led to; its signal strength
    /// is as the port says, a positive one 256 too high.
    pub fn access_point_found(&mut self, found: AccessPoint) {
        self.phone_ap.wifi_list.found(AccessPoint { rssi: dbm(found.rssi), ..found });
    }

    /// There are no more. `connected`: the address of the access point in use.
    pub fn wifi_scan_ended(&mut self, connected: Option<Mac>, now: Instant) {
        self.phone_ap.wifi_list.scan_ended(connected, now);
    }

    /// `awss_devinfo_notify`: begins a series of the announcements that are made on the access point of a phone,
    /// wherever the device is. An answer ends it, and joining a network.
    pub fn announce_info(&mut self) {
        if self.session_random == [0; RANDOM_LEN] {
            // There was no session yet.
            self.session_random = self.entropy.bytes();
        }
        self.provisioning.start_info_announcements();
    }

    /// What was asked there is not answered elsewhere.
    pub(super) fn leave_phone_ap(&mut self) {
        self.coap.forget_repeated();
        self.phone_ap.wifi_list.clear();
    }

    /// A request, if it is one of these. False if it is not.
    pub(super) fn take_phone_ap_request(&mut self, request: &coap::Request, now: Instant) -> bool {
        let server = &self.phone_ap;
        let asked = match request.resource {
            resource if resource == server.switch_ap => Asked::SwitchAp,
            resource if resource == server.wifi_list_get => Asked::WifiList,
            resource if server.info.contains(&resource) => Asked::Info,
            _ => return false,
        };
        let answered = if self.provisioning.is_on_phone_ap() {
            match asked {
                Asked::SwitchAp => self.switch_from_phone_ap(request, now),
                Asked::WifiList => self.list_wifi(request, now),
                Asked::Info => self.tell_info(request, now),
            }
        } else {
            self.coap.reject(&request.id, coap::Code::NotFound, now)
        };
        self.check_answered(request, answered, now);
        true
    }

    fn switch_from_phone_ap(&mut self, request: &coap::Request, now: Instant) -> Result<(), Error> {
        let via = Via::PhoneAp { random: &self.session_random };
        let mut asked = switchap::Request::parse(&request.payload, via, self.product_secret.as_bytes())?;
        if let Ok(wanted) = &mut asked.wanted
            && wanted.token == Some(self.session_random)
        {
            warn!("awss: the phone's token is what the device has announced: ignored");
            wanted.token = None;
        }
        let payload = match self.provisioning.phone_ap_request(asked.wanted, now) {
            RequestAnswer::Success => switching(&asked.query)?,
            RequestAnswer::Refusal(refusal) => refused(&asked.query, refusal)?,
            RequestAnswer::Ignore => {
                debug!("awss: request to join a network ignored: another one is carried out");
                self.coap.abandon(&request.id);
                return Ok(());
            }
        };
        self.coap.answer_repeatedly(&request.id, &payload, now)
    }

    fn list_wifi(&mut self, request: &coap::Request, now: Instant) -> Result<(), Error> {
        let query = Query::parse(&request.payload)?;
        if !self.provisioning.awaits_phone_ap_request(now) {
            debug!("awss: query for access points ignored: the device is about to join one");
            self.coap.abandon(&request.id);
            return Ok(());
        }
        let success = switching(&query)?;
        if !request.observes {
            debug!("awss: query for access points of a phone that does not observe them");
            return self.coap.answer(&request.id, &success, now);
        }
        self.phone_ap.wifi_list.ask(request.id.clone(), query);
        self.coap.answer_observation(&request.id, &success, now)
    }

    fn tell_info(&mut self, request: &coap::Request, now: Instant) -> Result<(), Error> {
        let query = Query::parse(&request.payload)?;
        let payload = messages::info_answer(&query, &self.signed_info()?)?;
        self.coap.answer(&request.id, &payload, now)
    }

    pub(super) fn signed_info(&self) -> Result<SignedInfo<'_>, Error> {
        let names = (self.identity.product_key(), self.identity.device_name());
        let random: &[u8; RANDOM_LEN] = &self.session_random;
        let signature = sign(self.product_secret.as_bytes(), random, names)?;
        SignedInfo::new(self.joined(), random, &signature)
    }
}
