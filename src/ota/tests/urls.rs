use crate::error::Error;
use crate::ota::Url;
use crate::ota::url::redirected;

#[test]
fn reads_host_port_and_target() {
    for (text, host, port, target) in [
        ("http://a.example/x/y?z=1&b=%20", "a.example", None, "/x/y?z=1&b=%20"),
        ("https://a.example", "a.example", None, ""),
        ("HTTPS://10.0.0.1:8443/", "10.0.0.1", Some(8443), "/"),
        ("http://a?x=http://b/#c", "a", None, "?x=http://b/"),
        ("http://a:1#/x", "a", Some(1), ""),
    ] {
        assert_eq!(Url::parse(text), Some(Url { host, port, target }), "{text}");
    }
}

#[test]
fn refuses_what_has_no_place_in_a_request() {
    let long = format!("http://{}/", "a".repeat(256));
    for text in [
        "",
        "a.example/x",
        "ftp://a/x",
        "http:/a",
        "http://",
        "http:///x",
        "http://u@a/x",
        "http://u:p@a/x",
        "http://[::1]/x",
        "http://a:/x",
        "http://a:0/x",
        "http://a:65536/x",
        "http://a:+80/x",
        "http://a:8 0/x",
        "http://a/x y",
        "http://a/x\r\nHost: b",
        "http://a\r\nx/y",
        "http://a/\u{e9}",
        "http://\u{e9}/",
        &long,
    ] {
        assert_eq!(Url::parse(text), None, "{text}");
    }
}

#[test]
fn follows_redirections_to_a_url_or_a_path() {
    for (from, location, to) in [
        ("http://a/x", "https://b:1/y", "https://b:1/y"),
        ("http://a:8080/x?y", "/z", "http://a:8080/z"),
        ("http://a", "/z", "http://a/z"),
        ("http://a/x#y", "/z?", "http://a/z?"),
    ] {
        assert_eq!(redirected(from, location).as_deref(), Ok(to), "{from} {location}");
    }
    for location in ["", "z", "//b/z", "ftp://b/z", "/a b", "http://"] {
        assert_eq!(redirected("http://a/x", location), Err(Error::Malformed), "{location}");
    }
}
