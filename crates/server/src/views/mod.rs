//! What is sent and taken, in the API's words. A view is made from model values and holds no rule.

pub(crate) mod account;
pub(crate) mod contact;
pub(crate) mod content;
pub(crate) mod conversation;
pub(crate) mod delivery;
pub(crate) mod event;
pub(crate) mod media;
pub(crate) mod message;
pub(crate) mod phone_number;
pub(crate) mod rule;
pub(crate) mod template;

/// A closed set of words on the wire, mirrored from the model's.
macro_rules! mirror {
    ($(#[$doc:meta])* $name:ident = $source:ident { $($variant:ident)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum $name { $($variant),* }
        impl From<$source> for $name {
            fn from(word: $source) -> Self { match word { $($source::$variant => Self::$variant),* } }
        }
        impl From<$name> for $source {
            fn from(word: $name) -> Self { match word { $($name::$variant => Self::$variant),* } }
        }
    };
}

/// One page of a list.
macro_rules! page_of {
    ($name:ident, $item:ty) => {
        #[doc = "One page; hand `next` back as the cursor to go on."]
        #[derive(Debug, serde::Serialize, utoipa::ToSchema)]
        pub(crate) struct $name {
            /// The rows, in the list's order.
            pub data: Vec<$item>,
            /// Where the next page begins; null at the end.
            #[schema(required = true)]
            pub next: Option<String>,
        }
        impl $name {
            pub(crate) fn of<T>(page: model::page::Page<T>, view: impl Fn(T) -> $item) -> axum::Json<Self> {
                axum::Json(Self { data: page.data.into_iter().map(view).collect(), next: page.next })
            }
        }
    };
}

pub(crate) use {mirror, page_of};
