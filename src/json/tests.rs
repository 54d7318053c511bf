use super::*;
use crate::error::Error;

fn members(text: &[u8]) -> Result<Vec<(usize, String)>, Error> {
    let mut all = Vec::new();
    read_members(text, &[("", "id"), ("params", "x"), ("", "code")], &mut |index, value| {
        all.push((index, format!("{value:?}")));
    })
    .map(|()| all)
}

#[test]
fn finds_the_wanted_members_in_any_order() {
    let text = br#" {"code" : 200,"x":1,"params":{"id":3,"x":"y"},"a":[{"id":4}],"id":"\u4f60"} "#;
    let found = [(2, r#"Number("200")"#), (1, r#"Text("y")"#), (0, r#"Text("你")"#)];
    assert_eq!(members(text).unwrap(), found.map(|(index, value)| (index, value.to_owned())));
}

#[test]
fn a_member_of_another_object_does_not_count() {
    for text in [r#"{"other":{"id":1,"x":1}}"#, r#"{"params":[{"x":1}]}"#, r#"{"params":{"y":{"x":1}}}"#] {
        assert_eq!(members(text.as_bytes()), Ok(Vec::new()), "{text}");
    }
    let after = members(br#"{"params":{},"q":{"x":1}}"#);
    assert_eq!(after, Ok(Vec::new()));
}

#[test]
#[cfg(feature = "preauth")]
fn finds_a_member_anywhere_and_each_time() {
    let text = br#"{"id":0,"a":[{"id":1,"b":{"id":"2"}},"id"],"params":{"x":3,"id":null}}"#;
    let mut all = Vec::new();
    read_members(text, &[(ANYWHERE, "id"), ("params", "x")], &mut |index, value| {
        all.push((index, format!("{value:?}")));
    })
    .unwrap();
    let found = [
        (0, r#"Number("0")"#),
        (0, r#"Number("1")"#),
        (0, r#"Text("2")"#),
        (1, r#"Number("3")"#),
        (0, "Other"),
    ];
    assert_eq!(all, found.map(|(index, value)| (index, value.to_owned())));
}

#[test]
fn structures_and_literals_are_other_values() {
    for text in [r#"{"id":{}}"#, r#"{"id":[1,2]}"#, r#"{"id":null}"#, r#"{"id":true}"#] {
        assert_eq!(members(text.as_bytes()), Ok(vec![(0, "Other".to_owned())]), "{text}");
    }
}

#[test]
fn nesting_has_a_limit_that_refuses() {
    let nested = |depth: usize| format!(r#"{{"a":{}1{}}}"#, "[".repeat(depth), "]".repeat(depth));
    assert!(members(nested(511).as_bytes()).is_ok());
    for depth in [512, 513, 1_024, 70_000] {
        assert_eq!(members(nested(depth).as_bytes()), Err(Error::Malformed), "{depth}");
    }
    let mixed = format!(r#"{}1{}"#, r#"{"a":["#.repeat(256), "]}".repeat(256));
    assert!(members(mixed.as_bytes()).is_ok());
}

fn is_object(text: &[u8]) -> bool {
    matches!(Value::check(text), Ok(Value { kind: Kind::Object, .. }))
}

#[test]
fn an_object_is_one_object_and_nothing_else() {
    for text in ["{}", " {\"a\":-1.5e3} ", r#"{"a":"\"\\"}"#] {
        assert!(is_object(text.as_bytes()), "{text}");
    }
    for text in
        ["", " ", "[]", "1", "\"{}\"", "{}{}", "{} x", "{", "{\"a\":1", "{\"a\":1,}", "{a:1}", "{\"a\":01}"]
    {
        assert!(!is_object(text.as_bytes()), "{text}");
    }
}

#[test]
fn knows_a_number_by_its_whole_text() {
    for text in ["0", "-1", "1.5", "1e5", "99999999999999999999999999"] {
        assert!(is_number(text), "{text}");
    }
    for text in ["", " 1", "1 ", "01", "+1", "1.", "0x1", "1,2", "true", "-", "1e", "\"1\""] {
        assert!(!is_number(text), "{text}");
    }
}

/// Whatever happens to a message, it is taken for an object only if serde_json takes it for one too.
#[test]
fn agrees_with_serde_json_on_damaged_texts() {
    const TEXT: &[u8] =
        br#"{"id":"17","n":-1.50e+3,"t":true,"u":[null,false,{}],"s":"a\"\\\/\b\f\n\r\t\u00e9","params":{"x":[]}}"#;
    let agrees = |text: &[u8]| {
        let theirs = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(text).is_ok();
        assert_eq!(is_object(text), theirs, "{}", String::from_utf8_lossy(text));
    };
    agrees(TEXT);
    for at in 0..TEXT.len() {
        agrees(&TEXT[..at]);
        let mut text = TEXT.to_vec();
        text.remove(at);
        agrees(&text);
        for byte in 0..=255 {
            let mut text = TEXT.to_vec();
            text[at] = byte;
            agrees(&text);
            text[at] = TEXT[at];
            text.insert(at, byte);
            agrees(&text);
        }
    }
}

#[test]
fn writes_whatever_room_was_guessed() {
    let text = "x".repeat(300);
    for room in [0, 1, 301, 302, 303, 4096] {
        assert_eq!(to_vec(&text.as_str(), room).unwrap(), format!("{text:?}").as_bytes(), "{room}");
    }
    assert_eq!(to_vec(&Quoted(17), 64).unwrap(), b"\"17\"");
    assert_eq!(to_vec(&"a\"\u{1}你", 64).unwrap(), "\"a\\\"\\u0001你\"".as_bytes());
    assert_eq!(to_vec(&Raw("[1, 2]"), 64).unwrap(), b"[1, 2]");
    assert_eq!(to_vec(&"x".repeat(5_000).as_str(), 64), Err(Error::TooLong));
}

#[test]
fn gives_a_member_as_it_is_written() {
    let text = br#" { "id" : "1", "params" :{ "a":[1,{"params":2}] , "b":"}\"," } ,"list": [1, 2] ,"n":-1.5 , "data":{} } "#;
    let member = |key| Value::member(text, key).unwrap().map(|value| (value.kind, value.text));
    assert_eq!(member("params"), Some((Kind::Object, r#"{ "a":[1,{"params":2}] , "b":"}\"," }"#)));
    assert_eq!(member("list"), Some((Kind::Array, "[1, 2]")));
    assert_eq!(member("n"), Some((Kind::Scalar, "-1.5")));
    assert_eq!(member("id"), Some((Kind::Scalar, "\"1\"")));
    assert_eq!(member("data"), Some((Kind::Object, "{}")));
    assert_eq!(member("a"), None);
    for text in [
        "",
        "[]",
        "1",
        "[{\"a\":1}]",
        r#"{"a":1,"a":2}"#,
        r#"{"a":1"#,
        r#"{"a":1,}"#,
        r#"{"a":1}}"#,
        r#"{"a":1,"\u0062":2}"#,
    ] {
        assert_eq!(Value::member(text.as_bytes(), "a"), Err(Error::Malformed), "{text}");
    }
    assert_eq!(Value::member(b"{\"b\":\"\xff\"}", "a"), Err(Error::Malformed));
}
