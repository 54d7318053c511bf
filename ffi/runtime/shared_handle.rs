//! A socket used by several threads, closed by none of them too early.

/// A handle of the port with the threads that are in a HAL call on it. Kept under the SDK's lock.
pub struct SharedHandle<H> {
    handle: H,
    users: u8,
    doomed: bool,
}

impl<H: Copy> SharedHandle<H> {
    pub fn new(handle: H) -> Self {
        Self { handle, users: 0, doomed: false }
    }

    /// The handle, for one HAL call; [`SharedHandle::release`] follows. `None` when it is to be closed.
    pub fn borrow(&mut self) -> Option<H> {
        if self.doomed {
            return None;
        }
        self.users = self.users.saturating_add(1);
        Some(self.handle)
    }

    /// The HAL call is over.
    pub fn release(&mut self) {
        self.users = self.users.saturating_sub(1);
    }

    /// It is to be closed as soon as nobody uses it.
    pub fn doom(&mut self) {
        self.doomed = true;
    }

    pub fn is_doomed(&self) -> bool {
        self.doomed
    }
}

/// Takes the handle out of its slot when it is to be closed and nobody uses it.
pub fn take_unused<H: Copy>(slot: &mut Option<SharedHandle<H>>) -> Option<H> {
    slot.take_if(|shared| shared.doomed && shared.users == 0).map(|shared| shared.handle)
}
