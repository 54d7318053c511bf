//! The binding state machine.

use log::{debug, error, info, warn};

use super::broadcast::{self, PHONE_ID, SUCCESS};
use super::report::{AfterFailure, Report};
#[cfg(feature = "provision")]
use super::slot::Slot;
use super::token::{Token, TrackedToken};
use super::unbind::Unbind;
use crate::entropy::Entropy;
use crate::knobs::{
    BIND_BROADCAST_STEP_MS, BIND_BROADCASTS, BIND_REPLY_TIMEOUT_MS, BIND_REPORT_GAP_MS, BIND_REPORT_TRIES,
};
use crate::time::Instant;

/// Wait before a report that could not be sent is made again, ms.
const NOT_SENT_RETRY_MS: u64 = 1_000;

type Series = broadcast::Series<BIND_BROADCASTS, BIND_BROADCAST_STEP_MS>;

/// What the owner is to do next.
pub enum Action {
    /// Publish the token report with this id.
    Report {
        /// `id` of the message.
        id: u32,
        /// What to report.
        token: Token,
    },
    /// Publish the unbind report with this id.
    ReportReset {
        /// `id` of the message.
        id: u32,
    },
    /// The series begins: tell the application (`IOTX_AWSS_BIND_NOTIFY`).
    BroadcastStarted,
    /// Send one broadcast.
    Broadcast {
        /// `id` of the message.
        id: u32,
        /// Which of the series, from 0: decides the destination.
        index: u32,
        /// The token to carry.
        token: Token,
        /// `remainTime` of the message, ms.
        remaining_ms: u32,
    },
    /// The series is over: no answer to it counts any more.
    BroadcastEnded,
    /// Clear the stored unbind flag, then call [`Binding::reset_cleared`].
    ClearResetFlag,
}

/// What a phone that asks is told.
pub enum QueryAnswer {
    /// This token is yours.
    Token {
        /// Given to nobody else.
        token: Token,
        /// `remainTime`, ms.
        remaining_ms: u32,
    },
    /// There is none that the cloud knows; ask again.
    NotYet,
}

/// Binding of one device, from open to close.
pub struct Binding {
    connected: bool,
    reply_topic_granted: bool,
    reset_topic_granted: bool,
    started: bool,
    halted: bool,
    token: Option<TrackedToken>,
    /// The token has served and another is to be made.
    update_token: bool,
    report: Report,
    last_report: Option<Instant>,
    next_report_id: u32,
    series: Option<Series>,
    series_ended: bool,
    next_notify_id: u32,
    unbind: Unbind,
    #[cfg(feature = "provision")]
    slot: Slot,
}

impl Binding {
    /// `reset_pending`: the stored flag says that an unbind has not been confirmed yet.
    pub fn new(reset_pending: bool, now: Instant) -> Self {
        Self {
            connected: false,
            reply_topic_granted: false,
            reset_topic_granted: false,
            started: false,
            halted: false,
            token: None,
            update_token: false,
            report: Report::Idle,
            last_report: None,
            next_report_id: 0,
            series: None,
            series_ended: false,
            next_notify_id: 1,
            unbind: Unbind::new(reset_pending, now),
            #[cfg(feature = "provision")]
            slot: Slot::empty(),
        }
    }

    // ---- what happened ----

    /// MQTT is up. The first time this starts binding; later it resumes what was cut off.
    pub fn connected(&mut self, now: Instant) {
        self.connected = true;
        self.unbind.connected(now);
        if !self.unbind.is_pending() {
            debug!("no rst");
        }
        if !self.started && !self.halted {
            self.start(now);
        } else if self.halted {
            debug!("bind: stopped by awss_bind_deinit");
        } else if self.token.as_ref().is_none_or(|token| !token.is_accepted()) {
            self.report = Report::due(now);
        }
    }

    /// MQTT is down.
    pub fn disconnected(&mut self, now: Instant) {
        self.connected = false;
        self.reply_topic_granted = false;
        self.reset_topic_granted = false;
        if let Report::InFlight { .. } = self.report {
            self.report = Report::due(now);
        }
        #[cfg(feature = "provision")]
        self.slot.restart(now);
    }

    /// The broker has granted the subscription of the report's reply topic (or not, or no longer).
    pub fn reply_topic_granted(&mut self, granted: bool) {
        self.reply_topic_granted = granted;
    }

    /// The broker has granted the subscription of the unbind's reply topic (or not, or no longer).
    pub fn reset_topic_granted(&mut self, granted: bool) {
        self.reset_topic_granted = granted;
    }

    /// Starts binding: a token that the cloud knows, and a series of broadcasts.
    pub fn start(&mut self, now: Instant) {
        self.started = true;
        self.halted = false;
        self.series = (BIND_BROADCASTS > 0).then(Series::new);
        #[cfg(feature = "provision")]
        self.slot.resume(now);
        if self.report.is_idle() && !self.token.as_ref().is_some_and(|token| token.is_usable(now)) {
            self.report = Report::due(now);
        }
    }

