//! A CA of the test's own.

use std::fs;
use std::path::PathBuf;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};

use crate::support::broker::Tls;
use crate::support::build::scratch_dir;

pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate, PEM.
    pub file: PathBuf,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.distinguished_name.push(DnType::CommonName, "the test's CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        let file = scratch_dir("authority").join("ca.pem");
        fs::write(&file, certificate.pem()).expect("write the CA");
        Self { issuer: Issuer::new(params, key), file }
    }

    /// A server's certificate for `host`, and its key.
    pub fn issue(&self, host: &str) -> Tls {
        self.sign(CertificateParams::new([host.to_owned()]).expect("a host name"))
    }

    /// One that has expired long ago.
    pub fn issue_expired(&self, host: &str) -> Tls {
        let mut params = CertificateParams::new([host.to_owned()]).expect("a host name");
        params.not_before = date_time_ymd(2019, 1, 1);
        params.not_after = date_time_ymd(2020, 1, 1);
        self.sign(params)
    }

    fn sign(&self, params: CertificateParams) -> Tls {
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let directory = scratch_dir("certificate");
        let tls = Tls { certificate: directory.join("server.pem"), key: directory.join("key.pem") };
        fs::write(&tls.certificate, certificate.pem()).expect("write the certificate");
        fs::write(&tls.key, key.serialize_pem()).expect("write the key");
        tls
    }
}
