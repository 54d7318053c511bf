//! MAC addresses.

use std::fmt;
use std::str::FromStr;

use anyhow::Context;
use serde::{Serialize, Serializer};

/// The address of a radio; written with colons or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MacAddress(pub [u8; 6]);

impl FromStr for MacAddress {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let digits: String = match text.matches(':').count() {
            0 => text.to_owned(),
            5 if text.split(':').all(|byte| byte.len() == 2) => text.replace(':', ""),
            _ => String::new(),
        };
        let mut bytes = [0; 6];
        base16ct::mixed::decode(&digits, &mut bytes)
            .ok()
            .filter(|decoded| decoded.len() == 6)
            .with_context(|| format!("`{text}` is not a MAC address"))?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, rest @ ..] = self.0;
        write!(f, "{first:02X}")?;
        rest.iter().try_for_each(|byte| write!(f, ":{byte:02X}"))
    }
}

impl Serialize for MacAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colons_may_be_left_out() {
        let address = MacAddress([0xD8, 0xFE, 0xE3, 0x11, 0x22, 0x33]);
        assert_eq!("d8:fe:e3:11:22:33".parse::<MacAddress>().unwrap(), address);
        assert_eq!("D8FEE3112233".parse::<MacAddress>().unwrap(), address);
        assert_eq!(address.to_string(), "D8:FE:E3:11:22:33");
        for wrong in ["", "d8:fe", "d8:fe:e3:11:22:3", "d:8fe:e3:11:22:33", "d8fee31122", "x8fee3112233"] {
            assert!(wrong.parse::<MacAddress>().is_err(), "{wrong}");
        }
    }
}
