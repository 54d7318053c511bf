//! Applications with an MQTT client of their own.

use std::process::Command;

use crate::support::build::{run, tls_program};
use crate::support::{DEVICE_NAME, DEVICE_SECRET, PRODUCT_KEY};

#[test]
fn the_credentials_are_for_tls() {
    let program = tls_program("sign_tls", &["sign_tls.c"], &[]);
    let line = run(Command::new(program).args([PRODUCT_KEY, DEVICE_NAME, DEVICE_SECRET]));
    let server = format!("{PRODUCT_KEY}.iot-as-mqtt.cn-shanghai.aliyuncs.com:443 ");
    assert!(line.starts_with(&server), "{line}");
    assert!(line.contains(",securemode=2,"), "{line}");
}
