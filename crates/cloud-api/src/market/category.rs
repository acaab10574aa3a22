//! The words of Meta's prices.

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)*
            /// A word this crate doesn't know.
            Other(String),
        }

        impl $name {
            /// The word as webhooks write it.
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $word,)* Self::Other(word) => word }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                $(if same_word(word, $word) { return Self::$variant })*
                Self::Other(word.to_owned())
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { f.write_str(self.as_str()) }
        }
    };
}

words! {
    /// What a message is charged as: `pricing.category` of a status, `pricing_category` of pricing analytics (there in
    /// capitals; both are read). Meta adds words.
    PricingCategory {
        /// Marketing templates.
        Marketing = "marketing",
        /// Marketing through the Marketing Messages API. Its rates aren't in the cards known to us.
        MarketingLite = "marketing_lite",
        /// Utility templates, and Direct Send as utility.
        Utility = "utility",
        /// One-time passwords.
        Authentication = "authentication",
        /// One-time passwords from a business abroad, in some countries: [`Market::has_authentication_international`](super::Market::has_authentication_international).
        AuthenticationInternational = "authentication-international",
        /// Everything without a template.
        Service = "service",
        /// Whatever is sent within a free entry point.
        ReferralConversion = "referral_conversion",
        /// Messages of general-purpose assistants, where the law makes Meta allow them.
        GeneralPurposeAi = "general_purpose_ai",
        /// A marketing template to a group; one charge for each person it is delivered to, as for all of groups.
        GroupMarketing = "group_marketing",
        /// A utility template to a group.
        GroupUtility = "group_utility",
        /// A message without template to a group.
        GroupService = "group_service",
    }
}

words! {
    /// Whether a message is charged: `pricing.type` of a status, `pricing_type` of pricing analytics.
    PricingType {
        /// Charged.
        Regular = "regular",
        /// Free: an answer within the service window.
        FreeCustomerService = "free_customer_service",
        /// Free: the person came through an advertisement or a Page's button.
        FreeEntryPoint = "free_entry_point",
    }
}

/// Analytics write in capitals, and `_` where webhooks write `-`.
fn same_word(a: &str, b: &str) -> bool {
    let plain = |byte: u8| if byte == b'-' { b'_' } else { byte.to_ascii_lowercase() };
    a.bytes().map(plain).eq(b.bytes().map(plain))
}
