//! Which filters a topic belongs to, without looking at all of them.
//!
//! The filters are sorted level by level, so that those with the same first levels stand together: the
//! table is a trie without nodes. A filter that does not match says which one could be the next to do so,
//! and a binary search skips those between.

use core::cmp::Ordering;

use super::filter::Filter;
use crate::mqtt::topic::{is_reserved, levels};

#[cfg(test)]
std::thread_local! {
    /// Filters that were looked at on this thread.
    pub(in crate::mqtt) static LOOKED_AT: core::cell::Cell<usize> = const { core::cell::Cell::new(0) };
}

/// What comparing one filter with a topic name has shown.
enum Step<'a> {
    Covers,
    /// No more than that the next filter may.
    Next,
    /// No filter does that is smaller than the one that begins with these levels.
    Seek {
        prefix: &'a [u8],
        level: &'a [u8],
    },
    /// None does that is greater.
    End,
}

/// The place of the first filter at `from` or behind it that `name` belongs to.
pub(super) fn next_match(filters: &[Filter], name: &str, from: usize) -> Option<usize> {
    let mut index = from;
    loop {
        match step(text_of(filters.get(index)?), name.as_bytes()) {
            Step::Covers => return Some(index),
            Step::Next => index = index.saturating_add(1),
            Step::Seek { prefix, level } => {
                let behind = filters.get(index..).unwrap_or_default();
                let skipped = behind.partition_point(|filter| {
                    let text = text_of(filter);
                    match text.strip_prefix(prefix) {
                        Some(rest) => compare(rest, level).is_lt(),
                        None => compare(text, prefix).is_lt(),
                    }
                });
                index = index.saturating_add(skipped.max(1));
            }
            Step::End => return None,
        }
    }
}

/// The order of filters: by bytes, but with the level separator first. No filter has a U+0000.
pub(super) fn compare(a: &[u8], b: &[u8]) -> Ordering {
    let rank = |byte: u8| if byte == b'/' { 0 } else { byte };
    match a.iter().zip(b).find(|(a, b)| a != b) {
        Some((a, b)) => rank(*a).cmp(&rank(*b)),
        None => a.len().cmp(&b.len()),
    }
}

fn text_of(filter: &Filter) -> &[u8] {
    #[cfg(test)]
    LOOKED_AT.set(LOOKED_AT.get().saturating_add(1));
    filter.text.as_bytes()
}

fn step<'a>(filter: &'a [u8], name: &'a [u8]) -> Step<'a> {
    let mut names = levels(name);
    let mut start = 0_usize;
    // Where to go on if this filter does not match. The deeper the level, the nearer it is.
    let mut detour = Step::End;
    for level in levels(filter) {
        let named = names.next();
        let wildcards_match = start > 0 || !is_reserved(name);
        if let Some(level) = next_choice(level, named, wildcards_match) {
            detour = Step::Seek { prefix: filter.get(..start).unwrap_or_default(), level };
        }
        match (level, named) {
            (b"#", _) if wildcards_match => return Step::Covers,
            (b"+", Some(_)) if wildcards_match => {}
            (literal, Some(named)) if literal == named => {}
            _ => return detour,
        }
        start = start.saturating_add(level.len()).saturating_add(1);
    }
    if names.next().is_none() { Step::Covers } else { Step::Next }
}

/// The smallest level greater than `level` that matches `named`; `None`: the name has ended.
fn next_choice<'a>(level: &[u8], named: Option<&'a [u8]>, wildcards_match: bool) -> Option<&'a [u8]> {
    let multi = wildcards_match.then_some(&b"#"[..]);
    let single = named.and(wildcards_match.then_some(&b"+"[..]));
    [multi, single, named].into_iter().flatten().filter(|choice| *choice > level).min()
}
