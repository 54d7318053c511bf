//! The event loop: device, network, broker and cloud in one order of time.

use std::collections::BTreeMap;

use super::{
    DAY, HOUR, MINUTE, SECOND, bound_ms,
    broker::Broker,
    device::{Device, TOPICS},
    dice::Dice,
    faults::Fault,
    network::Link,
};
use crate::mqtt::Config;

pub enum Event {
    /// An attempt to connect comes to its end.
    Dialed {
        connection: u32,
    },
    ToBroker {
        connection: u32,
        bytes: Vec<u8>,
    },
    ToDevice {
        connection: u32,
        bytes: Vec<u8>,
    },
    /// The socket takes bytes again, or is given up.
    Writable {
        connection: u32,
    },
    WriteTimeout {
        connection: u32,
    },
    DevicePublishes,
    DeviceSubscribes,
    CloudPublishes,
    FaultBegins,
    FaultStrikes,
    FaultEnds {
        fault: Fault,
        silent: bool,
    },
    /// Unless something has broken since, everything works.
    Check {
        epoch: u32,
    },
}

pub struct World {
    pub now: u64,
    pub dice: Dice,
    pub device: Device,
    pub broker: Broker,
    events: BTreeMap<(u64, u64), Event>,
    next_event: u64,
    pub link: Option<Link>,
    pub connections: u32,
    pub network_is_up: bool,
    pub broker_is_up: bool,
    /// Delay in one direction, ms.
    pub delay: (u64, u64),
    /// A fault lasts.
    pub is_broken: bool,
    /// Grows when something breaks.
    pub epoch: u32,
    pub checks: u64,
    quiet: bool,
    next_number: u64,
    pub buffer: Vec<u8>,
    /// Of all that the device sent, and when.
    pub trace: u64,
}

