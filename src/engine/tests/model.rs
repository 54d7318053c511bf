//! Property posts.

use super::world::*;
use crate::error::Error;

#[test]
fn a_property_post_carries_the_json_byte_for_byte_under_rising_ids() {
    let mut world = World::new();
    world.settle();
    for (id, properties) in [(1, "{}"), (2, r#"{ "a" : 1.50, "b":"\u4f60" }"#)] {
        assert_eq!(world.engine.post_property(properties.as_bytes(), world.now), Ok(id));
        world.settle();
        let sent = world.published("thing/event/property/post");
        let expected = format!(
            r#"{{"id":"{id}","version":"1.0","params":{properties},"method":"thing.event.property.post"}}"#
        );
        assert_eq!(sent.last().unwrap().1, expected);
    }
}

#[test]
fn what_cannot_be_posted_is_refused_and_takes_no_id() {
    let mut world = World::new();
    let offline = world.engine.post_property(b"{}", world.now);
    assert_eq!(offline, Err(Error::Offline));
    world.settle();
    for properties in ["", "[]", "1", "{", "{}x", "{\"a\":\"\u{1}\"}"] {
        let refused = world.engine.post_property(properties.as_bytes(), world.now);
        assert_eq!(refused, Err(Error::Malformed), "{properties}");
    }
    assert_eq!(world.engine.post_property(b"{\"a\":\"\xff\"}", world.now), Err(Error::Malformed));
    let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(5_000));
    assert_eq!(world.engine.post_property(long.as_bytes(), world.now), Err(Error::TooLong));
    world.settle();
    assert_eq!(world.published("thing/event/property/post"), []);
    assert_eq!(world.engine.post_property(b"{}", world.now), Ok(1));
}
