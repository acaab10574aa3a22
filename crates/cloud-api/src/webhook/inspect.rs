//! A delivery in words.
