//! What the port's driver waits for: a radio in monitor mode hears thousands of frames a second.

use crate::frame_costs::{AMID_PHONE, OF_PHONES, OTHERS, measure};

/// Of a frame that means nothing, the port's clock and mutex included.
const INSTRUCTIONS_MAX: f64 = 2_000.0;

#[test]
fn a_frame_that_means_nothing_costs_little_and_no_frame_takes_memory() {
    let costs = measure();
    assert_eq!(costs.instructions.len(), 2 * OTHERS.len() + OF_PHONES.len(), "{:?}", costs.instructions);
    for kind in OTHERS {
        for name in [kind.to_owned(), format!("{kind}{AMID_PHONE}")] {
            let instructions = costs.instructions[&name];
            println!("{name}: {instructions:.0} instructions");
            assert!(instructions <= INSTRUCTIONS_MAX, "{name}: {instructions}");
            assert!(instructions > 0.0, "{name}: nothing was measured");
        }
    }
    assert_eq!(costs.allocations, 0.0, "frames take memory");
}
