//! Log lines, as the C SDK writes them, through `HAL_Printf`.
//!
//! Printing can block for as long as a slow UART takes, and the engine logs while the SDK's lock is
//! held. So lines are collected while it is, and printed when it is free again.

use alloc::vec::Vec;
use core::cell::UnsafeCell;
use core::ffi::CStr;
use core::fmt::{self, Write};
use core::sync::atomic::{AtomicBool, Ordering};

use log::{Level, LevelFilter, Log, Metadata, Record, STATIC_MAX_LEVEL};

use crate::hal::{os, printf};

/// A build without log lines needs nothing of this.
const IS_SILENT: bool = matches!(STATIC_MAX_LEVEL, LevelFilter::Off);

/// Installs the logger; further calls change nothing.
pub fn install() {
    if IS_SILENT {
        return;
    }
    if log::set_logger(&LOGGER).is_ok() {
        // The C SDK is at DEBUG until told otherwise.
        log::set_max_level(LevelFilter::Debug);
    }
}

/// Prints what was collected. Call it without the SDK's lock.
pub fn flush() {
    if IS_SILENT {
        return;
    }
    if LOGGER.collected.is_empty() {
        return;
    }
    let lines = LOGGER.collected.take();
    let mut rest = lines.as_slice();
    while let Ok(record) = CStr::from_bytes_until_nul(rest) {
        printf::print(record);
        rest = rest.get(record.to_bytes_with_nul().len()..).unwrap_or_default();
    }
}

/// The SDK's lock is taken: nothing is printed until [`lock_released`].
#[cfg(feature = "mqtt")]
pub fn lock_taken() {
    LOCK_IS_HELD.store(true, Ordering::Release);
}

/// The SDK's lock is about to be free; [`flush`] follows it.
#[cfg(feature = "mqtt")]
pub fn lock_released() {
    LOCK_IS_HELD.store(false, Ordering::Release);
}

static LOCK_IS_HELD: AtomicBool = AtomicBool::new(false);
static LOGGER: Logger = Logger { collected: Collected::new() };

struct Logger {
    collected: Collected,
}

impl Log for Logger {
    fn enabled(&self, metadata: &Metadata) -> bool {
        metadata.level() <= log::max_level()
    }

    fn log(&self, record: &Record) {
        if !self.enabled(record.metadata()) {
            return;
        }
        if self.collected.append(record) {
            if !LOCK_IS_HELD.load(Ordering::Acquire) {
                flush();
            }
            return;
        }
        let mut line = Bytes(Vec::new());
        match write_record(&mut line, record).map(|()| CStr::from_bytes_until_nul(&line.0)) {
            Ok(Ok(line)) => printf::print(line),
            _ => printf::print(c"[err] logger: out of memory for a line\r\n"),
        }
    }

    fn flush(&self) {
        flush();
    }
}

/// A line as a C string; [`Printable`] keeps every other NUL out.
fn write_record(out: &mut dyn Write, record: &Record) -> fmt::Result {
    let (colour, level) = match record.level() {
        Level::Error => ("1;31", "err"),
        Level::Warn => ("1;35", "wrn"),
        Level::Info => ("1;33", "inf"),
        Level::Debug => ("1;36", "dbg"),
        Level::Trace => ("1;37", "flw"),
    };
    let path = record.module_path().unwrap_or_default();
    // Without the crate's name.
    let module = path.split_once(':').map_or(path, |(_, module)| module.trim_start_matches(':'));
    write!(out, "\x1b[{colour}m[{level}] {module}({}): ", record.line().unwrap_or(0))?;
    write!(Printable(out), "{}", record.args())?;
    out.write_str("\r\n\x1b[0m\0")
}

/// Replaces control characters: names and paths from the network must not steer a terminal.
struct Printable<'a>(&'a mut dyn Write);

impl Write for Printable<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for part in text.split_inclusive(char::is_control) {
            match part.char_indices().next_back() {
                Some((at, last)) if last.is_control() => {
                    self.0.write_str(part.get(..at).unwrap_or_default())?;
                    self.0.write_char('.')?;
                }
                _ => self.0.write_str(part)?,
            }
        }
        Ok(())
    }
}

/// A growing text that reports a lack of memory instead of aborting.
struct Bytes(Vec<u8>);

impl Write for Bytes {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.try_reserve(text.len()).map_err(|_| fmt::Error)?;
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// Records that wait to be printed.
struct Collected {
    busy: AtomicBool,
    /// Tells without `busy` that there is nothing to take.
    has_lines: AtomicBool,
    lines: UnsafeCell<Vec<u8>>,
}

// SAFETY: `lines` is touched only by the one thread that has set `busy`.
unsafe impl Sync for Collected {}

impl Collected {
    const fn new() -> Self {
        Self {
            busy: AtomicBool::new(false),
            has_lines: AtomicBool::new(false),
            lines: UnsafeCell::new(Vec::new()),
        }
    }

    /// False when another thread is at it or memory is short: the caller prints at once, then.
    fn append(&self, record: &Record) -> bool {
        if self.busy.swap(true, Ordering::Acquire) {
            return false;
        }
        // SAFETY: `busy` was free and is ours now.
        let lines = unsafe { &mut *self.lines.get() };
        let before = lines.len();
        let mut out = Bytes(core::mem::take(lines));
        let whole = write_record(&mut out, record);
        if whole.is_err() {
            out.0.truncate(before);
            // There may be no flush that would give it back.
            if before == 0 {
                out.0 = Vec::new();
            }
        }
        *lines = out.0;
        self.has_lines.store(!lines.is_empty(), Ordering::Release);
        self.busy.store(false, Ordering::Release);
        whole.is_ok()
    }

    fn is_empty(&self) -> bool {
        !self.has_lines.load(Ordering::Acquire)
    }

    fn take(&self) -> Vec<u8> {
        // Yields the processor: the other thread may be of lower priority on a single core.
        while self.busy.swap(true, Ordering::Acquire) {
            os::sleep_ms(1);
        }
        // SAFETY: `busy` was free and is ours now.
        let lines = core::mem::take(unsafe { &mut *self.lines.get() });
        self.has_lines.store(false, Ordering::Release);
        self.busy.store(false, Ordering::Release);
        lines
    }
}
