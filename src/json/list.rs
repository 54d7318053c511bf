//! The objects of a list.

use picojson::{Event, PullParser, SliceParser};

use super::read::{NESTING_MAX, Nesting, Scalar, room_for_escapes};
use crate::error::Error;

/// Depth of the members of an object in a list that is a member of the outermost object.
const MEMBERS_DEPTH: usize = 3;

/// What is found in a list.
pub enum InList<'a> {
    /// A wanted member of an object: its index among those wanted, and its value.
    Member(usize, Scalar<'a>),
    /// The object ends.
    End,
}

/// Reads an object whose member `list` is an array, and calls `found` with each of the `wanted` members of the
/// objects in it, and with the end of each object. Whatever else there is is checked and skipped.
///
/// # Errors
/// [`Error::Malformed`] when `text` is not one JSON object or nests deeper than 512; [`Error::OutOfMemory`] as for
/// [`read_members`](super::read_members). What was found before stays found.
pub fn read_list(
    text: &[u8],
    list: &str,
    wanted: &[&str],
    found: &mut dyn FnMut(InList),
) -> Result<(), Error> {
    core::str::from_utf8(text).map_err(|_| Error::Malformed)?;
    let mut unescaped = room_for_escapes(text)?;
    let mut parser = SliceParser::<Nesting>::with_config_and_buffer_from_slice(text, &mut unescaped);
    let mut depth = 0_usize;
    let (mut is_begun, mut is_list_next, mut is_in_list) = (false, false, false);
    let mut member = None;
    loop {
        let event = parser.next_event().map_err(|_| Error::Malformed)?;
        let scalar = match &event {
            Event::EndDocument if is_begun => return Ok(()),
            Event::StartObject => Scalar::Other,
            _ if depth == 0 => return Err(Error::Malformed),
            Event::Key(key) => {
                is_list_next = depth == 1 && **key == *list;
                let is_member = is_in_list && depth == MEMBERS_DEPTH;
                member = wanted.iter().position(|wanted| is_member && **key == **wanted);
                continue;
            }
            Event::StartArray => {
                is_in_list |= core::mem::take(&mut is_list_next);
                Scalar::Other
            }
            Event::EndObject | Event::EndArray => {
                if is_in_list && depth == MEMBERS_DEPTH && matches!(event, Event::EndObject) {
                    found(InList::End);
                }
                depth = depth.saturating_sub(1);
                is_in_list &= depth > 1;
                continue;
            }
            Event::Number(number) => Scalar::Number(number.as_str()),
            Event::String(text) => Scalar::Text(text),
            Event::Bool(_) | Event::Null | Event::EndDocument => Scalar::Other,
        };
        if matches!(event, Event::StartObject | Event::StartArray) {
            is_begun = true;
            depth = depth.saturating_add(1);
            if depth > NESTING_MAX {
                return Err(Error::Malformed);
            }
        }
        if let Some(index) = member.take() {
            found(InList::Member(index, scalar));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::string::String;

    use super::*;

    fn read(text: &str) -> (Result<(), Error>, String) {
        let mut told = String::new();
        let read = read_list(text.as_bytes(), "data", &["a", "b"], &mut |found| match found {
            InList::Member(index, value) => told.push_str(&format!("{index}={value:?} ")),
            InList::End => told.push('|'),
        });
        (read, told)
    }

    #[test]
    fn finds_the_members_of_each_object() {
        let text = r#"{"a":1,"data":[{"a":"x","c":{"a":2},"b":3},{},5,[{"a":4}],{"b":[1]}],"e":[{"a":6}]}"#;
        let told = r#"0=Text("x") 1=Number("3") ||1=Other |"#;
        assert_eq!(read(text), (Ok(()), told.into()));
        assert_eq!(read(r#"{"data":[{"\u0061":"\u0078"}]}"#).1, r#"0=Text("x") |"#);
    }

    #[test]
    fn what_is_no_list_of_that_name_has_nothing() {
        for text in [
            "{}",
            r#"{"data":{"a":1}}"#,
            r#"{"data":{"x":{"a":1}}}"#,
            r#"{"data":null,"x":[{"a":1}]}"#,
            r#"{"x":{"data":[{"a":1}]}}"#,
            r#"{"data":[["a",1]]}"#,
        ] {
            assert_eq!(read(text), (Ok(()), String::new()), "{text}");
        }
    }

    #[test]
    fn what_is_no_object_is_refused() {
        let deep = format!("{{\"data\":{}", "[".repeat(600));
        for text in ["", "[]", "1", "{} {}", r#"{"data":[{"a":1}"#, "\u{0}", &deep] {
            assert_eq!(read(text).0, Err(Error::Malformed), "{text}");
        }
        assert_eq!(read_list(b"{\"\xFF\":1}", "data", &[], &mut |_| {}), Err(Error::Malformed));
    }
}
