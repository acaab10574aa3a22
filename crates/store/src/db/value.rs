//! Values on their way into a statement and out of a row, the same over both drivers.

use crate::Error;
use model::Timestamp;
use uuid::Uuid;

/// A value bound to a placeholder.
#[derive(Debug, Clone, PartialEq)]
pub enum Bind {
    /// SQL `NULL`, of whatever type the placeholder has.
    Null,
    /// An integer; also a count, a size, or a moment in microseconds since 1970.
    Int(i64),
    /// A text.
    Text(String),
    /// Raw bytes.
    Blob(Vec<u8>),
    /// A UUID: 16 bytes on SQLite, `uuid` on PostgreSQL.
    Uuid(Uuid),
}

impl Bind {
    /// PostgreSQL's text can't hold the letter NUL, and one in somebody's name must not stop a whole delivery.
    fn text(text: String) -> Self {
        Self::Text(if text.contains('\0') { text.replace('\0', "\u{FFFD}") } else { text })
    }
}

macro_rules! bind_from {
    ($($type:ty, $value:ident => $bind:expr;)*) => {$(
        impl From<$type> for Bind {
            fn from($value: $type) -> Self { $bind }
        }
    )*};
}

bind_from! {
    i64, v => Self::Int(v);
    u32, v => Self::Int(i64::from(v));
    usize, v => Self::Int(i64::try_from(v).unwrap_or(i64::MAX));
    u64, v => Self::Int(i64::try_from(v).unwrap_or(i64::MAX));
    &str, v => Self::text(v.to_owned());
    String, v => Self::text(v);
    &String, v => Self::text(v.clone());
    Vec<u8>, v => Self::Blob(v);
    &[u8], v => Self::Blob(v.to_vec());
    Uuid, v => Self::Uuid(v);
    Timestamp, v => Self::Int(v.as_microsecond());
    &serde_json::Value, v => Self::Text(v.to_string());
    model::id::OrganizationId, v => Self::Uuid(v.0);
    model::id::UserId, v => Self::Uuid(v.0);
    model::id::ApiKeyId, v => Self::Uuid(v.0);
    model::id::MetaAppId, v => Self::Uuid(v.0);
    model::id::PhoneNumberId, v => Self::Uuid(v.0);
    model::id::ContactId, v => Self::Uuid(v.0);
    model::id::ConversationId, v => Self::Uuid(v.0);
    model::id::MessageId, v => Self::Uuid(v.0);
    model::id::DeliveryId, v => Self::Uuid(v.0);
    model::id::MediaId, v => Self::Uuid(v.0);
    model::id::RuleId, v => Self::Uuid(v.0);
    model::id::TemplateId, v => Self::Uuid(v.0);
    model::id::JobId, v => Self::Uuid(v.0);
    model::id::NodeId, v => Self::Uuid(v.0);
}

impl<T: Into<Bind>> From<Option<T>> for Bind {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The values of a statement's placeholders, in order: `binds![org, name, now]`.
#[macro_export]
macro_rules! binds {
    ($($value:expr),* $(,)?) => { vec![$($crate::Bind::from($value)),*] };
}

/// Placeholders for a list of values, which are added to `binds`; empty lists have none. The last value is repeated up to
/// the next power of two, so that lists of every length share a few prepared statements.
pub(crate) fn among<T: Into<Bind> + Copy>(binds: &mut Vec<Bind>, values: &[T]) -> String {
    let first = binds.len() + 1;
    let Some(last) = values.last() else { return String::new() };
    let many = values.len().next_power_of_two();
    binds.extend(values.iter().chain(std::iter::repeat(last)).take(many).map(|value| (*value).into()));
    (first..first + many).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
}

/// One row of an answer, already off the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(pub(crate) Vec<Bind>);

impl Row {
    /// The value in column `index`, counted from 0.
    ///
    /// # Errors
    /// [`Error::Database`] when the column is missing or holds another type: the statement and its reader disagree.
    pub fn get<T: FromColumn>(&self, index: usize) -> Result<T, Error> {
        let cell = self.0.get(index).ok_or_else(|| mismatch(index, "a column"))?;
        T::from_column(cell).ok_or_else(|| mismatch(index, T::EXPECTED))
    }

    /// The stored word in column `index`, read by `parse`.
    ///
    /// # Errors
    /// [`Error::Database`] when the word is not one that this version knows.
    pub fn word<T>(&self, index: usize, parse: impl Fn(&str) -> Option<T>) -> Result<T, Error> {
        let text: String = self.get(index)?;
        parse(&text).ok_or_else(|| Error::Database(format!("column {index} holds the unknown word {text:?}")))
    }

    /// The JSON text in column `index`.
    ///
    /// # Errors
    /// [`Error::Database`] when it is not JSON.
    pub fn json(&self, index: usize) -> Result<serde_json::Value, Error> {
        let text: String = self.get(index)?;
        serde_json::from_str(&text).map_err(|e| Error::Database(format!("column {index} is not JSON: {e}")))
    }
}

fn mismatch(index: usize, expected: &str) -> Error {
    Error::Database(format!("column {index} of the answer is not {expected}"))
}

/// A type that a column can be read as.
pub trait FromColumn: Sized {
    /// What is expected, for the error.
    const EXPECTED: &'static str;
    /// The value, or `None` when the column holds something else.
    fn from_column(cell: &Bind) -> Option<Self>;
}

macro_rules! from_column {
    ($($type:ty, $expected:literal, $pattern:pat => $value:expr;)*) => {$(
        impl FromColumn for $type {
            const EXPECTED: &'static str = $expected;
            fn from_column(cell: &Bind) -> Option<Self> {
                match cell { $pattern => $value, _ => None }
            }
        }
    )*};
}

from_column! {
    i64, "an integer", Bind::Int(v) => Some(*v);
    u64, "a count", Bind::Int(v) => u64::try_from(*v).ok();
    u32, "a small count", Bind::Int(v) => u32::try_from(*v).ok();
    String, "a text", Bind::Text(v) => Some(v.clone());
    Vec<u8>, "bytes", Bind::Blob(v) => Some(v.clone());
    Timestamp, "a moment", Bind::Int(v) => moment(*v);
}

/// `Timestamp::from_microsecond` refuses the last second that there is, which is where `Timestamp::MAX` lies.
fn moment(microseconds: i64) -> Option<Timestamp> {
    let nanoseconds = i32::try_from(microseconds.rem_euclid(1_000_000)).ok()? * 1_000;
    Timestamp::new(microseconds.div_euclid(1_000_000), nanoseconds).ok()
}

impl FromColumn for Uuid {
    const EXPECTED: &'static str = "a uuid";
    fn from_column(cell: &Bind) -> Option<Self> {
        match cell {
            Bind::Uuid(v) => Some(*v),
            Bind::Blob(v) => Self::from_slice(v).ok(),
            _ => None,
        }
    }
}

impl<T: FromColumn> FromColumn for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    fn from_column(cell: &Bind) -> Option<Self> {
        match cell {
            Bind::Null => Some(None),
            other => T::from_column(other).map(Some),
        }
    }
}

macro_rules! id_from_column {
    ($($name:ident)*) => {$(
        impl FromColumn for model::id::$name {
            const EXPECTED: &'static str = "an id";
            fn from_column(cell: &Bind) -> Option<Self> { Uuid::from_column(cell).map(Self) }
        }
    )*};
}

id_from_column! {
    OrganizationId UserId ApiKeyId MetaAppId PhoneNumberId ContactId ConversationId MessageId DeliveryId MediaId
    RuleId TemplateId JobId NodeId
}
