//! Topic names and topic filters (§4.7).

/// Whether `name` may be published to: not empty, no wildcard, no U+0000, at most 65535 bytes.
pub fn is_valid_name(name: &str) -> bool {
    is_valid_length(name) && !name.bytes().any(|byte| matches!(byte, b'+' | b'#' | 0))
}

/// Whether `filter` may be subscribed to: not empty, no U+0000, at most 65535 bytes, each wildcard
/// a whole level and `#` only as the last one.
pub fn is_valid_filter(filter: &str) -> bool {
    let mut levels = levels(filter.as_bytes());
    while let Some(level) = levels.next() {
        let is_valid = match level {
            b"#" => levels.next().is_none(),
            b"+" => true,
            literal => !literal.iter().any(|byte| matches!(byte, b'+' | b'#' | 0)),
        };
        if !is_valid {
            return false;
        }
    }
    is_valid_length(filter)
}

/// Whether a message published to the valid topic `name` belongs to the valid topic `filter`.
pub fn matches(filter: &str, name: &str) -> bool {
    if is_reserved(name.as_bytes()) && matches!(filter.as_bytes().first(), Some(b'+' | b'#')) {
        return false;
    }
    let mut names = levels(name.as_bytes());
    for level in levels(filter.as_bytes()) {
        match (level, names.next()) {
            // Also where the name has ended: `a/#` takes in its parent `a`.
            (b"#", _) => return true,
            (b"+", Some(_)) => {}
            (literal, Some(name)) if literal == name => {}
            _ => return false,
        }
    }
    names.next().is_none()
}

/// Whether `name` is one of the broker's own, which no wildcard at the first level takes in
/// (\[MQTT-4.7.2-1\]).
pub(super) fn is_reserved(name: &[u8]) -> bool {
    name.first() == Some(&b'$')
}

pub(super) fn levels(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'/')
}

fn is_valid_length(text: &str) -> bool {
    (1..=usize::from(u16::MAX)).contains(&text.len())
}
