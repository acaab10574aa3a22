//! The words of a template. Written as Meta writes them, read whatever their case.

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
            /// The known words, as Meta spells them.
            pub const KNOWN: &'static [&'static str] = &[$($word),*];

            /// The word on the wire.
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $word,)* Self::Other(word) => word }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                $(if word.eq_ignore_ascii_case($word) { return Self::$variant; })*
                Self::Other(word.to_owned())
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { f.write_str(self.as_str()) }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <::std::borrow::Cow<'de, str> as ::serde::Deserialize>::deserialize(deserializer)?;
                Ok(word.as_ref().into())
            }
        }
    };
}

words! {
    /// What a template is for; decides its price and which rules apply. Meta may change it.
    /// Meta: Templates > Template categorization.
    pub enum Category {
        /// One-time codes, and nothing else.
        Authentication = "AUTHENTICATION",
        /// Promotion, and everything that is neither of the others.
        Marketing = "MARKETING",
        /// Not promotional, and about something the customer asked for or did.
        Utility = "UTILITY",
    }
}

words! {
    /// How variables are written. One template has one way. Meta: Templates > Parameter formats.
    pub enum ParameterFormat {
        /// `{{1}}`, `{{2}}`, … What Meta assumes when nothing is said.
        Positional = "POSITIONAL",
        /// `{{first_name}}`: lower-case letters, digits and underscores.
        Named = "NAMED",
    }
}

words! {
    /// What stands above the body. Meta: Templates > Components > Headers.
    pub enum HeaderFormat {
        /// Up to 60 characters with at most one variable.
        Text = "TEXT",
        /// A picture.
        Image = "IMAGE",
        /// A video.
        Video = "VIDEO",
        /// A file.
        Document = "DOCUMENT",
        /// An animation; marketing only, sent with the Marketing Messages API.
        Gif = "GIF",
        /// A place, given when sending; utility and marketing only.
        Location = "LOCATION",
        /// A product of the catalog, given when sending; goes with a single-product button.
        Product = "PRODUCT",
    }
}

words! {
    /// How a one-time code gets from the message into the app. Meta: Authentication templates.
    pub enum OtpType {
        /// The customer taps to copy it.
        CopyCode = "COPY_CODE",
        /// A tap fills it in.
        OneTap = "ONE_TAP",
        /// It is filled in without a tap.
        ZeroTap = "ZERO_TAP",
    }
}

words! {
    /// What happens when a form's button is tapped.
    pub enum FlowAction {
        /// Opens the screen named in the template.
        Navigate = "navigate",
        /// Asks your endpoint for the first screen.
        DataExchange = "data_exchange",
    }
}

words! {
    /// The picture on a form's button.
    pub enum FlowIcon {
        /// The usual one.
        Default = "DEFAULT",
        /// A sheet of paper.
        Document = "DOCUMENT",
        /// A megaphone.
        Promotion = "PROMOTION",
        /// A star.
        Review = "REVIEW",
    }
}

words! {
    /// Whether Meta may apply one of its creative improvements.
    pub enum Enrollment {
        /// It may.
        OptIn = "OPT_IN",
        /// It may not.
        OptOut = "OPT_OUT",
    }
}
