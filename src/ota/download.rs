//! The download of a file, over as many connections as it takes.

use alloc::string::String;
use alloc::vec::Vec;
use core::{fmt, mem};

use log::{debug, info};

use super::body::Body;
use super::digest::Hasher;
use super::response::{HEAD_MAX, Head};
use super::url::{joined, redirected};
use super::{Failure, File, Url};
use crate::error::Error;
use crate::http::{self, Framing, missing_of_head};
use crate::knobs::{OTA_RETRY_WAIT_MS, OTA_TRIES};
use crate::text::decimal;

/// Most redirections on the way to one response.
const REDIRECTIONS_MAX: u8 = 4;
/// How often the wait before a try is doubled at most.
const DOUBLINGS_MAX: u32 = 5;

/// How a connection ended too early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// There was none: the port cannot connect.
    Unreachable,
    /// The peer has closed it, or the port has lost it.
    Closed,
    /// Nothing came for [`OTA_SILENCE_MS`](crate::knobs::OTA_SILENCE_MS).
    Silent,
    /// The server is busy or out of order, and says so by this status.
    Busy(u16),
}

impl fmt::Display for Interruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => f.write_str("cannot connect to the server"),
            Self::Closed => f.write_str("the connection ended"),
            Self::Silent => f.write_str("the server is silent"),
            Self::Busy(status) => write!(f, "HTTP status {status}"),
        }
    }
}

/// What the owner is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// To close the connection, if there is one, and to open another one after so many ms, to
    /// [`Download::server`].
    Connect {
        /// The wait, ms.
        after_ms: u64,
    },
    /// To read, at most [`Download::wanted`] bytes, and to call [`Download::advance`].
    Read,
    /// To close the connection, to see to it that what was handed out is written, and to call
    /// [`Download::check`].
    Check,
}

enum Part {
    /// Between connections.
    Away {
        wait_ms: u64,
    },
    Head,
    Body {
        body: Body,
        /// Bytes at its beginning that came before.
        skip: u32,
        /// It goes to the end of the file.
        is_rest: bool,
    },
    /// Everything is there.
    Over,
}

/// A file that comes in. It never hands out more than the size that was announced.
pub struct Download {
    file: File,
    hasher: Hasher,
    /// Bytes that were handed out.
    taken: u32,
    /// Where a redirection leads.
    location: Option<String>,
    redirections: u8,
    /// This connection has brought something.
    has_brought: bool,
    /// Connections in a row that have not.
    failed_tries: u32,
    part: Part,
    head: Vec<u8>,
    /// Bytes that this connection may still bring before a body.
    head_room: usize,
}

impl Download {
    /// Nothing has come yet.
    pub fn new(file: File) -> Self {
        Self {
            hasher: Hasher::like(&file.digest),
            file,
            taken: 0,
            location: None,
            redirections: 0,
            has_brought: false,
            failed_tries: 0,
            part: Part::Away { wait_ms: 0 },
            head: Vec::new(),
            head_room: 0,
        }
    }

    /// What the owner is to do.
    pub const fn next(&self) -> Next {
        match self.part {
            Part::Away { wait_ms } => Next::Connect { after_ms: wait_ms },
            Part::Head | Part::Body { .. } => Next::Read,
            Part::Over => Next::Check,
        }
    }

    /// How much of the file was handed out, percent.
    pub fn percent(&self) -> u8 {
        let percent = u64::from(self.taken).saturating_mul(100).checked_div(u64::from(self.file.size));
        percent.and_then(|percent| u8::try_from(percent).ok()).unwrap_or(100)
    }

    /// Host and port to connect to; no port for that of the transport.
    ///
    /// # Errors
    /// [`Failure::Url`].
    pub fn server(&self) -> Result<(&str, Option<u16>), Failure> {
        self.url().map(|url| (url.host, url.port))
    }

