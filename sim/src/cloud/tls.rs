//! TLS for devices: a CA made for the occasion, and a certificate for the broker.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rumqttd::TlsConfig;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// How devices come in by TLS.
#[derive(Args, Clone, Debug)]
pub struct TlsArgs {
    /// Take devices by TLS too, with a CA made anew at each start; phones come without
    #[arg(long, conflicts_with = "broker")]
    tls: bool,
    /// Where devices come in by TLS
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8883", requires = "tls")]
    tls_listen: SocketAddr,
    /// A host name by which devices know the broker; repeatable
    #[arg(long, value_name = "HOST", default_value = "localhost", requires = "tls")]
    tls_name: Vec<String>,
    /// Where to write ca.pem, which devices must trust, and the broker's certificate and key
    #[arg(long, value_name = "DIR", default_value = "linkkit-sim-tls", requires = "tls")]
    tls_dir: PathBuf,
}

impl TlsArgs {
    /// Makes what is needed, if it is.
    pub fn entrance(&self) -> Result<Option<TlsEntrance>> {
        if !self.tls {
            return Ok(None);
        }
        fs::create_dir_all(&self.tls_dir)
            .with_context(|| format!("cannot make {}", self.tls_dir.display()))?;
        TlsEntrance::open(self.tls_listen, &self.tls_name, &self.tls_dir).map(Some)
    }
}

/// The broker's entrance for devices with TLS.
#[derive(Clone, Debug)]
pub struct TlsEntrance {
    /// Where it is.
    pub listen: SocketAddr,
    /// The names that the certificate is for.
    pub names: Vec<String>,
    /// The certificate that devices must trust, PEM.
    pub authority: PathBuf,
    /// What the broker shows and proves itself with.
    pub identity: ServerIdentity,
}

/// A certificate and its key, in files.
#[derive(Clone, Debug)]
pub struct ServerIdentity {
    certificate: PathBuf,
    key: PathBuf,
}

impl ServerIdentity {
    /// Where a cloud that takes devices by TLS has its own.
    pub fn in_directory(directory: &Path) -> Self {
        Self { certificate: directory.join("server.pem"), key: directory.join("server.key") }
    }

    /// In rustls's terms.
    pub fn server_config(&self) -> Result<Arc<ServerConfig>> {
        let unreadable = |path: &Path| {
            let path = path.display();
            format!("cannot read {path}, which `linkkit-sim cloud --tls` writes")
        };
        let chain = CertificateDer::pem_file_iter(&self.certificate)
            .and_then(Iterator::collect)
            .with_context(|| unreadable(&self.certificate))?;
        let key = PrivateKeyDer::from_pem_file(&self.key).with_context(|| unreadable(&self.key))?;
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .context("the certificate and its key are of no use")?;
        Ok(Arc::new(config))
    }
}

impl TlsEntrance {
    /// Makes a CA, and has it sign a certificate for `names`; both go to files in `directory`. The key of the
    /// CA is forgotten.
    pub fn open(listen: SocketAddr, names: &[String], directory: &Path) -> Result<Self> {
        let mut params = CertificateParams::new(Vec::new()).context("cannot make a CA")?;
        params.distinguished_name.push(DnType::CommonName, "linkkit-sim's CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let authority_key = KeyPair::generate().context("cannot make a key")?;
        let authority = params.self_signed(&authority_key).context("cannot make a CA")?;
        let key = KeyPair::generate().context("cannot make a key")?;
        let issuer = Issuer::new(params, authority_key);
        let certificate = CertificateParams::new(names)
            .and_then(|params| params.signed_by(&key, &issuer))
            .context("cannot make a certificate")?;
        let entrance = Self {
            listen,
            names: names.to_vec(),
            authority: directory.join("ca.pem"),
            identity: ServerIdentity::in_directory(directory),
        };
        write(&entrance.authority, 0o644, &authority.pem())?;
        write(&entrance.identity.certificate, 0o644, &certificate.pem())?;
        write(&entrance.identity.key, 0o600, &key.serialize_pem())?;
        Ok(entrance)
    }

    /// The name that comes first.
    pub fn first_name(&self) -> Option<&str> {
        self.names.first().map(String::as_str)
    }

    /// In rumqttd's terms.
    pub fn config(&self) -> TlsConfig {
        let (identity, text) = (&self.identity, |path: &Path| path.to_string_lossy().into_owned());
        TlsConfig::Rustls {
            capath: None,
            certpath: text(&identity.certificate),
            keypath: text(&identity.key),
        }
    }
}

impl fmt::Display for TlsEntrance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (listen, names, authority) = (self.listen, self.names.join(", "), self.authority.display());
        write!(f, "with TLS on {listen} for devices that know it as {names} and trust {authority}")
    }
}

fn write(path: &Path, mode: u32, text: &str) -> Result<()> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn each_start_has_its_own_ca_and_a_key_for_its_owner_only() {
        let directory = std::env::temp_dir().join(crate::random::name().unwrap());
        fs::create_dir(&directory).unwrap();
        let listen = "127.0.0.1:8883".parse().unwrap();
        let entrance = TlsEntrance::open(listen, &["localhost".to_owned()], &directory).unwrap();
        let mode = fs::metadata(&entrance.identity.key).unwrap().permissions().mode();
        let first = fs::read_to_string(&entrance.authority).unwrap();
        TlsEntrance::open(listen, &["localhost".to_owned()], &directory).unwrap();
        let second = fs::read_to_string(&entrance.authority).unwrap();
        let is_complete = entrance.config().validate_paths();
        fs::remove_dir_all(&directory).unwrap();
        assert_eq!(mode & 0o777, 0o600);
        assert!(is_complete);
        assert_ne!(first, second, "a CA of an earlier start");
    }
}
