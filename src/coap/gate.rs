//! The gate: admits the datagrams that are messages by RFC 7252 section 3, and no others.

use core::fmt;

use coap_lite::MessageType;

use super::Token;

/// Longest message taken in or sent, bytes.
pub(super) const MESSAGE_MAX: usize = 1280;
/// Most options of a message taken in.
pub(super) const OPTIONS_MAX: usize = 16;
/// The byte between options and payload.
pub(super) const PAYLOAD_MARKER: u8 = 0xFF;

const VERSION: u8 = 1;

/// A message with its options still encoded.
pub(super) struct Frame<'d> {
    pub(super) kind: MessageType,
    pub(super) class: Class,
    pub(super) code: u8,
    pub(super) message_id: u16,
    pub(super) token: Token,
    /// Header, token and options.
    pub(super) head: &'d [u8],
    pub(super) option_count: usize,
    pub(super) payload: &'d [u8],
}

/// What the code of a message says that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Empty,
    Request,
    Response,
}

/// A datagram that is not a message.
pub(super) struct Refusal {
    pub(super) reason: FormatError,
    /// Message id to be rejected with a Reset, where section 4.2 asks for one.
    pub(super) resets: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FormatError {
    NoHeader,
    Version,
    TooLong,
    TokenLength,
    ReservedCode,
    EmptyWithContent,
    TooManyOptions,
    Option,
    EmptyPayload,
}

/// Checks `datagram` and takes it apart.
pub(super) fn admit(datagram: &[u8]) -> Result<Frame<'_>, Refusal> {
    let (header, rest) = Header::read(datagram).map_err(|reason| Refusal { reason, resets: None })?;
    header.frame(datagram, rest).map_err(|reason| Refusal {
        reason,
        resets: (header.kind == MessageType::Confirmable).then_some(header.message_id),
    })
}

struct Header {
    kind: MessageType,
    token_length: u8,
    code: u8,
    message_id: u16,
}

impl Header {
    fn read(datagram: &[u8]) -> Result<(Self, &[u8]), FormatError> {
        let (&[first, code, id_high, id_low], rest) =
            datagram.split_first_chunk().ok_or(FormatError::NoHeader)?;
        if first >> 6 != VERSION {
            return Err(FormatError::Version);
        }
        let kind = match (first >> 4) & 0b11 {
            0 => MessageType::Confirmable,
            1 => MessageType::NonConfirmable,
            2 => MessageType::Acknowledgement,
            _ => MessageType::Reset,
        };
        let message_id = u16::from_be_bytes([id_high, id_low]);
        Ok((Self { kind, token_length: first & 0b1111, code, message_id }, rest))
    }

    fn frame<'d>(&self, datagram: &'d [u8], rest: &'d [u8]) -> Result<Frame<'d>, FormatError> {
        if datagram.len() > MESSAGE_MAX {
            return Err(FormatError::TooLong);
        }
        let class = class(self.code)?;
        if class == Class::Empty && !rest.is_empty() {
            return Err(FormatError::EmptyWithContent);
        }
        let (token, rest) =
            rest.split_at_checked(self.token_length.into()).ok_or(FormatError::TokenLength)?;
        let scan = scan_options(rest)?;
        Ok(Frame {
            kind: self.kind,
            class,
            code: self.code,
            message_id: self.message_id,
            token: Token::from_slice(token).map_err(|_| FormatError::TokenLength)?,
            head: datagram.get(..datagram.len().saturating_sub(scan.behind_options)).unwrap_or_default(),
            option_count: scan.option_count,
            payload: scan.payload,
        })
    }
}

fn class(code: u8) -> Result<Class, FormatError> {
    match (code >> 5, code) {
        (0, 0) => Ok(Class::Empty),
        (0, _) => Ok(Class::Request),
        (2 | 4 | 5, _) => Ok(Class::Response),
        _ => Err(FormatError::ReservedCode),
    }
}

struct OptionScan<'d> {
    option_count: usize,
    payload: &'d [u8],
    /// Bytes of marker and payload.
    behind_options: usize,
}

fn scan_options(mut rest: &[u8]) -> Result<OptionScan<'_>, FormatError> {
    let mut number = 0u16;
    for option_count in 0..=OPTIONS_MAX {
        match rest.split_first() {
            None => return Ok(OptionScan { option_count, payload: &[], behind_options: 0 }),
            Some((&PAYLOAD_MARKER, [])) => return Err(FormatError::EmptyPayload),
            Some((&PAYLOAD_MARKER, payload)) => {
                return Ok(OptionScan { option_count, payload, behind_options: rest.len() });
            }
            Some((&first, behind)) => {
                let (delta, behind) = extended(first >> 4, behind).ok_or(FormatError::Option)?;
                let (length, behind) = extended(first & 0b1111, behind).ok_or(FormatError::Option)?;
                number = number.checked_add(delta).ok_or(FormatError::Option)?;
                rest = behind.get(usize::from(length)..).ok_or(FormatError::Option)?;
            }
        }
    }
    Err(FormatError::TooManyOptions)
}

/// The value of an option delta or length whose first four bits are `nibble` (section 3.1).
fn extended(nibble: u8, behind: &[u8]) -> Option<(u16, &[u8])> {
    match nibble {
        0..=12 => Some((u16::from(nibble), behind)),
        13 => {
            let (&extension, behind) = behind.split_first()?;
            Some((u16::from(extension).checked_add(13)?, behind))
        }
        // coap-lite 0.13 takes the two bytes in the wrong order on big-endian targets.
        14 if cfg!(target_endian = "little") => {
            let (&extension, behind) = behind.split_first_chunk()?;
            Some((u16::from_be_bytes(extension).checked_add(269)?, behind))
        }
        _ => None,
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoHeader => "shorter than a header",
            Self::Version => "unknown version",
            Self::TooLong => "too long",
            Self::TokenLength => "bad token length",
            Self::ReservedCode => "reserved code",
            Self::EmptyWithContent => "empty message with content",
            Self::TooManyOptions => "too many options",
            Self::Option => "malformed option",
            Self::EmptyPayload => "payload marker without payload",
        })
    }
}
