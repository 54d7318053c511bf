use crate::ota::messages::*;
use crate::ota::{Cadence, Failure, Report, Step};
use crate::time::Instant;

fn text(payload: Vec<u8>) -> String {
    String::from_utf8(payload).unwrap()
}

#[test]
fn writes_what_the_c_sdk_writes() {
    assert_eq!(text(request("2.0").unwrap()), r#"{"id":0,"params":{"version":"2.0"}}"#);
    let begin = Report { step: Step::Fetched(0), description: "Enter in downloading state" };
    assert_eq!(
        text(progress(&begin).unwrap()),
        r#"{"id":0,"params":{"step":"0","desc":"Enter in downloading state"}}"#
    );
    for (step, number) in [
        (Step::Fetched(100), "100"),
        (Failure::Size.step(), "-2"),
        (Failure::Digest.step(), "-3"),
        (Failure::Write.step(), "-4"),
    ] {
        let report = Report { step, description: "" };
        let expected = format!(r#"{{"id":0,"params":{{"step":"{number}","desc":""}}}}"#);
        assert_eq!(text(progress(&report).unwrap()), expected);
    }
    assert_eq!(
        CONFIG_GET,
        concat!(
            "{\"id\" : 0,\"version\":\"1.0\",\"params\":{\"configScope\":\"product\",\"getType\":\"file\",",
            "\"attributeKeys\":\"\"},\"method\":\"thing.config.get\"}"
        )
    );
}

#[test]
fn what_it_quotes_stays_json() {
    for reply in [request("a\"b\\\u{1}").unwrap(), request("\"}").unwrap(), push_refused("1\",x").unwrap()] {
        let value: serde_json::Value = serde_json::from_slice(&reply).unwrap();
        assert!(value.is_object());
    }
    assert_eq!(text(push_refused("123").unwrap()), r#"{"id":"123","code":400,"data":{}}"#);
}

fn steps(percents: &[(u8, u64)]) -> Vec<u8> {
    let mut cadence = Cadence::default();
    let mut steps = Vec::new();
    for (percent, ms) in percents {
        while let Some(report) = cadence.due(*percent, Instant::from_millis(1_000 + ms)) {
            let Step::Fetched(step) = report.step else { panic!("{report:?}") };
            steps.push(step);
        }
    }
    steps
}

#[test]
fn reports_at_the_cadence_of_the_c_sdk() {
    assert_eq!(steps(&[(0, 0), (5, 100), (6, 200), (11, 300), (12, 400)]), [0, 6, 12]);
    // 50 ms are not more than 50 ms.
    assert_eq!(steps(&[(10, 0), (20, 50), (30, 51)]), [0, 10, 30]);
    // The end is told however soon it comes, and once.
    assert_eq!(steps(&[(96, 0), (100, 1), (100, 200)]), [0, 96, 100]);
    assert_eq!(steps(&[(100, 0)]), [0, 100]);
}
