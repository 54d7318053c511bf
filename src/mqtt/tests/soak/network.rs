//! The way between device and broker: it takes time, breaks, and goes dead.

use super::{
    DIAL_MAX,
    world::{Event, World},
};

/// The transport that the device has, or is making.
pub struct Link {
    pub connection: u32,
    pub is_open: bool,
    /// It carries nothing, and nobody is told.
    pub is_silent: bool,
    pub is_writable: bool,
    to_broker_at: u64,
    to_device_at: u64,
}

impl World {
    pub fn transmit(&mut self) {
        let Some(link) = self.link.as_mut().filter(|link| link.is_open && link.is_writable) else { return };
        if !self.device.client.swap_transmit(&mut self.buffer) {
            return;
        }
        for byte in self.buffer.iter().chain(&self.now.to_le_bytes()) {
            self.trace = (self.trace ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        if !link.is_silent {
            link.to_broker_at =
                link.to_broker_at.max(self.now + self.dice.between(self.delay.0, self.delay.1));
            let (time, connection) = (link.to_broker_at, link.connection);
            self.at(time, Event::ToBroker { connection, bytes: self.buffer.clone() });
        }
    }

    pub fn send_to_device(&mut self, bytes: Vec<u8>) {
        let Some(link) = self.link.as_mut().filter(|link| link.is_open && !link.is_silent) else { return };
        if !bytes.is_empty() {
            link.to_device_at =
                link.to_device_at.max(self.now + self.dice.between(self.delay.0, self.delay.1));
            let (time, connection) = (link.to_device_at, link.connection);
            self.at(time, Event::ToDevice { connection, bytes });
        }
    }

    pub fn dial(&mut self) {
        self.connections += 1;
        let connection = self.connections;
        self.link = Some(Link {
            connection,
            is_open: false,
            is_silent: false,
            is_writable: true,
            to_broker_at: self.now,
            to_device_at: self.now,
        });
        let delay = if self.is_up() { 2 * self.delay.1 } else { self.dice.between(50, DIAL_MAX) };
        self.after(delay, Event::Dialed { connection });
    }

    pub fn dialed(&mut self, connection: u32) {
        let is_up = self.is_up();
        let Some(link) = self.link.as_mut().filter(|link| link.connection == connection) else { return };
        if is_up && !link.is_silent {
            link.is_open = true;
            self.broker.opened();
            self.device.opened(self.now);
        } else {
            self.link = None;
            self.device.lost(&mut self.dice, self.now);
        }
    }

    fn is_up(&self) -> bool {
        self.network_is_up && self.broker_is_up
    }

    /// Whether `connection` is the one there is, and works.
    pub fn carries(&self, connection: u32) -> bool {
        self.link
            .as_ref()
            .is_some_and(|link| link.connection == connection && link.is_open && !link.is_silent)
    }
}
