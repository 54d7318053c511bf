//! `IOT_SetLogLevel` of `infra_compat.h`.

use log::{LevelFilter, warn};

use crate::abi::LogLevel;
use crate::logger;

/// Sets which log lines are printed through `HAL_Printf`: `IOT_LOG_NONE` to `IOT_LOG_DEBUG`, DEBUG
/// until the first call. Other values are refused with a line and change nothing.
///
/// Does not block. Source: 3.0.1 `infra_compat.h`.
#[unsafe(no_mangle)]
pub extern "C" fn IOT_SetLogLevel(level: LogLevel) {
    logger::install();
    let filter = match level {
        // The only critical lines are those of a crash, which nothing silences.
        0 | 1 => LevelFilter::Off,
        2 => LevelFilter::Error,
        3 => LevelFilter::Warn,
        4 => LevelFilter::Info,
        5 => LevelFilter::Debug,
        _ => {
            warn!("IOT_SetLogLevel: there is no level {level}");
            return;
        }
    };
    log::set_max_level(filter);
}
