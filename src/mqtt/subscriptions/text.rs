//! The text of a filter.

use alloc::{boxed::Box, string::String};

use crate::error::Error;
#[cfg(feature = "model")]
use crate::{
    identity::{DEVICE_NAME_LEN, PRODUCT_KEY_LEN},
    mqtt::topic,
    text,
};

/// In a template, stands for `{pk}/{dn}`.
#[cfg(feature = "model")]
const DEVICE: char = '~';
/// Longest text made of a template, bytes.
#[cfg(feature = "model")]
const FILLED_MAX: usize = 128;

/// Whose templates they are.
pub(in crate::mqtt) struct Device {
    /// `{pk}/{dn}`
    #[cfg(feature = "model")]
    name: heapless::String<{ PRODUCT_KEY_LEN + 1 + DEVICE_NAME_LEN }>,
}

impl Device {
    pub(super) const fn unnamed() -> Self {
        Self {
            #[cfg(feature = "model")]
            name: heapless::String::new(),
        }
    }

    #[cfg(feature = "model")]
    pub(super) fn named(product_key: &str, device_name: &str) -> Self {
        // It always fits.
        Self { name: text::concat(&[product_key, "/", device_name]).unwrap_or_default() }
    }
}

/// A filter of the library, in which `~` stands for `{pk}/{dn}`.
#[cfg(feature = "model")]
pub type Template = &'static str;

/// The device model has some twenty filters with the name of the device in them: they are templates, so that
/// each takes no memory but a place in the table.
pub(super) enum Text {
    Owned(Box<str>),
    #[cfg(feature = "model")]
    Template(&'static Template),
}

impl Text {
    pub(super) fn owned(text: &str) -> Result<Self, Error> {
        let mut owned = String::new();
        owned.try_reserve_exact(text.len()).map_err(|_| Error::OutOfMemory)?;
        owned.push_str(text);
        Ok(Self::Owned(owned.into_boxed_str()))
    }

    /// Of a text that is no template.
    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Owned(text) => text.as_bytes(),
            #[cfg(feature = "model")]
            Self::Template(_) => &[],
        }
    }

    /// Calls `read` with the text.
    #[cfg_attr(not(feature = "model"), expect(unused_variables, reason = "there is no template"))]
    pub(super) fn read<T>(
        &self,
        device: &Device,
        read: impl FnOnce(&str) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match self {
            Self::Owned(text) => read(text),
            #[cfg(feature = "model")]
            Self::Template(template) => {
                let (front, back) = parts(template);
                read(&text::concat::<FILLED_MAX>(&[front, &device.name, back])?)
            }
        }
    }

    /// Of a template: is it this text?
    #[cfg(feature = "model")]
    pub(super) fn is(&self, text: &str, device: &Device) -> bool {
        self.behind_device(text, device).is_some_and(|(back, rest)| back == rest)
    }

    /// Of a template: does it take in this topic?
    #[cfg(feature = "model")]
    pub(super) fn covers(&self, name: &str, device: &Device) -> bool {
        self.behind_device(name, device)
            .is_some_and(|(back, rest)| back == rest || topic::matches(back, rest))
    }

    /// What stands behind the device in a template, and in `text`, if they are the same up to there.
    #[cfg(feature = "model")]
    fn behind_device<'t>(&self, text: &'t str, device: &Device) -> Option<(&'static str, &'t str)> {
        let Self::Template(template) = self else { return None };
        let (front, back) = parts(template);
        Some((back, text.strip_prefix(front)?.strip_prefix(device.name.as_str())?))
    }
}

#[cfg(feature = "model")]
fn parts(template: Template) -> (&'static str, &'static str) {
    template.split_once(DEVICE).unwrap_or((template, ""))
}
