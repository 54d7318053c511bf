//! A server behind TLS.

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::support::broker::Tls;
use crate::support::network::Network;
use crate::{PORT, WEB_SERVER};

/// Where devices expect it, unless they are told otherwise.
pub const WEB: (Ipv4Addr, u16) = (WEB_SERVER, PORT);

pub type Stream = StreamOwned<ServerConnection, TcpStream>;

/// How a connection ends.
#[derive(Clone, Copy)]
pub enum End {
    /// TLS is told first.
    Closed,
    /// TLS is not told.
    Cut,
    /// Within a record.
    CutInRecord,
}

/// Lets `talk` say what there is to be said on each connection whose handshake succeeds, one after the other.
pub fn start(
    network: &Network,
    address: (Ipv4Addr, u16),
    tls: &Tls,
    mut talk: impl FnMut(&mut Stream) -> End + Send + 'static,
) {
    network.peers.ip(&["addr", "add", &format!("{WEB_SERVER}/24"), "dev", "eth0"]);
    let listener = network.peers.run(|| TcpListener::bind(address)).expect("the server's port");
    let config = Arc::new(config(tls));
    network.peers.spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).expect("a connection of TLS");
            let mut stream = StreamOwned::new(connection, stream.expect("a connection"));
            // A device that does not believe the server hangs up.
            if stream.conn.complete_io(&mut stream.sock).is_ok() {
                talk(&mut stream).of(&mut stream);
            }
        }
    });
}

fn config(tls: &Tls) -> ServerConfig {
    let certificate = CertificateDer::from_pem_file(&tls.certificate).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(&tls.key).expect("a key");
    let config = ServerConfig::builder().with_no_client_auth();
    config.with_single_cert(vec![certificate], key).expect("a certificate and its key")
}

impl End {
    /// What is still sent. The device may be gone already.
    fn of(self, stream: &mut Stream) {
        match self {
            Self::Closed => {
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
            Self::Cut => {}
            Self::CutInRecord => {
                let mut records = Vec::new();
                stream.conn.writer().write_all(&[0; 1000]).expect("room for a record");
                stream.conn.write_tls(&mut records).expect("a record");
                let _ = stream.sock.write_all(&records[..records.len() / 2]);
            }
        }
    }
}
