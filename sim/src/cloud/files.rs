//! The files that `linkkit-sim cloud` has for devices that ask.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;

use crate::cloud::event::{CloudEvent, Observer};
use crate::cloud::tls::TlsEntrance;
use crate::file::{
    ConfigurationOffer, CutOff, FileEntrance, FileServer, ImageOffer, Offers, ServedFile, SignMethod,
};

/// What to offer.
#[derive(Args, Clone, Debug)]
pub struct FileArgs {
    /// Offer this firmware to devices that ask for an upgrade; with --tls they fetch it by HTTPS
    #[arg(long, value_name = "FILE", requires = "image_version")]
    image: Option<PathBuf>,
    /// The version of that firmware
    #[arg(long, value_name = "VERSION", requires = "image")]
    image_version: Option<String>,
    /// Offer this configuration to devices that ask; without one they get code 6710
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where devices fetch files
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8070")]
    files_listen: SocketAddr,
    /// The host name by which devices know that place [default: the IP address, with --tls the first
    /// --tls-name]
    #[arg(long, value_name = "HOST")]
    files_host: Option<String>,
}

impl FileArgs {
    /// Serves what there is.
    pub fn serve(&self, tls: Option<&TlsEntrance>, observer: &Observer) -> Result<Offers> {
        if self.image.is_none() && self.config.is_none() {
            return Ok(Offers::default());
        }
        let host = self.files_host.as_deref().or(tls.and_then(TlsEntrance::first_name));
        let config = tls.map(|entrance| entrance.identity.server_config()).transpose()?;
        let entrance = FileEntrance::open(self.files_listen, host, config)?;
        let mut files = Vec::new();
        let mut offers = Offers::default();
        if let (Some(path), Some(version)) = (&self.image, &self.image_version) {
            let (content, url) = add(&mut files, &entrance, path)?;
            offers.image = Some(ImageOffer::new(&content, url, version, SignMethod::Md5));
        }
        if let Some(path) = &self.config {
            let (content, url) = add(&mut files, &entrance, path)?;
            offers.configuration = Some(ConfigurationOffer::new(&content, url, SignMethod::Sha256));
        }
        let observer = Observer::clone(observer);
        FileServer::start(entrance, files, Arc::new(move |event| observer(CloudEvent::File(event))))?;
        Ok(offers)
    }
}

fn add(files: &mut Vec<ServedFile>, entrance: &FileEntrance, path: &Path) -> Result<(Vec<u8>, String)> {
    let content = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file = ServedFile::new(content.clone(), CutOff::default())?;
    let url = entrance.url(&file);
    files.push(file);
    Ok((content, url))
}
