//! Firmware from a server of files behind TLS.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::authority::Authority;
use crate::device::{check_memory, switch_on};
use crate::support::SOON;
use crate::support::broker::{Broker, Setting, Tls};
use crate::support::build::{scratch_dir, tls_program};
use crate::support::file_server::{Reply, range, respond};
use crate::support::network::Network;
use crate::support::ota::{Bench, SOURCES, WRAPPED, file, sum};
use crate::web_server::{self, End, WEB};
use crate::{HOST, PORT, WEB_HOST};

/// All tries for a file that cannot be had, the waits in between, and a loaded machine.
const GIVING_UP: Duration = Duration::from_secs(120);

fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| tls_program("ota", &SOURCES, &WRAPPED))
}

fn start<'n>(network: &'n Network, authority: &Authority, under_valgrind: bool) -> (Broker<'n>, Bench) {
    let broker = Broker::start_with(network, &[Setting::Tls(&authority.issue(HOST), PORT)]);
    let flash = scratch_dir("flash");
    let mut command = switch_on(&flash, Some(&authority.file));
    if under_valgrind {
        check_memory(&mut command);
    }
    command.arg(program());
    (broker, Bench::start(network, command, &flash, HOST, &format!("https://{WEB_HOST}")))
}

/// Serves `file`, on each connection as the next of `replies` says. Gives the heads of the requests.
pub fn start_file_server(
    network: &Network,
    address: (Ipv4Addr, u16),
    tls: &Tls,
    file: Vec<u8>,
    replies: Vec<(Reply, End)>,
) -> Receiver<String> {
    let (tell, asked) = channel();
    let mut replies = replies.into_iter();
    web_server::start(network, address, tls, move |stream| match replies.next() {
        Some((reply, end)) => {
            respond(stream, &file, reply, &tell);
            end
        }
        None => End::Cut,
    });
    asked
}

#[test]
fn a_firmware_is_downloaded_and_checked() {
    let network = Network::new();
    let authority = Authority::new();
    let image = file(100_001);
    let replies = vec![(Reply::Whole, End::Closed)];
    let asked = start_file_server(&network, WEB, &authority.issue(WEB_HOST), image.clone(), replies);
    let (_broker, mut bench) = start(&network, &authority, false);
    bench.announce_firmware("2.0.1", &image);
    bench.device.wait_for("event: ITE_FOTA 0 2.0.1");
    assert_eq!(bench.device.call("fota"), 0, "{}", bench.device.log_text());
    assert_eq!(bench.flash(), image);
    let request = asked.recv_timeout(SOON).unwrap();
    assert!(request.starts_with(&format!("GET /fw?a=b HTTP/1.1\r\nHost: {WEB_HOST}\r\n")), "{request}");
    bench.device.wait_for(&format!("ota: asking {WEB_HOST}:443"));
    bench.steps("100");
    assert!(bench.device.lines_with("[err]").is_empty(), "{}", bench.device.log_text());
}

#[test]
fn a_forged_file_is_refused() {
    let network = Network::new();
    let authority = Authority::new();
    let image = file(20_000);
    let mut forged = image.clone();
    forged[12_345] ^= 1;
    let replies = vec![(Reply::Whole, End::Closed)];
    let _asked = start_file_server(&network, WEB, &authority.issue(WEB_HOST), forged, replies);
    let (_broker, mut bench) = start(&network, &authority, false);
    bench.announce_firmware("3", &image);
    bench.device.wait_for("event: ITE_FOTA 0 3");
    assert_eq!(bench.device.call("fota"), -1);
    bench.steps("-3");
    bench.device.wait_for("its digest is not the one announced");
}

#[test]
fn a_configuration_in_chunks_is_downloaded() {
    let network = Network::new();
    let authority = Authority::new();
    let config = file(5_000);
    let replies = vec![(Reply::Chunked, End::Closed)];
    let _asked = start_file_server(&network, WEB, &authority.issue(WEB_HOST), config.clone(), replies);
    let (_broker, mut bench) = start(&network, &authority, false);
    bench.push_config(&sum("sha256sum", &config), config.len());
    bench.device.wait_for("event: ITE_COTA 0 c1 ");
    assert_eq!(bench.device.call("cota"), 0, "{}", bench.device.log_text());
    assert_eq!(bench.flash(), config);
}

/// In each of the ways a connection of TLS can end; nothing may be left behind.
#[test]
fn a_torn_download_resumes_where_it_was() {
    let network = Network::new();
    let authority = Authority::new();
    let image = file(100_000);
    let replies = vec![
        (Reply::Torn(10_001), End::Cut),
        (Reply::Nothing, End::Cut),
        (Reply::Torn(20_000), End::Closed),
        (Reply::Torn(30_000), End::CutInRecord),
        (Reply::Whole, End::Closed),
    ];
    let asked = start_file_server(&network, WEB, &authority.issue(WEB_HOST), image.clone(), replies);
    let (_broker, mut bench) = start(&network, &authority, true);
    bench.announce_firmware("4", &image);
    bench.device.wait_for("event: ITE_FOTA 0 4");
    bench.device.begin("fota");
    assert_eq!(bench.device.finish_within("fota", GIVING_UP), 0, "{}", bench.device.log_text());
    assert_eq!(bench.flash(), image);
    let ranges: Vec<_> = (0..5).map(|_| range(&asked.recv_timeout(SOON).unwrap())).collect();
    assert_eq!(ranges, [None, Some(10_001), Some(10_001), Some(30_001), Some(60_001)]);
    bench.device.wait_for("TLS: session resumed, ");
    bench.steps("100");
    assert_eq!(bench.device.call("close"), 0);
    bench.device.end();
}

#[test]
fn a_server_of_another_ca_is_asked_for_nothing() {
    let network = Network::new();
    let authority = Authority::new();
    let stranger = Authority::new().issue(WEB_HOST);
    let image = file(1_000);
    let replies = vec![(Reply::Whole, End::Closed)];
    let asked = start_file_server(&network, WEB, &stranger, image.clone(), replies);
    let (_broker, mut bench) = start(&network, &authority, false);
    bench.announce_firmware("5", &image);
    bench.device.wait_for("event: ITE_FOTA 0 5");
    bench.device.begin("fota");
    bench.device.wait_for("TLS: certificate error: it is not signed by a trusted CA");
    bench.device.wait_for(&format!("ota: TLS to {WEB_HOST}:443 failed after "));
    assert_eq!(bench.device.finish_within("fota", GIVING_UP), -1, "{}", bench.device.log_text());
    bench.steps("-2");
    let errors = bench.device.lines_with("[err]");
    assert_eq!(errors.len(), 1, "{}", bench.device.log_text());
    let error = "ota: firmware not fetched: given up: cannot connect to the server";
    assert!(errors[0].what.contains(error), "{}", errors[0].what);
    assert_eq!(bench.flash_calls(), ["start", "stop"]);
    assert!(asked.try_recv().is_err(), "a request to a server that is not believed");
    assert!(bench.device.lines_with("network is disconnected!").is_empty(), "{}", bench.device.log_text());
}
