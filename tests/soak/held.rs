//! What the application holds of its port and of its machine once a restart is over.

use std::fmt;

use crate::application::Application;
use crate::robust_support::device::Counts;

/// Restarts until buffers have grown to what the traffic needs.
const WARM_UP: usize = 12;

/// What the library holds of the port, by the names of `tests/c/robust_hal_counts.c`.
const OF_PORT: [&str; 6] = ["bytes", "blocks", "mutexes", "threads", "tcp_sockets", "udp_sockets"];

/// Of each of [`OF_PORT`], and descriptors of the process.
type Amounts = [i64; OF_PORT.len() + 1];

#[derive(Default)]
pub struct Held {
    restarts: usize,
    now: Amounts,
    /// Of the warm-up.
    most: Amounts,
}

impl Held {
    /// Looks at it between two restarts, when nothing is in flight. Nothing may grow any more after the
    /// warm-up.
    pub fn check(&mut self, application: &mut Application) {
        self.now = amounts(&application.counts(), application.process.descriptors());
        self.restarts += 1;
        let most = self.most.iter().zip(self.now).map(|(most, now)| now.max(*most));
        let most: Vec<_> = most.collect();
        if self.restarts <= WARM_UP {
            self.most.copy_from_slice(&most);
        }
        assert_eq!(
            most, self.most,
            "{OF_PORT:?} and descriptors after {} restarts, and before",
            self.restarts
        );
    }
}

fn amounts(counts: &Counts, descriptors: usize) -> Amounts {
    let mut amounts = [i64::try_from(descriptors).expect("a number of descriptors"); OF_PORT.len() + 1];
    for (amount, name) in amounts.iter_mut().zip(OF_PORT) {
        *amount = counts.get(name);
    }
    amounts
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [bytes, blocks, .., descriptors] = self.now;
        let [most, ..] = self.most;
        write!(
            f,
            "{bytes} bytes in {blocks} blocks held, {most} at most in the warm-up; {descriptors} descriptors"
        )
    }
}
