//! What frames cost a device that is to join a network.

use crate::support::frame_costs::{AMID_PHONE, OF_PHONES, OTHERS, measure, processor_time};
use crate::table::{count, row};

const NOT_MEASURED: &str = "not measured";

pub fn print() {
    let costs = measure();
    let of = |name: &str| count(costs.instructions[name]);
    for kind in OTHERS {
        let figures = format!("{} / {}", of(kind), of(&format!("{kind}{AMID_PHONE}")));
        let kind = kind.replace('_', " ");
        row(
            &format!("instructions per frame that means nothing ({kind}), scanning / amid a phone's"),
            &figures,
            NOT_MEASURED,
        );
    }
    for kind in OF_PHONES {
        row(&format!("instructions per frame of {}", kind.replace('_', " ")), &of(kind), NOT_MEASURED);
    }
    row("allocations of all frames", &count(costs.allocations), NOT_MEASURED);
    let per_second = count(1e6 / processor_time());
    row("frames that mean nothing, per second of one core", &per_second, NOT_MEASURED);
}
