use crate::ota::{Digest, Kind, Notice, OtaEvent, Unusable};
use crate::text::Terminated;

const MD5: &str = "900150983cd24fb0d6963f7d28e17f72";
const SHA256: &str = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";

const FIRMWARE: &str = concat!(
    r#"{"code":"1000","data":{"size":432945,"version":"2.0.0","#,
    r#""url":"https://ota.example/fw.bin?Expires=1&Signature=x%2F","#,
    r#""md5":"900150983cd24fb0d6963f7d28e17f72","#,
    r#""sign":"900150983cd24fb0d6963f7d28e17f72","signMethod":"Md5"},"id":1507707025,"message":"success"}"#
);
const CONFIG: &str = concat!(
    r#"{"configId":"c1","configSize":11,"sign":"SHA","signMethod":"Sha256","#,
    r#""url":"http://ota.example/c.json","getType":"file"}"#
);

fn config() -> String {
    CONFIG.replace("SHA\"", &format!("{SHA256}\""))
}

fn is_sha256(digest: Digest) -> bool {
    matches!(digest, Digest::Sha256([0xba, 0x78, .., 0x15, 0xad]))
}

#[test]
fn reads_a_firmware() {
    let notice = Notice::firmware(FIRMWARE.as_bytes()).unwrap();
    assert_eq!(notice.kind(), Kind::Firmware);
    assert_eq!(notice.event, OtaEvent::Firmware { version: Terminated::new("2.0.0").unwrap() });
    assert_eq!(notice.file.size, 432_945);
    assert_eq!(notice.file.url, "https://ota.example/fw.bin?Expires=1&Signature=x%2F");
    assert!(matches!(notice.file.digest, Digest::Md5([0x90, 0x01, .., 0x7f, 0x72])));
    // The size in quotes, and the digest in capitals.
    let quoted = FIRMWARE.replace("432945", "\"432945\"").replace(MD5, &MD5.to_uppercase());
    assert_eq!(Notice::firmware(quoted.as_bytes()).unwrap().file.size, 432_945);
}

#[test]
fn a_firmware_is_checked_by_the_better_digest() {
    let both = FIRMWARE.replace(
        &format!(r#""sign":"{MD5}","signMethod":"Md5""#),
        &format!(r#""sign":"{SHA256}","signMethod":"SHA256""#),
    );
    assert!(is_sha256(Notice::firmware(both.as_bytes()).unwrap().file.digest));
    let without_md5 = FIRMWARE.replace(&format!(r#""md5":"{MD5}","#), "");
    assert!(matches!(Notice::firmware(without_md5.as_bytes()).unwrap().file.digest, Digest::Md5(_)));
    let md5_alone = FIRMWARE.replace("signMethod", "x");
    assert!(matches!(Notice::firmware(md5_alone.as_bytes()).unwrap().file.digest, Digest::Md5(_)));
    let unknown = without_md5.replace("Md5", "Crc");
    assert_eq!(Notice::firmware(unknown.as_bytes()).unwrap_err(), Unusable::Member("md5"));
}

#[test]
fn reads_a_configuration_that_was_asked_for_or_is_pushed() {
    let reply = format!(r#"{{"id":"1","code":200,"data":{}}}"#, config());
    let push = format!(r#"{{"id":"7","version":"1.0","params":{},"method":"thing.config.push"}}"#, config());
    let (pushed, id) = Notice::config_push(push.as_bytes());
    assert_eq!(id.as_deref(), Some("7"));
    for notice in [Notice::config_reply(reply.as_bytes()).unwrap(), pushed.unwrap()] {
        assert_eq!(notice.kind(), Kind::Config);
        assert!(is_sha256(notice.file.digest));
        let OtaEvent::Config { id, size, get_type, sign, sign_method, url } = notice.event else {
            panic!("{:?}", notice.event)
        };
        assert_eq!((id.as_c_str(), size, get_type.as_c_str()), (c"c1", 11, c"file"));
        assert_eq!((sign.as_str(), sign_method.as_str()), (SHA256, "Sha256"));
        assert_eq!(url.as_c_str(), c"http://ota.example/c.json");
    }
}

#[test]
fn names_what_is_missing() {
    let refused = |from: &str, to: &str| Notice::firmware(FIRMWARE.replace(from, to).as_bytes()).unwrap_err();
    assert_eq!(refused("success", "failed"), Unusable::NotSuccess);
    assert_eq!(refused("message", "x"), Unusable::Member("message"));
    assert_eq!(refused("version", "x"), Unusable::Member("version"));
    assert_eq!(refused("url", "x"), Unusable::Member("url"));
    assert_eq!(refused("https", "ftp"), Unusable::Member("url"));
    for size in ["0", "-1", "\"\"", "1.5", "4294967297", "null", "{}"] {
        assert_eq!(refused("432945", size), Unusable::Member("size"), "{size}");
    }
    for md5 in ["", "90", &MD5[1..], &MD5.replace('9', "g"), &format!("{MD5}0")] {
        assert_eq!(refused(MD5, md5), Unusable::Member("md5"), "{md5}");
    }
    for member in ["configId", "configSize", "sign", "signMethod", "url", "getType"] {
        let reply = format!(r#"{{"id":"1","code":200,"data":{}}}"#, config());
        let reply = reply.replace(&format!("\"{member}\""), "\"x\"");
        let name = if member == "signMethod" { "sign" } else { member };
        assert_eq!(Notice::config_reply(reply.as_bytes()).unwrap_err(), Unusable::Member(name));
    }
    let failed = format!(r#"{{"id":"1","code":400,"data":{}}}"#, config());
    assert_eq!(Notice::config_reply(failed.as_bytes()).unwrap_err(), Unusable::NotSuccess);
    let (refused, id) = Notice::config_push(br#"{"id":12,"params":{}}"#);
    assert_eq!((refused.unwrap_err(), id.as_deref()), (Unusable::Member("configSize"), Some("12")));
}

#[test]
fn damaged_notices_are_refused_or_read_and_nothing_else() {
    for text in ["", "{", "[]", "null", "{}", "\u{feff}{}"] {
        assert!(Notice::firmware(text.as_bytes()).is_err(), "{text}");
        assert!(Notice::config_reply(text.as_bytes()).is_err(), "{text}");
        assert!(Notice::config_push(text.as_bytes()).0.is_err(), "{text}");
    }
    for at in 0..FIRMWARE.len() {
        assert!(Notice::firmware(&FIRMWARE.as_bytes()[..at]).is_err(), "{at}");
        for byte in [0, b'"', b'}', b'\\', 0xff] {
            let mut damaged = FIRMWARE.as_bytes().to_vec();
            damaged[at] = byte;
            if let Ok(notice) = Notice::firmware(&damaged) {
                assert!(notice.file.size > 0);
            }
        }
    }
}
