//! What the library costs and how fast it is, beside the C SDK 3.0.1 as it was measured on a like machine.
//! Run by `make figures`; takes about four minutes, and a machine with nothing else to do.

#[path = "../tests/robust_support/mod.rs"]
mod robust_support;
#[path = "../tests/support/mod.rs"]
mod support;

#[path = "figures/connect.rs"]
mod connect;
#[path = "figures/frames.rs"]
mod frames;
#[path = "figures/heap.rs"]
mod heap;
#[path = "figures/instructions.rs"]
mod instructions;
#[path = "figures/model.rs"]
mod model;
#[path = "figures/programs.rs"]
mod programs;
#[path = "figures/queries.rs"]
mod queries;
#[path = "figures/table.rs"]
mod table;
#[path = "figures/variant.rs"]
mod variant;

fn main() {
    println!("| figure | this library | C SDK 3.0.1 |\n|---|---|---|");
    instructions::print();
    connect::print();
    model::print();
    queries::print();
    frames::print();
    heap::print();
}
