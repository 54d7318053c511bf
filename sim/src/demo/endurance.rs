//! What comes after binding: the device posts its properties, and goes on when its broker was away. The
//! numbers of these steps are this bench's, not the guide's.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::demo::mosquitto::Mosquitto;
use crate::demo::story::{ANSWERED, REPLY_TAKEN, Story, UPDATE_REPORTED, device_step};
use crate::demo::timeline::{Source, Step};
use crate::phone::App;

const POSTS: usize = 3;
/// After the restart. The device ends soon after three, some of which the cloud may not be there to hear.
const POSTS_AGAIN: usize = 2;
const BROKER_AWAY: Duration = Duration::from_secs(3);
/// Two pings that are not answered.
const LOSS_LIMIT: Duration = Duration::from_secs(10);
/// The device's pauses between its attempts grow, and an attempt into the void takes its time.
const RECONNECT_LIMIT: Duration = Duration::from_secs(30);
/// Its last posts, 2 s apart.
const DONE_LIMIT: Duration = Duration::from_secs(15);

const POSTED: Step =
    Step { source: Source::Cloud, ..device_step(1, "cloud has a post", &["property posted: "]) };
const CLOUD_BACK: Step =
    Step { source: Source::Cloud, ..device_step(3, "cloud is back at the broker", &["serving"]) };
const LOST: Step =
    Step { limit: LOSS_LIMIT, ..device_step(4, "device notices", &["network is disconnected!"]) };
const RECONNECTED: Step = Step {
    limit: RECONNECT_LIMIT,
    ..device_step(5, "device is connected again", &["network is reconnected!"])
};
const SUBSCRIBED_AGAIN: Step = Step {
    source: Source::Broker,
    ..device_step(6, "and subscribed again", &["/thing/awss/enrollee/match_reply"])
};
const NEXT_REPORTED: Step = Step { number: 8, name: "device reports the next", ..UPDATE_REPORTED };
const NEXT_REPLY_TAKEN: Step = Step { number: 9, ..REPLY_TAKEN };
const TOKEN_KNOWN: Step =
    Step { source: Source::Cloud, ..device_step(10, "cloud knows the token", &["token reported: "]) };
const TOKEN_ANSWERED: Step = Step { number: 10, name: "cloud has answered its report", ..ANSWERED };
const POSTED_AGAIN: Step = Step { number: 12, ..POSTED };
const DONE: Step =
    Step { limit: DONE_LIMIT, ..device_step(1, "device is done", &["firmware: done, heap held 0 bytes"]) };

impl Story {
    /// The cloud gets posts with rising ids. Returns the last id.
    pub fn device_posts(&mut self) -> Result<u64> {
        self.timeline.begin_path("2", "the device posts its properties");
        self.posts(&POSTED, POSTS, 0, None)
    }

    /// The broker is taken away and comes back: the device connects and subscribes by itself, can be bound by
    /// `app`, and its posts go on after the id `last_id`.
    pub fn broker_restarts(&mut self, broker: &mut Mosquitto, app: &App, last_id: u64) -> Result<()> {
        let away = format!("the broker is away for {} s", BROKER_AWAY.as_secs());
        self.timeline.begin_path("3", &away);
        let stopped = self.timeline.end();
        broker.stop();
        self.timeline.did(self.timeline.elapsed(), 1, "broker stopped", Source::Broker, "killed");
        thread::sleep(BROKER_AWAY);
        let back = self.timeline.end();
        broker.start_again()?;
        self.timeline.did(
            self.timeline.elapsed(),
            2,
            "broker started anew",
            Source::Broker,
            "knows no session",
        );
        self.timeline.expect(&CLOUD_BACK, back)?;
        let lost = self.timeline.expect(&LOST, stopped)?.place;
        self.timeline.expect(&RECONNECTED, lost)?;
        let subscribed = self.timeline.find(&SUBSCRIBED_AGAIN, back)?.seen;
        // The words before the topic are a client id longer than the line.
        let topic = subscribed.text.rsplit(' ').next().unwrap_or_default();
        self.timeline.did(subscribed.at, 6, SUBSCRIBED_AGAIN.name, Source::Broker, topic);

        let asked = self.timeline.end();
        let given = self.token_by_query().context("path 3, step 7 (phone asks)")?;
        self.timeline.did(given.at, 7, "phone asks and has a token", Source::Phone, &given.proof);
        let report = self.timeline.expect(&NEXT_REPORTED, asked)?.place;
        self.timeline.expect(&NEXT_REPLY_TAKEN, report)?;
        let given = self.token_by_query().context("path 3, step 10 (phone asks again)")?;
        self.timeline.did(given.at, 10, "phone asks again and has that", Source::Phone, &given.proof);
        let known = self.timeline.find_naming(&given.token, &TOKEN_KNOWN, back)?;
        let id =
            between(&known.seen.text, " id ", " token ").context("path 3, step 10 (id of the report)")?;
        let answer = self.timeline.find_naming(&format!(" id {id} code "), &TOKEN_ANSWERED, known.place)?;
        let text = answer.seen.text.as_str();
        self.timeline.did(answer.seen.at, 10, TOKEN_ANSWERED.name, Source::Cloud, text);
        self.bind(11, app, &given.token).context("path 3, step 11 (phone binds with it)")?;
        self.posts(&POSTED_AGAIN, POSTS_AGAIN, back, Some(last_id))?;
        Ok(())
    }

    /// The device ends by itself, and holds no memory.
    pub fn device_is_done(&mut self) -> Result<()> {
        self.timeline.begin_path("4", "the device ends by itself");
        self.timeline.expect(&DONE, 0)?;
        Ok(())
    }

    fn posts(&mut self, step: &Step, count: usize, from: usize, after: Option<u64>) -> Result<u64> {
        let mut last = after;
        let mut next = from;
        for _ in 0..count {
            let post = self.timeline.expect(step, next)?;
            let id = id_of_post(&post.seen.text)?;
            if let Some(last) = last.filter(|last| id <= *last) {
                bail!("{}: id {id} comes after id {last}", step.name);
            }
            last = Some(id);
            next = post.place + 1;
        }
        last.context("no post was asked for")
    }
}

/// The id in a `property posted` line: a number in quotes.
fn id_of_post(post: &str) -> Result<u64> {
    let id = between(post, " id \"", "\" ").with_context(|| format!("no id in `{post}`"))?;
    id.parse().with_context(|| format!("the id `{id}` is not a number"))
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_post_is_a_number_in_quotes() {
        assert_eq!(id_of_post(r#"property posted: pk/dn id "17" {"Counter":3}"#).unwrap(), 17);
        for wrong in [r#"posted: pk/dn id 17 {}"#, r#"posted: pk/dn id "x" {}"#, "posted: pk/dn"] {
            assert!(id_of_post(wrong).is_err(), "{wrong}");
        }
    }
}
