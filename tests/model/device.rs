//! `tests/c/model_device.c`, told line by line what to do.

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::robust_support::checked::{MEMCHECK, under_valgrind};
use crate::robust_support::device::{Counts, counting_program};
use crate::support::broker::Broker;
use crate::support::build::{archive, scratch_dir};
use crate::support::cloud::{Cloud, Message, Replies};
use crate::support::commanded::Commanded;
use crate::support::network::{Network, SERVER};
use crate::support::process::Line;
use crate::support::timeline::Seen;
use crate::support::{DEVICE_NAME, DEVICE_SECRET, PRODUCT_KEY, PRODUCT_SECRET, SOON, topic};

/// `ITM_MSG_…` of `dev_model.h`.
pub mod message_type {
    pub const POST_PROPERTY: i32 = 0;
    pub const DEVICEINFO_UPDATE: i32 = 1;
    pub const DEVICEINFO_DELETE: i32 = 2;
    pub const POST_RAW_DATA: i32 = 3;
    pub const QUERY_TIMESTAMP: i32 = 7;
    pub const QUERY_TOPOLIST: i32 = 8;
    pub const PROPERTY_DESIRED_GET: i32 = 14;
    pub const PROPERTY_DESIRED_DELETE: i32 = 15;
}

/// `IOTX_IOCTL_RECV_PROP_REPLY`
pub const RECV_PROP_REPLY: i32 = 6;
/// `IOTX_IOCTL_RECV_EVENT_REPLY`
pub const RECV_EVENT_REPLY: i32 = 7;
/// `IOTX_IOCTL_SEND_PROP_SET_REPLY`
pub const SEND_PROP_SET_REPLY: i32 = 8;

/// Where a property set arrives.
pub const PROPERTY_SET: &str = "thing/service/property/set";

/// A device that is switched on; killed on drop.
pub struct Device {
    program: Commanded,
    marks: u32,
}

impl Deref for Device {
    type Target = Commanded;

    fn deref(&self) -> &Commanded {
        &self.program
    }
}

impl DerefMut for Device {
    fn deref_mut(&mut self) -> &mut Commanded {
        &mut self.program
    }
}

impl Device {
    pub fn start(network: &Network) -> Self {
        Self::spawn(network, Command::new(program()))
    }

    /// Under valgrind, which makes the program fail when it finds something.
    pub fn start_under_memcheck(network: &Network) -> Self {
        Self::spawn(network, under_valgrind(MEMCHECK, program()))
    }

    /// As another one.
    pub fn start_as(network: &Network, product_key: &str, name: &str) -> Self {
        Self::spawn_as(network, Command::new(program()), product_key, name)
    }

    fn spawn(network: &Network, command: Command) -> Self {
        Self::spawn_as(network, command, PRODUCT_KEY, DEVICE_NAME)
    }

    fn spawn_as(network: &Network, mut command: Command, product_key: &str, name: &str) -> Self {
        command.args([product_key, name, DEVICE_SECRET, PRODUCT_SECRET, &SERVER.to_string()]);
        command.current_dir(scratch_dir("flash"));
        Self { program: Commanded::spawn(network, command, "device"), marks: 0 }
    }

    /// Opens and connects; both must succeed.
    pub fn connected(mut self) -> Self {
        self.ok("open");
        self.ok("connect");
        self
    }

    /// Sets options of `IOT_Ioctl` before that.
    pub fn with(mut self, options: &[(i32, i32)]) -> Self {
        for (option, value) in options {
            self.ok(&format!("set_option {option} {value}"));
        }
        self
    }

    /// Does `command`, which must give the id of a message.
    pub fn id(&mut self, command: &str) -> i32 {
        let id = self.call(command);
        assert!(id > 0, "{command} = {id}\n{}", self.log_text());
        id
    }

    /// Does `command`, which must fail with one line of the level `[err]`.
    pub fn refused(&mut self, command: &str) {
        let before = self.lines_with("[err]").len();
        assert_eq!(self.call(command), -1, "{command}\n{}", self.log_text());
        let errors = self.lines_with("[err]").split_off(before);
        assert_eq!(errors.len(), 1, "{command}: {errors:#?}");
    }

