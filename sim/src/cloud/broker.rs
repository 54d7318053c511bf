//! The embedded MQTT broker.

use std::net::SocketAddr;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use anyhow::{Context, Result, anyhow};
use rumqttd::{ConnectionSettings, LinkType, Router, RouterConfig, Server, ServerSettings};

use crate::cloud::gate::Gate;
use crate::cloud::tls::TlsEntrance;

/// Starts a broker in threads of its own: on `listen`, and for devices with TLS at `tls`. The receiver tells
/// why it ended, if it does.
pub fn start(listen: SocketAddr, tls: Option<&TlsEntrance>, gate: Gate) -> Result<Receiver<anyhow::Error>> {
    let router = Router::new(0, router_config()).spawn();
    let (ended, why_ended) = mpsc::channel();
    let entrances = [Some(server_settings(listen)), tls.map(tls_settings)];
    for settings in entrances.into_iter().flatten() {
        let listen = settings.listen;
        let mut server = Server::new(settings, router.clone(), gate.clone());
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().context("no runtime")?;
        let ended = ended.clone();
        thread::Builder::new()
            .name("broker".into())
            .spawn(move || {
                let error = match runtime.block_on(server.start(LinkType::Remote)) {
                    Ok(()) => anyhow!("the broker ended"),
                    Err(error) => anyhow!(error).context(format!("cannot serve MQTT on {listen}")),
                };
                // Nobody listens any more when the whole bench is ending.
                let _ = ended.send(error);
            })
            .context("no thread for the broker")?;
    }
    Ok(why_ended)
}

fn tls_settings(entrance: &TlsEntrance) -> ServerSettings {
    ServerSettings { tls: Some(entrance.config()), ..server_settings(entrance.listen) }
}

fn router_config() -> RouterConfig {
    RouterConfig {
        max_connections: 1000,
        max_outgoing_packet_count: 200,
        max_segment_size: 1024 * 1024,
        max_segment_count: 10,
        ..RouterConfig::default()
    }
}

fn server_settings(listen: SocketAddr) -> ServerSettings {
    ServerSettings {
        name: "bench".into(),
        listen,
        tls: None,
        next_connection_delay_ms: 1,
        connections: ConnectionSettings {
            connection_timeout_ms: 10_000,
            max_payload_size: 256 * 1024,
            max_inflight_count: 100,
            auth: None,
            external_auth: None,
            dynamic_filters: true,
        },
    }
}
