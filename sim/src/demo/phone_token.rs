//! The guide's section 2: the phone makes the token and hands it over with the credentials of the network.
//! The guide does not number these steps; they are counted as it lists them.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::app_api::{DONE, NO_SUCH_TOKEN};
use crate::cloud::BrokerChoice;
use crate::demo::mosquitto::Mosquitto;
use crate::demo::network::Network;
use crate::demo::process::Process;
use crate::demo::story::{ANSWERED, CONNECTED, REPLY_TAKEN, Story, device_step};
use crate::demo::timeline::{Source, Step, Timeline};
use crate::demo::{DemoArgs, FIRST_ACCOUNT, firmware};
use crate::mac_address::MacAddress;
use crate::output::Output;
use crate::phone::{
    App, COAP_PORT, JOINED_PATH, NetworkArgs, NotifyListener, PhoneToken, RetryPolicy, hand_over,
};

const PRODUCT_SECRET: &str = "7jluWm1zql7bt8qK";
const SSID: &str = "linkkit-lab";
const PASSWORD: &str = "12345678";
const BSSID: MacAddress = MacAddress([0xD8, 0xFE, 0xE3, 0x11, 0x22, 0x33]);
const CHANNEL: u8 = 6;
/// The command of netmgr that opens the device's access point.
const OPEN_ACCESS_POINT: &str = "dev_ap";

/// A phone takes as long to join an access point. That of the device serves nobody in its first second.
const JOINING: Duration = Duration::from_millis(1_500);
/// Tasks of netmgr wait 2 s before they begin.
const SLOW: Duration = Duration::from_secs(10);
const LIMIT: Duration = Duration::from_secs(5);
const ASK_AGAIN: Duration = Duration::from_millis(300);

const STARTED: Step =
    Step { limit: SLOW, ..device_step(1, "device looks for credentials", &["IOTX_AWSS_START"]) };
const LISTENS: Step = device_step(1, "and listens", &["zconfig_init"]);
const OPEN: Step =
    Step { limit: SLOW, ..device_step(1, "device's access point is open", &["wifi: open ap", "adh_"]) };
const ASKED: Step =
    device_step(3, "credentials and token arrive", &["Found the resource: /sys/awss/device/softap/switchap"]);
const JOINS: Step = device_step(4, "device joins the network", &["wifi: connect ", SSID]);
const ADDRESS: Step = device_step(4, "device has an address", &["Got ip : "]);
const ANNOUNCES: Step =
    device_step(4, "device announces itself", &["topic:/sys/awss/event/connectap/notify"]);
const ONLINE: Step = Step { number: 5, ..CONNECTED };
const REPORTED: Step = device_step(6, "device reports the phone's token", &["report token:{"]);
const KNOWN: Step =
    Step { source: Source::Cloud, ..device_step(6, "cloud knows the token", &["token reported: "]) };
const REPORT_ANSWERED: Step = Step { number: 6, ..ANSWERED };
const ANSWER_TAKEN: Step = Step { number: 6, ..REPLY_TAKEN };

/// `linkkit-sim demo --path 2`.
pub fn perform(args: &DemoArgs, program: &Path, output: Output, network: &Network) -> Result<()> {
    let device = super::registered_device();
    let broker = SocketAddr::from((network.cloud(), args.port));
    let device_address = SocketAddr::from((network.device(), COAP_PORT));
    let (timeline, witness) = Timeline::start(output, args.record.verbose);

    let scratch = network.scratch()?;
    let script = scratch.file("wifi");
    std::fs::write(&script, format!("ap {SSID} {BSSID} {CHANNEL} wpa2 {PASSWORD}\n"))
        .with_context(|| format!("cannot write {}", script.display()))?;
    let _mosquitto = Mosquitto::start(network, &scratch, broker, witness.clone())?;
    let _cloud = super::start_cloud(BrokerChoice::External(broker.into()), &witness)?;
    let launcher = network.device_launcher();
    let mut command =
        firmware::netmgr(launcher, program, &device, PRODUCT_SECRET, &script, &scratch.file("kv"));
    firmware::connect(&mut command, broker);
    let mut firmware = firmware::start(command, Stdio::piped(), witness)?;

    let mut story = Story { timeline, device: device.id, device_address };
    let outcome = story.phone_provisions(&mut firmware, &App::new(broker.into(), FIRST_ACCOUNT));
    super::show_logs_of_failure(&outcome, &mut story.timeline);
    outcome?;
    output.remark(format_args!("bound by {FIRST_ACCOUNT}"));
    Ok(())
}

