//! What the record takes for a proof, and when waiting for one ends.

use super::*;

const STEP: Step = Step {
    number: 1,
    name: "MQTT connected",
    source: Source::Device,
    keywords: &["mqtt connect", "success!"],
    limit: Duration::from_millis(30),
};

fn timeline() -> (Timeline, Witness) {
    Timeline::start(Output::Json, false)
}

#[test]
fn a_proof_is_found_whether_seen_before_or_after_the_question() {
    let (mut timeline, witness) = timeline();
    witness.saw(Source::Device, "something else");
    witness.saw(Source::Device, "mqtt connect success!");
    assert_eq!(timeline.expect(&STEP, 0).unwrap().place, 1);
    assert_eq!(timeline.expect(&STEP, 0).unwrap().place, 1, "again, from the record");
}

#[test]
fn what_was_seen_before_the_given_place_or_by_another_proves_nothing() {
    let (mut timeline, witness) = timeline();
    witness.saw(Source::Device, "mqtt connect success!");
    let place = timeline.end();
    witness.saw(Source::Cloud, "mqtt connect success!");
    let error = format!("{:#}", timeline.expect(&STEP, place).err().unwrap());
    assert!(error.contains("step 1 (MQTT connected)") && error.contains("did not say"), "{error}");
}

#[test]
fn the_end_of_the_device_ends_the_wait() {
    let (mut timeline, witness) = timeline();
    witness.device_ended("exit status 1");
    let error = format!("{:#}", timeline.expect(&STEP, 0).err().unwrap());
    assert!(error.contains("exit status 1"), "{error}");
}

#[test]
fn what_the_device_did_last_may_reach_the_cloud_after_its_end() {
    let (mut timeline, witness) = timeline();
    let step = Step { source: Source::Cloud, limit: Duration::from_secs(5), ..STEP };
    witness.device_ended("exit status 0");
    witness.saw(Source::Cloud, "mqtt connect success!");
    assert!(timeline.expect(&step, 0).is_ok());
    let error = format!("{:#}", timeline.expect(&step, 2).err().unwrap());
    assert!(error.contains("exit status 0") && timeline.elapsed() < step.limit, "{error}");
}

#[test]
fn a_proof_that_must_name_something_names_it() {
    let (mut timeline, witness) = timeline();
    witness.saw(Source::Device, "mqtt connect success! 1");
    witness.saw(Source::Device, "mqtt connect success! 2");
    assert_eq!(timeline.find_naming("2", &STEP, 0).unwrap().place, 1);
    let error = format!("{:#}", timeline.find_naming("3", &STEP, 0).err().unwrap());
    assert!(error.contains("`mqtt connect … success! … 3`"), "{error}");
}
