//! Paths, and the resources that are served under them.

use alloc::string::String;

use crate::error::Error;
use crate::knobs::COAP_RESOURCES_MAX;

/// Longest path, bytes.
pub(super) const PATH_MAX: usize = 128;

/// A path as a request has it.
pub(super) type Path = heapless::String<PATH_MAX>;

/// Names a registered resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceId(usize);

/// What is served.
#[derive(Default)]
pub(super) struct Resources {
    paths: heapless::Vec<String, COAP_RESOURCES_MAX>,
}

impl Resources {
    /// Adds `path` unless it is there; the bool says whether it was added.
    pub(super) fn add(&mut self, path: &str) -> Result<(ResourceId, bool), Error> {
        if let Some(id) = self.find(path) {
            return Ok((id, false));
        }
        check_path(path)?;
        let id = ResourceId(self.paths.len());
        let mut owned = String::new();
        owned.try_reserve_exact(path.len()).map_err(|_| Error::OutOfMemory)?;
        owned.push_str(path);
        self.paths.push(owned).map_err(|_| Error::Full)?;
        Ok((id, true))
    }

    pub(super) fn find(&self, path: &str) -> Option<ResourceId> {
        self.paths.iter().position(|known| known == path).map(ResourceId)
    }

    pub(super) fn count(&self) -> usize {
        self.paths.len()
    }
}

/// Is it `/a/b/c` of segments that a resource can have?
pub(super) fn check_path(path: &str) -> Result<(), Error> {
    if path.len() > PATH_MAX {
        return Err(Error::TooLong);
    }
    match path.as_bytes().split_first() {
        Some((b'/', relative)) if relative.split(|byte| *byte == b'/').all(is_segment) => Ok(()),
        _ => Err(Error::Malformed),
    }
}

/// Can a path that is served have this segment? It must be told apart from two, and be printable.
pub(super) fn is_segment(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'/')
}
