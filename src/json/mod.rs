//! JSON, both ways, as the cloud, phones and the application write it. Reading neither recurses nor
//! needs memory but for strings with escapes; writing needs the memory of the text.

mod read;
mod write;

#[cfg(feature = "preauth")]
pub use read::ANYWHERE;
pub use read::{Member, Scalar, is_number, is_object, read_members};
pub use write::{Quoted, Raw, to_vec};

#[cfg(test)]
mod tests;
