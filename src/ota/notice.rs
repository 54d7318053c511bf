//! What the cloud announces.

use alloc::string::String;
use core::fmt;

use super::url::joined;
use super::{Digest, Url};
use crate::error::Error;
use crate::json::{Member, Scalar, read_members};
use crate::text::Terminated;

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An image of the firmware.
    Firmware,
    /// A configuration.
    Config,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Firmware => "firmware",
            Self::Config => "configuration",
        })
    }
}

/// A file to be downloaded.
#[derive(Debug)]
pub struct File {
    /// One that [`Url::parse`] reads.
    pub url: String,
    /// Bytes, not 0.
    pub size: u32,
    /// Of the whole file.
    pub digest: Digest,
}

/// What the application is told.
#[derive(Debug, PartialEq, Eq)]
pub enum OtaEvent {
    /// There is a firmware (`ITE_FOTA`).
    Firmware {
        /// Of it.
        version: Terminated,
    },
    /// There is a configuration (`ITE_COTA`).
    Config {
        /// Of it.
        id: Terminated,
        /// Bytes.
        size: u32,
        /// Such as `file`.
        get_type: Terminated,
        /// Digest in hex.
        sign: Terminated,
        /// Of the digest.
        sign_method: Terminated,
        /// Of the file.
        url: Terminated,
    },
}

/// Why a notice is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// Not one JSON object.
    NotJson,
    /// The cloud tells of a failure.
    NotSuccess,
    /// This member is missing, or cannot be what it is.
    Member(&'static str),
    /// The memory for it could not be had.
    OutOfMemory,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson => f.write_str("not JSON"),
            Self::NotSuccess => f.write_str("the cloud reports a failure"),
            Self::Member(name) => write!(f, "no usable {name}"),
            Self::OutOfMemory => f.write_str("out of memory"),
        }
    }
}

impl core::error::Error for Unusable {}

impl From<Error> for Unusable {
    fn from(error: Error) -> Self {
        match error {
            Error::OutOfMemory => Self::OutOfMemory,
            _ => Self::NotJson,
        }
    }
}

/// A file, and what the application is told of it.
#[derive(Debug)]
pub struct Notice {
    /// What to download.
    pub file: File,
    /// What to tell.
    pub event: OtaEvent,
}

const SUCCESS: &str = "success";
const OK: i32 = 200;

const FIRMWARE: [Member; 7] = [
    ("", "message"),
    ("data", "version"),
    ("data", "url"),
    ("data", "md5"),
    ("data", "sign"),
    ("data", "signMethod"),
    ("data", "size"),
];

/// Of a configuration, in this object.
const fn config(object: &'static str) -> [Member; 8] {
    [
        ("", "code"),
        ("", "id"),
        (object, "configId"),
        (object, "getType"),
        (object, "sign"),
        (object, "signMethod"),
        (object, "url"),
        (object, "configSize"),
    ]
}

const CONFIG_REPLY: [Member; 8] = config("data");
const CONFIG_PUSH: [Member; 8] = config("params");

impl Notice {
    /// Reads a message on `/ota/device/upgrade`, or on `/ota/device/request`. A file that comes with
    /// SHA-256 is checked by that, any other by MD5.
    ///
    /// # Errors
    /// See [`Unusable`].
    pub fn firmware(payload: &[u8]) -> Result<Self, Unusable> {
        let mut values = Values::default();
        values.read(payload, &FIRMWARE)?;
        let [message, version, url, md5, sign, method, _, _] = &values.texts;
        match message.as_deref() {
            None => return Err(Unusable::Member("message")),
            Some(SUCCESS) => {}
            Some(_) => return Err(Unusable::NotSuccess),
        }
        let signed = digest(method.as_deref(), sign.as_deref());
        let digest = match (signed, md5) {
            (Some(sha256 @ Digest::Sha256(_)), _) => Some(sha256),
            (_, Some(md5)) => Digest::md5(md5),
            (signed, None) => signed,
        };
        let file = File::new(url.as_deref(), values.size("size")?, digest.ok_or(Unusable::Member("md5"))?)?;
        let event = OtaEvent::Firmware { version: c_text(version.as_deref(), "version")? };
        Ok(Self { file, event })
    }

