//! Stands between rumqttd and the wire: checks who connects, and sees who comes, goes and subscribes.
//!
//! rumqttd's own authentication hook closes the connection of a client it refuses without a CONNACK, so
//! that firmware cannot tell a wrong secret from a broken network. Its codec, however, is a trait, and one
//! codec serves each connection. This one is rumqttd's MQTT 3.1.1 codec plus admission: a refused CONNECT is
//! handed on as the one form that rumqttd answers by itself (no client id, no clean session), and the code
//! in that answer is replaced on its way out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::BytesMut;
use rumqttd::protocol::v4::V4;
use rumqttd::protocol::{Connect, ConnectReturnCode, Error, Login, Packet, Protocol};

use crate::cloud::admission::{Admission, CLOUD_USER, Refusal};
use crate::cloud::event::{CloudEvent, Observer};

/// rumqttd drops a client whose keep-alive is 0, which in MQTT means "never": make that 18 hours.
const LONGEST_KEEP_ALIVE: u16 = u16::MAX;

/// The names under which rumqttd knows clients.
///
/// A client that resets its connection before its CONNACK is written leaves an entry in rumqttd on which the
/// next CONNECT of that name panics, and every later one of any name. So such a client gets another name,
/// and with it a new session.
#[derive(Default)]
struct Names {
    stillborn: Mutex<HashMap<String, u32>>,
}

impl Names {
    fn current(&self, client_id: &str) -> String {
        match self.stillborn.lock().unwrap_or_else(PoisonError::into_inner).get(client_id) {
            Some(count) => format!("{client_id} ({count})"),
            None => client_id.to_owned(),
        }
    }

    fn abandon(&self, client_id: &str) {
        let mut stillborn = self.stillborn.lock().unwrap_or_else(PoisonError::into_inner);
        *stillborn.entry(client_id.to_owned()).or_default() += 1;
    }
}

struct Client {
    id: String,
    observed: bool,
    /// rumqttd reads again, so it has written the CONNACK.
    served: bool,
}

enum Peer {
    Unknown,
    Admitted(Client),
    Refused(ConnectReturnCode),
}

/// The codec of one connection; rumqttd clones one for each.
pub struct Gate {
    admission: Arc<Admission>,
    names: Arc<Names>,
    observer: Observer,
    peer: Peer,
}

impl Gate {
    /// A gate that asks `admission` and tells `observer`.
    pub fn new(admission: Admission, observer: Observer) -> Self {
        Self { admission: Arc::new(admission), names: Arc::default(), observer, peer: Peer::Unknown }
    }

    fn tell(&self, event: CloudEvent) {
        (self.observer)(event);
    }

    /// Tells of a client, unless it is the cloud itself.
    fn tell_of_client(&self, event: impl FnOnce(String) -> CloudEvent) {
        if let Peer::Admitted(Client { id, observed: true, .. }) = &self.peer {
            self.tell(event(id.clone()));
        }
    }

    fn connect(&mut self, connect: Connect, login: Option<&Login>) -> Connect {
        let Connect { keep_alive, client_id, clean_session } = connect;
        let login = login.map(|login| (login.username.as_str(), login.password.as_str()));
        match self.admission.admit(&client_id, login) {
            Ok(()) => {
                let observed = login.is_none_or(|(username, _)| username != CLOUD_USER);
                let name = self.names.current(&client_id);
                self.peer = Peer::Admitted(Client { id: client_id, observed, served: false });
                let keep_alive = if keep_alive == 0 { LONGEST_KEEP_ALIVE } else { keep_alive };
                Connect { keep_alive, client_id: name, clean_session }
            }
            Err(refusal) => {
                let (code, connack) = match refusal {
                    Refusal::ClientId(_) => (ConnectReturnCode::ClientIdentifierNotValid, 2),
                    Refusal::Malformed(_) => (ConnectReturnCode::BadUserNamePassword, 4),
                    Refusal::NotAuthorized(_) => (ConnectReturnCode::NotAuthorized, 5),
                };
                self.peer = Peer::Refused(code);
                self.tell(CloudEvent::Refused { client_id, connack, reason: refusal.to_string() });
                Connect { keep_alive: LONGEST_KEEP_ALIVE, client_id: String::new(), clean_session: false }
            }
        }
    }
}

impl Clone for Gate {
    fn clone(&self) -> Self {
        Self {
            admission: Arc::clone(&self.admission),
            names: Arc::clone(&self.names),
            observer: Arc::clone(&self.observer),
            peer: Peer::Unknown,
        }
    }
}

impl Protocol for Gate {
    fn read_mut(&mut self, stream: &mut BytesMut, max_size: usize) -> Result<Packet, Error> {
        if let Peer::Admitted(client) = &mut self.peer {
            client.served = true;
        }
        let packet = V4.read_mut(stream, max_size)?;
        match (packet, &self.peer) {
            (Packet::Connect(connect, properties, will, will_properties, login), Peer::Unknown) => {
                let connect = self.connect(connect, login.as_ref());
                Ok(Packet::Connect(connect, properties, will, will_properties, login))
            }
            (Packet::Subscribe(subscribe, properties), _) => {
                let filters = subscribe.filters.iter().map(|filter| filter.path.clone()).collect();
                self.tell_of_client(|client_id| CloudEvent::Subscribing { client_id, filters });
                Ok(Packet::Subscribe(subscribe, properties))
            }
            (packet, _) => Ok(packet),
        }
    }

    fn write(&self, mut packet: Packet, buffer: &mut BytesMut) -> Result<usize, Error> {
        if let Packet::ConnAck(connack, _) = &mut packet {
            if let Peer::Refused(code) = &self.peer {
                connack.code = *code;
            }
            let session_present = connack.session_present;
            self.tell_of_client(|client_id| CloudEvent::Connected { client_id, session_present });
        }
        V4.write(packet, buffer)
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.tell_of_client(|client_id| CloudEvent::Disconnected { client_id });
        if let Peer::Admitted(Client { id, served: false, .. }) = &self.peer {
            self.names.abandon(id);
        }
    }
}
