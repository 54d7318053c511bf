//! Every command against a device that is a few lines of script, through the embedded broker.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use clap::Parser;
use rumqttc::{Client, Event, Packet, QoS, SubscribeFilter};
use serde_json::{Value, json};
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::*;
use crate::broker_address::BrokerAddress;
use crate::cli::{Cli, Command};
use crate::cloud::{BrokerChoice, Cloud, CloudEvent, CloudService, Faults, TlsEntrance};
use crate::file::Offers;

const PATIENCE: Duration = Duration::from_secs(60);

/// A cloud with a broker of its own.
struct Bench {
    address: BrokerAddress,
    events: Receiver<CloudEvent>,
}

impl Bench {
    fn start(offers: Offers) -> Self {
        let listen = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let (sender, events) = mpsc::channel();
        let sender = Mutex::new(sender);
        let faults = Faults { reply_delay: Duration::ZERO, drop_replies: 0, reply_code: 200 };
        let broker = BrokerChoice::Embedded { listen, tls: None, devices: Vec::new() };
        let observer = Arc::new(move |event| drop(sender.lock().unwrap().send(event)));
        Cloud::start(broker, CloudService::new(PATIENCE, faults, offers), observer).unwrap();
        Self { address: listen.into(), events }
    }

    /// A device `pk,dn` that hears `filters`, and publishes what `script` makes of each message. Returns once
    /// it listens.
    fn device(
        &self,
        filters: &[&str],
        mut script: impl FnMut(&Client, &str, &[u8]) + Send + 'static,
    ) -> Client {
        let (client, mut connection) = self.address.client("device", "dn&pk", "", 100);
        client
            .try_subscribe_many(
                filters.iter().map(|path| SubscribeFilter::new((*path).into(), QoS::AtMostOnce)),
            )
            .unwrap();
        let (listening, is_listening) = mpsc::channel();
        let device = client.clone();
        thread::spawn(move || {
            for event in connection.iter() {
                match event {
                    Ok(Event::Incoming(Packet::SubAck(_))) => listening.send(()).unwrap(),
                    Ok(Event::Incoming(Packet::Publish(publish))) => {
                        script(&device, &publish.topic, &publish.payload);
                    }
                    Ok(_) => {}
                    Err(_) => return,
                }
            }
        });
        is_listening.recv_timeout(PATIENCE).unwrap();
        client
    }

    /// A device that answers each request on its topic with `_reply`.
    fn answering_device(&self, filters: &[&str], code: i32) {
        self.device(filters, move |client, topic, payload| {
            let request: Value = serde_json::from_slice(payload).unwrap();
            assert_eq!(request["version"], "1.0");
            let data = json!({"method": request["method"], "params": request["params"]});
            say(client, &format!("{topic}_reply"), &json!({"id": request["id"], "code": code, "data": data}));
        });
    }

    fn push(&self, words: &str, timeout: Duration) -> Result<()> {
        let (broker, timeout_ms) = (self.address.to_string(), timeout.as_millis().to_string());
        let (command, rest) = words.split_once(' ').unwrap_or((words, ""));
        let line = ["linkkit-sim", "push", command, "--device", "pk,dn", "--broker", &broker, "--timeout-ms"];
        let line = line.into_iter().chain([timeout_ms.as_str()]).chain(rest.split_whitespace());
        let Command::Push(args) = Cli::try_parse_from(line).unwrap().command else { panic!("{words}") };
        run(&args)
    }

    /// Waits until the cloud tells something that has all of `words`.
    fn wait_for(&self, words: &[&str]) {
        loop {
            let told = self.events.recv_timeout(PATIENCE).unwrap().to_string();
            if words.iter().all(|word| told.contains(word)) {
                return;
            }
        }
    }
}

fn say(client: &Client, topic: &str, message: &Value) {
    client.try_publish(topic, QoS::AtMostOnce, false, message.to_string()).unwrap();
}

fn say_step(client: &Client, step: &str) {
    say(client, "/ota/device/progress/pk/dn", &json!({"id": 0, "params": {"step": step, "desc": ""}}));
}

/// A file with these bytes; its name.
fn file(content: &[u8]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("linkkit-sim-{}", crate::random::name().unwrap()));
    fs::write(&path, content).unwrap();
    path
}