    /// The next callback called `name` must have these arguments.
    pub fn hear_callback(&mut self, name: &str, arguments: &str) -> Line {
        let line = self.hear(&format!("@{name}"));
        let wanted = format!("@{name} {arguments}");
        assert_eq!(line.what, wanted.trim_end(), "{}", self.log_text());
        line
    }

    /// The callbacks called `name` so far.
    pub fn callbacks(&self, name: &str) -> Vec<String> {
        let lines = self.lines_with(&format!("@{name}"));
        lines.into_iter().map(|line| line.what).filter(|line| line.starts_with('@')).collect()
    }

    /// All callbacks at `index` of the log or later, but those of binding.
    pub fn callbacks_from(&self, index: usize) -> Vec<String> {
        let lines = self.process.lines_from(index).into_iter().map(|line| line.what);
        lines.filter(|line| line.starts_with('@') && !line.starts_with("@status ")).collect()
    }

    /// Waits until everything that `cloud` has published so far is dealt with and told, and what the device
    /// says to it has come: see [`answered_mark`](Self::answered_mark).
    pub fn catch_up(&mut self, cloud: &Cloud) -> Seen<Message> {
        let from = self.process.log_len();
        let answer = self.answered_mark(cloud);
        self.process.wait_from(from, &format!("@set devid=0 request={}", self.mark()), SOON);
        answer
    }

    /// Sets a property for the next time, and gives the answer.
    pub fn answered_mark(&mut self, cloud: &Cloud) -> Seen<Message> {
        self.marks += 1;
        let id = format!("mark-{}", self.marks);
        let before = cloud.len();
        cloud.publish(&topic(PROPERTY_SET), request(&id, PROPERTY_SET, &self.mark()));
        let answer = format!(r#"{{"id":"{id}","code":200,"data":{{}}}}"#);
        let reply = topic("thing/service/property/set_reply");
        cloud
            .wait_from(before, SOON, |message| message.topic == reply && message.payload == answer.as_bytes())
    }

    /// What the last mark set.
    pub fn mark(&self) -> String {
        format!(r#"{{"mark":{}}}"#, self.marks)
    }

    /// What it holds of its port now.
    pub fn counts(&mut self) -> Counts {
        let from = self.process.log_len();
        self.ok("counts");
        Counts::parse(&self.process.wait_from(from, "@counts ", SOON).what)
    }

    /// Closes it, after which nothing may be held, and ends the program, which must be content.
    pub fn close_and_check(mut self) {
        self.ok("close");
        self.check_closed();
    }

    /// The same for one that is closed.
    pub fn check_closed(mut self) {
        self.counts().assert_nothing_held();
        self.process.close_input();
        let status = self.process.wait_exit(SOON);
        assert!(status.success(), "{status}:\n{}", self.log_text());
        assert!(self.lines_with("@wrong").is_empty(), "{}", self.log_text());
    }
}

/// A broker, a cloud that accepts the token, and a device that is connected and hears the cloud.
pub fn connected<'n>(network: &'n Network, options: &[(i32, i32)]) -> (Broker<'n>, Cloud, Device) {
    let broker = Broker::start(network);
    let cloud = Cloud::join(network, Replies::Success);
    let mut device = Device::start(network).with(options).connected();
    device.catch_up(&cloud);
    (broker, cloud, device)
}

/// A request of the cloud on `suffix`, which gives its method.
pub fn request(id: &str, suffix: &str, params: &str) -> String {
    let method = suffix.replace('/', ".");
    format!(r#"{{"method":"{method}","id":"{id}","params":{params},"version":"1.0.0"}}"#)
}

/// A reply of the cloud.
pub fn reply(id: i32, code: i32, data: &str, message: &str) -> String {
    format!(r#"{{"code":{code},"data":{data},"id":"{id}","message":"{message}","version":"1.0"}}"#)
}

fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let sources = [
            "model_device.c",
            "model_device_calls.c",
            "model_device_callbacks.c",
            "command_line.c",
            "robust_identity.c",
        ];
        counting_program("model_device", &sources, archive())
    })
}
