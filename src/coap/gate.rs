//! The gate: admits the datagrams that are messages by RFC 7252 section 3, and no others. The options
//! are decoded by `coap-message-implementations`, in place.

use core::fmt;

use coap_message_implementations::option_iteration::{OptItem, OptPayloadReader};

use super::Token;

/// Longest message taken in or sent, bytes (section 4.6).
pub(super) const MESSAGE_MAX: usize = 1152;
/// Most options of a message taken in.
pub(super) const OPTIONS_MAX: usize = 16;

/// Version of the protocol.
pub(super) const VERSION: u8 = 1;

/// Numbers and values, in the order of the numbers.
pub(super) type Options<'d> = heapless::Vec<(u16, &'d [u8]), OPTIONS_MAX>;

/// What a message asks of its receiver (section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Confirmable = 0,
    NonConfirmable = 1,
    Acknowledgement = 2,
    Reset = 3,
}

/// A message.
pub(super) struct Frame<'d> {
    pub(super) kind: Kind,
    pub(super) class: Class,
    pub(super) code: u8,
    pub(super) message_id: u16,
    pub(super) token: Token,
    pub(super) options: Options<'d>,
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
        resets: (header.kind == Kind::Confirmable).then_some(header.message_id),
    })
}

struct Header {
    kind: Kind,
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
            0 => Kind::Confirmable,
            1 => Kind::NonConfirmable,
            2 => Kind::Acknowledgement,
            _ => Kind::Reset,
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
        let (options, payload) = read_options(rest)?;
        Ok(Frame {
            kind: self.kind,
            class,
            code: self.code,
            message_id: self.message_id,
            token: Token::from_slice(token).map_err(|_| FormatError::TokenLength)?,
            options,
            payload,
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

/// The options and the payload in what follows the token.
fn read_options(encoded: &[u8]) -> Result<(Options<'_>, &[u8]), FormatError> {
    let mut options = Options::new();
    for item in OptPayloadReader::new(encoded) {
        match item {
            OptItem::Option { number, data } => {
                options.push((number, data)).map_err(|_| FormatError::TooManyOptions)?;
            }
            OptItem::Payload([]) => return Err(FormatError::EmptyPayload),
            OptItem::Payload(payload) => return Ok((options, payload)),
            // The reader is of no more use.
            OptItem::Error(_) => return Err(FormatError::Option),
        }
    }
    Ok((options, &[]))
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