/// Fetches what there is from byte `start` on, over `stream`.
fn fetch(mut stream: impl Read + Write, url: &str, start: usize) -> Vec<u8> {
    let target = url.splitn(4, '/').nth(3).unwrap();
    write!(stream, "GET /{target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nRange: bytes={start}-\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    // A TLS connection that is cut ends with an error.
    let _ = stream.read_to_end(&mut answer);
    let head = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap() + 4;
    answer.split_off(head)
}

fn connect(url: &str) -> TcpStream {
    let stream = TcpStream::connect(url.split('/').nth(2).unwrap()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// A device that fetches the image as often as it takes, and compares its MD5.
fn upgrading_device(bench: &Bench) {
    bench.device(&["/ota/device/upgrade/pk/dn"], |client, _, payload| {
        let offer: Value = serde_json::from_slice(payload).unwrap();
        let (url, size) = (offer["data"]["url"].as_str().unwrap(), offer["data"]["size"].as_u64().unwrap());
        let mut image = Vec::new();
        while (image.len() as u64) < size {
            image.extend(fetch(connect(url), url, image.len()));
            say_step(client, "50");
        }
        let digest = crate::file::SignMethod::Md5.digest(&image);
        let is_right = image.len() as u64 == size && offer["data"]["md5"] == digest;
        say_step(client, if is_right { "100" } else { "-3" });
        if is_right {
            let version = json!({"version": offer["data"]["version"]});
            say(client, "/ota/device/inform/pk/dn", &json!({"id": 0, "params": version}));
        }
    });
}

#[test]
fn what_a_device_answers_decides() {
    let bench = Bench::start(Offers::default());
    let filters = [
        "/sys/pk/dn/thing/service/property/set",
        "/sys/pk/dn/thing/service/property/get",
        "/sys/pk/dn/thing/service/Hello",
        "/sys/pk/dn/thing/disable",
        "/sys/pk/dn/thing/enable",
        "/sys/pk/dn/thing/delete",
    ];
    bench.answering_device(&filters, 200);
    for words in [
        r#"property-set {"LightSwitch":1}"#,
        "property-get LightSwitch Counter",
        r#"service Hello {"x":1}"#,
        "disable",
        "enable",
        "delete",
    ] {
        bench.push(words, PATIENCE).unwrap();
    }
    bench.wait_for(&["answered: pk/dn thing/service/property/set_reply", r#"params":{"LightSwitch":1}"#]);
    bench.wait_for(&["answered: pk/dn thing/service/property/get_reply", r#"["LightSwitch","Counter"]"#]);
    bench.wait_for(&["answered: pk/dn thing/service/Hello_reply", "thing.service.Hello"]);
    bench.wait_for(&["answered: pk/dn thing/delete_reply"]);
}

#[test]
fn a_refusal_nonsense_and_silence_are_failures() {
    let bench = Bench::start(Offers::default());
    bench.answering_device(&["/sys/pk/dn/thing/service/Hello"], 400);
    let refusal = bench.push("service Hello {}", PATIENCE).unwrap_err();
    assert!(refusal.to_string().contains("code 400"), "{refusal}");
    let silence = bench.push("enable", Duration::from_millis(300)).unwrap_err();
    assert!(silence.to_string().contains("did not answer"), "{silence}");
    let bench = Bench::start(Offers::default());
    bench.device(&["/sys/pk/dn/thing/disable"], |client, topic, _| {
        say(client, &format!("{topic}_reply"), &json!({}))
    });
    let nonsense = bench.push("disable", PATIENCE).unwrap_err();
    assert!(nonsense.to_string().contains("no sense"), "{nonsense}");
}

#[test]
fn a_synchronous_call_goes_by_rrpc() {
    let bench = Bench::start(Offers::default());
    bench.device(&["/sys/pk/dn/rrpc/request/+"], |client, topic, payload| {
        let request: Value = serde_json::from_slice(payload).unwrap();
        assert_eq!(request["method"], "thing.service.Hello");
        let answer = json!({"id": request["id"], "code": 200, "data": {}});
        say(client, &topic.replace("request", "response"), &answer);
    });
    bench.push("service --sync Hello {}", PATIENCE).unwrap();
}

#[test]
fn raw_data_and_errors_arrive() {
    let bench = Bench::start(Offers::default());
    let (heard, hears) = mpsc::channel();
    bench.device(&["/sys/pk/dn/thing/model/down_raw", "/ext/error/pk/dn"], move |client, topic, payload| {
        heard.send((topic.to_owned(), payload.to_vec())).unwrap();
        if payload == b"\x01\xab" {
            client.try_publish("/sys/pk/dn/thing/model/up_raw", QoS::AtMostOnce, false, [7]).unwrap();
        }
    });
    bench.push("raw --expect-up-raw 01aB", PATIENCE).unwrap();
    assert_eq!(hears.recv_timeout(PATIENCE).unwrap().1, b"\x01\xab");
    bench.push("raw 00", PATIENCE).unwrap();
    assert_eq!(hears.recv_timeout(PATIENCE).unwrap().1, b"\0");
    bench.push("error --code 520", PATIENCE).unwrap();
    let (topic, payload) = hears.recv_timeout(PATIENCE).unwrap();
    let error: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(topic, "/ext/error/pk/dn");
    assert_eq!(
        (&error["code"], &error["data"]),
        (&json!(520), &json!({"productKey": "pk", "deviceName": "dn"}))
    );
}

#[test]
fn an_image_is_fetched_in_spite_of_a_cut() {
    let bench = Bench::start(Offers::default());
    upgrading_device(&bench);
    let image = file(&[7; 30_000]);
    let ota = format!("ota --file {} --version 2.0", image.display());
    bench.push(&format!("{ota} --until-informed --cut-after 10001"), PATIENCE).unwrap();
    bench.wait_for(&["firmware informed: pk/dn", "version 2.0"]);
    bench.push(&format!("{ota} --wrong-digest"), PATIENCE).unwrap();
    bench.push(&format!("{ota} --longer 5"), PATIENCE).unwrap();
    let fooled = bench.push(&format!("{ota} --expect refused"), PATIENCE).unwrap_err();
    assert!(fooled.to_string().contains("version 2.0"), "{fooled}");
    let refused = bench.push(&format!("{ota} --wrong-digest --expect done"), PATIENCE).unwrap_err();
    assert!(refused.to_string().contains("step -3"), "{refused}");
    fs::remove_file(image).unwrap();
}

#[test]
fn an_image_is_fetched_by_tls() {
    let directory = std::env::temp_dir().join(crate::random::name().unwrap());
    fs::create_dir(&directory).unwrap();
    let unused = (Ipv4Addr::LOCALHOST, 0).into();
    let entrance = TlsEntrance::open(unused, &["localhost".to_owned()], &directory).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&entrance.authority).unwrap()).unwrap();
    let config = Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth());

    let bench = Bench::start(Offers::default());
    bench.device(&["/ota/device/upgrade/pk/dn"], move |client, _, payload| {
        let offer: Value = serde_json::from_slice(payload).unwrap();
        let url = offer["data"]["url"].as_str().unwrap();
        assert!(url.starts_with("https://localhost:"), "{url}");
        let tls = ClientConnection::new(Arc::clone(&config), "localhost".try_into().unwrap()).unwrap();
        let image = fetch(StreamOwned::new(tls, connect(url)), url, 0);
        assert_eq!(offer["data"]["sign"], crate::file::SignMethod::Sha256.digest(&image));
        say_step(client, "100");
    });
    let image = file(&[7; 30_000]);
    let words = format!(
        "ota --file {} --version 2 --sign sha256 --tls --tls-dir {}",
        image.display(),
        directory.display()
    );
    bench.push(&words, PATIENCE).unwrap();
    fs::remove_file(image).unwrap();
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn a_configuration_is_fetched_or_refused() {
    let bench = Bench::start(Offers::default());
    bench.device(&["/sys/pk/dn/thing/config/push"], |client, topic, payload| {
        let push: Value = serde_json::from_slice(payload).unwrap();
        assert_eq!(
            (&push["method"], &push["params"]["getType"]),
            (&json!("thing.config.push"), &json!("file"))
        );
        let url = push["params"]["url"].as_str().unwrap();
        let content = fetch(connect(url), url, 0);
        if push["params"]["sign"] != crate::file::SignMethod::Sha256.digest(&content) {
            say(client, &format!("{topic}_reply"), &json!({"id": push["id"], "code": 400, "data": {}}));
        }
    });
    let config = file(b"{}");
    let push = format!("config --file {}", config.display());
    bench.push(&push, PATIENCE).unwrap();
    bench.push(&format!("{push} --wrong-digest"), PATIENCE).unwrap();
    let refused = bench.push(&format!("{push} --wrong-digest --expect done"), PATIENCE).unwrap_err();
    assert!(refused.to_string().contains("code 400"), "{refused}");
    fs::remove_file(config).unwrap();
}

#[test]
fn the_cloud_answers_a_device_through_the_broker() {
    let bench = Bench::start(Offers::default());
    let (heard, hears) = mpsc::channel();
    let client = bench.device(&["/ext/ntp/pk/dn/response"], move |_, _, payload| {
        heard.send(payload.to_vec()).unwrap();
    });
    say(&client, "/ext/ntp/pk/dn/request", &json!({"deviceSendTime": "1234"}));
    let answer: Value = serde_json::from_slice(&hears.recv_timeout(PATIENCE).unwrap()).unwrap();
    assert_eq!(answer["deviceSendTime"], "1234");
    bench.wait_for(&["time requested: pk/dn"]);
    for (topic, told) in [
        ("/sys/pk/dn/thing/event/Error/post", "malformed message on /sys/pk/dn/thing/event/Error/post"),
        ("/ota/device/progress/pk/dn", "malformed message on /ota/device/progress/pk/dn"),
    ] {
        say(&client, topic, &json!([]));
        bench.wait_for(&[told]);
    }
}