    /// The connection is there: gives the request to be written, for what of the file is missing.
    ///
    /// # Errors
    /// [`Failure::Url`], [`Failure::OutOfMemory`].
    pub fn request(&mut self) -> Result<String, Failure> {
        self.head.clear();
        // At once: it never grows.
        self.head.try_reserve_exact(HEAD_MAX).map_err(|_| Failure::OutOfMemory)?;
        let Url { host, port, target } = self.url()?;
        let port = port.map(|port| decimal(port.into()));
        let taken = decimal(self.taken);
        let range = if self.taken > 0 { ["\r\nRange: bytes=", &taken, "-"] } else { [""; 3] };
        let [range, first, dash] = range;
        let request = joined(&[
            "GET ",
            if target.starts_with('/') { "" } else { "/" },
            target,
            " HTTP/1.1\r\nHost: ",
            host,
            if port.is_some() { ":" } else { "" },
            port.as_deref().unwrap_or_default(),
            "\r\nAccept: */*\r\nConnection: close",
            range,
            first,
            dash,
            "\r\n\r\n",
        ]);
        let request = request.map_err(|_| Failure::OutOfMemory)?;
        self.part = Part::Head;
        self.head_room = HEAD_MAX;
        Ok(request)
    }

    /// How many bytes are sure to come, at least 1, while [`Download::next`] says [`Next::Read`]. Ports
    /// wait for all bytes that they are asked for.
    pub fn wanted(&self) -> usize {
        let wanted = match &self.part {
            Part::Head => missing_of_head(&self.head),
            Part::Body { body: Body::Sized(left), .. } => *left,
            Part::Body { body: Body::Chunked(chunks), .. } => chunks.wants(),
            Part::Body { body: Body::ToClose, skip, .. } => {
                let missing = self.file.size.saturating_sub(self.taken).saturating_add(*skip);
                usize::try_from(missing).unwrap_or(usize::MAX)
            }
            Part::Away { .. } | Part::Over => 0,
        };
        wanted.max(1)
    }

    /// Has the head of the response come, so that a body does?
    pub const fn has_head(&self) -> bool {
        matches!(self.part, Part::Body { .. })
    }

    /// `bytes` have come. Gives how many bytes of the file stand at their beginning now.
    ///
    /// # Errors
    /// See [`Failure`]; the download is over then.
    pub fn advance(&mut self, bytes: &mut [u8]) -> Result<usize, Failure> {
        match &self.part {
            Part::Head => self.take_head(bytes).map(|()| 0),
            Part::Body { .. } => self.take_body(bytes),
            Part::Away { .. } | Part::Over => Ok(0),
        }
    }

    /// The connection could not be made, has ended, or is silent.
    ///
    /// # Errors
    /// [`Failure::GivenUp`] when that has happened too often.
    pub fn interrupted(&mut self, how: Interruption) -> Result<(), Failure> {
        // Nothing but the end of the body was missing.
        if self.taken == self.file.size {
            self.part = Part::Over;
            return Ok(());
        }
        self.location = None;
        self.redirections = 0;
        self.failed_tries =
            if mem::take(&mut self.has_brought) { 0 } else { self.failed_tries.saturating_add(1) };
        if self.failed_tries >= OTA_TRIES {
            return Err(Failure::GivenUp(how));
        }
        let wait_ms = OTA_RETRY_WAIT_MS.saturating_mul(1 << self.failed_tries.min(DOUBLINGS_MAX));
        info!("ota: {how}: on with {} of {} bytes in {wait_ms} ms", self.taken, self.file.size);
        self.part = Part::Away { wait_ms };
        Ok(())
    }

    /// Is what was handed out the file that was announced?
    ///
    /// # Errors
    /// [`Failure::Digest`]; [`Failure::Size`] before the end.
    pub fn check(self) -> Result<(), Failure> {
        if self.taken != self.file.size {
            return Err(Failure::Size);
        }
        if self.hasher.finish() != self.file.digest {
            return Err(Failure::Digest);
        }
        Ok(())
    }

