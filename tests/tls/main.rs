//! TLS: a C firmware on the default archive and on the port's TLS over mbedTLS, against mosquitto and servers
//! of files and of registration, with a CA made here. The library must say what failed, and nothing may be left
//! behind.

mod authority;
mod certificates;
mod cuts;
mod device;
mod downloads;
mod other_port;
mod reconnect;
mod registration;
mod relay;
mod servers;
mod sign;
#[path = "../support/mod.rs"]
mod support;
mod web_server;

use std::net::Ipv4Addr;

/// The name by which the device knows the broker.
const HOST: &str = "broker.bench.test";
/// The name of the broker where nobody has set one, for the product under test.
const CLOUD_HOST: &str = "a1GQc8iJOWI.iot-as-mqtt.cn-shanghai.aliyuncs.com";
/// The name of the server of files, or of registration.
const WEB_HOST: &str = "web.bench.test";
/// Its address: the broker has the port on its own.
const WEB_SERVER: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 3);
/// Where the device connects to.
const PORT: u16 = 443;
/// Where the broker listens when a relay stands before it.
const BACK_PORT: u16 = 8443;
