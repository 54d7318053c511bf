//! Which device reported which token when, and who bound with it.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::fmt;
use std::time::Duration;

use crate::app_api::NO_SUCH_TOKEN;
use crate::device_id::DeviceId;

/// Tokens remembered per device. Old ones are kept to tell "expired" and "used" from "unknown".
const REMEMBERED_PER_DEVICE: usize = 256;

/// Why a bind was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindRefusal {
    /// This device never reported this token.
    Unknown,
    /// Somebody bound with it before.
    Used,
    /// Reported, but too long ago.
    Expired,
}

impl BindRefusal {
    /// The code in the reply to the phone.
    pub fn code(self) -> u16 {
        match self {
            Self::Unknown => NO_SUCH_TOKEN,
            Self::Used => 461,
            Self::Expired => 462,
        }
    }
}

impl fmt::Display for BindRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "no such token: not reported, or differs",
            Self::Used => "token already used",
            Self::Expired => "token expired",
        })
    }
}

#[derive(Debug)]
struct Reported {
    token: String,
    at: Duration,
    used: bool,
}

#[derive(Debug, Default)]
struct DeviceRecord {
    tokens: VecDeque<Reported>,
    bound_to: BTreeSet<String>,
}

/// The cloud's memory of tokens and bindings. Time is an argument: any clock that does not run backwards.
#[derive(Debug)]
pub struct TokenLedger {
    life: Duration,
    devices: HashMap<DeviceId, DeviceRecord>,
}

impl TokenLedger {
    /// An empty ledger whose tokens live for `life` from their first report.
    pub fn new(life: Duration) -> Self {
        Self { life, devices: HashMap::new() }
    }

    /// Takes a report. A token reported again keeps its age and stays used.
    pub fn report(&mut self, device: &DeviceId, token: &str, now: Duration) {
        let tokens = &mut self.devices.entry(device.clone()).or_default().tokens;
        if tokens.iter().any(|known| known.token == token) {
            return;
        }
        if tokens.len() == REMEMBERED_PER_DEVICE {
            tokens.pop_front();
        }
        tokens.push_back(Reported { token: token.to_owned(), at: now, used: false });
    }

    /// Binds `device` to `account`, if exactly this token was reported by this device, lives and is unused.
    pub fn bind(
        &mut self,
        device: &DeviceId,
        token: &str,
        account: &str,
        now: Duration,
    ) -> Result<(), BindRefusal> {
        let record = self.devices.get_mut(device).ok_or(BindRefusal::Unknown)?;
        let reported =
            record.tokens.iter_mut().find(|known| known.token == token).ok_or(BindRefusal::Unknown)?;
        if reported.used {
            return Err(BindRefusal::Used);
        }
        if now.saturating_sub(reported.at) >= self.life {
            return Err(BindRefusal::Expired);
        }
        reported.used = true;
        record.bound_to.insert(account.to_owned());
        Ok(())
    }

    /// Takes the device from one account; says whether it was bound to it.
    pub fn unbind(&mut self, device: &DeviceId, account: &str) -> bool {
        self.devices.get_mut(device).is_some_and(|record| record.bound_to.remove(account))
    }

    /// Forgets a device with its tokens; returns the accounts that it was bound to.
    pub fn forget(&mut self, device: &DeviceId) -> Vec<String> {
        self.devices.remove(device).map(|record| record.bound_to.into_iter().collect()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "4786F0F6E1CC7BF86017FD4D1429EE4F";
    const LIFE: Duration = Duration::from_secs(90);
    const START: Duration = Duration::from_secs(5);

    fn device() -> DeviceId {
        DeviceId::new("a1GQc8iJOWI", "gateway_test01")
    }

    fn ledger_with_token() -> TokenLedger {
        let mut ledger = TokenLedger::new(LIFE);
        ledger.report(&device(), TOKEN, START);
        ledger
    }

    #[test]
    fn a_reported_token_binds_once() {
        let mut ledger = ledger_with_token();
        assert_eq!(ledger.bind(&device(), TOKEN, "alice", START), Ok(()));
        assert_eq!(ledger.bind(&device(), TOKEN, "bob", START), Err(BindRefusal::Used));
        ledger.report(&device(), TOKEN, START);
        assert_eq!(ledger.bind(&device(), TOKEN, "bob", START), Err(BindRefusal::Used), "reported again");
    }

    #[test]
    fn each_phone_binds_with_a_token_of_its_own() {
        let mut ledger = ledger_with_token();
        ledger.report(&device(), "B52C577E55DE6B3CAF5B0C882410D8BF", START);
        assert_eq!(ledger.bind(&device(), TOKEN, "alice", START), Ok(()));
        assert_eq!(ledger.bind(&device(), "B52C577E55DE6B3CAF5B0C882410D8BF", "bob", START), Ok(()));
        assert_eq!(ledger.forget(&device()), ["alice", "bob"]);
    }

    #[test]
    fn an_unreported_token_is_unknown() {
        let mut empty = TokenLedger::new(LIFE);
        assert_eq!(empty.bind(&device(), TOKEN, "alice", START), Err(BindRefusal::Unknown));
        let mut ledger = ledger_with_token();
        for near_miss in ["", &TOKEN[..31], &TOKEN.to_lowercase()] {
            assert_eq!(ledger.bind(&device(), near_miss, "alice", START), Err(BindRefusal::Unknown));
        }
    }

    #[test]
    fn a_token_of_another_device_is_unknown() {
        let mut ledger = ledger_with_token();
        let other = DeviceId::new("a1GQc8iJOWI", "gateway_test02");
        ledger.report(&other, "B52C577E55DE6B3CAF5B0C882410D8BF", START);
        assert_eq!(ledger.bind(&other, TOKEN, "alice", START), Err(BindRefusal::Unknown));
    }

    #[test]
    fn a_token_expires_counted_from_its_first_report() {
        let mut ledger = ledger_with_token();
        ledger.report(&device(), TOKEN, START + LIFE / 2);
        assert_eq!(ledger.bind(&device(), TOKEN, "alice", START + LIFE), Err(BindRefusal::Expired));
        let just_in_time = START + LIFE - Duration::from_millis(1);
        assert_eq!(ledger.bind(&device(), TOKEN, "alice", just_in_time), Ok(()));
    }

    #[test]
    fn unbinding_and_forgetting() {
        let mut ledger = ledger_with_token();
        assert!(!ledger.unbind(&device(), "alice"));
        ledger.bind(&device(), TOKEN, "alice", START).unwrap();
        assert!(ledger.unbind(&device(), "alice"));
        assert!(ledger.forget(&device()).is_empty());
        assert_eq!(ledger.bind(&device(), TOKEN, "alice", START), Err(BindRefusal::Unknown));
    }

    #[test]
    fn a_chatty_device_does_not_grow_the_ledger() {
        let mut ledger = ledger_with_token();
        for n in 0..REMEMBERED_PER_DEVICE {
            ledger.report(&device(), &format!("{n:032X}"), START);
        }
        assert_eq!(ledger.devices[&device()].tokens.len(), REMEMBERED_PER_DEVICE);
        assert_eq!(ledger.bind(&device(), TOKEN, "alice", START), Err(BindRefusal::Unknown));
    }
}
