//! Where an MQTT broker is, and how to become its client.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rumqttc::{Client, Connection, MqttOptions, NetworkOptions};

/// `HOST:PORT` of an MQTT broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerAddress {
    host: String,
    port: u16,
}

impl BrokerAddress {
    /// A client with a clean session, and room for `queue` requests that wait for the connection.
    pub fn client(
        &self,
        client_id: &str,
        username: &str,
        password: &str,
        queue: usize,
    ) -> (Client, Connection) {
        let mut options = MqttOptions::new(client_id, self.host.as_str(), self.port);
        options.set_keep_alive(Duration::from_secs(30)).set_credentials(username, password);
        let (client, mut connection) = Client::new(options, queue);
        // Messages are small and in answer to each other: Nagle's algorithm would hold them back for 40 ms.
        let mut network = NetworkOptions::new();
        network.set_tcp_nodelay(true);
        connection.eventloop.set_network_options(network);
        (client, connection)
    }
}

impl From<SocketAddr> for BrokerAddress {
    fn from(address: SocketAddr) -> Self {
        Self { host: address.ip().to_string(), port: address.port() }
    }
}

impl FromStr for BrokerAddress {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (host, port) = text.rsplit_once(':').context("expected HOST:PORT")?;
        if host.is_empty() {
            bail!("expected HOST:PORT, the host is empty");
        }
        let port = port.parse().with_context(|| format!("`{port}` is not a port"))?;
        Ok(Self { host: host.to_owned(), port })
    }
}

impl fmt::Display for BrokerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_port_are_both_required() {
        assert_eq!("broker:1883".parse::<BrokerAddress>().unwrap().to_string(), "broker:1883");
        for wrong in ["broker", "broker:", ":1883", "broker:99999", "broker:x"] {
            assert!(wrong.parse::<BrokerAddress>().is_err(), "{wrong}");
        }
    }
}
