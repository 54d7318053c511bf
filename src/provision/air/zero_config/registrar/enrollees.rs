//! The devices that want to join.

use log::{debug, info, warn};
use zeroize::Zeroizing;

use super::candidate::Candidate;
use super::messages::Device;
use crate::time::Instant;

/// How many are known at a time.
const ENROLLEES: usize = 5;
/// Time before one is reported again, and for which it is sent the password, unless the cloud says another,
/// seconds.
const TIMEOUT_S: u32 = 60;
/// Time for the key of one before it is asked for again, ms.
const KEY_TIMEOUT_MS: u64 = 10_000;
/// Times that it is asked for.
const KEY_TRIES: u32 = 3;

#[derive(Clone)]
pub(super) enum State {
    /// To be reported.
    Queued,
    /// Not to be reported again before.
    Reported { until: Instant },
    /// The cloud wants it to join.
    CheckedIn { serve_ms: u64, tries: u32, ask_at: Instant },
    /// To be sent the password, once it is its turn.
    Keyed { serve_ms: u64, key: Zeroizing<[u8; 16]> },
    /// It is its turn.
    Served,
}

pub(super) struct Enrollee {
    pub(super) candidate: Candidate,
    pub(super) state: State,
}

/// Those known, each at most once.
#[derive(Default)]
pub(super) struct Enrollees([Option<Enrollee>; ENROLLEES]);

impl Enrollees {
    /// Takes one in, if it is not known and there is room.
    pub(super) fn hear(&mut self, candidate: Candidate) {
        let names = (&candidate.product_key, &candidate.device_name);
        match self.named(names.0, names.1) {
            Some(Enrollee { candidate: known, state: State::Queued }) => {
                let rssi = known.rssi.saturating_mul(2).saturating_add(candidate.rssi).div_euclid(3);
                *known = Candidate { rssi, ..candidate };
            }
            Some(_) => {}
            None => match self.0.iter_mut().find(|place| place.is_none()) {
                Some(place) => {
                    info!("awss: zero-config: {} wants to join", candidate.device_name);
                    *place = Some(Enrollee { candidate, state: State::Queued });
                }
                None => debug!("awss: zero-config: no room for one more device that wants to join"),
            },
        }
    }

    /// The cloud has `device` reported again only after a while.
    pub(super) fn found(&mut self, device: &Device, now: Instant) {
        if let Some(Enrollee { state: State::Reported { until }, .. }) = self.of(device) {
            *until = now.plus(timeout_ms(device.timeout_s));
        }
    }

    /// The cloud wants `device` to join.
    pub(super) fn check_in(&mut self, device: &Device, now: Instant) {
        match self.of(device) {
            Some(Enrollee { state: state @ State::Reported { .. }, .. }) => {
                *state = State::CheckedIn { serve_ms: timeout_ms(device.timeout_s), tries: 0, ask_at: now };
            }
            Some(Enrollee {
                state: State::CheckedIn { .. } | State::Keyed { .. } | State::Served, ..
            }) => {}
            _ => info!("awss: zero-config: {} is to join, but is not heard any more", device.device_name),
        }
    }

    /// The key of `device`.
    pub(super) fn key(&mut self, device: &Device) {
        match (self.of(device), &device.secret) {
            (Some(Enrollee { state, .. }), Some(key)) => {
                if let State::CheckedIn { serve_ms, .. } = *state {
                    *state = State::Keyed { serve_ms, key: key.clone() };
                }
            }
            (Some(_), None) => warn!("awss: zero-config: the cloud has no key of {}", device.device_name),
            (None, _) => debug!("awss: zero-config: key of a device that is not waited for"),
        }
    }

    /// Forgets `device` if it is being served. True if it was.
    pub(super) fn joined(&mut self, device: &Device) -> bool {
        let is_served = |enrollee: &&mut Enrollee| matches!(enrollee.state, State::Served);
        let is_it = self.of(device).filter(is_served).is_some();
        if is_it {
            info!("awss: zero-config: {} has joined", device.device_name);
            self.served();
        }
        is_it
    }

    /// Forgets the one that is being served.
    pub(super) fn served(&mut self) {
        self.forget(|state| matches!(state, State::Served));
    }

    /// Forgets those that wait for something that needs a network.
    pub(super) fn no_network(&mut self) {
        self.forget(|state| matches!(state, State::Queued | State::Keyed { .. }));
    }

    /// Forgets those that were reported long ago, and those whose key never came.
    pub(super) fn expire(&mut self, now: Instant) {
        self.forget(|state| match state {
            State::Reported { until } => *until <= now,
            State::CheckedIn { tries, ask_at, .. } => *tries >= KEY_TRIES && *ask_at <= now,
            State::Queued | State::Keyed { .. } | State::Served => false,
        });
    }

    /// Forgets those in a state.
    fn forget(&mut self, is_over: impl Fn(&State) -> bool) {
        for place in &mut self.0 {
            if place.as_ref().is_some_and(|enrollee| is_over(&enrollee.state)) {
                *place = None;
            }
        }
    }

    /// The one whose key is to be asked for now. It counts as asked for.
    pub(super) fn next_to_ask(&mut self, now: Instant) -> Option<&Candidate> {
        self.0.iter_mut().flatten().find_map(|Enrollee { candidate, state }| match state {
            State::CheckedIn { tries, ask_at, .. } if *ask_at <= now => {
                *tries = tries.saturating_add(1);
                *ask_at = now.plus(KEY_TIMEOUT_MS);
                Some(&*candidate)
            }
            _ => None,
        })
    }

    /// The one to report. It counts as reported.
    pub(super) fn next_to_report(&mut self, now: Instant) -> Option<&Candidate> {
        let enrollee = self.0.iter_mut().flatten().find(|it| matches!(it.state, State::Queued))?;
        enrollee.state = State::Reported { until: now.plus(timeout_ms(None)) };
        Some(&enrollee.candidate)
    }

    /// The one to serve, for how many ms, and with which key. It counts as served.
    pub(super) fn next_to_serve(&mut self) -> Option<(&Candidate, u64, Zeroizing<[u8; 16]>)> {
        self.0.iter_mut().flatten().find_map(|Enrollee { candidate, state }| {
            let State::Keyed { serve_ms, key } = state else { return None };
            let (serve_ms, key) = (*serve_ms, key.clone());
            *state = State::Served;
            Some((&*candidate, serve_ms, key))
        })
    }

    pub(super) fn states(&self) -> impl Iterator<Item = &State> {
        self.0.iter().flatten().map(|enrollee| &enrollee.state)
    }

    fn of(&mut self, device: &Device) -> Option<&mut Enrollee> {
        self.named(&device.product_key, &device.device_name)
    }

    fn named(&mut self, product_key: &str, device_name: &str) -> Option<&mut Enrollee> {
        self.0.iter_mut().flatten().find(|it| it.candidate.is(product_key, device_name))
    }
}

fn timeout_ms(seconds: Option<u32>) -> u64 {
    u64::from(seconds.unwrap_or(TIMEOUT_S)).saturating_mul(1_000)
}