    fn url(&self) -> Result<Url<'_>, Failure> {
        Url::parse(self.location.as_deref().unwrap_or(&self.file.url)).ok_or(Failure::Url)
    }

    fn take_head(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let room = self.head_room.checked_sub(bytes.len());
        self.head_room = room.ok_or(Failure::NotUnderstood("its head is too long"))?;
        self.head.extend_from_slice(bytes);
        if missing_of_head(&self.head) > 0 {
            return Ok(());
        }
        let head = Head::read(&self.head)?;
        match head.status {
            // Something in advance; the response follows.
            100..=199 => self.head.clear(),
            _ => self.head = Vec::new(),
        }
        debug!("ota: HTTP status {}", head.status);
        match head.status {
            100..=199 => Ok(()),
            200 => self.begin_body(&head, None),
            206 => self.begin_body(&head, head.range),
            301 | 302 | 303 | 307 | 308 => self.redirect(head.location.as_deref()),
            408 | 429 | 500 | 502 | 503 | 504 => self.interrupted(Interruption::Busy(head.status)),
            status => Err(Failure::Status(status)),
        }
    }

    fn redirect(&mut self, location: Option<&str>) -> Result<(), Failure> {
        self.redirections = self.redirections.saturating_add(1);
        if self.redirections > REDIRECTIONS_MAX {
            return Err(Failure::Redirections);
        }
        let from = self.location.as_deref().unwrap_or(&self.file.url);
        let to = redirected(from, location.unwrap_or_default()).map_err(|error| match error {
            Error::OutOfMemory => Failure::OutOfMemory,
            _ => Failure::NotUnderstood("it leads to no URL"),
        })?;
        self.location = Some(to);
        self.part = Part::Away { wait_ms: 0 };
        Ok(())
    }

    /// Checks that the body goes on where the last one ended, and is of the file that was announced.
    fn begin_body(&mut self, head: &Head, range: Option<super::response::Range>) -> Result<(), Failure> {
        let size = self.file.size;
        if head.status == 206 && range.is_none() {
            return Err(Failure::NotUnderstood("it has no range"));
        }
        let (first, end) = range.map_or((0, size), |range| (range.first, range.last.saturating_add(1)));
        if range.is_some_and(|range| range.size.is_some_and(|told| told != size)) || end > size {
            return Err(Failure::Size);
        }
        let Some(skip) = self.taken.checked_sub(first).filter(|_| end > self.taken) else {
            return Err(Failure::NotUnderstood("it is of another range"));
        };
        let framing = head.framing.map_err(|failure| match failure {
            http::Failure::NotUnderstood(what) => Failure::NotUnderstood(what),
            _ => Failure::OutOfMemory,
        })?;
        if let Framing::Sized(length) = framing
            && u32::try_from(length) != Ok(end.saturating_sub(first))
        {
            return Err(Failure::Size);
        }
        self.part = Part::Body { body: framing.into(), skip, is_rest: end == size };
        Ok(())
    }

    fn take_body(&mut self, bytes: &mut [u8]) -> Result<usize, Failure> {
        let Part::Body { body, skip, is_rest } = &mut self.part else { return Ok(0) };
        let (of_body, is_over) = body.take(bytes)?;
        let skipped = of_body.min(usize::try_from(*skip).unwrap_or(usize::MAX));
        *skip = skip.saturating_sub(u32::try_from(skipped).unwrap_or(u32::MAX));
        let kept = of_body.saturating_sub(skipped);
        if skipped > 0 && kept > 0 {
            bytes.copy_within(skipped..of_body, 0);
        }
        let (is_over, is_rest) = (is_over, *is_rest);
        let taken = u32::try_from(kept).ok().and_then(|kept| self.taken.checked_add(kept));
        let taken = taken.filter(|taken| *taken <= self.file.size).ok_or(Failure::Size)?;
        self.hasher.update(bytes.get(..kept).unwrap_or_default());
        self.taken = taken;
        self.has_brought |= kept > 0;
        match is_over {
            false => {}
            true if taken == self.file.size => self.part = Part::Over,
            // The server gives a large file in parts.
            true if !is_rest => self.interrupted(Interruption::Closed)?,
            true => return Err(Failure::Size),
        }
        Ok(kept)
    }
}
