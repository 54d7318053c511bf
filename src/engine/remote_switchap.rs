//! The cloud has the device join another network.

use super::{Engine, topics};
use crate::error::Error;
use crate::mqtt::Qos;
use crate::provision::NetworkSwitch;
use crate::time::Instant;

impl Engine {
    /// What to do now; ask until `None`, at [`Engine::poll_timeout`]. It may take as long as a join.
    pub fn poll_network_switch(&mut self, now: Instant) -> Option<NetworkSwitch> {
        self.remote_switch.poll(now)
    }

    /// The owner has dealt with [`NetworkSwitch::Connect`]. `was_needed`: the device was not in that network
    /// before; a restart follows then, whether it is now or not.
    pub fn network_switched(&mut self, was_needed: bool, now: Instant) {
        self.remote_switch.switched(was_needed, now);
    }

    pub(super) fn take_switchap(&mut self, payload: &[u8], now: Instant) -> Result<(), Error> {
        let answer = self.remote_switch.request(payload, now)?;
        self.publish(topics::SWITCH_AP_REPLY, &answer, Qos::AtLeastOnce, now).map(|_| ())
    }
}
