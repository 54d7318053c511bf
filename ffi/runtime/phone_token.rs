//! The token made by the phone, from session to session.

use linkkit_core::binding::Token;
use log::info;

use super::lock::Entry;
use super::state::State;
use super::{Unavailable, drive};

/// Hands `token` to the session, or keeps it for the next one.
pub fn set_phone_token(token: Token) -> Result<(), Unavailable> {
    let entry = Entry::new().ok_or(Unavailable)?;
    {
        let mut state = entry.lock();
        if let Some(session) = &mut state.session {
            let now = session.now();
            session.engine.set_phone_token(token, now);
        } else {
            info!("bind: the phone's token is kept for the next open");
            state.phone_token = Some(token);
        }
    }
    drive::drain(&entry);
    Ok(())
}

/// Gives a kept token to a new session.
pub fn hand_over(state: &mut State) {
    let State { session: Some(session), phone_token, .. } = state else { return };
    if let Some(token) = phone_token {
        let now = session.now();
        session.engine.set_phone_token(token.clone(), now);
        // Dropped in place it is wiped.
        *phone_token = None;
    }
}

/// Keeps what the cloud has not accepted, of a session that is over.
pub fn take_back(state: &mut State) {
    if let Some(session) = &mut state.session {
        state.phone_token = session.engine.take_phone_token();
    }
}
