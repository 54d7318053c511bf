//! What reception has to be like; `cargo bench -p linkkit-core --bench reception` prints the table.

use super::reception::{End, listen, scenarios, table};

/// Sessions of each scenario.
const SESSIONS: u64 = 8;
/// Loops within which a message is to be read where two frames in five get lost.
const LOOPS_AT_40_PERCENT: usize = 20;

/// The loops that the C SDK 3.0.1 took for the first sessions at 20 % loss, frame by frame the same.
const LOOPS_OF_C_AT_20_PERCENT: [usize; 60] = [
    4, 4, 2, 2, 3, 3, 3, 2, 4, 5, 4, 4, 3, 3, 3, 3, 3, 2, 3, 3, 2, 3, 3, 3, 4, 2, 3, 3, 2, 4, 5, 3, 3, 3, 2,
    2, 2, 3, 2, 4, 3, 2, 3, 3, 2, 2, 2, 2, 4, 3, 3, 4, 3, 4, 3, 3, 2, 2, 2, 2,
];

#[test]
fn a_fifth_lost_takes_no_more_loops_than_the_c_sdk_needs() {
    let (_, scenario, knows) = scenarios().into_iter().find(|(label, ..)| *label == "loss 20 %").unwrap();
    for (seed, of_c) in (0..).zip(LOOPS_OF_C_AT_20_PERCENT) {
        let End::Right(loops) = listen(&scenario, knows, seed) else { panic!("{seed}") };
        assert!(loops <= of_c, "{seed}: {loops}, the C SDK {of_c}");
    }
}

#[test]
fn two_fifths_lost_takes_twenty_loops_at_most() {
    for (label, scenario, knows) in scenarios().into_iter().filter(|(_, scenario, _)| scenario.loss == 40) {
        for seed in 0..SESSIONS {
            let end = listen(&scenario, knows, seed);
            assert!(matches!(end, End::Right(1..=LOOPS_AT_40_PERCENT)), "{label}, {seed}: {end:?}");
        }
    }
}

#[test]
fn every_session_of_every_scenario_ends_with_the_right_credentials() {
    for row in table(SESSIONS) {
        assert_eq!((row.right, row.wrong), (SESSIONS as usize, 0), "{}", row.label);
        assert!(row.median() <= row.most());
    }
}
