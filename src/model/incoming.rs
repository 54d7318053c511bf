//! What comes down.

use crate::error::Error;
use crate::json::{Kind, Scalar, Value, read_members};
use crate::text::Terminated;

/// Longest `id` of a request that is answered, bytes.
const ID_MAX: usize = 64;

/// A request of the cloud.
pub struct Request<'p> {
    /// Its `method`, `thing.service.property.set` say.
    pub method: Terminated,
    /// Its parameters.
    pub params: Value<'p>,
}

impl<'p> Request<'p> {
    /// Reads a request, whose parameters must be of this kind. `id` is set to its `id`, for the answer, also
    /// where nothing but that can be read.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::OutOfMemory`].
    pub fn parse(payload: &'p [u8], kind: Kind, id: &mut Option<Terminated>) -> Result<Self, Error> {
        let mut method = None;
        let mut has_version = false;
        let mut memory = Ok(());
        read_members(payload, &[("", "id"), ("", "method"), ("", "version")], &mut |index, value| {
            let Scalar::Text(text) = value else { return };
            let place = match index {
                0 if text.is_empty() || text.len() > ID_MAX => return,
                0 => &mut *id,
                1 => &mut method,
                _ => return has_version = true,
            };
            match Terminated::new(text) {
                Ok(text) => *place = Some(text),
                Err(error) => memory = Err(error),
            }
        })?;
        memory?;
        let params = Value::member(payload, "params")?.filter(|params| params.kind == kind && has_version);
        let (Some(method), Some(params)) = (method, params) else { return Err(Error::Malformed) };
        if id.is_none() {
            return Err(Error::Malformed);
        }
        Ok(Self { method, params })
    }
}

/// A reply of the cloud to a request of the device.
pub struct Reply<'p> {
    /// Of the request.
    pub id: u32,
    /// 200 for success.
    pub code: i32,
    /// What was asked for.
    pub data: Option<Value<'p>>,
    /// The cloud's words.
    pub message: Option<Terminated>,
}

impl<'p> Reply<'p> {
    /// Reads a reply; `id` and `code` may be numbers or numbers in quotes.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::OutOfMemory`].
    pub fn parse(payload: &'p [u8]) -> Result<Self, Error> {
        let (mut id, mut code, mut message) = (None, None, Ok(None));
        read_members(
            payload,
            &[("", "id"), ("", "code"), ("", "message")],
            &mut |index, value| match index {
                0 => id = value.integer().and_then(|id| u32::try_from(id).ok()),
                1 => code = value.integer(),
                _ => {
                    if let Scalar::Text(text) = value {
                        message = Terminated::new(text).map(Some);
                    }
                }
            },
        )?;
        let (Some(id), Some(code)) = (id, code) else { return Err(Error::Malformed) };
        Ok(Self { id, code, data: Value::member(payload, "data")?, message: message? })
    }

    /// The data of a reply that says success, if it is an object.
    pub fn successful_data(&self) -> Option<&'p str> {
        let is_success = self.message.as_ref().is_none_or(|message| message.as_str() == "success");
        self.data.filter(|data| is_success && data.kind == Kind::Object).map(|data| data.text)
    }
}

/// The cloud's time, decimal milliseconds, in its answer to a query of the time.
///
/// # Errors
/// [`Error::Malformed`] when it is not there, or no number; [`Error::OutOfMemory`].
pub fn time_of(payload: &[u8]) -> Result<Terminated, Error> {
    let mut time = Err(Error::Malformed);
    read_members(payload, &[("", "serverSendTime")], &mut |_, value| {
        if let Scalar::Text(text) | Scalar::Number(text) = value
            && !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_digit())
        {
            time = Terminated::new(text);
        }
    })?;
    time
}
