//! What coap-lite costs.

use alloc::vec::Vec;

use crate::error::Error;

/// Words that coap-lite allocates for a message, its first B-tree node included.
const WORDS_PER_MESSAGE: usize = 48;
/// Words that coap-lite allocates for an option: its list and B-tree nodes, and the heap's own.
const WORDS_PER_OPTION: usize = 18;

/// Makes sure that the heap has room for coap-lite to handle `options` options with `bytes` bytes of
/// values. Its allocations cannot fail gently; a thread that takes the room meanwhile is not excluded.
pub(super) fn check_heap(options: usize, bytes: usize) -> Result<(), Error> {
    let words = WORDS_PER_OPTION.saturating_mul(options).saturating_add(WORDS_PER_MESSAGE);
    let needed = words.saturating_mul(size_of::<usize>()).saturating_add(bytes);
    let mut probe = Vec::<u8>::new();
    probe.try_reserve_exact(needed).map_err(|_| Error::OutOfMemory)?;
    // An allocation that nobody looks at may be compiled away.
    core::hint::black_box(&probe);
    Ok(())
}

/// A copy of `bytes`, if the memory can be had.
pub(super) fn copy(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut copy = Vec::new();
    copy.try_reserve_exact(bytes.len()).map_err(|_| Error::OutOfMemory)?;
    copy.extend_from_slice(bytes);
    Ok(copy)
}