impl World {
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        // The clock wraps within the run, more often than not.
        let boot = u32::MAX - dice.roll(40 * DAY) as u32;
        let config = Config { clean_session: dice.roll(5) == 0, ..Config::default() };
        let mut world = Self {
            now: 0,
            dice,
            device: Device::new(boot, config),
            broker: Broker::default(),
            events: BTreeMap::new(),
            next_event: 0,
            link: None,
            connections: 0,
            network_is_up: true,
            broker_is_up: true,
            delay: super::faults::DELAY,
            is_broken: false,
            epoch: 0,
            checks: 0,
            quiet: false,
            next_number: 1,
            buffer: Vec::new(),
            trace: 0xcbf2_9ce4_8422_2325,
        };
        for event in [Event::DevicePublishes, Event::DeviceSubscribes, Event::CloudPublishes] {
            world.after(MINUTE, event);
        }
        world.after(HOUR, Event::FaultBegins);
        world
    }

    pub fn run_days(&mut self, days: u64) {
        for day in 1..=days {
            self.run_until(day * DAY);
            self.device.check_heap();
        }
    }

    /// Lets everything come to rest, and looks at what is left.
    pub fn end(&mut self) {
        self.quiet = true;
        // The last fault may last an hour yet.
        self.run_until(self.now + 2 * HOUR);
        self.check();
        assert!(self.checks > 30, "{} checks", self.checks);
        for filter in super::device::FILTERS {
            self.device.unsubscribe(filter, self.now);
        }
        self.settle();
        self.run_until(self.now + MINUTE);
        assert_eq!(self.broker.filters(), 0);
        self.device.check_end(&mut self.dice, self.now);
    }

    pub fn after(&mut self, delay: u64, event: Event) {
        self.at(self.now + delay, event);
    }

    pub fn at(&mut self, time: u64, event: Event) {
        self.events.insert((time, self.next_event), event);
        self.next_event += 1;
    }

    fn run_until(&mut self, end: u64) {
        let mut turns_at_once = 0;
        self.settle();
        loop {
            let event = self.events.first_key_value().map_or(u64::MAX, |((time, _), _)| *time);
            let due = self.device.due().unwrap_or(u64::MAX).max(self.now);
            // What has arrived is handled before the clock is looked at.
            let next = event.min(due);
            if next > end {
                self.now = end;
                return;
            }
            turns_at_once = if next == self.now { turns_at_once + 1 } else { 0 };
            assert!(turns_at_once < 1_000, "busy at {next}");
            self.now = next;
            if event <= due {
                let (_, event) = self.events.pop_first().unwrap();
                self.handle(event);
            } else {
                self.device.handle_timeout(self.now);
            }
            self.settle();
        }
    }

    fn handle(&mut self, event: Event) {
        let (now, quiet) = (self.now, self.quiet);
        match event {
            Event::Dialed { connection } => self.dialed(connection),
            Event::ToBroker { connection, bytes } if self.carries(connection) => {
                let answer = self.broker.receive(&bytes, &mut self.dice);
                for number in self.broker.acknowledged.drain(..) {
                    assert!(self.device.has_got(number), "{number} acknowledged and not delivered");
                }
                self.send_to_device(answer);
                if std::mem::take(&mut self.broker.has_hung_up) {
                    self.device.is_dead = true;
                    if !self.is_broken {
                        self.returned(false);
                    }
                }
            }
            Event::ToDevice { connection, bytes } if self.carries(connection) => {
                self.device.receive(&bytes, now);
            }
            Event::Writable { connection } if self.carries(connection) => {
                self.link.as_mut().unwrap().is_writable = true;
            }
            Event::WriteTimeout { connection } if self.carries(connection) => self.device.is_dead = true,
            Event::ToBroker { .. }
            | Event::ToDevice { .. }
            | Event::Writable { .. }
            | Event::WriteTimeout { .. } => {}
            Event::DevicePublishes if !quiet => {
                let burst = if self.dice.roll(10) == 0 { 15 } else { self.dice.between(1, 3) };
                (0..burst).for_each(|_| self.device.publish(&mut self.dice, now));
                let pause = self.dice.between(10 * SECOND, 20 * MINUTE);
                self.after(pause, Event::DevicePublishes);
            }
            Event::DeviceSubscribes if !quiet => {
                self.device.change_subscription(&mut self.dice, now);
                let pause = self.dice.between(SECOND, 4 * HOUR);
                self.after(pause, Event::DeviceSubscribes);
            }
            Event::CloudPublishes => {
                self.cloud_publishes();
                let pause = self.dice.between(SECOND, 10 * MINUTE);
                self.after(pause, Event::CloudPublishes);
            }
            Event::FaultBegins if !quiet => {
                // With something under way.
                (0..self.dice.roll(5)).for_each(|_| self.device.publish(&mut self.dice, now));
                self.settle();
                let lead = self.dice.roll(3 * self.delay.1);
                self.after(lead, Event::FaultStrikes);
            }
            Event::FaultStrikes => self.begin_fault(),
            Event::DevicePublishes | Event::DeviceSubscribes | Event::FaultBegins => {}
            Event::FaultEnds { fault, silent } => self.end_fault(fault, silent),
            Event::Check { epoch } => {
                if epoch == self.epoch {
                    self.check();
                }
            }
        }
    }

    fn cloud_publishes(&mut self) {
        let topic = *self.dice.pick(&TOPICS);
        let padding = if self.dice.roll(30) == 0 { 2_000 } else { 0 };
        let (bytes, counts) = self.broker.publish((self.next_number, topic, padding), self.now);
        self.next_number += u64::from(counts);
        self.send_to_device(bytes);
    }

    /// The device does what follows from what has happened.
    fn settle(&mut self) {
        if self.device.is_dead && self.link.take().is_some() {
            self.broker.closed();
            self.device.lost(&mut self.dice, self.now);
        }
        let time = self.device.time(self.now);
        if self.link.is_none() && self.device.client.wants_connection(time) {
            self.device.client.connecting();
            self.dial();
        }
        let received = &self.broker.received;
        let is_numb = self.broker.is_deaf || self.link.as_ref().is_some_and(|link| link.is_silent);
        let withheld = &self.broker.withheld;
        self.device.take_outcomes(
            |number| received.contains(&number),
            |number| is_numb || withheld.contains(&number),
        );
        self.transmit();
    }

    /// From now on nothing is broken; `silent`: but the device may have to find out what was.
    pub fn returned(&mut self, silent: bool) {
        self.epoch += 1;
        self.after(bound_ms(silent), Event::Check { epoch: self.epoch });
    }

    /// Everything that should be there is there.
    fn check(&mut self) {
        self.checks += 1;
        assert!(self.device.client.is_connected() && self.broker.is_connected(), "not connected");
        for (filter, held) in &self.device.held {
            let is_settled = held.since + 30 * SECOND < self.now;
            assert!(!is_settled || self.broker.has(filter), "{filter} is not subscribed to");
        }
        let open_since = self.broker.oldest_open().unwrap_or(self.now);
        assert!(open_since + bound_ms(true) > self.now, "a message is open since {open_since}");
        self.device.check_quiet(self.now);
    }
}
