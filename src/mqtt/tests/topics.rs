//! Topic names, filters, and which belongs to which (§4.7).

use super::topic::{is_valid_filter, is_valid_name, matches};

#[test]
fn matches_as_the_examples_of_the_standard() {
    for (filter, name, expected) in [
        ("sport/tennis/player1/#", "sport/tennis/player1", true),
        ("sport/tennis/player1/#", "sport/tennis/player1/ranking", true),
        ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true),
        ("sport/tennis/player1/#", "sport/tennis/player10", false),
        ("sport/#", "sport", true),
        ("#", "sport/tennis", true),
        ("sport/tennis/+", "sport/tennis/player1", true),
        ("sport/tennis/+", "sport/tennis/player1/ranking", false),
        ("sport/+", "sport", false),
        ("sport/+", "sport/", true),
        ("+/+", "/finance", true),
        ("/+", "/finance", true),
        ("+", "/finance", false),
        ("+/tennis/#", "sport/tennis", true),
        ("#", "$SYS/monitor", false),
        ("+/monitor", "$SYS/monitor", false),
        ("$SYS/#", "$SYS/monitor", true),
        ("$SYS/monitor/+", "$SYS/monitor/Clients", true),
        ("a/+", "a/$b", true),
        ("ACCOUNTS", "Accounts", false),
        ("a", "a", true),
        ("a", "/a", false),
        ("a", "a/", false),
        ("a//b", "a//b", true),
        ("a/+/b", "a//b", true),
        ("a/b/c", "a/b", false),
    ] {
        assert_eq!(matches(filter, name), expected, "{filter} {name}");
    }
}

#[test]
fn names_have_no_wildcards() {
    let longest = "x".repeat(65_535);
    for name in ["a", "/", "/a b", "a//b", "$SYS/a", "é/中", &longest] {
        assert!(is_valid_name(name), "{name}");
    }
    for name in ["", "+", "a/#", "a+b", "a\0", &format!("{longest}x")] {
        assert!(!is_valid_name(name), "{name}");
    }
}

#[test]
fn wildcards_of_filters_are_whole_levels() {
    let longest = "x".repeat(65_535);
    for filter in ["a", "/", "#", "+", "/#", "+/+/#", "a/+/b", "a/+", "$SYS/#", &longest] {
        assert!(is_valid_filter(filter), "{filter}");
    }
    for filter in
        ["", "a#", "a/#b", "#/a", "a/#/b", "a+", "+a/b", "++", "##", "+#", "a\0", &format!("{longest}x")]
    {
        assert!(!is_valid_filter(filter), "{filter}");
    }
}
