//! A broker of the kind that runs in the field, which can be taken away and brought back.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result};

use crate::demo::network::{Network, Scratch};
use crate::demo::process::Process;
use crate::demo::timeline::{Source, Witness};

/// A mosquitto, stopped when dropped. It keeps nothing over a restart: no sessions, no subscriptions.
pub struct Mosquitto<'a> {
    network: &'a Network,
    configuration: PathBuf,
    witness: Witness,
    process: Option<Process>,
}

impl<'a> Mosquitto<'a> {
    /// Starts one on `listen`, open to everybody. Its log goes to `witness`.
    pub fn start(
        network: &'a Network,
        scratch: &Scratch,
        listen: SocketAddr,
        witness: Witness,
    ) -> Result<Self> {
        let configuration = scratch.file("mosquitto.conf");
        std::fs::write(&configuration, configuration_for(listen))
            .with_context(|| format!("cannot write {}", configuration.display()))?;
        let mut broker = Self { network, configuration, witness, process: None };
        broker.start_again()?;
        Ok(broker)
    }

    /// Takes it away at once, as a crash does.
    pub fn stop(&mut self) {
        self.process = None;
    }

    /// Brings it back; returns before it listens.
    pub fn start_again(&mut self) -> Result<()> {
        let mut command = self.network.cloud_launcher();
        command.arg("mosquitto").arg("-c").arg(&self.configuration);
        let log = self.witness.clone();
        let on_line = move |line| log.saw(Source::Broker, line);
        self.process =
            Some(Process::start(command, Stdio::null(), on_line, || ()).context("cannot start mosquitto")?);
        Ok(())
    }
}

/// As another user than root, which mosquitto becomes by default, it could not read its configuration in a
/// user namespace that knows root only.
fn configuration_for(listen: SocketAddr) -> String {
    let (ip, port) = (listen.ip(), listen.port());
    let log =
        ["error", "warning", "notice", "information", "subscribe"].map(|kind| format!("log_type {kind}\n"));
    format!(
        "user root\nlistener {port} {ip}\nallow_anonymous true\nset_tcp_nodelay true\n\
         persistence false\nlog_dest stderr\nlog_timestamp false\n{}",
        log.concat()
    )
}
