//! mosquitto.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

use super::build::{run, scratch_dir};
use super::network::{Network, SERVER};
use super::process::Process;
use super::{DEVICE_NAME, DEVICE_PASSWORD, PRODUCT_KEY, SOON};

/// Where devices connect to.
pub const PORT: u16 = 1883;

/// A server's certificate and its key, PEM.
pub struct Tls {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// What a broker does beyond letting everybody do everything.
#[derive(Clone, Copy)]
pub enum Setting<'a> {
    /// Lets the device in only with this password.
    Password(&'a str),
    /// Answers a SUBSCRIBE to this filter with 0x80.
    RefuseSubscription(&'a str),
    /// Remembers its sessions when it is shut down.
    KeepSessions,
    /// Logs nothing, to be fast.
    Silent,
    /// Takes TLS on this port too.
    Tls(&'a Tls, u16),
}

/// A broker at [`super::network::SERVER`]; killed on drop.
pub struct Broker<'n> {
    network: &'n Network,
    configuration: PathBuf,
    process: Option<Process>,
}

impl<'n> Broker<'n> {
    /// Lets everybody do everything.
    pub fn start(network: &'n Network) -> Self {
        Self::start_with(network, &[])
    }

    pub fn start_with(network: &'n Network, settings: &[Setting]) -> Self {
        let directory = scratch_dir("broker");
        let mut text = format!(
            "listener {PORT}\nuser root\nlog_dest stderr\nlog_type all\nallow_anonymous true\n\
             persistence_location {}/\n",
            directory.display()
        );
        for setting in settings {
            text += &setting.lines(&directory);
        }
        let configuration = directory.join("mosquitto.conf");
        fs::write(&configuration, text).expect("write mosquitto.conf");
        let mut broker = Self { network, configuration, process: None };
        broker.restart();
        broker
    }

    /// Kills it; its connections break and its sessions are lost.
    pub fn stop(&mut self) {
        self.process = None;
    }

    /// Ends it as an operator would.
    pub fn shut_down(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        let pid = Pid::from_raw(process.id().try_into().expect("a process id"));
        kill(pid, Signal::SIGTERM).expect("signal the broker");
        process.wait_exit(SOON);
    }

    /// While it is down: what it has kept of its sessions is gone.
    pub fn forget_sessions(&self) {
        // Absent when it was never shut down.
        let _ = fs::remove_file(self.configuration.with_file_name("mosquitto.db"));
    }

    /// Starts it again with the same settings.
    pub fn restart(&mut self) {
        self.stop();
        let mut command = Command::new("mosquitto");
        command.arg("-c").arg(&self.configuration);
        let process = self.process.insert(Process::spawn(&self.network.peers, command));
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, PORT));
        if let Err(error) = self.network.peers.wait_for_listener(address, SOON) {
            panic!("mosquitto does not listen: {error}\n{}", process.log_text());
        }
    }

    /// Its log so far.
    pub fn log_text(&self) -> String {
        self.process.as_ref().expect("the broker runs").log_text()
    }

    /// Waits for `keyword` in its log.
    pub fn wait_for(&self, keyword: &str, timeout: Duration) {
        self.process.as_ref().expect("the broker runs").wait_for(keyword, timeout);
    }
}

impl Setting<'_> {
    fn lines(self, directory: &Path) -> String {
        match self {
            Self::Password(password) => {
                let file = directory.join("passwords");
                run(Command::new("mosquitto_passwd")
                    .args(["-c", "-b"])
                    .arg(&file)
                    .args([&user_name(), password]));
                format!("password_file {}\n", file.display())
            }
            Self::RefuseSubscription(filter) => {
                let file = directory.join("dynamic-security.json");
                run(Command::new("mosquitto_ctrl")
                    .args(["dynsec", "init"])
                    .arg(&file)
                    .args([&user_name(), DEVICE_PASSWORD]));
                refuse(filter, &file);
                format!("plugin {}\nplugin_opt_config_file {}\n", security_plugin().display(), file.display())
            }
            Self::KeepSessions => "persistence true\n".to_owned(),
            // Takes back what was chosen above.
            Self::Silent => "log_type none\n".to_owned(),
            Self::Tls(Tls { certificate, key }, port) => {
                format!(
                    "listener {port} {SERVER}\ncertfile {}\nkeyfile {}\n",
                    certificate.display(),
                    key.display()
                )
            }
        }
    }
}

/// Makes the rules in `file`, which name one client, forbid it `filter` and nothing else. The rules are
/// those of the dynamic security plugin: with an `acl_file`, mosquitto grants every subscription and
/// drops the messages instead.
fn refuse(filter: &str, file: &Path) {
    let rules = fs::read_to_string(file).expect("read the broker's rules");
    let mut rules: Value = serde_json::from_str(&rules).expect("the broker's rules are JSON");
    for access in ["publishClientSend", "publishClientReceive", "subscribe", "unsubscribe"] {
        rules["defaultACLAccess"][access] = true.into();
    }
    rules["roles"][0]["acls"] = json!([{"acltype": "subscribeLiteral", "topic": filter, "allow": false}]);
    fs::write(file, rules.to_string()).expect("write the broker's rules");
}

fn user_name() -> String {
    format!("{DEVICE_NAME}&{PRODUCT_KEY}")
}

fn security_plugin() -> PathBuf {
    let directories = fs::read_dir("/usr/lib").expect("a library directory");
    directories
        .map(|directory| directory.expect("a library directory").path().join("mosquitto_dynamic_security.so"))
        .find(|plugin| plugin.exists())
        .expect("mosquitto comes with its dynamic security plugin")
}
