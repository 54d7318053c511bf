//! What the device model costs a device that is bound.

use std::process::Command;

use crate::programs::{self, figure, output_of};
use crate::robust_support::device::Counts;
use crate::support::broker::{Broker, Setting};
use crate::support::callgrind;
use crate::support::network::Network;
use crate::table::{count, row};

const NOT_MEASURED: &str = "not measured";

pub fn print() {
    print_calls();
    print_posts();
}

/// On the port in memory, which is counted too.
fn print_calls() {
    let network = Network::new();
    let program = programs::counts();
    let directory = programs::directory();
    let output = output_of(Command::new(&program), &directory, &network.device);
    output_of(callgrind::command(&program), &directory, &network.device);
    let instructions = callgrind::instructions(&directory);
    let of = |what: &str, name: &str, theirs: [&str; 2]| {
        let figures = [name.to_owned(), format!("{name}_debug")].map(|name| count(instructions[&name]));
        row(
            &format!("instructions per {what}, port in memory included, logs NONE / DEBUG"),
            &figures.join(" / "),
            &theirs.join(" / "),
        );
    };
    of("property post of a small object", "post_small", ["15 156", "100 324"]);
    of("property post of 200 bytes", "post_200", [NOT_MEASURED; 2]);
    of("property set, answered and delivered", "property_set", [NOT_MEASURED; 2]);
    of("idle `IOT_Linkkit_Yield(200)`", "yield_idle", ["1 934", NOT_MEASURED]);
    for (what, name) in [("post of 200 bytes", "post_200"), ("property set", "property_set")] {
        let allocations = figure(&output, &format!("allocations_per_{name}"));
        row(&format!("allocations per {what}"), &allocations.to_string(), NOT_MEASURED);
    }
}

/// On the POSIX port, through mosquitto on loopback.
fn print_posts() {
    let network = Network::new();
    let _broker = Broker::start_with(&network, &[Setting::Silent]);
    let mut command = Command::new(programs::rates());
    command.arg("127.0.0.1");
    let output = output_of(command, &programs::directory(), &network.peers);
    let rate = |name| count(figure(&output, name));
    row(
        "property posts per second, QoS 0, logs NONE / DEBUG",
        &format!("{} / {}", rate("posts"), rate("posts_debug")),
        "78 000 to 90 600 / 8 700 to 10 100",
    );
    let cpu = |name| format!("{:.1} µs", figure(&output, name));
    row(
        "processor time of each, port and kernel included, logs NONE / DEBUG",
        &format!("{} / {}", cpu("posts_cpu"), cpu("posts_debug_cpu")),
        NOT_MEASURED,
    );
    row("calls refused meanwhile", &count(figure(&output, "refused")), NOT_MEASURED);
    let held = output.lines().filter(|line| line.starts_with("@counts ")).map(|line| {
        let counts = Counts::parse(line);
        format!("{} B in {} blocks", count(counts.get("bytes") as f64), counts.get("blocks"))
    });
    row("heap, before and after 100 000 posts", &held.collect::<Vec<_>>().join(", "), NOT_MEASURED);
}
