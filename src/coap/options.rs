//! What the options of a message mean.

use coap_numbers::option;

use super::gate::Frame;
use super::message::JSON;
use super::resources::{Path, is_segment};

/// The options, as far as anything here goes by them.
pub(super) struct Meaning {
    /// `/a/b/c`; `None` when no resource can have the path.
    pub(super) path: Option<Path>,
    /// Is JSON an acceptable answer?
    pub(super) accepts_json: bool,
    /// Is it to be told of changes (RFC 7641)?
    #[cfg(feature = "phone-ap")]
    pub(super) observes: bool,
    /// Is it a request to a proxy?
    pub(super) is_proxied: bool,
    /// The number of a critical option that is not understood.
    pub(super) bad_option: Option<u16>,
}

impl Meaning {
    pub(super) fn of(frame: &Frame) -> Self {
        let mut meaning = Self {
            path: Some(Path::new()),
            accepts_json: true,
            #[cfg(feature = "phone-ap")]
            observes: false,
            is_proxied: false,
            bad_option: None,
        };
        let mut previous = None;
        for &(number, value) in &frame.options {
            match number {
                option::URI_PATH => meaning.path = meaning.path.and_then(|path| below(path, value)),
                option::ACCEPT if previous != Some(number) => {
                    meaning.accepts_json = uint(value) == u32::from(JSON);
                }
                #[cfg(feature = "phone-ap")]
                option::OBSERVE if previous != Some(number) => meaning.observes = uint(value) == 0,
                option::PROXY_URI | option::PROXY_SCHEME => meaning.is_proxied = true,
                _ => {}
            }
            let is_repeated = previous == Some(number);
            if is_critical(number) && !is_understood(number, value, is_repeated) {
                meaning.bad_option.get_or_insert(number);
            }
            previous = Some(number);
        }
        meaning.path = meaning.path.filter(|path| !path.is_empty());
        meaning
    }
}

/// RFC 7252 section 5.4.6.
fn is_critical(number: u16) -> bool {
    number & 1 == 1
}

/// One too many and one of a wrong length count as not understood (sections 5.4.3 and 5.4.5).
/// Uri-Host and Uri-Port may name any host: there is only this one. No resource here looks at Uri-Query.
fn is_understood(number: u16, value: &[u8], is_repeated: bool) -> bool {
    let (lengths, is_repeatable) = match number {
        option::URI_HOST | option::PROXY_SCHEME => (1..=255, false),
        option::URI_PORT | option::ACCEPT => (0..=2, false),
        option::URI_PATH | option::URI_QUERY => (0..=255, true),
        option::PROXY_URI => (1..=1034, false),
        _ => return false,
    };
    (is_repeatable || !is_repeated) && lengths.contains(&value.len())
}

fn below(mut path: Path, segment: &[u8]) -> Option<Path> {
    let text = core::str::from_utf8(segment).ok().filter(|_| is_segment(segment))?;
    path.push('/').ok()?;
    path.push_str(text).ok()?;
    Some(path)
}

/// Section 3.2; leading zeros are allowed.
fn uint(value: &[u8]) -> u32 {
    value.iter().fold(0, |sum, &byte| (sum << 8) | u32::from(byte))
}
