//! Standard output, for people or for programs.

use std::fmt::Display;
use std::io::{self, Write};

use serde::Serialize;

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// A line a person reads.
    Text,
    /// One JSON object per line.
    Json,
}

impl Output {
    /// The form that a `--json` flag asks for.
    pub fn from_json_flag(json: bool) -> Self {
        if json { Self::Json } else { Self::Text }
    }

    /// Writes one result.
    pub fn emit<T: Display + Serialize>(self, result: &T) {
        match self {
            Self::Text => line(result),
            Self::Json => match serde_json::to_string(result) {
                Ok(json) => line(json),
                Err(error) => eprintln!("linkkit-sim: cannot write the result as JSON: {error}"),
            },
        }
    }

    /// Writes a remark that only people need.
    pub fn remark(self, text: impl Display) {
        if self == Self::Text {
            line(text);
        }
    }
}

/// Writes a line; a reader that went away (`| head`) is no reason to panic, as `println!` would.
pub fn line(text: impl Display) {
    let mut stdout = io::stdout().lock();
    let _ = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
}
