//! Topic names and topic filters (§4.7).

/// Whether `name` may be published to: not empty, no wildcard, no U+0000, at most 65535 bytes.
pub fn is_valid_name(name: &str) -> bool {
    is_valid_length(name) && !name.contains(['+', '#', '\0'])
}

/// Whether `filter` may be subscribed to: not empty, no U+0000, at most 65535 bytes, each wildcard
/// a whole level and `#` only as the last one.
pub fn is_valid_filter(filter: &str) -> bool {
    let mut levels = filter.split('/').rev();
    let last = levels.next().unwrap_or_default();
    is_valid_length(filter)
        && !filter.contains('\0')
        && (last == "#" || is_literal_or_plus(last))
        && levels.all(is_literal_or_plus)
}

/// Whether a message published to the valid topic `name` belongs to the valid topic `filter`.
pub fn matches(filter: &str, name: &str) -> bool {
    if name.starts_with('$') && filter.starts_with(['+', '#']) {
        return false;
    }
    let mut names = name.split('/');
    for level in filter.split('/') {
        match (level, names.next()) {
            // Also where the name has ended: `a/#` takes in its parent `a`.
            ("#", _) => return true,
            ("+", Some(_)) => {}
            (literal, Some(name)) if literal == name => {}
            _ => return false,
        }
    }
    names.next().is_none()
}

fn is_valid_length(text: &str) -> bool {
    (1..=usize::from(u16::MAX)).contains(&text.len())
}

fn is_literal_or_plus(level: &str) -> bool {
    level == "+" || !level.contains(['+', '#'])
}
