//! What the application asks of binding.

use log::{error, info};

use super::{Engine, Event};
use crate::coap::Announcement;
use crate::time::Instant;

impl Engine {
    /// Starts binding: a token that the cloud knows, and a series of broadcasts. A pending unbind
    /// goes first. Offline it begins with the next connection.
    pub fn start_binding(&mut self, now: Instant) {
        self.local.binding.start(now);
        #[cfg(feature = "registrar")]
        self.resume_registrar(now);
        self.run_binding(now);
    }

    /// Stops binding: no token is reported, broadcast or given out, phones get no answer, and no other device is
    /// helped, until the next start.
    pub fn stop_binding(&mut self) {
        self.local.binding.stop();
        #[cfg(feature = "registrar")]
        if let Some(registrar) = &mut self.registrar {
            registrar.stop();
        }
        self.local.coap().set_live_announcement(Announcement::Bindable, None);
    }

    /// Unbinds: the flag is stored already; the report is repeated until the cloud confirms it.
    pub fn report_reset(&mut self, now: Instant) {
        info!("need report rst");
        self.local.binding.report_reset(now);
        self.run_binding(now);
    }

    /// Ends the repetitions; the unbind stays pending until the next connection.
    pub fn stop_report_reset(&mut self) {
        self.local.binding.stop_report_reset();
    }

    /// Is an unbind waiting for the cloud?
    pub fn is_reset_pending(&self) -> bool {
        self.local.binding.is_reset_pending()
    }

    /// The owner has cleared the stored flag, or could not; binding starts.
    pub fn reset_flag_cleared(&mut self, stored: bool, now: Instant) {
        if !stored {
            error!(
                "bind: reset: the flag could not be cleared: tried again; a restart now would unbind again"
            );
        }
        if self.local.binding.reset_cleared(stored, now) {
            self.push_event(Event::Reset);
            self.run_binding(now);
        }
    }
}
