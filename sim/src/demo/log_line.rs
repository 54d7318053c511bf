//! The form of a line of the device's log: `[inf] function(line): message`, in colour.

/// The words that the guide tells users to look for; all of a line that has another form.
pub fn message(line: &str) -> &str {
    line.strip_prefix('[')
        .and_then(|rest| rest.split_once("] "))
        .and_then(|(_, rest)| rest.split_once("): "))
        .filter(|(place, _)| is_place(place))
        .map_or(line, |(_, message)| message)
}

/// `function(line`, the bracket already cut off.
fn is_place(text: &str) -> bool {
    text.split_once('(').is_some_and(|(function, line)| {
        !function.contains(char::is_whitespace) && line.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Removes the colours and the line end.
pub fn plain(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    let mut plain = String::with_capacity(text.len());
    let mut pieces = text.split("\x1b[");
    plain.extend(pieces.next());
    for piece in pieces {
        // What follows the escape is parameters, a letter, and then text again.
        plain.push_str(piece.split_once(|c: char| c.is_ascii_alphabetic()).map_or("", |(_, text)| text));
    }
    plain.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_line_ends_are_removed() {
        let raw = b"\x1b[1;33m[inf] mqtt(2768): mqtt connect success!\x1b[0m\r\n";
        assert_eq!(plain(raw), "[inf] mqtt(2768): mqtt connect success!");
        assert_eq!(plain(b"no colour\n"), "no colour");
        assert_eq!(plain(b"cut \x1b[1;3"), "cut");
        assert_eq!(plain(b"\xff\n"), "\u{fffd}");
    }

    #[test]
    fn the_message_is_told_from_level_and_place() {
        assert_eq!(message("[inf] iotx_mc_connect(2768): mqtt connect success!"), "mqtt connect success!");
        for other in ["Got ip : 10.0.0.59", "[inf] no place", "[inf] f: (x): y", "]["] {
            assert_eq!(message(other), other);
        }
    }
}
