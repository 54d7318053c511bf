//! The client: connection life cycle and timers.

use alloc::vec::Vec;

use super::{
    backoff::Backoff,
    config::Config,
    encode::{self, Credentials},
    exactly_once::ExactlyOnce,
    in_flight::InFlight,
    link::{Dead, Link},
    outcome::{Outcome, Outcomes},
    queue::Queue,
    session::Memory,
    subscriptions::Subscriptions,
};
use crate::{error::Error, knobs::MQTT_CONNACK_TIMEOUT_MS, time::Instant};

/// Least room for packets, bytes: for every request and a CONNECT.
const TRANSMIT_MIN: usize = 512;

/// One MQTT session over any number of connections, one after the other.
///
/// The owner of the socket calls, for each connection, [`connecting`](Self::connecting) when
/// [`wants_connection`](Self::wants_connection), then
/// [`connection_opened`](Self::connection_opened), and in the end, however it came about,
/// [`connection_lost`](Self::connection_lost). After every other call it asks
/// [`swap_transmit`](Self::swap_transmit) until that gives nothing,
/// [`poll_outcome`](Self::poll_outcome) likewise, and [`poll_timeout`](Self::poll_timeout).
pub struct Client {
    pub(super) config: Config,
    pub(super) link: Link,
    /// Of the connections accepted so far, modulo 2^16: tells whether an acknowledgement is of this one.
    pub(super) connection: u16,
    /// The latest time that was told.
    pub(super) latest: Instant,
    started: bool,
    /// A connection was accepted before, so that the next one is a reconnect.
    pub(super) was_connected: bool,
    pub(super) backoff: Backoff,
    pub(super) transmit: Queue,
    last_packet_id: u16,
    pub(super) in_flight: InFlight,
    pub(super) exactly_once: ExactlyOnce,
    pub(super) session: Memory,
    pub(super) subscriptions: Subscriptions,
    pub(super) outcomes: Outcomes,
}

impl Client {
    /// A client at rest, without subscriptions.
    pub fn new(config: Config) -> Self {
        Self {
            config,
            connection: 0,
            latest: Instant::from_millis(0),
            link: Link::Down { retry_at: Instant::from_millis(0) },
            started: false,
            was_connected: false,
            backoff: Backoff::new(),
            transmit: Queue::new(config.transmit_max.max(TRANSMIT_MIN)),
            last_packet_id: 0,
            in_flight: InFlight::new(),
            exactly_once: ExactlyOnce::new(),
            session: Memory::new(),
            subscriptions: Subscriptions::new(),
            outcomes: Outcomes::new(),
        }
    }

    /// What the owner has chosen.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Chooses anew, before [`start`](Self::start).
    pub fn configure(&mut self, config: Config) {
        self.config = config;
        self.transmit = Queue::new(config.transmit_max);
    }

    /// Wants a connection from now on.
    pub fn start(&mut self, now: Instant) {
        if !self.started {
            self.started = true;
            log::info!("MQTT init success!");
            self.backoff.reset();
            self.link = Link::Down { retry_at: now };
        }
    }

    /// Cuts the wait before the next connection short.
    pub fn connect_now(&mut self, now: Instant) {
        if let Link::Down { retry_at } = &mut self.link {
            *retry_at = now.min(*retry_at);
        }
    }

    /// Wants no connection any more. A DISCONNECT is queued if there is one; the owner writes what
    /// [`swap_transmit`](Self::swap_transmit) gives and closes. What the broker has not answered is given
    /// up, and [`poll_outcome`](Self::poll_outcome) tells so. Subscriptions stay for the next start.
    pub fn stop(&mut self) {
        self.started = false;
        self.was_connected = false;
        if let Link::Up(_) = self.link {
            // Without room for it the broker sees the close, which does as well without a will.
            let _ = encode::disconnect(&mut self.transmit);
        } else {
            self.transmit.clear();
        }
        self.link_down(Instant::from_millis(0));
        self.in_flight.give_up_all(&mut self.outcomes);
        self.subscriptions.give_up(&mut self.outcomes);
    }

    /// Whether it is time to open the transport.
    pub fn wants_connection(&self, now: Instant) -> bool {
        self.started && matches!(self.link, Link::Down { retry_at } if retry_at <= now)
    }

    /// The transport is being opened. Without effect when no connection is wanted.
    pub fn connecting(&mut self) {
        // Stopped meanwhile, perhaps.
        if !self.started || !matches!(self.link, Link::Down { .. }) {
            return;
        }
        if self.was_connected {
            log::info!("start to reconnect");
        }
        self.transmit.clear();
        self.link = Link::Opening;
    }