impl Story {
    /// 2: the phone makes the token; `app` binds.
    fn phone_provisions(&mut self, firmware: &mut Process, app: &App) -> Result<()> {
        self.timeline.begin_path("2", "the phone gives the device its network and a token");
        self.timeline.expect(&STARTED, 0)?;
        self.timeline.expect(&LISTENS, 0)?;
        firmware.enter(OPEN_ACCESS_POINT).context("path 2, step 1 (device's access point is open)")?;
        self.timeline.expect(&OPEN, 0)?;

        let token = PhoneToken::random()?;
        let at = self.timeline.elapsed();
        self.timeline.did(at, 2, "phone makes a token", Source::Phone, &token.to_string());
        thread::sleep(JOINING);
        let asked = self.timeline.end();
        let network = NetworkArgs { ssid: SSID.into(), passwd: PASSWORD.into(), bssid: Some(BSSID) };
        let retries = RetryPolicy::default();
        let handed_over = hand_over(self.device_address, retries, &network, PRODUCT_SECRET, &token)
            .context("path 2, step 2 (phone hands over)")?;
        let listener = NotifyListener::open_for(JOINED_PATH, (Ipv4Addr::UNSPECIFIED, COAP_PORT).into())?;
        let answered = self.timeline.elapsed();
        self.timeline.expect(&ASKED, asked)?;
        self.timeline.did(answered, 3, "phone has the answer", Source::Phone, &handed_over.to_string());
        if handed_over.token != token {
            bail!("path 2, step 3 (phone has the answer): the device takes no token of the phone");
        }
        let mut is_bound = self.is_known(app, &token).context("path 2, step 7 (phone asks the cloud)")?;

        self.timeline.expect(&JOINS, asked)?;
        self.timeline.expect(&ADDRESS, asked)?;
        self.timeline.expect(&ANNOUNCES, asked)?;
        self.phone_hears(&listener).context("path 2, step 4 (phone hears the announcement)")?;
        let connected = self.timeline.expect(&ONLINE, asked)?.place;
        let token_text = token.to_string();
        let report = self.timeline.find_naming(&token_text, &REPORTED, connected)?;
        self.timeline.did(report.seen.at, REPORTED.number, REPORTED.name, Source::Device, &report.seen.text);
        let known = self.timeline.find_naming(&token_text, &KNOWN, connected)?;
        self.timeline.did(known.seen.at, KNOWN.number, KNOWN.name, Source::Cloud, &known.seen.text);
        self.timeline.expect(&REPORT_ANSWERED, known.place)?;
        self.timeline.expect(&ANSWER_TAKEN, report.place)?;

        let deadline = Instant::now() + LIMIT;
        while !is_bound {
            if Instant::now() >= deadline {
                bail!("path 2, step 7 (phone binds): not known within {} s", LIMIT.as_secs());
            }
            thread::sleep(ASK_AGAIN);
            is_bound = self.is_known(app, &token).context("path 2, step 7 (phone binds)")?;
        }
        Ok(())
    }

    fn phone_hears(&self, listener: &NotifyListener) -> Result<()> {
        let deadline = Instant::now() + LIMIT;
        while let Some(heard) = listener.next(deadline)? {
            if heard.notify.info.id() == self.device {
                let (at, proof) = (self.timeline.elapsed(), heard.from.to_string());
                self.timeline.did(at, 4, "phone hears it, and answers", Source::Phone, &proof);
                return listener.answer(&heard);
            }
        }
        bail!("no announcement within {} s", LIMIT.as_secs())
    }

    /// The phone asks the cloud to bind, which it does once it knows the token.
    fn is_known(&self, app: &App, token: &PhoneToken) -> Result<bool> {
        let reply = app.bind(&self.device, &token.to_string())?;
        let at = self.timeline.elapsed();
        match reply.code {
            DONE => {
                let proof = format!("{} is bound to {}", self.device, app.account());
                self.timeline.did(at, 7, "phone asks the cloud: bound", Source::Phone, &proof);
                Ok(true)
            }
            NO_SUCH_TOKEN => {
                self.timeline.did(at, 7, "phone asks the cloud: not yet", Source::Phone, &reply.message);
                Ok(false)
            }
            code => bail!("the cloud refuses {}: {code} {}", app.account(), reply.message),
        }
    }
}
