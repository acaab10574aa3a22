//! What reqwest says, in this crate's words.

use bytes::Bytes;
use reqwest::Response;

use crate::error::Error;

/// The body of an answer, at most `max` bytes.
pub(super) async fn read(mut response: Response, max: usize) -> Result<Bytes, Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| Error::Unknown(describe(error)))? {
        if body.len() + chunk.len() > max {
            return Err(Error::Decode(format!("the answer is longer than {max} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.into())
}

/// What a failure before the answer means for the request.
pub(super) fn transport(error: reqwest::Error) -> Error {
    let (unmade, unconnected) = (error.is_builder(), error.is_connect());
    let text = describe(error);
    if unmade {
        Error::Invalid(text)
    } else if unconnected {
        Error::NotSent(text)
    } else {
        Error::Unknown(text)
    }
}

/// An error with its causes, and without the URL, which carries a proof of the app secret.
fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
