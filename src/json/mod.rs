//! JSON, both ways, as the cloud, phones and the application write it. Reading neither recurses nor
//! needs memory but for strings with escapes; writing needs the memory of the text.

#[cfg(feature = "registrar")]
mod list;
#[cfg(feature = "model")]
mod outer;
mod read;
mod write;

#[cfg(feature = "registrar")]
pub use list::{InList, read_list};
#[cfg(feature = "model")]
pub use outer::{Kind, Value};
#[cfg(feature = "preauth")]
pub use read::ANYWHERE;
pub use read::{Member, Scalar, is_number, read_members};
pub use write::{Quoted, Raw, to_vec};

#[cfg(test)]
mod tests;
