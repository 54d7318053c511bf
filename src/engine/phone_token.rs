//! The token made by the phone, as the application or provisioning sets it.

use log::info;

use super::Engine;
use crate::binding::Token;
use crate::time::Instant;

impl Engine {
    /// Holds `token`, in place of an older one, until the cloud has accepted it once. It is reported as soon as
    /// there is a connection, behind a pending unbind and before any token made by the device; after
    /// acceptance binding goes on with those. Where the tries are used up, it is reported again with the
    /// next connection and the next [`Engine::start_binding`].
    pub fn set_phone_token(&mut self, token: Token, now: Instant) {
        info!("bind: token made by the phone");
        self.local.binding.set_phone_token(token, now);
        self.run_binding(now);
    }

    /// Gives away a token that the cloud has not accepted yet, for the engine's successor.
    pub fn take_phone_token(&mut self) -> Option<Token> {
        self.local.binding.take_phone_token()
    }

    /// Does the application want no binding?
    pub fn is_binding_stopped(&self) -> bool {
        self.local.binding.is_stopped()
    }
}
