//! What goes wrong, for how long, and what is then expected.

use super::{
    HOUR, MINUTE, SECOND,
    world::{Event, World},
};

/// Delay of the network on a good day, ms.
pub const DELAY: (u64, u64) = (5, 200);

/// Time that the device's port waits for the peer to take bytes, ms.
const WRITE_TIMEOUT: u64 = 5 * SECOND;

#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// The connection breaks.
    Cut,
    /// There is no network.
    NetworkDown,
    /// The broker is away, and comes back with or without its session.
    BrokerDown,
    /// The broker refuses every CONNECT.
    Refusals,
    /// The broker answers nothing but CONNECT.
    Deafness,
    /// The broker does not read.
    Stall,
    /// Everything takes long.
    Delay,
    /// The broker sends what is no MQTT.
    Garbage,
}

const FAULTS: [Fault; 8] = [
    Fault::Cut,
    Fault::NetworkDown,
    Fault::BrokerDown,
    Fault::Refusals,
    Fault::Deafness,
    Fault::Stall,
    Fault::Delay,
    Fault::Garbage,
];

impl World {
    pub fn begin_fault(&mut self) {
        self.is_broken = true;
        self.epoch += 1;
        let fault = *self.dice.pick(&FAULTS);
        let mut duration = *self.dice.pick(&[100, 5 * SECOND, MINUTE, 5 * MINUTE, HOUR]);
        duration = self.dice.between(1, duration);
        // Whether anybody is told of a connection that breaks.
        let mut silent = self.dice.roll(2) == 0;
        match fault {
            Fault::Cut => {
                self.break_link(silent);
                duration = 1;
            }
            Fault::NetworkDown => {
                self.network_is_up = false;
                self.break_link(silent);
            }
            Fault::BrokerDown => {
                self.broker_is_up = false;
                self.break_link(silent);
                self.broker.closed();
                if self.dice.roll(2) == 0 {
                    self.broker.lose_session();
                }
                self.broker.hangs_up = self.dice.roll(4) == 0;
            }
            Fault::Refusals => {
                self.broker.refuses = true;
                self.break_link(silent);
            }
            Fault::Deafness => {
                self.broker.is_deaf = true;
                silent = true;
            }
            Fault::Stall => duration = self.stall(duration),
            Fault::Delay => self.delay = (500, 2_000),
            Fault::Garbage => {
                let noise = (0..self.dice.between(1, 40)).map(|_| self.dice.u32() as u8);
                let garbage: Vec<u8> = std::iter::once(0xf0).chain(noise).collect();
                self.send_to_device(garbage);
                duration = 1;
            }
        }
        self.after(duration, Event::FaultEnds { fault, silent });
    }

    pub fn end_fault(&mut self, fault: Fault, silent: bool) {
        match fault {
            Fault::NetworkDown => self.network_is_up = true,
            Fault::BrokerDown => self.broker_is_up = true,
            Fault::Refusals => self.broker.refuses = false,
            Fault::Deafness => {
                self.broker.is_deaf = false;
                // What it did not hear is not told again on this connection.
                self.break_link(false);
            }
            Fault::Delay => self.delay = DELAY,
            Fault::Cut | Fault::Stall | Fault::Garbage => {}
        }
        self.is_broken = false;
        self.returned(silent);
        // Perhaps before the device has recovered.
        let longest = *self.dice.pick(&[MINUTE, 2 * HOUR, 6 * HOUR]);
        let pause = self.dice.between(1, longest);
        self.after(pause, Event::FaultBegins);
    }

    fn break_link(&mut self, silent: bool) {
        let Some(link) = &mut self.link else { return };
        if silent {
            link.is_silent = true;
        } else {
            self.device.is_dead = true;
        }
    }

    /// The socket takes nothing for a while; gives how long.
    fn stall(&mut self, duration: u64) -> u64 {
        let Some(link) = &mut self.link else { return duration };
        link.is_writable = false;
        let connection = link.connection;
        let (after, event) = if duration < WRITE_TIMEOUT {
            (duration, Event::Writable { connection })
        } else {
            (WRITE_TIMEOUT, Event::WriteTimeout { connection })
        };
        self.after(after, event);
        after
    }
}
