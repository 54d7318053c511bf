//! The guide's section 1.1, both ways, step by step. Numbers and keywords are the guide's.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::app_api::DONE;
use crate::demo::timeline::{Source, Step, Timeline};
use crate::device_id::DeviceId;
use crate::phone::{App, INFO_PATH, InfoAnswer, NotifyListener, Querier, RetryPolicy};

const LIMIT: Duration = Duration::from_secs(5);
/// Connecting may take several attempts.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// A step that the device's log proves.
pub const fn device_step(number: u32, name: &'static str, keywords: &'static [&'static str]) -> Step {
    Step { number, name, source: Source::Device, keywords, limit: LIMIT }
}

/// The device has its connection to the cloud.
pub const CONNECTED: Step =
    Step { limit: CONNECT_LIMIT, ..device_step(1, "MQTT connected", &["mqtt connect success!"]) };
const SUBSCRIBED: Step =
    device_step(3, "match_reply subscribed", &["sub /sys/", "/thing/awss/enrollee/match_reply success"]);
const REPORTED: Step = device_step(4, "token reported to the cloud", &["report token:{"]);
/// The cloud answers a report.
pub const ANSWERED: Step =
    Step { source: Source::Cloud, ..device_step(5, "cloud answers", &["token report answered", "code 200"]) };
/// The device has such an answer.
pub const REPLY_TAKEN: Step = device_step(5, "device takes the answer", &["awss_report_token_reply"]);
const BROADCAST: Step = device_step(7, "device broadcasts the token", &["topic:/sys/device/info/notify"]);

const REGISTERED: Step =
    device_step(4, "CoAP resources registered", &["Register new resource /sys/device/info/get success"]);
const NEXT_REPORTED: Step = device_step(5, "next token reported to the cloud", &["report token:{"]);
const NEXT_REPLY_TAKEN: Step = device_step(6, "device takes the answer", &["awss_report_token_reply"]);
const QUERIED: Step = device_step(8, "phone's query arrives", &["Request path is /sys/device/info/get"]);
const FOUND: Step = device_step(8, "resource found", &["Found the resource: /sys/device/info/get"]);
const SENT: Step = device_step(9, "device gives the token", &["sending message to app:", "\"code\":200"]);
const UPDATED: Step = device_step(9, "device takes a new token", &["update token"]);
/// The device reports the token that comes after one it gave.
pub const UPDATE_REPORTED: Step = device_step(9, "and reports it", &["report token:{"]);

/// A token that a query brought.
pub struct Given {
    /// When the phone had it.
    pub at: Duration,
    /// Its digits.
    pub token: String,
    /// It, and how long the answer took.
    pub proof: String,
}

/// The phones and what they know.
pub struct Story {
    /// The record.
    pub timeline: Timeline,
    /// The device that is on trial.
    pub device: DeviceId,
    /// Where a phone can ask it.
    pub device_address: SocketAddr,
}

impl Story {
    /// 1a: the device broadcasts; `app` binds. The phone has listened since before the device started. Returns
    /// the place in the record where the phone answers the broadcast.
    pub fn device_broadcasts(&mut self, listener: NotifyListener, app: &App) -> Result<usize> {
        self.timeline.begin_path("1a", "the device broadcasts its token to the phone");
        self.timeline.expect(&CONNECTED, 0)?;
        self.timeline.expect(&SUBSCRIBED, 0)?;
        let report = self.timeline.find(&REPORTED, 0)?;
        let token = token_of(&report.seen.text).context("path 1a, step 2 (token made)")?;
        self.timeline.did(report.seen.at, 2, "token made, as the report shows", Source::Device, token);
        self.timeline.expect(&REPORTED, 0)?;
        self.timeline.expect(&ANSWERED, 0)?;
        self.timeline.expect(&REPLY_TAKEN, report.place)?;
        self.timeline.skipped(6, "no answer in 30 s: report again", "not needed");
        self.timeline.expect(&BROADCAST, report.place)?;

        let step = "path 1a, step 8 (phone binds with the broadcast token)";
        let Some(heard) = listener.next(Instant::now() + LIMIT).context(step)? else {
            bail!("{step}: no broadcast reached the phone within {} s", LIMIT.as_secs());
        };
        let token = heard.notify.info.live_token().with_context(|| format!("{step}: no live token in it"))?;
        let proof = format!("{token} from {}", heard.from);
        self.timeline.did(self.timeline.elapsed(), 8, "phone hears the broadcast", Source::Phone, &proof);
        self.bind(8, app, token).context(step)?;
        let answered = self.timeline.end();
        listener.answer(&heard).context("path 1a, the phone's answer to the broadcast")?;
        Ok(answered)
    }

    /// 1b: the phone asks; `app` binds. Same device, same connection, another account.
    pub fn phone_queries(&mut self, answered: usize, app: &App) -> Result<()> {
        self.timeline.begin_path("1b", "the phone asks the device for a token");
        self.timeline.skipped(1, "to 3: connected, subscribed", "done above: one device serves both ways");
        self.timeline.expect(&REGISTERED, 0)?;
        let report = self.timeline.expect(&NEXT_REPORTED, answered)?;
        self.timeline.expect(&NEXT_REPLY_TAKEN, report.place)?;
        self.timeline.skipped(7, "no answer in 30 s: report again", "not needed");

        let asked = self.timeline.end();
        let given = self.token_by_query().context("path 1b, step 8 (phone asks)")?;
        self.timeline.expect(&QUERIED, asked)?;
        self.timeline.expect(&FOUND, asked)?;
        let sent = self.timeline.expect(&SENT, asked)?.place;
        self.timeline.did(given.at, 9, "phone has it", Source::Phone, &given.proof);
        self.timeline.expect(&UPDATED, sent)?;
        self.timeline.expect(&UPDATE_REPORTED, sent)?;
        self.bind(11, app, &given.token).context("path 1b, step 11 (phone binds with the token it was given)")
    }

    /// A phone asks the device, again if it has none to give yet.
    pub fn token_by_query(&self) -> Result<Given> {
        let mut querier = Querier::new(self.device_address, INFO_PATH, RetryPolicy::default())?;
        let first = querier.ask()?;
        let exchange = match first.answer {
            InfoAnswer::NoTokenYet => {
                let proof = "code 400, and the phone asks again";
                let at = self.timeline.elapsed();
                self.timeline.did(at, 10, "no token to give yet", Source::Phone, proof);
                querier.ask_for_token(Instant::now() + LIMIT)?
            }
            InfoAnswer::Info(_) => first,
        };
        let InfoAnswer::Info(info) = exchange.answer else {
            bail!("the device gave no token within {} s", LIMIT.as_secs());
        };
        let token = info.live_token().context("the device answers without a live token")?;
        let proof = format!("{token} after {:.1} ms", exchange.elapsed.as_secs_f64() * 1000.0);
        Ok(Given { at: self.timeline.elapsed(), token: token.to_owned(), proof })
    }

    /// `app` binds the device with a token.
    pub fn bind(&self, number: u32, app: &App, token: &str) -> Result<()> {
        let reply = app.bind(&self.device, token)?;
        if reply.code != DONE {
            bail!("the cloud refuses {}: {} {}", app.account(), reply.code, reply.message);
        }
        let proof = format!("{} is bound to {}", self.device, app.account());
        self.timeline.did(self.timeline.elapsed(), number, "phone binds at the cloud", Source::Phone, &proof);
        Ok(())
    }
}

/// The token in a `report token:` line: 32 upper-case hex digits.
fn token_of(report: &str) -> Result<&str> {
    let (_, rest) = report.split_once(r#""token":""#).context("no token in the report")?;
    let (token, _) = rest.split_once('"').context("no end of the token in the report")?;
    let is_hex = token.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
    if token.len() != 32 || !is_hex {
        bail!("`{token}` is not 32 upper-case hex digits");
    }
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_of_a_report_is_32_upper_case_hex_digits() {
        let report = r#"report token:{"id":"0","params":{"token":"4786F0F6E1CC7BF86017FD4D1429EE4F"}}"#;
        assert_eq!(token_of(report).unwrap(), "4786F0F6E1CC7BF86017FD4D1429EE4F");
        for wrong in [report.replace("4786", "478"), report.replace('F', "f"), "report token:{}".into()] {
            assert!(token_of(&wrong).is_err(), "{wrong}");
        }
    }
}
