//! The cloud has the device join another network.

use linkkit_core::provision::NetworkSwitch;
use linkkit_core::provision::credentials::Credentials;
use log::{error, info};

use super::drive;
use super::lock::Entry;
use crate::c_string;
use crate::hal::awss::{self, Joined};
use crate::hal::reboot;

/// Carries out what the cloud has asked for and what is due now; blocks for as long as the port joins.
pub fn carry_out(entry: &Entry) {
    while let Some((switch, session_number)) = next(entry) {
        match switch {
            NetworkSwitch::Connect(wanted) => {
                let is_needed = !is_in(&wanted);
                if is_needed && awss::connect(&wanted).is_err() {
                    error!("awss: the network that the cloud has named was not joined");
                }
                drop(wanted);
                if let Some(session) = entry.lock().session_numbered(session_number) {
                    let now = session.now();
                    session.engine.network_switched(is_needed, now);
                }
            }
            NetworkSwitch::Reboot => {
                info!("awss: restart in another network");
                reboot::reboot();
            }
        }
        drive::drain(entry);
    }
}

fn next(entry: &Entry) -> Option<(NetworkSwitch, u32)> {
    let mut state = entry.lock();
    let session_number = state.sessions;
    let session = state.session.as_mut()?;
    let now = session.now();
    session.engine.poll_network_switch(now).map(|switch| (switch, session_number))
}

/// Is the device in that network already with that password, at that access point if one is named?
fn is_in(wanted: &Credentials) -> bool {
    Joined::read().is_some_and(|joined| {
        c_string::bytes_from_array(&*joined.ssid) == wanted.ssid.as_bytes()
            && c_string::bytes_from_array(&*joined.passwd) == wanted.password.as_bytes()
            && wanted.bssid.is_none_or(|wanted| wanted == joined.bssid)
    })
}
