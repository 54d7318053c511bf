//! Downloads what the cloud has announced, in the thread that asks for it.
//!
//! The lock is never held while the network or the flash works, so other threads report and yield
//! meanwhile. Where the application has no other thread, the connection to the cloud is served in between;
//! what that brings waits for the next yield.

use core::ffi::CStr;
use core::fmt;

use linkkit_core::error::Error;
use linkkit_core::knobs::OTA_SILENCE_MS;
use linkkit_core::ota::{Cadence, Download, Failure, Interruption, Kind, Next, Report};
use linkkit_core::time::{Clock, Instant};
use log::{debug, error, info, warn};

use super::link::{Host, c_host};
use super::lock::Entry;
use super::state::{Linkkit, Session, State};
use super::{connect, drive};
use crate::hal::{firmware, os, stream};

/// Where files are, unless their URL says otherwise.
const PORT: u16 = if cfg!(feature = "tls") { 443 } else { 80 };
/// Longest single wait for the server of a file, ms: how long the end of the session goes unnoticed.
const READ_SLICE_MS: u32 = 200;
/// Pause between two looks at whether a wait is over, ms.
const PAUSE_SLICE_MS: u32 = 50;
/// How often the connection to the cloud is served, ms.
const SERVE_INTERVAL_MS: u64 = 100;

/// Why there is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotFetched {
    /// The device is not connected, nothing of the kind is announced, or another download is not over.
    Refused,
    /// The device was closed meanwhile.
    Closed,
    /// As the cloud was told.
    Failed(Failure),
}

impl fmt::Display for NotFetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => f.write_str("not connected, nothing announced, or another one is not over"),
            Self::Closed => f.write_str("the device was closed"),
            Self::Failed(failure) => failure.fmt(f),
        }
    }
}

impl From<Failure> for NotFetched {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<firmware::Failed> for NotFetched {
    fn from(firmware::Failed: firmware::Failed) -> Self {
        Self::Failed(Failure::Write)
    }
}

/// Downloads what is announced, through `buffer`, and gives it to the port, checked. Blocks until all is
/// there or has failed; reports both, and progress, to the cloud.
///
/// # Errors
/// See [`NotFetched`]; but for `Refused` the port may have bytes of it.
pub fn fetch(kind: Kind, buffer: &mut [u8]) -> Result<(), NotFetched> {
    let entry = Entry::new().ok_or(NotFetched::Refused)?;
    let (session_number, download) = begin(&entry, kind)?;
    firmware::start();
    let outcome = Fetching::new(&entry, session_number, download, buffer).run();
    let stopped = firmware::stop();
    let outcome = match (outcome, stopped) {
        (Ok(()), Err(failed)) => {
            warn!("ota: HAL_Firmware_Persistence_Stop failed");
            Err(failed.into())
        }
        (outcome, _) => outcome,
    };
    match outcome {
        Ok(()) => info!("ota: {kind} is there"),
        Err(NotFetched::Failed(failure)) => {
            error!("ota: {kind} not fetched: {failure}");
            let report = Report { step: failure.step(), description: "" };
            tell(&entry, session_number, &report);
        }
        Err(reason) => warn!("ota: {kind} not fetched: {reason}"),
    }
    end(&entry, session_number);
    outcome
}

fn begin(entry: &Entry, kind: Kind) -> Result<(u32, Download), NotFetched> {
    let mut state = entry.lock();
    if state.is_downloading {
        return Err(NotFetched::Refused);
    }
    let session_number = state.sessions;
    let session = state.session.as_mut().filter(|session| session.linkkit == Linkkit::Connected);
    let session = session.ok_or(NotFetched::Refused)?;
    let download = session.engine.begin_download(kind).map_err(|_: Error| NotFetched::Refused)?;
    state.is_downloading = true;
    Ok((session_number, download))
}

fn end(entry: &Entry, session_number: u32) {
    let mut state = entry.lock();
    state.is_downloading = false;
    if let Some(session) = current(&mut state, session_number) {
        session.engine.end_download();
    }
}

/// The session, if it is still the one that downloads, and wants to be served.
fn current(state: &mut State, session_number: u32) -> Option<&mut Session> {
    state.session_numbered(session_number).filter(|session| session.is_serving())
}

fn tell(entry: &Entry, session_number: u32, report: &Report) {
    let told = current(&mut entry.lock(), session_number).map(|session| {
        let now = session.now();
        session.engine.report_progress(report, now)
    });
    if let Some(Err(error)) = told {
        debug!("ota: progress {} not reported: {error}", report.step.number());
    }
    drive::drain(entry);
}

struct Fetching<'a> {
    entry: &'a Entry,
    session_number: u32,
    download: Download,
    /// Begins with bytes that are still to be written.
    buffer: &'a mut [u8],
    /// How many.
    filled: usize,
    cadence: Cadence,
    clock: Clock,
    served_at: Instant,
}

