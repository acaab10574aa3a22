//! What every object and every word of the wire has in common.

/// Declares an object of the wire: every field optional, the rest kept in `extra`. The last line may name a payload
/// that stands under a key which another field names.
macro_rules! object {
    ($(#[$meta:meta])* pub struct $name:ident {
        $($(#[$doc:meta])* $field:ident: $ty:ty = $key:literal,)*
        $(..$(#[$part_doc:meta])* $part:ident: $part_ty:ty, named by $by:ident, $note:path)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name {
            $($(#[$doc])* pub $field: Option<$ty>,)*
            $($(#[$part_doc])* pub $part: $part_ty,)?
            /// Fields this crate doesn't know, and known ones whose value has a form it doesn't know.
            pub extra: ::serde_json::Map<String, ::serde_json::Value>,
        }

        impl $crate::webhook::wire::Wire for $name {
            fn object<'de, A: ::serde::de::MapAccess<'de>>(
                mut object: A,
            ) -> Result<$crate::webhook::wire::Read<Self>, A::Error> {
                use $crate::webhook::wire::{Key, Reader, set};
                let mut new = Self::default();
                while let Some(Key(key)) = object.next_key()? {
                    match &*key {
                        $($key => {
                            let read = object.next_value_seed(Reader::<$ty, true>::new())?;
                            set(&mut new.$field, &mut new.extra, $key, read);
                        })*
                        $(key if new.$by.as_ref().is_some_and(|word| word.as_str() == key) => {
                            let read = $crate::webhook::wire::Part::read(key, &mut object)?;
                            new.$part = $crate::webhook::wire::replace(&new.$part, key, read, &mut new.extra);
                        })?
                        _ => {
                            let json = $crate::webhook::wire::unknown(&mut object)?;
                            new.extra.insert(key.into_owned(), json);
                        }
                    }
                }
                $(if $crate::webhook::wire::is_unsettled(
                    &new.$part, new.$by.as_ref().map(|word| word.as_str()), &new.extra,
                ) {
                    let word = new.$by.as_ref().map(|word| word.as_str());
                    new.$part = $crate::webhook::wire::Part::settle(&new.$part, word, &mut new.extra);
                })?
                Ok(Ok(new))
            }

            fn write(&self) -> ::serde_json::Value {
                let mut map = self.extra.clone();
                $($crate::webhook::wire::put(&mut map, $key, self.$field.as_ref());)*
                $($crate::webhook::wire::Part::give_back(&self.$part, &mut map);)?
                ::serde_json::Value::Object(map)
            }

            fn surprises(&self, at: &str, out: &mut Vec<$crate::webhook::wire::Surprise>) {
                use $crate::webhook::wire::child;
                $(if let Some(value) = &self.$field { value.surprises(&child(at, $key), out) })*
                $($crate::webhook::wire::Part::surprises(&self.$part, at, out); $note(self, at, out);)?
                let named = [None, $(self.$by.as_ref().map(|word| word.as_str()))?].into_iter().flatten().next();
                $crate::webhook::wire::note_extra(&self.extra, &[$($key),*], named, at, out);
            }
        }

        $crate::webhook::wire::serde_by_wire!($name);
    };
}

/// Declares a word of the wire that may grow new values.
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)*
            /// A word this crate doesn't know.
            Other(String),
        }

        impl $name {
            /// The word on the wire.
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $word,)* Self::Other(word) => word }
            }

            /// The known words, as Meta spells them.
            pub const KNOWN: &'static [&'static str] = &[$($word),*];
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word { $($word => Self::$variant,)* other => Self::Other(other.to_owned()) }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { f.write_str(self.as_str()) }
        }

        impl $crate::webhook::wire::Wire for $name {
            fn text(text: ::std::borrow::Cow<'_, str>) -> $crate::webhook::wire::Read<Self> {
                Ok(Self::from(&*text))
            }
            fn write(&self) -> ::serde_json::Value { self.as_str().into() }
            fn surprises(&self, at: &str, out: &mut Vec<$crate::webhook::wire::Surprise>) {
                use $crate::webhook::wire::{Surprise, SurpriseKind};
                if let Self::Other(word) = self {
                    out.push(Surprise { pointer: at.to_owned(), kind: SurpriseKind::UnknownWord(word.clone()) });
                }
            }
        }

        $crate::webhook::wire::serde_by_wire!($name);
    };
}

/// Lets serde read and write a wire value, for those who store one.
macro_rules! serde_by_wire {
    ($name:ident) => {
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::webhook::wire::Wire::write(self).serialize(serializer)
            }
        }
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let reader = $crate::webhook::wire::Reader::<Self, false>::new();
                ::serde::de::DeserializeSeed::deserialize(reader, deserializer)?
                    .map_err(|_| ::serde::de::Error::custom(concat!("not a ", stringify!($name))))
            }
        }
    };
}

pub(crate) use {object, serde_by_wire, words};
