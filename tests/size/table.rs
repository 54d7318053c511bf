//! The table in the README.

use std::fs;

use crate::build::root;

const BEGIN: &str = "<!-- sizes: written by make size -->\n";
const END: &str = "<!-- end of sizes -->";
const HEAD: &str =
    "| Cortex-M4, bytes | log lines out | log lines in | C SDK 3.0.1, out / in |\n|---|---|---|---|\n";

/// A figure.
pub struct Cell {
    measured: u32,
    limit: Option<u32>,
}

impl Cell {
    /// With a budget.
    pub fn at_most(measured: u32, limit: u32) -> Self {
        Self { measured, limit: Some(limit) }
    }

    /// Without a budget.
    pub fn grows_slowly(measured: u32) -> Self {
        Self { measured, limit: None }
    }
}

/// A figure without and with log lines, beside the C SDK's.
pub struct Row {
    name: String,
    cells: [Cell; 2],
    theirs: String,
}

impl Row {
    pub fn new(name: impl Into<String>, quiet: Cell, logging: Cell, theirs: (u32, u32)) -> Self {
        let (out, in_) = theirs;
        let theirs = if out == in_ { out.to_string() } else { format!("{out} / {in_}") };
        Self { name: name.into(), cells: [quiet, logging], theirs }
    }

    /// A figure that the C SDK's documentation does not have.
    pub fn unrivalled(name: &str, quiet: Cell, logging: Cell) -> Self {
        Self { name: name.to_owned(), cells: [quiet, logging], theirs: "not measured".to_owned() }
    }

    fn line(&self) -> String {
        let [quiet, logging] = &self.cells;
        format!("| {} | {} | {} | {} |\n", self.name, quiet.measured, logging.measured, self.theirs)
    }
}

/// Fails for a figure over its budget, and for one over 102 % of the README's.
pub fn check(rows: &[Row]) {
    let table: String = std::iter::once(HEAD.to_owned()).chain(rows.iter().map(Row::line)).collect();
    println!("{table}");
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).expect("the README");
    let (before, rest) = readme.split_once(BEGIN).expect("the table in the README");
    let (committed, after) = rest.split_once(END).expect("the end of the table in the README");
    let mut complaints = Vec::new();
    for row in rows {
        for (cell, column) in row.cells.iter().zip(2..) {
            let measured = cell.measured;
            if cell.limit.is_some_and(|limit| measured > limit) {
                complaints.push(format!("{}: {measured} is over the budget", row.name));
            }
            match figure(committed, &row.name, column) {
                Some(known) if u64::from(measured) * 100 > u64::from(known) * 102 => {
                    complaints.push(format!("{}: {measured} after {known}", row.name));
                }
                Some(_) => {}
                None => complaints.push(format!("{}: not in the README", row.name)),
            }
        }
    }
    if std::env::var_os("LINKKIT_UPDATE_SIZES").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}")).expect("write the README");
        complaints.retain(|complaint| complaint.ends_with("budget"));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// The figure in a column of the row `name`, columns counted from the empty one in front.
fn figure(table: &str, name: &str, column: usize) -> Option<u32> {
    let cells = |line: &'_ str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let row = table.lines().map(cells).find(|cells| cells.get(1).is_some_and(|first| first == name))?;
    row.get(column)?.parse().ok()
}