impl<'a> Fetching<'a> {
    fn new(entry: &'a Entry, session_number: u32, download: Download, buffer: &'a mut [u8]) -> Self {
        let mut clock = Clock::start(os::uptime_ms());
        let served_at = clock.advance(os::uptime_ms());
        let cadence = Cadence::default();
        Self { entry, session_number, download, buffer, filled: 0, cadence, clock, served_at }
    }

    fn run(mut self) -> Result<(), NotFetched> {
        loop {
            match self.download.next() {
                Next::Connect { after_ms } => {
                    self.pause(after_ms)?;
                    match self.establish()? {
                        Some(connection) => {
                            let outcome = self.converse(connection);
                            stream::destroy(connection);
                            outcome?;
                        }
                        None => self.download.interrupted(Interruption::Unreachable)?,
                    }
                }
                Next::Read => self.download.interrupted(Interruption::Closed)?,
                Next::Check => {
                    self.flush()?;
                    return Ok(self.download.check()?);
                }
            }
        }
    }

    /// Not inlined: the name of the host is on the stack meanwhile.
    #[inline(never)]
    fn establish(&self) -> Result<Option<stream::Connection>, Failure> {
        let (host, port) = self.download.server()?;
        let port = port.unwrap_or(PORT);
        info!("ota: asking {host}:{port}");
        let host: Host = c_host(host).ok_or(Failure::Url)?;
        let host = CStr::from_bytes_with_nul(&host).map_err(|_| Failure::Url)?;
        Ok(stream::establish("ota", host, port))
    }

    fn converse(&mut self, connection: stream::Connection) -> Result<(), NotFetched> {
        let request = self.download.request()?;
        if drive::write_all(connection, request.as_bytes()).is_err() {
            return Ok(self.download.interrupted(Interruption::Closed)?);
        }
        drop(request);
        let mut deadline = self.now().plus(OTA_SILENCE_MS);
        while self.download.next() == Next::Read {
            let room = self.buffer.get_mut(self.filled..).unwrap_or_default();
            let wanted = self.download.wanted().min(room.len());
            let room = room.get_mut(..wanted).unwrap_or_default();
            match stream::read(connection, room, READ_SLICE_MS) {
                Ok(0) if self.now() >= deadline => self.download.interrupted(Interruption::Silent)?,
                Ok(0) => {}
                Ok(got) => {
                    self.take(got)?;
                    if self.download.has_head() {
                        deadline = self.now().plus(OTA_SILENCE_MS);
                    }
                }
                Err(_) => self.download.interrupted(Interruption::Closed)?,
            }
            self.serve()?;
        }
        Ok(())
    }

    /// So many bytes have come into the rest of the buffer.
    fn take(&mut self, got: usize) -> Result<(), NotFetched> {
        let end = self.filled.saturating_add(got);
        let bytes = self.buffer.get_mut(self.filled..end).unwrap_or_default();
        let of_file = self.download.advance(bytes)?;
        if of_file == 0 {
            return Ok(());
        }
        self.filled = self.filled.saturating_add(of_file);
        if self.filled >= self.buffer.len() {
            self.flush()?;
        }
        let (percent, now) = (self.download.percent(), self.now());
        while let Some(report) = self.cadence.due(percent, now) {
            tell(self.entry, self.session_number, &report);
        }
        Ok(())
    }

    /// Writes what is in the buffer.
    fn flush(&mut self) -> Result<(), firmware::Failed> {
        let filled = core::mem::take(&mut self.filled);
        match self.buffer.get_mut(..filled) {
            Some(bytes) if filled > 0 => firmware::write(bytes),
            _ => Ok(()),
        }
    }

    fn pause(&mut self, ms: u64) -> Result<(), NotFetched> {
        let end = self.now().plus(ms);
        loop {
            self.serve()?;
            let left_ms = u32::try_from(end.since(self.now())).unwrap_or(PAUSE_SLICE_MS);
            if left_ms == 0 {
                return Ok(());
            }
            os::sleep_ms(left_ms.min(PAUSE_SLICE_MS));
        }
    }

    /// Serves the connection to the cloud, if it is time to.
    fn serve(&mut self) -> Result<(), NotFetched> {
        if current(&mut self.entry.lock(), self.session_number).is_none() {
            return Err(NotFetched::Closed);
        }
        let now = self.now();
        if now.since(self.served_at) >= SERVE_INTERVAL_MS {
            connect::serve_without_callbacks(self.entry);
            self.served_at = self.now();
        }
        Ok(())
    }

    fn now(&mut self) -> Instant {
        self.clock.advance(os::uptime_ms())
    }
}
