//! Where a CoAP peer is, as the command line says it.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use anyhow::{Context, Result};

/// The CoAP port of devices and phones.
pub const COAP_PORT: u16 = 5683;

/// `IP[:PORT]`, the port being 5683 if absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoapAddress(pub SocketAddr);

impl FromStr for CoapAddress {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self((address, COAP_PORT).into()));
        }
        text.parse().map(Self).with_context(|| format!("`{text}` is not IP or IP:PORT"))
    }
}

impl fmt::Display for CoapAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_may_be_left_out() {
        assert_eq!("10.0.0.59".parse::<CoapAddress>().unwrap().to_string(), "10.0.0.59:5683");
        assert_eq!("10.0.0.59:7000".parse::<CoapAddress>().unwrap().to_string(), "10.0.0.59:7000");
        assert!("device".parse::<CoapAddress>().is_err());
    }
}
