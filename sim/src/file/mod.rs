//! Files that devices fetch by HTTP: firmware images and configurations.

mod body;
mod digest;
mod event;
mod offer;
mod server;

pub use body::CutOff;
pub use digest::SignMethod;
pub use event::FileEvent;
pub use offer::{ConfigurationOffer, ImageOffer, Offers};
pub use server::{FileEntrance, FileServer, ServedFile};