    /// The token report that was just asked for could not be sent: it is not one of the tries.
    pub fn report_not_sent(&mut self, now: Instant) {
        let next = now.plus(NOT_SENT_RETRY_MS);
        #[cfg(feature = "provision")]
        if self.slot.not_sent(self.next_report_id.wrapping_sub(1), next) {
            return;
        }
        self.report.not_sent(next);
    }

    /// The cloud's reply to a token report.
    pub fn report_replied(&mut self, id: i32, code: i32, message: &str, now: Instant) {
        #[cfg(feature = "provision")]
        if self.slot.replied(id, code, message, now) {
            return;
        }
        if !self.report.answers(id) {
            debug!("bind: reply {id} is not for the report in flight");
            return;
        }
        if code == SUCCESS {
            info!("awss_report_token_reply");
            self.report = Report::Idle;
            if let Some(token) = &mut self.token {
                token.accepted();
            }
            return;
        }
        warn!("bind: report: the cloud answered code {code} ({message})");
        if self.report.failed(now.plus(BIND_REPORT_GAP_MS)) == AfterFailure::GiveUp {
            error!(
                "bind: report: the cloud refused the token with code {code} ({message}) after {BIND_REPORT_TRIES} tries"
            );
            self.token = None;
        }
    }

    /// A phone asks for the token. The token it gets is gone; the next poll makes another.
    pub fn query(&mut self, now: Instant) -> QueryAnswer {
        if self.unbind.is_pending() || self.halted {
            return QueryAnswer::NotYet;
        }
        debug!("no rst");
        if let Some(token) = self.token.take_if(|token| token.is_usable(now)) {
            self.update_token = true;
            return QueryAnswer::Token { remaining_ms: token.remaining_ms(now), token: token.token };
        }
        self.update_token |= self.report.is_idle();
        QueryAnswer::NotYet
    }

    /// A phone answered a broadcast of the running series.
    pub fn broadcast_answered(&mut self, id: i32, code: i32) {
        let is_ours = |series: &Series| id == PHONE_ID || series.used_id(id);
        if code != SUCCESS || !self.series.as_ref().is_some_and(is_ours) {
            debug!("bind: coap: answer to a broadcast with id {id} and code {code} does not count");
            return;
        }
        self.end_series();
        self.update_token = true;
    }

    /// The application wants no binding until the next [`Binding::start`].
    pub fn stop(&mut self) {
        self.halted = true;
        self.abandon();
    }

    /// Is it stopped?
    pub fn is_stopped(&self) -> bool {
        self.halted
    }

    // ---- unbind ----

    /// The application wants the device unbound; the flag is already stored.
    pub fn report_reset(&mut self, now: Instant) {
        self.unbind.request(now);
        self.abandon();
    }

    /// The application wants no more repetitions; the flag stays.
    pub fn stop_report_reset(&mut self) {
        self.unbind.stop();
    }

    /// Is an unbind waiting for the cloud?
    pub fn is_reset_pending(&self) -> bool {
        self.unbind.is_pending()
    }

    /// The cloud's reply to an unbind report.
    pub fn reset_replied(&mut self, id: i32, code: i32, message: &str, now: Instant) {
        if !self.unbind.awaits(id) {
            debug!("bind: reset reply {id} is not for a report of ours");
        } else if code == SUCCESS {
            self.unbind.answered(now);
        } else {
            warn!("bind: reset: the cloud answered code {code} ({message}), will repeat");
        }
    }

    /// The stored flag is cleared, or, with `stored` false, is to be cleared again later; binding
    /// starts. False when that was told before.
    pub fn reset_cleared(&mut self, stored: bool, now: Instant) -> bool {
        let cleared = self.unbind.cleared(stored, now);
        if cleared && !self.halted {
            self.start(now);
        }
        cleared
    }

    // ---- the token made by the phone ----

    /// Holds the token that a phone has made, in place of an older one, until the cloud has accepted it. It is
    /// reported before any token made by the device, and neither broadcast nor given to phones. Binding with
    /// the device's own tokens goes on behind it: other phones may want to bind too.
    #[cfg(feature = "provision")]
    pub fn set_phone_token(&mut self, token: Token, now: Instant) {
        self.slot.put(token, self.earliest_report(now));
    }

    /// Begins a series of broadcasts of the device's own token, as at the start of binding.
    #[cfg(feature = "provision")]
    pub fn announce(&mut self) {
        self.end_series();
        self.series = (BIND_BROADCASTS > 0).then(Series::new);
    }

    /// Ends the series of broadcasts.
    #[cfg(feature = "provision")]
    pub fn stop_announcing(&mut self) {
        self.end_series();
    }

    /// Gives away a token that the cloud has not accepted yet.
    #[cfg(feature = "provision")]
    pub fn take_phone_token(&mut self) -> Option<Token> {
        self.slot.take()
    }

    // ---- what to do ----

