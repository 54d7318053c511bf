//! The address of a file.

use alloc::string::String;

use crate::error::Error;
use crate::sign::HOSTNAME_LEN;

/// An `http` or `https` URL. Which of the two makes no difference: the archive goes through its one
/// transport, as the C SDK does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Url<'t> {
    /// A name or an IPv4 address, at most [`HOSTNAME_LEN`] bytes.
    pub host: &'t str,
    /// Not 0; `None` for that of the transport.
    pub port: Option<u16>,
    /// Path and query, empty for the root.
    pub target: &'t str,
}

impl<'t> Url<'t> {
    /// `None` for another scheme, a login, an IPv6 address, and for what has no place in a request line.
    pub fn parse(text: &'t str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
            return None;
        }
        let rest = rest.split('#').next()?;
        let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (host, port) = match authority.split_once(':') {
            None => (authority, None),
            Some((host, port)) => (host, Some(read_port(port)?)),
        };
        let is_host = !host.is_empty()
            && host.len() <= HOSTNAME_LEN
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        (is_host && target.bytes().all(|byte| byte.is_ascii_graphic())).then_some(Self { host, port, target })
    }
}

/// The URL that a redirection from `from` leads to: an absolute one, or a path on the same server.
///
/// # Errors
/// [`Error::Malformed`] for anything else; [`Error::OutOfMemory`].
pub fn redirected(from: &str, location: &str) -> Result<String, Error> {
    let is_path = location.starts_with('/') && !location.starts_with("//");
    let server = if is_path {
        let target = Url::parse(from).ok_or(Error::Malformed)?.target;
        let server = from.split('#').next().and_then(|from| from.strip_suffix(target));
        server.ok_or(Error::Malformed)?
    } else {
        ""
    };
    let url = joined(&[server, location])?;
    match Url::parse(&url) {
        Some(_) => Ok(url),
        None => Err(Error::Malformed),
    }
}

/// The texts one behind the other, on the heap.
pub fn joined(parts: &[&str]) -> Result<String, Error> {
    let length = parts.iter().map(|part| part.len()).fold(0, usize::saturating_add);
    let mut whole = String::new();
    whole.try_reserve_exact(length).map_err(|_| Error::OutOfMemory)?;
    parts.iter().for_each(|part| whole.push_str(part));
    Ok(whole)
}

fn read_port(digits: &str) -> Option<u16> {
    let port = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())??;
    (port != 0).then_some(port)
}
