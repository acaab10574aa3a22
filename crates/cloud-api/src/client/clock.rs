//! What time it is at Meta.

use super::{Client, transport::transport};
use crate::error::Error;

impl Client {
    /// The `Date` header of an answer of the Graph API's host, such as `Sun, 06 Nov 1994 08:49:37 GMT`; `None` when it gave
    /// none. It carries no credentials, and any answer will do, a refusal too.
    ///
    /// # Errors
    /// [`Error::NotSent`] or [`Error::Unknown`] when nobody answered.
    pub async fn host_date(&self) -> Result<Option<String>, Error> {
        let answer = self.http.get(self.place.base.clone()).send().await.map_err(transport)?;
        let date = answer.headers().get(reqwest::header::DATE);
        Ok(date.and_then(|date| date.to_str().ok()).map(str::to_owned))
    }
}