    /// The transport is open: queues CONNECT. After an error the owner closes the transport;
    /// [`Error::WrongState`]: no connection is wanted any more.
    pub fn connection_opened(&mut self, credentials: &Credentials<'_>, now: Instant) -> Result<(), Error> {
        let Link::Opening = self.link else { return Err(Error::WrongState) };
        encode::connect(&mut self.transmit, credentials, &self.config)?;
        self.link = Link::AwaitingConnack { deadline: now.plus(MQTT_CONNACK_TIMEOUT_MS) };
        Ok(())
    }

    /// The transport could not be opened, was closed, or was given up. The next attempt comes at a
    /// point of the back-off interval that `jitter`, a uniform random number, picks.
    pub fn connection_lost(&mut self, jitter: u32, now: Instant) {
        if let Link::Down { .. } = self.link {
            return;
        }
        if let Link::Up(_) | Link::AcknowledgementLost = self.link {
            log::error!("network is disconnected!");
        }
        if self.was_connected {
            log::info!("Waiting to reconnect...");
        }
        self.transmit.clear();
        let wait = self.backoff.next_jittered_ms(jitter);
        self.link_down(now.plus(wait));
    }

    /// Whether the broker has accepted the connection.
    pub fn is_connected(&self) -> bool {
        matches!(self.link, Link::Up(_))
    }

    /// When to call [`handle_timeout`](Self::handle_timeout), or to ask
    /// [`wants_connection`](Self::wants_connection); [`Instant::NEVER`]: not before another call.
    pub fn poll_timeout(&self) -> Instant {
        let requests = self.subscriptions.deadline(self.is_connected(), !self.transmit.has_burst());
        let link = match &self.link {
            Link::Down { retry_at } if self.started => *retry_at,
            Link::Down { .. } | Link::Opening | Link::Refused => Instant::NEVER,
            Link::AwaitingConnack { deadline } => *deadline,
            Link::Up(keep_alive) => {
                keep_alive.deadline().min(self.in_flight.deadline(keep_alive.last_received()))
            }
            Link::AcknowledgementLost => Instant::from_millis(0),
        };
        link.min(requests)
    }

    /// Does what is due. To be called only after the packets that have arrived were handled: the one
    /// whose absence it would find may be among them.
    pub fn handle_timeout(&mut self, now: Instant) -> Result<(), Dead> {
        self.latest = now;
        self.handle_link_timeout(now)?;
        let timeout_ms = self.config.request_timeout_ms;
        self.subscriptions.handle_timeout(self.is_connected(), now, timeout_ms, &mut self.outcomes);
        self.transmit_subscriptions(now);
        Ok(())
    }

    /// Hands over the bytes to be written, in exchange for an empty buffer to queue the next ones in;
    /// so two buffers serve for ever. `false`: nothing is queued, and `empty` stays.
    pub fn swap_transmit(&mut self, empty: &mut Vec<u8>) -> bool {
        self.transmit_subscriptions(self.latest);
        if self.is_connected() {
            self.transmit_in_flight(self.latest);
        }
        if self.transmit.is_empty() {
            return false;
        }
        self.transmit.swap(empty);
        true
    }

    /// How the next one of the application's requests has ended.
    pub fn poll_outcome(&mut self) -> Option<Outcome> {
        self.outcomes.pop()
    }

    /// The next packet id not in use; there is one, for the tables hold far fewer than 65535.
    pub(super) fn unused_packet_id(&mut self) -> u16 {
        loop {
            self.last_packet_id = self.last_packet_id.checked_add(1).unwrap_or(1);
            if !self.in_flight.holds(self.last_packet_id) && !self.subscriptions.holds(self.last_packet_id) {
                return self.last_packet_id;
            }
        }
    }

    pub(super) fn note_sent(&mut self, now: Instant) {
        self.latest = now;
        if let Link::Up(keep_alive) = &mut self.link {
            keep_alive.sent(now);
        }
    }

    fn handle_link_timeout(&mut self, now: Instant) -> Result<(), Dead> {
        match &mut self.link {
            Link::AwaitingConnack { deadline } if *deadline <= now => return Err(Dead::NoConnack),
            Link::AcknowledgementLost => return Err(Dead::AcknowledgementLost),
            Link::Up(keep_alive) => {
                if keep_alive.is_dead(now) {
                    return Err(Dead::NoPingresp);
                }
                if keep_alive.is_ping_due(now) {
                    // Without room for it there will be no PINGRESP: a queue that does not move is dead
                    // too.
                    let _ = encode::pingreq(&mut self.transmit);
                    keep_alive.ping_sent(now);
                }
                self.in_flight.give_up_overdue(keep_alive.last_received(), now, &mut self.outcomes);
            }
            _ => {}
        }
        Ok(())
    }

    fn link_down(&mut self, retry_at: Instant) {
        self.session.connection_lost(&self.link);
        self.link = Link::Down { retry_at };
        self.subscriptions.connection_lost();
    }
}