    /// Reads the reply to a request for the configuration.
    ///
    /// # Errors
    /// See [`Unusable`].
    pub fn config_reply(payload: &[u8]) -> Result<Self, Unusable> {
        let mut values = Values::default();
        values.read(payload, &CONFIG_REPLY)?;
        match values.code {
            None => Err(Unusable::Member("code")),
            Some(OK) => values.config(),
            Some(_) => Err(Unusable::NotSuccess),
        }
    }

    /// Reads a configuration that is pushed. Beside what comes of it stands the id of the message, which a
    /// refusal needs, if it has one.
    pub fn config_push(payload: &[u8]) -> (Result<Self, Unusable>, Option<String>) {
        let mut values = Values::default();
        let read = values.read(payload, &CONFIG_PUSH);
        let notice = read.and_then(|()| values.config());
        let [_, id, ..] = values.texts;
        (notice, id)
    }

    /// What it is about.
    pub const fn kind(&self) -> Kind {
        match self.event {
            OtaEvent::Firmware { .. } => Kind::Firmware,
            OtaEvent::Config { .. } => Kind::Config,
        }
    }
}

/// Of the members asked for, by their index: the numbers stand in for their texts.
#[derive(Default)]
struct Values {
    texts: [Option<String>; 8],
    code: Option<i32>,
    size: Option<i32>,
}

impl Values {
    fn read(&mut self, payload: &[u8], wanted: &[Member]) -> Result<(), Unusable> {
        let mut is_memory_short = false;
        read_members(payload, wanted, &mut |index, value| {
            match wanted.get(index) {
                Some((_, "code")) => return self.code = value.integer(),
                Some((_, "size" | "configSize")) => return self.size = value.integer(),
                _ => {}
            }
            // An id may be a number.
            let (Scalar::Text(text) | Scalar::Number(text)) = value else { return };
            match (joined(&[text]), self.texts.get_mut(index)) {
                (Ok(text), Some(place)) => *place = Some(text),
                _ => is_memory_short = true,
            }
        })?;
        if is_memory_short { Err(Unusable::OutOfMemory) } else { Ok(()) }
    }

    fn size(&self, name: &'static str) -> Result<u32, Unusable> {
        let size = self.size.and_then(|size| u32::try_from(size).ok());
        size.filter(|size| *size > 0).ok_or(Unusable::Member(name))
    }

    fn config(&self) -> Result<Notice, Unusable> {
        let [_, _, id, get_type, sign, method, url, _] = self.texts.each_ref().map(Option::as_deref);
        let size = self.size("configSize")?;
        let file = File::new(url, size, digest(method, sign).ok_or(Unusable::Member("sign"))?)?;
        let event = OtaEvent::Config {
            id: c_text(id, "configId")?,
            size,
            get_type: c_text(get_type, "getType")?,
            sign: c_text(sign, "sign")?,
            sign_method: c_text(method, "signMethod")?,
            url: c_text(url, "url")?,
        };
        Ok(Notice { file, event })
    }
}

impl File {
    fn new(url: Option<&str>, size: u32, digest: Digest) -> Result<Self, Unusable> {
        let url = url.filter(|url| Url::parse(url).is_some()).ok_or(Unusable::Member("url"))?;
        Ok(Self { url: joined(&[url])?, size, digest })
    }
}

fn digest(method: Option<&str>, sign: Option<&str>) -> Option<Digest> {
    let (method, sign) = (method?, sign?);
    if method.eq_ignore_ascii_case("sha256") {
        Digest::sha256(sign)
    } else if method.eq_ignore_ascii_case("md5") {
        Digest::md5(sign)
    } else {
        None
    }
}

fn c_text(text: Option<&str>, name: &'static str) -> Result<Terminated, Unusable> {
    Ok(Terminated::new(text.ok_or(Unusable::Member(name))?)?)
}