    /// What to do now; ask until `None`.
    pub fn poll(&mut self, entropy: &mut Entropy, now: Instant) -> Option<Action> {
        if self.unbind.take_clear(now) {
            return Some(Action::ClearResetFlag);
        }
        if core::mem::take(&mut self.series_ended) {
            return Some(Action::BroadcastEnded);
        }
        if core::mem::take(&mut self.update_token) {
            self.replace_token(entropy, now);
        }
        if self.unbind.is_pending() {
            let ready = self.connected && self.reset_topic_granted;
            return ready.then(|| self.unbind.poll(now)).flatten().map(|id| Action::ReportReset { id });
        }
        #[cfg(feature = "provision")]
        if let Some(action) = self.poll_slot(now) {
            return Some(action);
        }
        self.poll_report(entropy, now).or_else(|| self.poll_broadcast(entropy, now))
    }

    #[cfg(feature = "provision")]
    fn poll_slot(&mut self, now: Instant) -> Option<Action> {
        let id = self.next_report_id;
        let token = self.slot.poll(id, self.slot_may_report(), now)?;
        self.next_report_id = id.wrapping_add(1);
        self.last_report = Some(now);
        self.report.not_before(self.earliest_report(now));
        Some(Action::Report { id, token })
    }

    fn poll_report(&mut self, entropy: &mut Entropy, now: Instant) -> Option<Action> {
        if self.report.is_overdue(now) && self.report.failed(now) == AfterFailure::GiveUp {
            error!(
                "bind: report: no reply on .../match_reply after {BIND_REPORT_TRIES} tries of {BIND_REPLY_TIMEOUT_MS} ms"
            );
            self.token = None;
        }
        if !(self.report.is_due(now) && self.may_report()) {
            return None;
        }
        let token = match self.token.take().filter(|token| !token.is_expired(now)) {
            Some(token) => self.token.insert(token),
            None => self.token.insert(TrackedToken::new(Token::new(entropy.bytes()))),
        };
        token.reported(now);
        let id = self.next_report_id;
        self.next_report_id = id.wrapping_add(1);
        self.last_report = Some(now);
        self.report.sent(id, now);
        Some(Action::Report { id, token: token.token.clone() })
    }

    fn poll_broadcast(&mut self, entropy: &mut Entropy, now: Instant) -> Option<Action> {
        let token = self.token.as_ref().filter(|token| token.is_accepted())?;
        let series = self.series.as_mut().filter(|series| series.is_due(now))?;
        if series.is_complete() {
            // Its last message stayed answerable for one more gap.
            self.end_series();
            return core::mem::take(&mut self.series_ended).then_some(Action::BroadcastEnded);
        }
        if token.is_expired(now) {
            self.replace_token(entropy, now);
            return self.poll_report(entropy, now);
        }
        if !series.has_begun() {
            series.begin(now);
            return Some(Action::BroadcastStarted);
        }
        let id = self.next_notify_id;
        self.next_notify_id = id.wrapping_add(1);
        let index = series.sent();
        let (token, remaining_ms) = (token.token.clone(), token.remaining_ms(now));
        series.advance(id, now);
        Some(Action::Broadcast { id, index, token, remaining_ms })
    }

    /// When to poll again if nothing happens before, or [`Instant::NEVER`].
    pub fn poll_timeout(&self) -> Instant {
        let clear = self.unbind.clear_timeout();
        if self.unbind.is_pending() {
            let can_report = self.connected && self.reset_topic_granted;
            return if can_report { clear.min(self.unbind.timeout()) } else { clear };
        }
        let report = match self.report {
            Report::Due { .. } if !self.may_report() => Instant::NEVER,
            report => report.timeout(),
        };
        #[cfg(feature = "provision")]
        let report = report.min(self.slot.timeout(self.slot_may_report()));
        let accepted = self.token.as_ref().is_some_and(TrackedToken::is_accepted);
        let broadcast = self.series.as_ref().filter(|_| accepted).map_or(Instant::NEVER, Series::next);
        clear.min(report).min(broadcast)
    }

    /// Could a token made by the device be reported now?
    fn may_report(&self) -> bool {
        #[cfg(feature = "provision")]
        if self.slot.is_reporting() {
            return false;
        }
        self.connected && self.reply_topic_granted
    }

    /// Could the token made by the phone be reported now?
    #[cfg(feature = "provision")]
    fn slot_may_report(&self) -> bool {
        self.connected && self.reply_topic_granted && !self.halted
    }

    fn earliest_report(&self, now: Instant) -> Instant {
        self.last_report.map_or(now, |last| last.plus(BIND_REPORT_GAP_MS)).max(now)
    }

    fn abandon(&mut self) {
        self.token = None;
        self.update_token = false;
        self.report = Report::Idle;
        self.end_series();
    }

    fn replace_token(&mut self, entropy: &mut Entropy, now: Instant) {
        info!("update token");
        self.token = Some(TrackedToken::new(Token::new(entropy.bytes())));
        self.report = Report::due(self.earliest_report(now));
    }

    fn end_series(&mut self) {
        self.series_ended |= self.series.take().is_some();
    }
}
