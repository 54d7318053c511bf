//! An HTTP/1.1 server of a few files in memory, by ranges too, which cuts a connection off when told.

use std::convert::Infallible;
use std::future::ready;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::ops::{Bound, Range};
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use headers::{AcceptRanges, ContentLength, ContentRange, HeaderMapExt};
use http_body_util::channel::Channel;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use crate::file::body::{CutOff, PIECE, Sending};
use crate::file::event::{FileEvent, FileObserver};
use crate::random;

/// A file and where it is.
#[derive(Debug)]
pub struct ServedFile {
    target: String,
    content: Bytes,
    cut_off: CutOff,
}

impl ServedFile {
    /// A file under a name that nobody guesses, with a query as the real cloud's addresses have it.
    pub fn new(content: Vec<u8>, cut_off: CutOff) -> Result<Self> {
        let target = format!("/{}?Expires=4102444800&Signature=bench%2B", random::name()?);
        Ok(Self { target, content: content.into(), cut_off })
    }
}

/// Where devices fetch files.
pub struct FileEntrance {
    listener: TcpListener,
    origin: String,
    tls: Option<Arc<ServerConfig>>,
}

impl FileEntrance {
    /// Listens. Devices know it as `host`, or if there is none by its address.
    pub fn open(listen: SocketAddr, host: Option<&str>, tls: Option<Arc<ServerConfig>>) -> Result<Self> {
        if host.is_none() && listen.ip().is_unspecified() {
            bail!("files on {listen} need a host name or address by which devices know it");
        }
        let listener =
            TcpListener::bind(listen).with_context(|| format!("cannot serve files on {listen}"))?;
        let address = listener.local_addr().context("no address to serve files on")?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let origin = match host {
            Some(host) => format!("{scheme}://{host}:{}", address.port()),
            None => format!("{scheme}://{address}"),
        };
        Ok(Self { listener, origin, tls })
    }

    /// The address of a file.
    pub fn url(&self, file: &ServedFile) -> String {
        format!("{}{}", self.origin, file.target)
    }
}

/// Serves files.
#[derive(Clone)]
pub struct FileServer {
    files: Arc<[ServedFile]>,
    observer: FileObserver,
}

impl FileServer {
    /// Serves in a thread of its own until the process ends.
    pub fn start(entrance: FileEntrance, files: Vec<ServedFile>, observer: FileObserver) -> Result<()> {
        let server = Self { files: files.into(), observer };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("no runtime for the file server")?;
        thread::Builder::new()
            .name("files".into())
            .spawn(move || {
                let Err(error) = runtime.block_on(server.serve(entrance));
                server.tell(FileEvent::Failed { reason: error.to_string() });
            })
            .context("no thread for the file server")?;
        Ok(())
    }

    fn tell(&self, event: FileEvent) {
        (self.observer)(event);
    }

    async fn serve(&self, entrance: FileEntrance) -> io::Result<Infallible> {
        entrance.listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(entrance.listener)?;
        let tls = entrance.tls.map(TlsAcceptor::from);
        loop {
            let (stream, _) = listener.accept().await?;
            let (server, tls) = (self.clone(), tls.clone());
            tokio::spawn(async move {
                match tls {
                    None => server.converse(stream).await,
                    Some(tls) => match tls.accept(stream).await {
                        Ok(stream) => server.converse(stream).await,
                        Err(error) => server.tell(FileEvent::Failed { reason: format!("TLS: {error}") }),
                    },
                }
            });
        }
    }

    async fn converse(&self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let service = service_fn(|request| ready(Ok::<_, Infallible>(self.answer(&request))));
        let connection =
            http1::Builder::new().max_buf_size(2 * PIECE).serve_connection(TokioIo::new(stream), service);
        // A connection that is cut ends with an error too, which has been told.
        if let Err(error) = connection.await
            && !error.is_user()
        {
            self.tell(FileEvent::Failed { reason: error.to_string() });
        }
    }

    fn answer(&self, request: &Request<Incoming>) -> Response<Channel<Bytes, io::Error>> {
        let target = request.uri().path_and_query().map_or("", |target| target.as_str());
        let file = self.files.iter().find(|file| file.target == target);
        let (sender, body) = Channel::new(1);
        let mut response = Response::new(body);
        let headers = response.headers_mut();
        let (status, range) = match (file, request.method()) {
            (None, _) => (StatusCode::NOT_FOUND, 0..0),
            (Some(file), &Method::GET | &Method::HEAD) => file.select(request.headers(), headers),
            (Some(_), _) => (StatusCode::METHOD_NOT_ALLOWED, 0..0),
        };
        headers.typed_insert(ContentLength(range.len() as u64));
        *response.status_mut() = status;
        self.tell(FileEvent::Asked {
            method: request.method().to_string(),
            target: target.to_owned(),
            status: status.as_u16(),
            range: range.clone(),
        });
        if let (Some(file), true, &Method::GET) = (file, status.is_success(), request.method()) {
            let server = self.clone();
            let bytes = file.content.slice(range.clone());
            let cut = file.cut_off.within(range.len());
            let is_end = range.end == file.content.len();
            let sending = Sending { target: target.to_owned(), range, is_end, cut };
            tokio::spawn(async move { server.tell(sending.send(bytes, sender).await) });
        }
        response
    }
}

impl ServedFile {
    /// Which bytes a request wants, and the headers that say so. Several ranges at once are answered with
    /// all, as RFC 9110 section 14.2 allows.
    fn select(&self, request: &HeaderMap, response: &mut HeaderMap) -> (StatusCode, Range<usize>) {
        let length = self.content.len();
        response.typed_insert(AcceptRanges::bytes());
        let wanted: Vec<_> = request
            .typed_get::<headers::Range>()
            .iter()
            .flat_map(|range| range.satisfiable_ranges(length as u64))
            .collect();
        let [bounds] = wanted.as_slice() else { return (StatusCode::OK, 0..length) };
        let range = clamp(*bounds, length);
        if range.is_empty() {
            response.typed_insert(ContentRange::unsatisfied_bytes(length as u64));
            return (StatusCode::RANGE_NOT_SATISFIABLE, 0..0);
        }
        if let Ok(part) = ContentRange::bytes(range.start as u64..range.end as u64, length as u64) {
            response.typed_insert(part);
        }
        (StatusCode::PARTIAL_CONTENT, range)
    }
}

/// What there is of a range in a file of `length` bytes.
fn clamp((first, last): (Bound<u64>, Bound<u64>), length: usize) -> Range<usize> {
    let within = |place: u64| usize::try_from(place).unwrap_or(length).min(length);
    let start = if let Bound::Included(first) = first { within(first) } else { 0 };
    let end = if let Bound::Included(last) = last { within(last.saturating_add(1)) } else { length };
    start..end
}

#[cfg(test)]
mod tests;
