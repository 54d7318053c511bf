//! Topics of a registrar, behind `/sys/{pk}/{dn}/`.

/// To the cloud: a device wants to join.
pub const FOUND: &str = "thing/awss/enrollee/found";
/// From the cloud, for [`Registrar::found_reply`](super::Registrar::found_reply).
pub const FOUND_REPLY: &str = "thing/awss/enrollee/found_reply";
/// From the cloud, for [`Registrar::checkin`](super::Registrar::checkin).
pub const CHECKIN: &str = "thing/awss/enrollee/checkin";
/// To the cloud: what [`Registrar::checkin`](super::Registrar::checkin) gives.
pub const CHECKIN_REPLY: &str = "thing/awss/enrollee/checkin_reply";
/// To the cloud: asks for the key of a device.
pub const CIPHER_GET: &str = "thing/cipher/get";
/// From the cloud, for [`Registrar::cipher_reply`](super::Registrar::cipher_reply).
pub const CIPHER_GET_REPLY: &str = "thing/cipher/get_reply";
