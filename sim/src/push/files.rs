//! How `push ota` and `push config` serve their file, rightly or wrongly.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use crate::cloud::ServerIdentity;
use crate::file::{CutOff, FileEntrance, FileEvent, FileServer, ServedFile, SignMethod};

/// Flags about the file.
#[derive(Args, Clone, Debug)]
pub struct FileArgs {
    /// What the device is to fetch
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// Where to serve it; port 0 is any free one
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The host by which the device knows that place [default: the IP address, with --tls localhost]
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// Serve it by HTTPS, with the certificate that a running `linkkit-sim cloud --tls` made
    #[arg(long)]
    tls: bool,
    /// The --tls-dir of that cloud
    #[arg(long, value_name = "DIR", default_value = "linkkit-sim-tls", requires = "tls")]
    tls_dir: PathBuf,
    /// Close the connection once, after so many bytes of the file
    #[arg(long, value_name = "BYTES")]
    cut_after: Option<usize>,
    /// Announce the digest of something else
    #[arg(long)]
    wrong_digest: bool,
    /// Send so many bytes more than announced
    #[arg(long, value_name = "BYTES", default_value_t = 0)]
    longer: usize,
    /// What the device should do [default: refuse what is wrong by --wrong-digest or --longer, else done]
    #[arg(long, value_name = "WHAT")]
    expect: Option<Ending>,
}

/// What a device does with a file in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Ending {
    /// Fetch and accept it
    Done,
    /// Tell that it failed
    Refused,
}

/// A file that is being served.
pub struct Serving {
    /// What is announced.
    pub content: Vec<u8>,
    /// Where it is.
    pub url: String,
    /// The digest to announce instead of the right one.
    pub forged_digest: Option<String>,
    /// What happens to it.
    pub events: Receiver<FileEvent>,
}

impl FileArgs {
    /// What the device should do.
    pub fn expected(&self) -> Ending {
        let is_wrong = self.wrong_digest || self.longer > 0;
        self.expect.unwrap_or(if is_wrong { Ending::Refused } else { Ending::Done })
    }

    /// Starts to serve the file.
    pub fn serve(&self, sign_method: SignMethod) -> Result<Serving> {
        let content = read(&self.file)?;
        let mut served = content.clone();
        served.resize(content.len().saturating_add(self.longer), 0);
        if self.cut_after.is_some_and(|after| after >= served.len()) {
            bail!("--cut-after is not within the {} bytes of the file", served.len());
        }
        let forged_digest = self.wrong_digest.then(|| sign_method.digest(b"something else"));
        let tls =
            self.tls.then(|| ServerIdentity::in_directory(&self.tls_dir).server_config()).transpose()?;
        let host = self.host.as_deref().or(self.tls.then_some("localhost"));
        let entrance = FileEntrance::open(self.listen, host, tls)?;
        let file = ServedFile::new(served, CutOff::after(self.cut_after))?;
        let url = entrance.url(&file);
        let (sender, events) = mpsc::channel();
        // Nobody listens any more when the command is ending.
        let observer = Arc::new(move |event| drop(sender.send(event)));
        FileServer::start(entrance, vec![file], observer)?;
        Ok(Serving { content, url, forged_digest, events })
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let content = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    if content.is_empty() {
        bail!("{} is empty", path.display());
    }
    Ok(content)
}
